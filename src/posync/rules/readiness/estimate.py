"""Find the issues nobody has estimated, and those too large to start."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import PositiveFloat

from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType
from posync.rules.readiness.base import Check


class EstimateCheck(Check):
    """Flag stories, tasks and bugs without points (where `required`), or with more than `at_most`.

    0 points are no estimate either: nothing can be planned or divided by them.
    """

    mends: ClassVar[str] = "Estimate it together; split what is too large for one sprint."
    reads: ClassVar[bool] = False

    check: Literal["estimate"]
    at_most: PositiveFloat | None = 13.0
    required: bool = True

    def concerns(self, issue: Issue) -> bool:
        """Open work that is started as a whole: no epics, no sub-tasks."""
        whole = issue.type not in {IssueType.EPIC, IssueType.SUBTASK}
        return super().concerns(issue) and whole

    def asks(self) -> str:
        """Return what an estimate must be."""
        most = f" of at most {self.at_most:g} points" if self.at_most is not None else ""
        return f"an estimate{most}" if self.required else f"no estimate, or one{most}"

    def fault(self, issue: Issue, backlog: Backlog, today: date) -> str | None:  # noqa: ARG002 - a fixed shape
        """Return what is wrong with the estimate."""
        if issue.points is None:
            return "no estimate" if self.required else None
        if issue.points <= 0:
            return f"{issue.points:g} points: nothing to plan by" if self.required else None
        if self.at_most is not None and issue.points > self.at_most:
            return f"{issue.points:g} points, more than {self.at_most:g}"
        return None
