"""WSJF: the formula, its table's guards, and what stories take from their epic."""

from __future__ import annotations

from fractions import Fraction

import pytest

from posync.model.issue import IssueType, Ref, State
from posync.rules.scoring.wsjf import Wsjf
from posync.rules.signals import Line, Signals, SignalSource
from tests.unit.rules.scoring.builders import WSJF, issue, score, scored, term, value, warnings


def test_the_sum_of_three_over_the_job_size() -> None:
    found = score(WSJF, issue("SHOP-7", value=8, time=8, risk=3, points=2))
    assert found.value == Fraction(19, 2)
    assert found.because == "WSJF 9.5 = (8 + 8 + 3) / 2"
    assert found.cost_of_delay == 19
    assert found.size == 2


def test_a_third_stays_a_third() -> None:
    assert value(WSJF, issue("SHOP-1", value=1, time=2, risk=1, points=3)) == Fraction(4, 3)


def test_what_two_equal_jobs_cost_to_delay_decides_and_of_equal_costs_the_smaller_job_does() -> None:
    # The two rules of thumb by which SAFe explains the formula.
    dear, cheap = (
        issue("A-1", value=20, time=8, risk=5, points=3),
        issue("A-2", value=2, time=1, risk=1, points=3),
    )
    small, large = (
        issue("A-3", value=5, time=5, risk=5, points=2),
        issue("A-4", value=5, time=5, risk=5, points=8),
    )
    found = scored(WSJF, dear, cheap, small, large).scores
    assert (found[dear.uid].value or 0) > (found[cheap.uid].value or 0)
    assert (found[small.uid].value or 0) > (found[large.uid].value or 0)


def test_terms_are_the_pack_s_inputs_with_where_they_come_from() -> None:
    one = issue("A-1", value=5, time=3, risk=1, points=2.0, provenance={"points": "customfield_10016"})
    found = score(WSJF, one)
    assert [each.name for each in found.terms] == [
        "business_value",
        "time_criticality",
        "risk_reduction",
        "job_size",
    ]
    assert term(found, "job_size").source == "customfield_10016"
    assert term(found, "business_value").source == "issue.fields.value"


def test_a_constant_comes_from_the_pack() -> None:
    settings = {**WSJF, "inputs": {**WSJF["inputs"], "risk_reduction": 1}}
    assert (
        term(score(settings, issue("A-1", value=5, time=3, points=2)), "risk_reduction").source == "the pack"
    )


def test_a_story_takes_the_cost_of_delay_of_its_epic_and_keeps_its_own_size() -> None:
    epic = issue("A-1", type=IssueType.EPIC, value=13, time=5, risk=2, points=20)
    story = issue("A-2", epic="A-1", points=4)
    found = score(WSJF, story, epic)
    assert found.value == 5
    assert found.because == "WSJF 5 = (13 + 5 + 2) / 4; cost of delay inherited from A-1"
    assert term(found, "business_value").note == "inherited from A-1"


def test_all_parts_come_from_the_epic_together_so_that_two_levels_never_mix_in_one_sum() -> None:
    epic = issue("A-1", type=IssueType.EPIC, value=13, time=5, risk=2, points=20)
    assert value(WSJF, issue("A-2", epic="A-1", time=20, points=4), epic) == 5


def test_a_story_with_a_cost_of_delay_of_its_own_keeps_it() -> None:
    epic = issue("A-1", type=IssueType.EPIC, value=13, time=5, risk=2, points=20)
    assert value(WSJF, issue("A-2", epic="A-1", value=1, time=1, risk=1, points=3), epic) == 1


def test_a_sub_task_looks_past_its_story() -> None:
    epic = issue("A-1", type=IssueType.EPIC, value=13, time=5, risk=2)
    story = issue("A-2", epic="A-1", points=4)
    assert value(WSJF, issue("A-3", epic="A-2", points=2), story, epic) == 10


