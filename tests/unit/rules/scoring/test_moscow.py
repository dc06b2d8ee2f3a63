"""MoSCoW: four promises, and the effort budget per release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from posync.errors import RuleError
from posync.model.verdict import Missing
from posync.rules.scoring import Scored
from tests.unit.rules.scoring.builders import issue, score, scored, scoring, value

MOSCOW: dict[str, Any] = {
    "method": "moscow",
    "inputs": {"promise": "issue.fields.promise", "effort": "issue.points"},
}


def budget(found: Scored, settings: Mapping[str, Any] = MOSCOW) -> str:
    """Return what is said of each release."""
    return "\n".join(scoring(settings).release_guards(found.rated, lambda issue: issue.releases))


@pytest.mark.parametrize(
    ("word", "worth"),
    [("Must", 3), ("must have", 3), ("M", 3), ("SHOULD", 2), ("Should-have", 2), ("could", 1), ("C", 1)],
)
def test_promises_in_usual_spellings(word: str, worth: int) -> None:
    assert value(MOSCOW, issue("A-1", promise=word)) == worth


@pytest.mark.parametrize("word", ["wont", "Won't", "Won’t have", "Won't have this time", "W"])
def test_wont_is_left_out_of_ranking(word: str) -> None:
    found = scored(MOSCOW, issue("A-1", promise=word))
    assert found.scores == {}
    assert found.left["jira:1"].because == "MoSCoW Won't have this time: left out of ranking"


def test_a_pack_may_add_spellings() -> None:
    settings = {
        **MOSCOW,
        "inputs": {"promise": "issue.priority", "effort": 1},
        "words": {"must": ["Highest"]},
    }
    assert value(settings, issue("A-1", priority="highest")) == 3


def test_a_word_nobody_knows_is_an_error_with_the_mend() -> None:
    with pytest.raises(RuleError, match="promise: 'maybe' is none of could, must, should, wont"):
        scored(MOSCOW, issue("A-1", promise="maybe"))


def test_a_missing_promise_may_be_given_by_the_pack() -> None:
    found = score({**MOSCOW, "missing": {"promise": "could"}}, issue("A-1"))
    assert found.value == 1
    assert found.because == "MoSCoW Could have (1 of 3); promise missing, could in its stead"


def test_a_missing_effort_does_not_hinder_and_is_listed() -> None:
    found = scored(MOSCOW, issue("A-1", promise="must"))
    assert found.scores["jira:1"].value == 3
    assert found.missing == (Missing("jira:1", "effort", "nothing"),)


def test_must_may_take_sixty_percent_of_the_effort_and_no_more() -> None:
    at_most = [issue("A-1", promise="must", points=6), issue("A-2", promise="could", points=4)]
    assert budget(scored(MOSCOW, *at_most)) == ""
    more = [issue("A-1", promise="must", points=7), issue("A-2", promise="could", points=3)]
    assert "issues without a release: Must have takes 70 % of the effort (7 of 10), more than 60 %" in budget(
        scored(MOSCOW, *more)
    )


def test_the_budget_is_kept_per_release() -> None:
    found = budget(
        scored(
            MOSCOW,
            issue("A-1", promise="must", points=9, releases=("1.0",)),
            issue("A-2", promise="could", points=1, releases=("1.0",)),
            issue("A-3", promise="should", points=80, releases=("2.0",)),
            issue("A-4", promise="could", points=20, releases=("2.0",)),
        )
    )
    assert "release 1.0: Must have takes 90 %" in found
    assert "2.0" not in found


def test_wont_is_no_part_of_the_budget() -> None:
    found = scored(
        MOSCOW,
        issue("A-1", promise="must", points=7),
        issue("A-2", promise="could", points=3),
        issue("A-3", promise="wont", points=90),
    )
    assert "Must have takes 70 %" in budget(found)


def test_hardly_any_could_is_too_thin_a_reserve() -> None:
    found = scored(MOSCOW, issue("A-1", promise="should", points=95), issue("A-2", promise="could", points=5))
    assert "Could have is 5 % of the effort, far below the 20 % that serve as contingency" in budget(found)


def test_the_budget_may_be_another() -> None:
    settings = {**MOSCOW, "budget": {"must": 80, "could": 0}}
    assert (
        budget(
            scored(
                settings, issue("A-1", promise="must", points=8), issue("A-2", promise="should", points=2)
            ),
            settings,
        )
        == ""
    )
