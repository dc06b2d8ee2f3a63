"""Kano's table, cell by cell, and what several people's answers make of a feature."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from posync.errors import RuleError
from posync.rules.scoring.kano import ANSWERS, category
from tests.unit.rules.scoring.builders import issue, score, scored, term, value, warnings

KANO: dict[str, Any] = {
    "method": "kano",
    "inputs": {"functional": "issue.fields.with", "dysfunctional": "issue.fields.without"},
}

# Berger et al. (1993): one row per functional answer, one column per dysfunctional answer.
PUBLISHED = """
like       Q A A A O
must-be    R I I I M
neutral    R I I I M
live-with  R I I I M
dislike    R R R R Q
"""


@pytest.mark.parametrize("row", PUBLISHED.split("\n")[1:-1])
def test_the_published_table(row: str) -> None:
    functional, *letters = row.split()
    assert [category(functional, dysfunctional) for dysfunctional in ANSWERS] == letters


def answers(functional: Any, dysfunctional: Any) -> Any:
    return issue("A-1", **{"with": functional, "without": dysfunctional})


@pytest.mark.parametrize(
    ("functional", "dysfunctional", "worth"),
    [("must-be", "dislike", 4), ("like", "dislike", 3), ("like", "neutral", 2), ("neutral", "neutral", 1)],
)
def test_must_be_above_one_dimensional_above_attractive_above_indifferent(
    functional: str, dysfunctional: str, worth: int
) -> None:
    assert value(KANO, answers(functional, dysfunctional)) == worth


def test_answers_in_usual_words() -> None:
    assert value(KANO, answers("I like it", "I can live with it")) == 2
    assert value({**KANO, "words": {"like": ["Great!"]}}, answers("great!", "I dislike it")) == 3


@pytest.mark.parametrize(
    ("functional", "dysfunctional", "name"),
    [("dislike", "like", "reverse"), ("like", "like", "questionable")],
)
def test_reverse_and_questionable_go_to_review(functional: str, dysfunctional: str, name: str) -> None:
    found = scored(KANO, answers(functional, dysfunctional))
    assert found.scores == {}
    assert found.left["jira:1"].because == f"Kano {name}: goes to review, left out of ranking"
    assert f"{name}, " in warnings(found)
    assert "A-1. Review them; they are not ranked" in warnings(found)


def test_the_most_frequent_category_counts() -> None:
    found = score(KANO, answers(("like", "like", "neutral"), ("neutral", "live-with", "dislike")))
    assert found.because == "Kano attractive (2 of 4, 2 of 3 people; better 0.667, worse -0.333)"
    assert term(found, "category").value == "attractive"


def test_of_equally_frequent_categories_the_weightier_counts() -> None:
    assert value(KANO, answers(("like", "must-be"), ("neutral", "dislike"))) == 4
    assert value(KANO, answers(("like", "dislike"), ("neutral", "like"))) == 2


def test_how_far_having_it_pleases_and_lacking_it_hurts() -> None:
    found = score(KANO, answers(("like",) * 3 + ("must-be",), ("dislike", "dislike", "neutral", "dislike")))
    assert term(found, "better").value == Fraction(3, 4)
    assert term(found, "worse").value == Fraction(-3, 4)


def test_each_person_answers_both_questions() -> None:
    with pytest.raises(RuleError, match="issue A-1: 2 functional answers but 1 dysfunctional ones"):
        scored(KANO, answers(("like", "like"), ("dislike",)))


def test_an_answer_nobody_offered_is_an_error() -> None:
    with pytest.raises(
        RuleError, match="functional: 'meh' is none of dislike, like, live-with, must-be, neutral"
    ):
        scored(KANO, answers("meh", "dislike"))
