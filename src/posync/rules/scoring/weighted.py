"""A weighted sum of criteria, each brought to 0..1 by ends that the pack declares."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from posync.documents import wrong
from posync.model.issue import Issue
from posync.rules.exact import Exact, shown
from posync.rules.expressions.expression import Expression
from posync.rules.scoring.base import Input, ScoreSettings, Settings, Value, Worked
from posync.rules.scoring.numbers import number
from posync.rules.scoring.scales import Scale


class Criterion(Settings):
    """One column: where it is read, its share of the sum, and the values that count as 0 and as 1.

    With `better: low`, `min` counts as 1 and `max` as 0.
    """

    value: Expression
    weight: Exact
    min: Exact
    max: Exact
    better: Literal["high", "low"] = "high"

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.min >= self.max:
            raise wrong(f"min {shown(self.min)} is not below max {shown(self.max)}", "min")
        if self.weight <= 0:
            raise wrong(f"{shown(self.weight)} is not above zero: leave the criterion out instead", "weight")
        return self

    def share(self, value: Fraction) -> Fraction:
        """Return the value's place between the ends, 0 (worst) to 1 (best); beyond an end counts as that end."""
        place = (min(max(value, self.min), self.max) - self.min) / (self.max - self.min)
        return place if self.better == "high" else 1 - place


class Weighted(ScoreSettings):
    """Score = sum of weight x (value - min) / (max - min); weights sum to 1, so the score lies in 0..1.

    Declared ends keep scores stable: a new idea never moves another's. Source: the additive value
    function of Keeney and Raiffa, "Decisions with Multiple Objectives" (1976); docs/sources.md,
    "Weighted scoring".
    """

    method: Literal["weighted"]
    inputs: Annotated[Mapping[str, Criterion], Field(min_length=1)]

    @model_validator(mode="after")
    def _weights_sum_to_one(self) -> Self:
        total = sum((criterion.weight for criterion in self.inputs.values()), Fraction(0))
        if total != 1:
            raise wrong(f"the weights sum to {shown(total)}, not to 1: {self._spelt()}", "inputs", key=True)
        if self.scales:
            raise wrong("a criterion declares its own min and max instead", "scales", key=True)
        return self

    def _spelt(self) -> str:
        return " + ".join(f"{name} {shown(each.weight)}" for name, each in self.inputs.items())

    def declared(self) -> tuple[Input, ...]:
        """Return one input per criterion, in the pack's order."""
        return tuple(
            Input(name, each.value, Scale(low=each.min, high=each.max), below_zero=True, inherited=True)
            for name, each in self.inputs.items()
        )

    def work(self, values: Mapping[str, Value], issue: Issue) -> Worked:
        """Return the exact sum."""
        del issue
        shares = {name: each.share(number(values, name)) for name, each in self.inputs.items()}
        total = sum((self.inputs[name].weight * share for name, share in shares.items()), Fraction(0))
        formula = " + ".join(
            f"{shown(self.inputs[name].weight)} x {shown(share)} {name}" for name, share in shares.items()
        )
        return Worked(total, f"weighted {shown(total)} = {formula.replace('_', ' ')}", total)
