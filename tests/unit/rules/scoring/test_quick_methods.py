"""ICE, value for effort, buy-a-feature and stack-rank."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from posync.rules.scoring.stack_rank import StackRank
from tests.unit.rules.scoring.builders import issue, score, scored, term, warnings

ICE: dict[str, Any] = {
    "method": "ice",
    "inputs": {name: f"issue.fields.{name}" for name in ("impact", "confidence", "ease")},
}
VALUE: dict[str, Any] = {
    "method": "value-effort",
    "inputs": {"value": "issue.fields.value", "effort": "issue.points"},
    "thresholds": {"value": 6, "effort": 8},
}
BUY: dict[str, Any] = {
    "method": "buy-a-feature",
    "inputs": {"spend": "issue.fields.spend", "price": "issue.fields.price"},
}


def test_ice_multiplies() -> None:
    found = score(ICE, issue("A-1", impact=8, confidence=5, ease=2))
    assert found.value == 80
    assert found.because == "ICE 80 = 8 x 5 x 2"
    assert found.cost_of_delay == 80
    assert found.size == 1


def test_ice_may_take_the_mean() -> None:
    found = score({**ICE, "combine": "mean"}, issue("A-1", impact=8, confidence=5, ease=3))
    assert found.value == Fraction(16, 3)
    assert found.because == "ICE 5.33 = (8 + 5 + 3) / 3"


@pytest.mark.parametrize("off", [0, 11])
def test_ice_goes_from_one_to_ten(off: int) -> None:
    assert f"ease is off the scale 1 to 10 (A-1: {off})" in warnings(
        scored(ICE, issue("A-1", impact=8, confidence=5, ease=off))
    )


@pytest.mark.parametrize(
    ("worth", "effort", "square"),
    [(6, 7.9, "quick win"), (10, 8, "big bet"), (5.9, 1, "fill-in"), (1, 13, "avoid")],
)
def test_the_square_of_the_two_by_two(worth: float, effort: float, square: str) -> None:
    found = score(VALUE, issue("A-1", value=worth, points=effort))
    assert term(found, "square").value == square
    assert found.because.endswith(f"({square})")


def test_value_is_divided_by_effort() -> None:
    found = score(VALUE, issue("A-1", value=8, points=4))
    assert found.because == "value/effort 2 = 8 / 4 (quick win)"
    assert found.cost_of_delay == 8
    assert found.size == 4


def test_a_feature_is_bought_once_its_price_is_paid() -> None:
    assert score(BUY, issue("A-1", spend=45, price=30)).because == "buy-a-feature 1.5 = 45 / 30 (bought)"
    assert term(score(BUY, issue("A-1", spend=29, price=30)), "verdict").value == "not bought"


def test_money_for_everything_is_reported() -> None:
    found = scored(BUY, issue("A-1", spend=45, price=30), issue("A-2", spend=20, price=30))
    assert "players spent 65 on features priced 60 in all" in warnings(found)
    assert warnings(scored(BUY, issue("A-1", spend=45, price=30), issue("A-2", price=30, spend=0))) == ""


def test_stack_rank_is_the_order_people_gave() -> None:
    found = scored({"method": "stack-rank"}, issue("A-1", rank=1), issue("A-2", rank=2), issue("A-3", rank=3))
    assert [each.value for each in found.scores.values()] == [1, Fraction(1, 2), Fraction(1, 3)]
    assert found.scores["jira:3"].because == "stack rank 3, the place people gave it"
    assert StackRank.relative is True
