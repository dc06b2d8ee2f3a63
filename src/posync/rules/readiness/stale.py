"""Find the issues nobody has touched for so long that nobody may want them any more."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.rules.days import Days
from posync.rules.readiness.base import Check


class StaleCheck(Check):
    """Flag open issues that were not updated for `days`."""

    mends: ClassVar[str] = "Decide: do it soon, or close it."
    reads: ClassVar[bool] = False

    check: Literal["stale"]
    days: Days = 90

    def asks(self) -> str:
        """Return how lately it must have been touched."""
        return "touched within a day" if self.days == 1 else f"touched in the last {self.days} days"

    def fault(self, issue: Issue, backlog: Backlog, today: date) -> str | None:  # noqa: ARG002 - a fixed shape
        """Return for how long nothing happened."""
        last = issue.updated or issue.created
        if last is None:
            return None
        quiet = (today - last.date()).days
        days = "a day" if quiet == 1 else f"{quiet} days"
        return f"not touched for {days} (since {last.date()})" if quiet > self.days else None
