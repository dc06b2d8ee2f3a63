"""Find the issues that stand in the backlog twice."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from posync.rules.readiness.base import Check


class DuplicateTitleCheck(Check):
    """Flag open issues whose title says the same as that of another open issue, ranked before it.

    `alike` is the share of words two titles must have in common (1.0: all of them).
    """

    mends: ClassVar[str] = "Close one of the two, or say in the titles what differs."

    check: Literal["duplicate-title"]
    alike: Annotated[float, Field(ge=0.5, le=1.0)] = 0.8
