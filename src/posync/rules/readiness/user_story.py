"""Find the user stories that do not say who wants it, what they want, or what for."""

from __future__ import annotations

from typing import ClassVar, Literal

from posync.rules.readiness.base import Check

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
