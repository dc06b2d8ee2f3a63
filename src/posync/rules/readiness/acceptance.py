"""Find the stories nobody can call done, because nobody wrote down what done means."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import PositiveInt

from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType
from posync.rules.readiness.base import Check, Condition
from posync.rules.readiness.criteria import HOWS, counted, criteria_of
from posync.rules.readiness.terms import fold


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

    def fault(self, issue: Issue, backlog: Backlog, today: date) -> str | None:  # noqa: ARG002 - a fixed shape
        """Return how many criteria there are where they are too few, and what was there instead."""
        found = criteria_of(issue, field=self.field, subtasks=self._subtasks(issue, backlog))
        checkable = sum(item.checkable for item in found.items)
        if checkable >= self.at_least:
            return None
        count = f"{checkable} of {self.at_least} acceptance criteria"
        return counted(count, found.items) if checkable else f"{count}: {found.because}"

    def _subtasks(self, issue: Issue, backlog: Backlog) -> list[str]:
        """Return the titles of the sub-tasks that are criteria."""
        if not self.subtasks:
            return []
        marks = tuple(fold(mark) for mark in self.subtasks)
        below = [one for one in backlog.by_parent.get(issue.uid, ()) if one.type is IssueType.SUBTASK]
        return [one.title for one in below if fold(one.title).startswith(marks)]

    def asks(self) -> str:
        """Return how many criteria are wanted."""
        wanted = "criterion" if self.at_least == 1 else "criteria"
        return f"at least {self.at_least} checkable acceptance {wanted}"

    def evidence(self, issue: Issue, backlog: Backlog, today: date) -> tuple[Condition, ...]:  # noqa: ARG002 - a fixed shape
        """Return every line that stands where criteria stand, ticked where it counts."""
        found = criteria_of(issue, field=self.field, subtasks=self._subtasks(issue, backlog))
        return tuple(
            Condition(
                item.text, item.checkable, HOWS[item.how] if item.checkable else "nobody can check this"
            )
            for item in found.items
        )
