"""Value for effort, and the two-by-two that everybody draws of it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from posync.model.issue import Issue
from posync.rules.exact import Exact, shown
from posync.rules.expressions.expression import Expression
from posync.rules.scoring.base import Input, ScoreSettings, Settings, Value, Worked
from posync.rules.scoring.numbers import number
from posync.rules.scoring.scales import ANY

Quadrant = Literal["quick win", "big bet", "fill-in", "avoid"]
QUADRANTS: tuple[Quadrant, ...] = ("quick win", "big bet", "fill-in", "avoid")


class ValueEffortInputs(Settings):
    """Where value and effort are read."""

    value: Expression
    effort: Expression


class Thresholds(Settings):
    """Where the two-by-two is cut: fixed numbers, so that a new issue never moves another's square.

    Value counts as high from `value` on, effort as high from `effort` on.
    """

    value: Exact
    effort: Exact


class ValueEffort(ScoreSettings):
    """Score = value / effort; the square of the two-by-two is shown beside it.

    Source: Wiegers, "First Things First: Prioritizing Requirements" (1999), without its risk term;
    docs/sources.md, "Value and effort".
    """

    method: Literal["value-effort"]
    inputs: ValueEffortInputs
    thresholds: Thresholds

    def declared(self) -> tuple[Input, ...]:
        """Return value, then effort."""
        return (
            Input("value", self.inputs.value, self.scales.get("value", ANY), inherited=True),
            Input("effort", self.inputs.effort, self.scales.get("effort", ANY), above_zero=True),
        )

    def work(self, values: Mapping[str, Value], issue: Issue) -> Worked:
        """Return the exact ratio, with the square in `derived`."""
        del issue
        value, effort = number(values, "value"), number(values, "effort")
        square, score = self.square(value, effort), value / effort
        because = f"value/effort {shown(score)} = {shown(value)} / {shown(effort)} ({square})"
        return Worked(score, because, value, effort, derived={"square": square})

    def square(self, value: Fraction, effort: Fraction) -> Quadrant:
        """Return the square of the two-by-two."""
        if value >= self.thresholds.value:
            return "big bet" if effort >= self.thresholds.effort else "quick win"
        return "avoid" if effort >= self.thresholds.effort else "fill-in"
