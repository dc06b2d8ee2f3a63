"""Find the issues that are only a title."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import NonNegativeInt

from posync.rules.readiness.base import Check


class MissingDescriptionCheck(Check):
    """Flag open issues whose description says nothing: empty, a placeholder, or an unfilled template."""

    mends: ClassVar[str] = "Write down what is wanted and why, in a sentence or two."

    check: Literal["missing-description"]
    at_least_words: NonNegativeInt = 3
