"""What counts of the evidence on one day: combined, dated, with its provenance and its disputes."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from posync.model.backlog import Backlog, merged
from posync.rules.signals import Heard, Line, Signals, SignalSource
from tests.unit.rules.scoring.builders import TODAY, backlog, issue

SHOP = backlog(issue("SHOP-1"), issue("SHOP-2"))


def line(
    value: Any, who: str = "", *, key: str = "SHOP-1", days: int | None = None, at: int = 2, weight: Any = 1
) -> Line:
    """Return a line of a file, `days` old."""
    plain = Fraction(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    when = None if days is None else TODAY - timedelta(days=days)
    return Line(key, plain, f"feedback.csv:{at}", who, when, Fraction(weight))


def heard(*lines: Line, where: Backlog = SHOP, **settings: Any) -> Heard:
    """Return what counts today."""
    declared = {"file": "feedback.csv", "who": "person", "when": "date", **settings}
    return Signals({"feedback": SignalSource.model_validate(declared)}, {"feedback": lines}).heard(
        where, TODAY
    )


def value(*lines: Line, **settings: Any) -> Any:
    """Return what all voices make of SHOP-1."""
    return heard(*lines, **settings).values["jira:1"]["feedback"]


def test_one_line_speaks_for_itself_with_file_line_and_day() -> None:
    found = heard(line(8, "ann", days=52, at=12))
    assert found.values == {"jira:1": {"feedback": 8}}
    assert found.sources == {"jira:1": {"feedback": "feedback.csv:12, 2026-10-01"}}
    assert found.warnings == ()


def test_several_people_are_averaged_with_their_weights() -> None:
    assert value(line(8, "ann", weight=3), line(4, "bob", at=3)) == 7


def test_who_said_what_is_kept() -> None:
    found = heard(line(8, "ann", weight=3, days=1), line(4, "bob", at=3))
    assert (
        found.sources["jira:1"]["feedback"]
        == "mean of 2: ann 8 x 3 (feedback.csv:2, 2026-11-21); bob 4 (feedback.csv:3)"
    )


@pytest.mark.parametrize(
    ("combine", "expected"),
    [
        ("mean", Fraction(11, 4)),
        ("median", Fraction(3, 2)),
        ("sum", 11),
        ("max", 7),
        ("min", 1),
        ("latest", 2),
        ("most", 1),
    ],
)
def test_ways_to_combine_numbers(combine: str, expected: Any) -> None:
    voices = [line(1, "ann", days=9), line(7, "bob", days=8), line(1, "cyd", days=7), line(2, "dan", days=6)]
    assert value(*voices, combine=combine) == expected


def test_the_median_heeds_weights() -> None:
    assert value(line(1, "ann", weight=5), line(7, "bob"), line(9, "cyd"), combine="median") == 1
    assert value(line(1, "ann", weight=2), line(7, "bob"), line(9, "cyd"), combine="median") == 4


def test_all_answers_by_person() -> None:
    assert value(line("like", "cyd"), line("dislike", "ann"), type="text", combine="all") == (
        "dislike",
        "like",
    )


def test_most_people_decide_and_ties_fall_to_the_first_by_name() -> None:
    assert value(line("b", "ann"), line("a", "bob"), line("b", "cyd"), type="text", combine="most") == "b"
    assert value(line("b", "ann"), line("a", "bob"), type="text", combine="most") == "a"


def test_dates_can_be_the_earliest() -> None:
    early, late = date(2026, 12, 1), date(2027, 1, 1)
    assert value(line(late, "ann"), line(early, "bob"), type="date", combine="min") == early


def test_a_person_s_latest_word_replaces_earlier_ones_wherever_it_stands() -> None:
    assert value(line(9, "ann", days=1), line(2, "ann", days=30, at=3)) == 9
    assert value(line(9, "ann"), line(2, "ann", at=3)) == 2


def test_in_a_sum_every_line_counts() -> None:
    assert value(line(9, "ann", days=1), line(2, "ann", days=30, at=3), combine="sum") == 11


def test_lines_without_a_name_are_voices_of_their_own() -> None:
    assert value(line(9), line(3, at=3)) == 6


def test_a_voice_without_weight_is_not_heard() -> None:
    assert value(line(9, "ann", weight=0), line(3, "bob", at=3)) == 3
    assert heard(line(9, "ann", weight=0)).values == {}


def test_stale_lines_do_not_count_and_are_listed() -> None:
    found = heard(line(9, "ann", days=90), line(3, "bob", days=91, at=3), fresh="90d")
    assert found.values["jira:1"]["feedback"] == 9
    assert found.warnings == (
        "feedback: lines older than 90 days no longer count: SHOP-1 (feedback.csv:3, 2026-08-23). Ask again, or raise `fresh`",
    )


def test_an_issue_with_stale_lines_only_has_no_signal() -> None:
    assert heard(line(9, "ann", days=91), fresh="90d").values == {}


def test_a_line_of_tomorrow_is_not_known_yet() -> None:
    found = heard(line(9, "ann", days=-1))
    assert found.values == {}
    assert found.warnings == (
        "feedback: lines dated after 2026-11-22 do not count yet: SHOP-1 (feedback.csv:2, 2026-11-23)",
    )


def test_a_person_s_old_word_does_not_come_back_when_a_later_one_exists() -> None:
    assert value(line(1, "ann", days=10), line(9, "ann", days=-5, at=3)) == 1


def test_wide_disagreement_is_a_question_with_who_said_what() -> None:
    found = heard(line(1, "ann", days=1), line(8, "bob", at=3), disagree=3)
    assert found.warnings == (
        "a question to settle: feedback of SHOP-1, 7 apart: ann 1 (feedback.csv:2, 2026-11-21); bob 8 (feedback.csv:3)",
    )
    assert found.values["jira:1"]["feedback"] == Fraction(9, 2)


def test_people_who_nearly_agree_are_no_question() -> None:
    assert heard(line(1, "ann"), line(3, "bob", at=3), disagree=3).warnings == ()
    assert heard(line(1, "ann"), line(1, "bob", at=3), disagree=0).warnings == ()


def test_different_words_are_a_question_where_asked() -> None:
    found = heard(line("like", "ann"), line("dislike", "bob", at=3), type="text", combine="most", disagree=0)
    assert "feedback of SHOP-1, of different minds: ann like" in found.warnings[0]


def test_a_long_list_of_voices_is_cut_short() -> None:
    voices = [line(number % 3, f"p{number}", at=number) for number in range(2, 12)]
    assert heard(*voices).sources["jira:1"]["feedback"].endswith("; and 5 more")


def test_unknown_issues_are_listed_and_harm_nothing() -> None:
    found = heard(line(9, "ann"), line(3, "bob", key="SHOP-99", at=3))
    assert found.values == {"jira:1": {"feedback": 9}}
    assert found.warnings == (
        "feedback: lines about issues that are not in the backlog are left out: SHOP-99 (feedback.csv:3)",
    )


def test_a_key_that_two_trackers_share_must_say_which() -> None:
    other = issue("SHOP-1", tracker="old", uid="old:1")
    both = merged([SHOP, backlog(other)])
    found = heard(
        line(9, "ann"), line(5, "bob", key="old:SHOP-1", at=3), line(4, "cyd", key="jira:1", at=4), where=both
    )
    assert found.values == {"old:1": {"feedback": 5}, "jira:1": {"feedback": 4}}
    assert "more than one tracker has this key" in found.warnings[0]


def test_a_weight_for_nobody_is_told() -> None:
    found = heard(line(9, "ann"), weights={"ann": 2, "anna": 3})
    assert (
        "feedback: anna under `weights` says nothing in feedback.csv: is the name spelt the same?"
        in found.warnings
    )
