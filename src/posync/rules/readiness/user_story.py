"""Find the user stories that do not say who wants it, what they want, or what for."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType
from posync.rules.readiness.base import Check
from posync.rules.readiness.story import Story, told_by

Part = Literal["role", "goal", "benefit"]


class UserStoryCheck(Check):
    """Flag user stories without one of the `needs`.

    By default only issues written as a user story ("As a ...") are judged; with `every` all
    stories must be written so.
    """

    mends: ClassVar[str] = (
        'Say who wants it, what they want, and what for: "As a ..., I want ..., so that ...".'
    )

    check: Literal["user-story"]
    needs: tuple[Part, ...] = ("role", "goal", "benefit")
    every: bool = False

    def concerns(self, issue: Issue) -> bool:
        """Open stories, and whatever else is written as one."""
        return super().concerns(issue) and issue.type in {IssueType.STORY, IssueType.OTHER}

    def asks(self) -> str:
        """Return which parts the story must have."""
        return f"a user story says its {' and '.join(', '.join(self.needs).rsplit(', ', 1))}"

    def fault(self, issue: Issue, backlog: Backlog, today: date) -> str | None:  # noqa: ARG002 - a fixed shape
        """Return which parts are missing."""
        story = told_by(issue)
        if story is None:
            return 'not written as a user story ("As a ..., I want ..., so that ...")' if self.every else None
        return missing(story, self.needs)


def missing(story: Story, needs: tuple[Part, ...]) -> str | None:
    """Return a reason that names the parts of the story that are missing, or None."""
    lacking = [part for part in needs if not getattr(story, part)]
    return f"the user story names no {' and no '.join(lacking)}" if lacking else None
