"""RICE, with the three projects by which its authors explain it."""

from __future__ import annotations

from typing import Any

from tests.unit.rules.scoring.builders import issue, score, scored, term, value, warnings

RICE: dict[str, Any] = {
    "method": "rice",
    "inputs": {name: f"issue.fields.{name}" for name in ("reach", "impact", "confidence", "effort")},
}


def test_the_three_projects_of_its_authors() -> None:
    first = issue("A-1", reach=500 * 3 * 30 // 100, impact=3, confidence=100, effort=2)
    second = issue("A-2", reach=2000, impact=1, confidence=80, effort=4)
    third = issue("A-3", reach=800, impact=2, confidence=50, effort=1)
    assert [value(RICE, each) for each in (first, second, third)] == [675, 400, 800]


def test_the_period_is_said() -> None:
    one = issue("A-1", reach=450, impact=0.25, confidence=100, effort=0.5)
    assert (
        score({**RICE, "period": "month"}, one).because
        == "RICE 225 = 450 per month x 0.25 x 100 % / 0.5 person-months"
    )


def test_effort_counts_as_half_a_month_at_least() -> None:
    found = score(RICE, issue("A-1", reach=100, impact=1, confidence=100, effort=0.1))
    assert found.value == 200
    assert found.cost_of_delay == 100
    assert found.size == 0.5
    assert term(found, "effort").note == "below half a person-month, counted as 0.5"


def test_less_than_half_confidence_is_a_moonshot() -> None:
    found = scored(RICE, *(issue(f"A-{i}", reach=9, impact=1, confidence=i, effort=1) for i in range(43, 51)))
    assert "less than 50 % confidence is a moonshot: A-43, A-44, A-45, A-46, A-47 and 2 more" in warnings(
        found
    )


def test_words_may_stand_for_numbers() -> None:
    settings = {
        **RICE,
        "scales": {"impact": {"Massive": 3, "High": 2}, "confidence": {"sure": 100, "hm": 80}},
    }
    assert value(settings, issue("A-1", reach=10, impact=" massive", confidence="HM", effort=1)) == 24


def test_a_share_of_confidence_is_off_the_scale_and_a_moonshot_with_the_mend() -> None:
    found = warnings(scored(RICE, issue("A-1", reach=10, impact=1, confidence=0.8, effort=1)))
    assert "confidence is off the scale 50, 80, 100 (A-1: 0.8)" in found
    assert "a share of 0.8 is written 80" in found
