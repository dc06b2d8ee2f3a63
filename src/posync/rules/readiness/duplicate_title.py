"""Find the issues that stand in the backlog twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.rules.readiness.base import Check
from posync.rules.readiness.likeness import pairs


class DuplicateTitleCheck(Check):
    """Flag open issues whose title says the same as that of another open issue, ranked before it.

    `alike` is the share of words two titles must have in common; at 1.0 only little words, plurals
    and a slip of the pen may differ. `across` compares the issues of all trackers with each other.
    """

    mends: ClassVar[str] = "Close one of the two, or say in the titles what differs."
    reads: ClassVar[bool] = False

    check: Literal["duplicate-title"]
    alike: Annotated[float, Field(ge=0.5, le=1.0)] = 1.0
    across: bool = True

    def asks(self) -> str:
        """Return that the title must be its own."""
        return "no open issue ranked before it says the same"

    def faults(self, issues: Iterable[Issue], backlog: Backlog, today: date) -> Iterator[tuple[Issue, str]]:  # noqa: ARG002 - a fixed shape
        """Yield each issue whose title repeats an earlier one's, and which."""
        flagged = {issue.uid for issue in issues}
        every = [issue for issue in backlog.issues if issue.is_open and issue.ranked and issue.title.strip()]
        for group in self._groups(every):
            for later, earlier, _ in pairs([issue.title for issue in group], self.alike):
                if group[later].uid in flagged:
                    yield (
                        group[later],
                        f"same title as {group[earlier].key}: {group[earlier].title.strip()[:120]}",
                    )

    def _groups(self, every: list[Issue]) -> Iterable[list[Issue]]:
        if self.across:
            return (every,)
        groups: dict[str, list[Issue]] = {}
        for issue in every:
            groups.setdefault(issue.tracker, []).append(issue)
        return groups.values()
