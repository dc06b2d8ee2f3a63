"""Who waits for whom among the open issues of a backlog, whichever side of the link says so."""

from __future__ import annotations

from collections.abc import Iterator

from posync.model.backlog import Backlog
from posync.model.issue import Issue, LinkKind


def open_blockers(backlog: Backlog) -> dict[str, set[str]]:
    """Return for each open issue that waits, by uid, the open issues it waits for.

    Blockers that are done, or not in this backlog, hold nothing up here.
    """
    waits: dict[str, set[str]] = {}
    for issue in backlog.issues:
        if not (issue.links and issue.is_open):
            continue
        for blocked, blocker in _pairs(issue, backlog):
            if blocked.is_open and blocker.is_open and blocked.uid != blocker.uid:
                waits.setdefault(blocked.uid, set()).add(blocker.uid)
    return waits


def _pairs(issue: Issue, backlog: Backlog) -> Iterator[tuple[Issue, Issue]]:
    for link in issue.links:
        other = backlog.resolve(link.to, within=issue.tracker)
        if other is not None and link.kind is LinkKind.BLOCKED_BY:
            yield issue, other
        elif other is not None and link.kind is LinkKind.BLOCKS:
            yield other, issue
