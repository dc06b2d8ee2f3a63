"""Find the stories nobody can call done, because nobody wrote down what done means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import ClassVar, Literal

from pydantic import PositiveInt

from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType
from posync.rules.readiness.base import Check, Condition
from posync.rules.readiness.criteria import criteria_of
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

    def faults(self, issues: Iterable[Issue], backlog: Backlog, today: date) -> Iterator[tuple[Issue, str]]:  # noqa: ARG002 - a fixed shape
        """Yield each story with too few criteria, with how many there are and what was there instead."""
        titles = self._subtasks(backlog)
        for issue in issues:
            found = criteria_of(issue, field=self.field, subtasks=titles.get(issue.uid, ()))
            checkable = sum(item.checkable for item in found.items)
            if checkable < self.at_least:
                yield issue, f"{checkable} of {self.at_least} acceptance criteria: {found.because}"

    def _subtasks(self, backlog: Backlog) -> Mapping[str, Sequence[str]]:
        """Return the titles of the sub-tasks that are criteria, by the uid of their parent."""
        titles: dict[str, list[str]] = {}
        marks = tuple(fold(mark) for mark in self.subtasks)
        for issue in backlog.issues if marks else ():
            parent = backlog.resolve(issue.parent, issue.tracker) if issue.parent is not None else None
            if parent is not None and issue.type is IssueType.SUBTASK and fold(issue.title).startswith(marks):
                titles.setdefault(parent.uid, []).append(issue.title)
        return titles

    def asks(self) -> str:
        """Return how many criteria are wanted."""
        return f"at least {self.at_least} checkable acceptance criteria"

    def evidence(self, issue: Issue, backlog: Backlog, today: date) -> tuple[Condition, ...]:  # noqa: ARG002 - a fixed shape
        """Return every line that stands where criteria stand, ticked where it counts."""
        found = criteria_of(issue, field=self.field, subtasks=self._subtasks(backlog).get(issue.uid, ()))
        return tuple(Condition(item.text, item.checkable, item.how) for item in found.items)
