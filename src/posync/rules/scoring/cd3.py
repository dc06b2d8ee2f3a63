"""Cost of delay divided by duration, in money and time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from posync.model.issue import Issue
from posync.rules.exact import shown
from posync.rules.expressions.expression import Expression
from posync.rules.scoring.base import Input, Rated, ScoreSettings, Settings, Value, Worked
from posync.rules.scoring.numbers import number
from posync.rules.scoring.scales import ANY
from posync.rules.scoring.wsjf import SAFE


class Cd3Inputs(Settings):
    """Where cost of delay and duration are read."""

    cost_of_delay: Expression
    duration: Expression


class Cd3(ScoreSettings):
    """CD3 = cost of delay (money per `per`) / duration (in `per`).

    Source: Black Swan Farming, "Cost of Delay Divided by Duration"; docs/sources.md, "CD3".
    """

    method: Literal["cd3"]
    inputs: Cd3Inputs
    currency: str = "EUR"
    per: Literal["day", "week", "month", "quarter"] = "week"

    def declared(self) -> tuple[Input, ...]:
        """Return the money lost per unit of time, then the time the work takes."""
        money = f"{self.currency} per {self.per}"
        return (
            Input(
                "cost_of_delay",
                self.inputs.cost_of_delay,
                self.scales.get("cost_of_delay", ANY),
                money,
                inherited=True,
            ),
            Input(
                "duration",
                self.inputs.duration,
                self.scales.get("duration", ANY),
                f"{self.per}s",
                above_zero=True,
            ),
        )

    def work(self, values: Mapping[str, Value], issue: Issue) -> Worked:
        """Return the exact ratio and both of its sides."""
        del issue
        delay, duration = number(values, "cost_of_delay"), number(values, "duration")
        formula = f"{shown(delay)} {self.currency} per {self.per} / {shown(duration)} {self.per}s"
        return Worked(delay / duration, f"CD3 {shown(delay / duration)} = {formula}", delay, duration)

    def guards(self, rated: Sequence[Rated]) -> Iterator[str]:
        """Yield a word where every cost of delay looks like relative points instead of money."""
        costs = {number(row.values, "cost_of_delay") for row in rated}
        if len(costs) > 1 and all(SAFE.allows(cost) for cost in costs):
            yield (
                f"every cost of delay lies on the relative scale {SAFE}: CD3 needs {self.currency} per {self.per}. "
                "Never mix relative points with money in one backlog; for points use method wsjf"
            )
