"""Find the stories that belong to no epic."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType
from posync.rules.readiness.base import Check


class UnassignedEpicCheck(Check):
    """Flag open stories without a parent."""

    mends: ClassVar[str] = "Put it under the epic it serves, or ask whether it is needed."

    check: Literal["unassigned-epic"]

    def concerns(self, issue: Issue) -> bool:
        """Open stories: tasks and bugs may stand alone."""
        return super().concerns(issue) and issue.type is IssueType.STORY

    def asks(self) -> str:
        """Return that it must have a parent."""
        return "belongs to an epic"

    def fault(self, issue: Issue, backlog: Backlog, today: date) -> str | None:  # noqa: ARG002 - a fixed shape
        """Return that there is no epic."""
        return "belongs to no epic" if issue.parent is None else None