def test_an_epic_that_is_done_still_gives() -> None:
    epic = issue("A-1", type=IssueType.EPIC, value=13, time=5, risk=2, state=State.DONE)
    found = scored(WSJF, epic, issue("A-2", epic="A-1", points=4))
    assert found.scores["jira:2"].value == 5
    assert epic.uid not in found.scores


def test_inheritance_can_be_turned_off() -> None:
    epic = issue("A-1", type=IssueType.EPIC, value=13, time=5, risk=2, points=20)
    assert value({**WSJF, "inherit": False}, issue("A-2", epic="A-1", points=4), epic) is None


def test_parents_in_a_loop_give_nothing_and_end() -> None:
    assert value(WSJF, issue("A-1", epic="A-2", points=1), issue("A-2", epic="A-1", points=1)) is None


@pytest.mark.parametrize("column", ["business value", "time criticality", "risk reduction", "job size"])
def test_a_column_without_a_one_is_reported(column: str) -> None:
    found = scored(
        WSJF, issue("A-1", value=2, time=3, risk=5, points=8), issue("A-2", value=5, time=5, risk=3, points=2)
    )
    assert f"no issue has {column} 1" in warnings(found)


def test_a_table_that_starts_at_one_is_not() -> None:
    found = scored(
        WSJF, issue("A-1", value=1, time=1, risk=5, points=8), issue("A-2", value=5, time=5, risk=1, points=1)
    )
    assert warnings(found) == ""


def test_two_levels_on_one_scale_are_reported() -> None:
    epic = issue("A-1", type=IssueType.EPIC, value=1, time=1, risk=1, points=1)
    heir, own = (
        issue("A-2", epic="A-1", points=1),
        issue("A-3", epic="A-1", value=8, time=1, risk=1, points=1),
    )
    assert "have a cost of delay of their own (A-3) beside 1 that inherit theirs" in warnings(
        scored(WSJF, epic, heir, own)
    )


def test_a_value_off_the_scale_is_used_and_named() -> None:
    found = scored(
        WSJF, issue("A-1", value=1, time=1, risk=1, points=1), issue("A-2", value=4, time=1, risk=1, points=1)
    )
    assert found.scores["jira:2"].value == 6
    assert "business value is off the scale 1, 2, 3, 5, 8, 13, 20 (A-2: 4)" in warnings(found)
    assert "off the scale" in term(found.scores["jira:2"], "business_value").note


def test_a_pack_may_declare_a_scale_of_its_own() -> None:
    settings = {**WSJF, "scales": {"business_value": {"min": 0, "max": 100}, "job_size": "any"}}
    found = scored(settings, issue("A-1", value=55, time=1, risk=1, points=0.5))
    assert "off the scale" not in warnings(found)


def test_its_scores_do_not_depend_on_the_others() -> None:
    assert Wsjf.relative is False


def test_what_an_epic_has_from_a_file_is_inherited_too() -> None:
    source = SignalSource(file="votes.csv")
    votes = Signals({"votes": source}, {"votes": (Line("A-1", Fraction(13), "votes.csv:2"),)})
    settings = {**WSJF, "inputs": {**WSJF["inputs"], "business_value": "issue.signals.votes"}}
    epic, story = issue("A-1", type=IssueType.EPIC, time=5, risk=2), issue("A-2", points=4)
    story = story.model_copy(update={"parent": Ref(key="A-1", uid="jira:1")})
    found = scored(settings, epic, story, signals=votes).scores["jira:2"]
    assert found.value == 5
    assert term(found, "business_value").source == "votes.csv:2"


def test_a_signal_nobody_declares_is_told() -> None:
    settings = {**WSJF, "inputs": {**WSJF["inputs"], "business_value": "issue.signals.vote"}}
    votes = Signals({"votes": SignalSource(file="votes.csv")}, {})
    said = warnings(scored(settings, issue("A-1", time=5, risk=2, points=1), signals=votes))
    assert (
        "business value reads issue.signals.vote, but no pack declares the signal 'vote': did you mean 'votes'?"
        in said
    )
