"""Find the planned issues that wait for something nobody has planned."""

from __future__ import annotations

from typing import ClassVar, Literal

from posync.rules.readiness.base import Check


class BlockedByUnplannedCheck(Check):
    """Flag issues planned for a sprint or release whose open blocker is planned for none."""

    mends: ClassVar[str] = "Plan the blocker too, or take this issue out of the plan."

    check: Literal["blocked-by-unplanned"]
