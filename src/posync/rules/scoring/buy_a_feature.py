"""What people would pay of their own play money, for its price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from posync.model.issue import Issue
from posync.rules.exact import shown
from posync.rules.expressions.expression import Expression
from posync.rules.scoring.base import Input, Rated, ScoreSettings, Settings, Value, Worked
from posync.rules.scoring.numbers import number
from posync.rules.scoring.scales import ANY


class BuyAFeatureInputs(Settings):
    """Where the sum of all players' money and the price are read."""

    spend: Expression
    price: Expression


class BuyAFeature(ScoreSettings):
    """Score = money spent / price; from 1 on the feature is bought.

    Source: Luke Hohmann, "Innovation Games" (2006), "Buy a Feature"; docs/sources.md, "Buy a feature".
    """

    method: Literal["buy-a-feature"]
    inputs: BuyAFeatureInputs
    currency: str = "play money"

    def declared(self) -> tuple[Input, ...]:
        """Return the spend, then the price."""
        return (
            Input("spend", self.inputs.spend, self.scales.get("spend", ANY), self.currency, inherited=True),
            Input("price", self.inputs.price, self.scales.get("price", ANY), self.currency, above_zero=True),
        )

    def work(self, values: Mapping[str, Value], issue: Issue) -> Worked:
        """Return the exact ratio, with whether it is bought in `derived`."""
        del issue
        spend, price = number(values, "spend"), number(values, "price")
        verdict = "bought" if spend >= price else "not bought"
        because = f"buy-a-feature {shown(spend / price)} = {shown(spend)} / {shown(price)} ({verdict})"
        return Worked(spend / price, because, spend, price, derived={"verdict": verdict})

    def guards(self, rated: Sequence[Rated]) -> Iterator[str]:
        """Yield a word where the players had money for everything, so that nobody had to choose."""
        spent = sum((number(row.values, "spend") for row in rated), Fraction(0))
        prices = sum((number(row.values, "price") for row in rated), Fraction(0))
        if rated and spent >= prices:
            yield (
                f"players spent {shown(spent)} on features priced {shown(prices)} in all: money for everything "
                "means that nobody had to choose. Hand out less than all prices together"
            )
