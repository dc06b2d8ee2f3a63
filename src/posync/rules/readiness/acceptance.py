"""Find the stories nobody can call done, because nobody wrote down what done means."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import PositiveInt

from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType
from posync.rules.readiness.base import Check
from posync.rules.readiness.criteria import AcceptanceCriteria, criteria_of


class AcceptanceCriteriaCheck(Check):
    """Flag stories with fewer than `at_least` checkable acceptance criteria.

    They are looked for in the profile's `field`, in the description, in checklists, and in sub-tasks
    whose title begins with one of `subtasks` (such as "AC:"), where a team writes them so.
    """

    mends: ClassVar[str] = 'Add one checkable line under a heading "Acceptance criteria".'

    check: Literal["acceptance-criteria"]
    at_least: PositiveInt = 1
    field: str = "acceptance_criteria"
    subtasks: tuple[str, ...] = ()

    def concerns(self, issue: Issue) -> bool:
        """Open stories; a bug says what is wrong, a task what to do, an epic is split first."""
        return super().concerns(issue) and issue.type is IssueType.STORY

    def found(self, issue: Issue, backlog: Backlog) -> AcceptanceCriteria:
        """Return the criteria of the issue, wherever the team keeps them."""
        return criteria_of(issue, field=self.field, subtasks=self.subtasks, backlog=backlog)

    def fault(self, issue: Issue, backlog: Backlog, today: date) -> str | None:  # noqa: ARG002 - a fixed shape
        """Return how many criteria there are of how many, and what was there instead."""
        found = self.found(issue, backlog)
        checkable = sum(item.checkable for item in found.items)
        if checkable >= self.at_least:
            return None
        return f"{checkable} of {self.at_least} acceptance criteria: {found.because}"
