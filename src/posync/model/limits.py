"""What a plan may do without a person's word."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, NonNegativeInt, PositiveInt

from posync.model.base import Frozen


def _share(text: str) -> str:
    if not re.fullmatch(r"(100|\d{1,2})%", text):
        raise ValueError(f"expected a share such as 90%, got {text!r}")
    return text


class WriteLimit(Frozen):
    """At most `percent` of a tracker's issues may be written to, once more than `when_over` would be."""

    percent: float = Field(default=30, ge=0, le=100)
    when_over: NonNegativeInt = 10


class Limits(Frozen):
    """What a plan may do without a person's word.

    `displacement` is the mean number of places by which a tracker's issues may move, `min_issues`
    the share of the last complete picture below which a pull is refused.
    """

    writes: WriteLimit = WriteLimit()
    displacement: PositiveInt = 25
    min_issues: Annotated[str, AfterValidator(_share)] = "90%"
    all_changed: Literal["abort", "allow"] = "abort"

    @property
    def least_share(self) -> Fraction:
        """Return `min_issues` as a share of 1."""
        return Fraction(int(self.min_issues[:-1]), 100)
