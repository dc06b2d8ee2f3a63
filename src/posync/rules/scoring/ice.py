"""Impact, confidence, ease: three quick guesses, multiplied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from posync.model.issue import Issue
from posync.rules.exact import shown
from posync.rules.expressions.expression import Expression
from posync.rules.scoring.base import Input, ScoreSettings, Settings, Value, Worked
from posync.rules.scoring.numbers import number
from posync.rules.scoring.scales import between

TEN = between(1, 10)


class IceInputs(Settings):
    """Where the three guesses are read."""

    impact: Expression
    confidence: Expression
    ease: Expression


class Ice(ScoreSettings):
    """ICE = impact x confidence x ease, each from 1 to 10; or their mean, as some teams have it.

    Source: Sean Ellis and Morgan Brown, "Hacking Growth" (2017); docs/sources.md, "ICE".
    """

    method: Literal["ice"]
    inputs: IceInputs
    combine: Literal["product", "mean"] = "product"

    def declared(self) -> tuple[Input, ...]:
        """Return impact, confidence and ease."""
        return tuple(
            Input(name, getattr(self.inputs, name), self.scales.get(name, TEN), inherited=name != "ease")
            for name in ("impact", "confidence", "ease")
        )

    def work(self, values: Mapping[str, Value], issue: Issue) -> Worked:
        """Return the exact product or mean."""
        del issue
        impact, confidence, ease = (number(values, name) for name in ("impact", "confidence", "ease"))
        if self.combine == "product":
            value, joined, end = impact * confidence * ease, " x ", ""
        else:
            value, joined, end = (impact + confidence + ease) / 3, " + ", ") / 3"
        formula = joined.join(map(shown, (impact, confidence, ease)))
        return Worked(value, f"ICE {shown(value)} = {'(' if end else ''}{formula}{end}", value)
