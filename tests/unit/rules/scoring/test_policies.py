"""What happens where an input is missing or cannot be used: always listed, never guessed in silence."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from posync.errors import RuleError
from posync.model.issue import IssueType, State
from posync.model.verdict import Missing
from tests.unit.rules.scoring.builders import WSJF, issue, score, scored, scoring, term, warnings


def test_last_is_the_default_and_stands_below_all_numbers() -> None:
    found = scored(WSJF, issue("A-1", value=1, time=1, risk=1))
    assert found.scores["jira:1"].value is None
    assert (
        found.scores["jira:1"].because == "WSJF: job size missing, so the issue stands below all scored ones"
    )
    assert found.missing == (Missing("jira:1", "job_size", "last"),)


def test_blocked_is_left_where_it_stands_and_listed() -> None:
    found = scored({**WSJF, "missing": {"job_size": "block"}}, issue("A-1", value=1, time=1, risk=1))
    assert found.scores == {}
    assert found.left["jira:1"].because == "WSJF: job size missing, so the issue is left where it stands"
    assert found.missing == (Missing("jira:1", "job_size", "block"),)


def test_a_number_is_used_and_said() -> None:
    found = scored({**WSJF, "missing": {"risk_reduction": 1, "job_size": 2.5}}, issue("A-1", value=2, time=2))
    only = found.scores["jira:1"]
    assert only.value == 2
    assert (
        only.because
        == "WSJF 2 = (2 + 2 + 1) / 2.5; risk reduction missing, 1 in its stead; job size missing, 2.5 in its stead"
    )
    assert term(only, "job_size").source == "the pack, under missing"
    assert found.missing == (Missing("jira:1", "risk_reduction", "1"), Missing("jira:1", "job_size", "2.5"))


def test_block_weighs_more_than_last() -> None:
    found = scored({**WSJF, "missing": {"job_size": "block"}}, issue("A-1", time=1, risk=1))
    assert "jira:1" in found.left
    assert [each.used for each in found.missing] == ["last", "block"]


def test_what_is_known_is_still_shown() -> None:
    assert [each.name for each in score(WSJF, issue("A-1", value=1, time=2, risk=3)).terms] == [
        "business_value",
        "time_criticality",
        "risk_reduction",
    ]


def test_an_inherited_input_is_not_missing() -> None:
    epic = issue("A-1", value=1, time=1, risk=1, points=1)
    assert scored(WSJF, epic, issue("A-2", epic="A-1", points=1)).missing == ()


@pytest.mark.parametrize("bad", [0, 0.0, -3])
def test_a_job_size_that_nothing_can_be_divided_by_counts_as_missing_and_is_named(bad: float) -> None:
    found = scored(WSJF, issue("A-1", value=1, time=1, risk=1, points=bad))
    assert found.missing == (Missing("jira:1", "job_size", "last"),)
    assert (
        "job size cannot be used: it must be above zero (A-1). It counts as missing until it is mended"
        in warnings(found)
    )


def test_a_negative_value_counts_as_missing_and_is_named() -> None:
    found = scored(WSJF, issue("A-1", value=-2, time=1, risk=1, points=1))
    assert found.scores["jira:1"].value is None
    assert "business value cannot be used: it must not be below zero (A-1)" in warnings(found)


@pytest.mark.parametrize("bad", ["XL", "8 points", "1e5", "½", "0x10", "٣", True, ("a", "b")])
def test_what_is_no_number_stops_the_pack_with_issue_and_mend(bad: Any) -> None:
    with pytest.raises(RuleError) as caught:
        scored(
            WSJF,
            issue("A-1", value=1, time=1, risk=1, points=1),
            issue("A-2", value=bad, time=1, risk=1, points=1),
            pack="shop",
        )
    assert str(caught.value).startswith("pack shop, issue A-2: business value: ")
    assert "Mend the value, or the expression `issue.fields.value`" in str(caught.value)


@pytest.mark.parametrize(("text", "number"), [("8", 8), (" 2.50 ", 2.5), ("13", 13)])
def test_a_numeral_in_a_select_field_is_a_number(text: str, number: float) -> None:
    assert (
        term(score(WSJF, issue("A-1", value=text, time=1, risk=1, points=1)), "business_value").value
        == number
    )


def test_empty_text_is_missing() -> None:
    assert scored(WSJF, issue("A-1", value="", time=1, risk=1, points=1)).missing[0].input == "business_value"


def test_an_expression_that_cannot_be_told_names_pack_and_issue() -> None:
    settings = {**WSJF, "inputs": {**WSJF["inputs"], "job_size": "issue.points + 1"}}
    with pytest.raises(RuleError, match=r"pack shop, issue A-1: issue\.points is not set"):
        scored(settings, issue("A-1", value=1, time=1, risk=1), pack="shop")


def test_done_issues_and_those_outside_when_are_not_scored() -> None:
    settings = {**WSJF, "when": "issue.type == 'story'"}
    story, bug, done = (
        issue("A-1", value=1, time=1, risk=1, points=1),
        issue("A-2", type=IssueType.BUG, value=1, time=1, risk=1, points=1),
        issue("A-3", state=State.DONE, value=1, time=1, risk=1, points=1),
    )
    found = scored(settings, story, bug, done)
    assert set(found.scores) == {"jira:1"}
    assert found.left == {}


def test_a_when_that_is_no_condition_is_told() -> None:
    with pytest.raises(RuleError, match="when: "):
        scored(
            {**WSJF, "when": "issue.fields.value"},
            issue("A-1", value=1, time=1, risk=1, points=1),
            pack="shop",
        )


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"missing": {"jobsize": "last"}}, "'jobsize' is no input of wsjf: did you mean 'job_size'?"),
        ({"missing": {"job_size": "later"}}, "'later' is no policy for job size: last, block, a number"),
        ({"missing": {"job_size": 0}}, "0 will not do for job size: it must be above zero"),
        ({"missing": {"risk_reduction": -1}}, "-1 will not do for risk reduction"),
        ({"scales": {"size": [1, 2]}}, "'size' is no input of wsjf"),
        ({"scales": {"job_size": []}}, "a scale is a list of numbers"),
        ({"scales": {"job_size": {"min": 3, "max": 3}}}, "min 3 is not below max 3"),
        ({"scales": {"job_size": ["S", "M"]}}, "'S' is text where a number is due"),
    ],
)
def test_settings_that_make_no_sense_are_refused(setting: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        scoring({**WSJF, **setting})
    assert said in str(caught.value)
