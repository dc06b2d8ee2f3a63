"""Find the planned issues that wait for something nobody has planned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import ClassVar, Literal

from posync.model.backlog import Backlog
from posync.model.issue import Issue, Ref, State
from posync.rules.blockers import open_blockers
from posync.rules.readiness.base import Check
from posync.rules.readiness.waiting import awaited


class BlockedByUnplannedCheck(Check):
    """Flag issues planned for a sprint or release whose open blocker is planned for none.

    Blockers are linked, on either side, or (with `texts`) named in the title or description: "blocked by
    SHOP-7", "once SHOP-7 is done". One that is not in the backlog is left alone: nothing is known of it.
    """

    mends: ClassVar[str] = "Plan the blocker too, or take this issue out of the plan."

    check: Literal["blocked-by-unplanned"]
    texts: bool = True

    def concerns(self, issue: Issue) -> bool:
        """Open issues that somebody has planned."""
        return super().concerns(issue) and _is_planned(issue)

    def asks(self) -> str:
        """Return that blockers must be planned."""
        return "whatever it waits for is planned too"

    def faults(self, issues: Iterable[Issue], backlog: Backlog, today: date) -> Iterator[tuple[Issue, str]]:  # noqa: ARG002 - a fixed shape
        """Yield each issue that waits for something unplanned, and for what."""
        linked = open_blockers(backlog)
        for issue in issues:
            found = [backlog.by_uid[uid] for uid in linked.get(issue.uid, ())]
            keys = _unplanned(found)
            named = _unplanned(self._named(issue, backlog)) - keys if self.texts else set[str]()
            said = [*sorted(keys), *(f"{key} (as its text says)" for key in sorted(named))]
            if said:
                yield issue, f"waits for {', '.join(said)}, planned for no sprint or release"

    def _named(self, issue: Issue, backlog: Backlog) -> Iterator[Issue]:
        """Yield the other open issues of the backlog that the text says it waits for."""
        for key in awaited(issue):
            other = backlog.resolve(Ref(key=key), issue.tracker)
            if other is not None and other.is_open and other.uid != issue.uid:
                yield other


def _unplanned(issues: Iterable[Issue]) -> set[str]:
    return {issue.key for issue in issues if not _is_planned(issue)}


def _is_planned(issue: Issue) -> bool:
    return issue.sprint is not None or bool(issue.releases) or issue.state is State.IN_PROGRESS
