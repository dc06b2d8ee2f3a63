"""Find the stories that are several stories in one."""

from __future__ import annotations

from typing import ClassVar, Literal

from posync.rules.readiness.base import Check


class AtomicCheck(Check):
    """Flag stories that ask for more than one thing, or tell more than one user story."""

    mends: ClassVar[str] = "Split it: one story per wish, each of use by itself."

    check: Literal["atomic"]
