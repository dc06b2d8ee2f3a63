"""Find the planned issues that wait for something nobody has planned."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from posync.model.backlog import Backlog
from posync.model.issue import Issue, Link, LinkKind, State
from posync.rules.readiness.base import Check


class BlockedByUnplannedCheck(Check):
    """Flag issues planned for a sprint or release whose open blocker is planned for none.

    A blocker that is not in the backlog is left alone: nothing is known of it.
    """

    mends: ClassVar[str] = "Plan the blocker too, or take this issue out of the plan."

    check: Literal["blocked-by-unplanned"]

    def concerns(self, issue: Issue) -> bool:
        """Open issues that somebody has planned."""
        return super().concerns(issue) and _is_planned(issue)

    def asks(self) -> str:
        """Return that blockers must be planned."""
        return "whatever it waits for is planned too"

    def fault(self, issue: Issue, backlog: Backlog, today: date) -> str | None:  # noqa: ARG002 - a fixed shape
        """Return the blockers nobody has planned."""
        keys = [one.key for link in issue.links if (one := _unplanned(link, issue, backlog)) is not None]
        return (
            f"waits for {', '.join(dict.fromkeys(keys))}, planned for no sprint or release" if keys else None
        )


def _unplanned(link: Link, issue: Issue, backlog: Backlog) -> Issue | None:
    if link.kind is not LinkKind.BLOCKED_BY:
        return None
    blocker = backlog.resolve(link.to, issue.tracker)
    return blocker if blocker is not None and blocker.is_open and not _is_planned(blocker) else None


def _is_planned(issue: Issue) -> bool:
    return issue.sprint is not None or bool(issue.releases) or issue.state is State.IN_PROGRESS
