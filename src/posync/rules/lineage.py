"""Who stands above an issue: its parent, its parent's parent, and so on."""

from __future__ import annotations

from collections.abc import Iterator

from posync.model.backlog import Backlog
from posync.model.issue import Issue

_LONGEST = 10  # levels; no tracker has more


def ancestors(issue: Issue, backlog: Backlog) -> Iterator[Issue]:
    """Yield parent, grandparent and so on, as far as they are in the backlog; a loop is walked once."""
    seen = {issue.uid}
    above = issue
    for _ in range(_LONGEST):
        found = backlog.resolve(above.parent, above.tracker) if above.parent else None
        if found is None or found.uid in seen:
            return
        seen.add(found.uid)
        yield found
        above = found
