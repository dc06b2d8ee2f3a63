"""Cost of delay divided by duration."""

from __future__ import annotations

from fractions import Fraction

from tests.unit.rules.scoring.builders import issue, score, scored, value, warnings

CD3 = {"method": "cd3", "inputs": {"cost_of_delay": "issue.fields.cost", "duration": "issue.points"}}


def test_the_ice_cream_stand_of_the_method_s_authors_builds_the_second_machine_first() -> None:
    spoon, machine = issue("A-1", cost=10, points=2), issue("A-2", cost=30, points=4)
    assert value(CD3, spoon) == 5
    assert value(CD3, machine) == Fraction(15, 2)


def test_money_and_time_are_named() -> None:
    settings = {**CD3, "currency": "CHF", "per": "month"}
    found = score(settings, issue("A-1", cost=10000, points=4))
    assert found.because == "CD3 2500 = 10000 CHF per month / 4 months"
    assert [each.unit for each in found.terms] == ["CHF per month", "months"]


def test_relative_points_are_reported() -> None:
    found = scored(CD3, issue("A-1", cost=8, points=2), issue("A-2", cost=13, points=2))
    assert "CD3 needs EUR per week. Never mix relative points with money" in warnings(found)


def test_money_is_not() -> None:
    assert warnings(scored(CD3, issue("A-1", cost=8, points=2), issue("A-2", cost=1300, points=2))) == ""


def test_one_amount_alone_says_nothing() -> None:
    assert warnings(scored(CD3, issue("A-1", cost=8, points=2))) == ""
