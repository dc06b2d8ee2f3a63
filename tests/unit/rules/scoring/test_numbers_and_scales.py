"""Numbers taken at their word, and the scales they may stand on."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from posync.errors import RuleError
from posync.rules.exact import fraction_of, shown
from posync.rules.scoring.scales import ANY, Scale, between, read_scale, steps
from tests.unit.rules.scoring.builders import issue, scored


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0.1, Fraction(1, 10)),
        (3, Fraction(3)),
        ("2.50", Fraction(5, 2)),
        ("-7", Fraction(-7)),
        (1e-7, Fraction(1, 10**7)),
    ],
)
def test_a_number_is_what_it_shows(value: Any, number: Fraction) -> None:
    assert fraction_of(value) == number


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), True, None, [], "", "1/2", "1e9", "--1", "1_000", "9" * 41]
)
def test_what_is_no_plain_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        fraction_of(value)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(19, 2), "9.5"),
        (Fraction(4), "4"),
        (Fraction(20, 3), "6.67"),
        (Fraction(1, 3), "0.333"),
        (Fraction(1, 16), "0.0625"),
        (Fraction(1, 30000), "3.33e-05"),
        (Fraction(-5, 2), "-2.5"),
        (Fraction(0), "0"),
        (Fraction(-1, 2), "-0.5"),
        (Fraction(5 * 10**18 + 1, 10), "500000000000000000.1"),
        (Fraction(10**20 + 1, 3), "33333333333333333333.67"),
        (Fraction(-(10**400), 3), f"-{'3' * 400}.33"),
    ],
)
def test_numbers_are_shown_as_people_read_them(number: Fraction, text: str) -> None:
    assert shown(number) == text


@pytest.mark.parametrize(
    ("spelt", "said"),
    [
        ([3, 1, 2, 2], "1, 2, 3"),
        ({"min": 1, "max": 10}, "1 to 10"),
        ({"min": 1}, "from 1"),
        ({"max": 10}, "up to 10"),
        ({"Low": 1, "high": 3.5}, "low (1), high (3.5)"),
        ("any", "any number"),
    ],
)
def test_scales_as_a_pack_spells_them(spelt: Any, said: str) -> None:
    assert str(read_scale(spelt)) == said


@pytest.mark.parametrize("spelt", [3, "1 to 3", {}, [], {"min": "a"}, [True]])
def test_what_is_no_scale_is_refused(spelt: Any) -> None:
    with pytest.raises(ValueError):
        read_scale(spelt)


@pytest.mark.parametrize(
    ("scale", "value", "beside"),
    [
        (steps(1, 2, 3, 5), 3, (2, 5)),
        (steps(1, 2, 3, 5), 1, (2,)),
        (steps(1, 2, 3, 5), 4, (3, 5)),
        (between(1, 10), 10, (9,)),
        (Scale(low=Fraction(0)), 5, (4, 6)),
        (ANY, 50, (45, 55)),
        (ANY, 0, ()),
    ],
)
def test_one_step_on_a_scale(scale: Scale, value: int, beside: tuple[int, ...]) -> None:
    assert scale.beside(Fraction(value)) == beside


def test_a_word_that_is_not_on_the_scale_is_told_with_those_that_are() -> None:
    settings = {
        "method": "value-effort",
        "inputs": {"value": "issue.fields.value", "effort": 1},
        "thresholds": {"value": 1, "effort": 1},
        "scales": {"value": {"low": 1, "high": 3}},
    }
    assert scored(settings, issue("A-1", value="High")).scores["jira:1"].value == 3
    with pytest.raises(RuleError, match=r"'huge' is text where a number is due \(or one of: low, high\)"):
        scored(settings, issue("A-1", value="huge"))


def test_a_list_where_one_word_is_due_is_an_error() -> None:
    settings = {"method": "moscow", "inputs": {"promise": "issue.labels", "effort": 1}}
    with pytest.raises(RuleError, match="promise: a list, where one word is due"):
        scored(settings, issue("A-1", labels=("must", "could")))


def test_a_list_where_a_number_is_due_is_an_error() -> None:
    settings = {"method": "cd3", "inputs": {"cost_of_delay": "issue.labels", "duration": 1}}
    with pytest.raises(RuleError, match="cost of delay: "):
        scored(settings, issue("A-1", labels=("must", "could")))
