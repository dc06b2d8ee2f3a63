"""Reach, impact, confidence, effort: how much good per month of work, discounted by doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from posync.model.issue import Issue
from posync.model.listing import few
from posync.rules.exact import shown
from posync.rules.expressions.expression import Expression
from posync.rules.scoring.base import Input, Rated, ScoreSettings, Settings, Value, Worked
from posync.rules.scoring.numbers import number
from posync.rules.scoring.scales import ANY, steps

IMPACT = steps("0.25", "0.5", 1, 2, 3)
CONFIDENCE = steps(50, 80, 100)
LEAST_EFFORT = Fraction(1, 2)
MOONSHOT = Fraction(50)


class RiceInputs(Settings):
    """Where the four factors are read; confidence in percent, effort in person-months."""

    reach: Expression
    impact: Expression
    confidence: Expression
    effort: Expression


class Rice(ScoreSettings):
    """RICE = reach (people per `period`) x impact x confidence (percent) / effort (person-months, at least 0.5).

    Impact is 3 massive, 2 high, 1 medium, 0.5 low, 0.25 minimal; confidence 100 high, 80 medium, 50 low.
    Source: Intercom, "RICE: simple prioritization for product managers"; docs/sources.md, "RICE".
    """

    method: Literal["rice"]
    inputs: RiceInputs
    period: Literal["day", "week", "month", "quarter", "year"] = "quarter"

    def declared(self) -> tuple[Input, ...]:
        """Return reach, impact and confidence, then effort."""
        scales, inputs = self.scales, self.inputs
        return (
            Input(
                "reach", inputs.reach, scales.get("reach", ANY), f"people per {self.period}", inherited=True
            ),
            Input("impact", inputs.impact, scales.get("impact", IMPACT), inherited=True),
            Input(
                "confidence",
                inputs.confidence,
                scales.get("confidence", CONFIDENCE),
                "percent",
                inherited=True,
            ),
            Input("effort", inputs.effort, scales.get("effort", ANY), "person-months", above_zero=True),
        )

    def work(self, values: Mapping[str, Value], issue: Issue) -> Worked:
        """Return the exact ratio; effort below half a month counts as half a month."""
        del issue
        reach, impact, confidence = (number(values, name) for name in ("reach", "impact", "confidence"))
        effort = max(number(values, "effort"), LEAST_EFFORT)
        good = reach * impact * confidence / 100
        formula = (
            f"{shown(reach)} per {self.period} x {shown(impact)} x {shown(confidence)} % / {shown(effort)}"
        )
        raised = {"effort": "below half a person-month, counted as 0.5"} if effort != values["effort"] else {}
        return Worked(
            good / effort, f"RICE {shown(good / effort)} = {formula} person-months", good, effort, raised
        )

    def guards(self, rated: Sequence[Rated]) -> Iterator[str]:
        """Yield the moonshots: issues with less than 50 % confidence."""
        moonshots = [row.issue.key for row in rated if number(row.values, "confidence") < MOONSHOT]
        if moonshots:
            yield (
                f"less than 50 % confidence is a moonshot: {few(moonshots)}. Gather evidence first; "
                "confidence is in percent, so a share of 0.8 is written 80"
            )
