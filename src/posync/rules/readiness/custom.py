"""A check that a pack makes up: whatever its expression says is flagged."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.rules.expressions.expression import Expression
from posync.rules.readiness.base import Check

NAMES = (
    "acceptance-criteria",
    "atomic",
    "blocked-by-unplanned",
    "duplicate-title",
    "estimate",
    "missing-description",
    "stale",
    "unassigned-epic",
    "user-story",
    "vague-words",
)
"""The names of the built-in checks; any other name is a pack's own."""


class CustomCheck(Check):
    """Flag every issue for which `when` holds, under the pack's own name for it."""

    reads: ClassVar[bool] = False

    check: Annotated[str, Field(min_length=1, json_schema_extra={"not": {"enum": list(NAMES)}})]
    when: Expression
    because: str = ""

    def asks(self) -> str:
        """Return what the pack calls it."""
        return f"not {self.check.replace('-', ' ')}"

    def fault(self, issue: Issue, backlog: Backlog, today: date) -> str | None:  # noqa: ARG002 - a fixed shape
        """Return the pack's reason, or its expression."""
        return self.because or f"{self.check}: {self.when}"
