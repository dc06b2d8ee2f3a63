"""Find the stories that belong to no epic, and the epics that nobody looks after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import ClassVar, Literal

from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType
from posync.rules.readiness.base import Check


class UnassignedEpicCheck(Check):
    """Flag open stories under no epic, and open epics without an assignee.

    Stories only in a tracker whose open stories stand under epics at all: where nobody draws epics, none is
    missing. `stories: false` or `owners: false` leaves one half out.
    """

    mends: ClassVar[str] = "Put the story under the epic it serves; say who looks after the epic."
    reads: ClassVar[bool] = False

    check: Literal["unassigned-epic"]
    stories: bool = True
    owners: bool = True

    def concerns(self, issue: Issue) -> bool:
        """Open stories and epics: tasks and bugs may stand alone."""
        return super().concerns(issue) and issue.type in {IssueType.STORY, IssueType.EPIC}

    def asks(self) -> str:
        """Return that a story has an epic, and an epic somebody."""
        wanted = ("a story belongs to an epic" * self.stories, "an epic has an assignee" * self.owners)
        return " and ".join(filter(None, wanted))

    def faults(self, issues: Iterable[Issue], backlog: Backlog, today: date) -> Iterator[tuple[Issue, str]]:  # noqa: ARG002 - a fixed shape
        """Yield each story without an epic, where the tracker has some, and each epic without an assignee."""
        with_epics = {one.tracker for one in backlog.issues if one.is_open and _under_epic(one)}
        for issue in issues:
            if issue.type is IssueType.EPIC:
                if self.owners and issue.assignee is None:
                    yield issue, "an epic nobody is assigned to"
            elif self.stories and issue.parent is None and issue.tracker in with_epics:
                yield issue, "belongs to no epic"


def _under_epic(issue: Issue) -> bool:
    """Whether this is work under an epic; what stands under a story is a sub-task."""
    return issue.parent is not None and issue.type is not IssueType.SUBTASK
