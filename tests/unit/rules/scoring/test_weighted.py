"""Weighted scoring over declared ends."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.rules.scoring.builders import issue, score, scored, scoring, value, warnings


def weighted(**criteria: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": "weighted",
        "inputs": {
            name: {"value": f"issue.fields.{name}", "min": 0, "max": 10, **each}
            for name, each in criteria.items()
        },
    }


TWO = weighted(revenue={"weight": 0.7}, risk={"weight": 0.3, "better": "low"})


def test_shares_between_the_ends_weighed() -> None:
    found = score(TWO, issue("A-1", revenue=5, risk=10))
    assert found.value == Fraction(35, 100)
    assert found.because == "weighted 0.35 = 0.7 x 0.5 revenue + 0.3 x 0 risk"


def test_decimal_weights_are_exact() -> None:
    tenths = weighted(**{f"c{number}": {"weight": 0.1} for number in range(10)})
    full: dict[str, Any] = dict.fromkeys(tenths["inputs"], 10)
    assert value(tenths, issue("A-1", **full)) == 1


def test_beyond_an_end_counts_as_the_end_and_is_named() -> None:
    found = scored(TWO, issue("A-1", revenue=25, risk=-3))
    assert found.scores["jira:1"].value == 1
    assert "revenue is off the scale 0 to 10 (A-1: 25)" in warnings(found)
    assert "risk is off the scale 0 to 10 (A-1: -3)" in warnings(found)


def test_ends_may_lie_below_zero() -> None:
    settings = weighted(profit={"weight": 1, "min": -100, "max": 100})
    assert value(settings, issue("A-1", profit=-50)) == Fraction(1, 4)


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        ({"a": {"weight": 0.4}, "b": {"weight": 0.4}}, "the weights sum to 0.8, not to 1: a 0.4 + b 0.4"),
        ({"a": {"weight": 1, "min": 3, "max": 3}}, "min 3 is not below max 3"),
        ({"a": {"weight": 0}, "b": {"weight": 1}}, "0 is not above zero"),
        ({"a": {"weight": "much"}}, "'much' is text where a number is due"),
        ({}, "at least 1 item"),
    ],
)
def test_weights_and_ends_that_make_no_sense_are_refused(criteria: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        scoring(weighted(**criteria))
    assert said in str(caught.value)


def test_scales_are_the_criteria_s_own() -> None:
    with pytest.raises(ValidationError, match="declares its own min and max"):
        scoring({**TWO, "scales": {"revenue": [1, 2]}})
