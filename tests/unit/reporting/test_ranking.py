"""The unified order and the goals as a product owner reads them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from posync.reporting import render_goals, render_ranking
from posync.rules.goals import Pursued
from posync.rules.ranking import Budget, RankedIssue, Ranking


def standing(place: int, key: str, **more: Any) -> RankedIssue:
    known: dict[str, Any] = {
        "tracker": "jira",
        "list": "",
        "title": key.title(),
        "stood": 9,
        "score": Fraction(5, 2),
    }
    return RankedIssue(place=place, issue=key, because=("WSJF 2.5 = 5 / 2",), **{**known, **more})


def ranking(*standings: RankedIssue, **more: Any) -> Ranking:
    known: dict[str, Any] = {"method": "WSJF", "squares": {}, "budgets": (), "firm": None}
    return Ranking(standings=standings, **{**known, **more})


def test_the_first_places_are_shown_and_the_rest_counted() -> None:
    shown = render_ranking(ranking(*(standing(n, f"A-{n}") for n in range(1, 6))), top=2)
    assert "WSJF over 5 issues of all trackers" in shown
    assert "A-2" in shown
    assert "A-3" not in shown
    assert "and 3 more: --top 5" in shown


def test_the_two_by_two_names_a_dozen_of_each_square() -> None:
    keys = tuple(f"A-{n}" for n in range(20))
    shown = render_ranking(ranking(squares={"quick win": keys, "avoid": ()}), width=200)
    assert "A-11 and 8 more" in shown
    assert "little value, much effort" in shown


def test_the_effort_of_each_release_is_shown_by_promise() -> None:
    budget = Budget("2026.12", {"must": Fraction(6), "could": Fraction(2)})
    shown = render_ranking(ranking(budgets=(budget, Budget("", {}))))
    assert [word for line in shown.splitlines() if "2026.12" in line for word in line.split()] == [
        "2026.12", "75", "%", "0", "%", "25", "%", "of", "8",
    ]  # fmt: skip
    assert "in none" in shown


def test_without_a_score_nothing_is_ranked_and_the_mend_is_said() -> None:
    assert "name one with `score:`" in render_ranking(ranking(method=None))


def test_hostile_titles_are_shown_and_never_obeyed() -> None:
    shown = render_ranking(ranking(standing(1, "A-1", title="\x1b[31mred\x1b[0m [bold]x[/bold]")))
    assert "\x1b" not in shown
    assert "[bold]x[/bold]" in shown


def test_goals_tell_their_work_and_what_serves_none() -> None:
    served = Pursued("Abroad", "countries, target 12, by 2027-06-30", Fraction(1), date(2027, 6, 30), overdue=False,
                     issues=("A-1",), points=Fraction(3), unestimated=1)  # fmt: skip
    idle = Pursued("Old", "orders, target 3, by 2026-01-01", Fraction(1), date(2026, 1, 1), overdue=True,
                   issues=(), points=Fraction(0), unestimated=0)  # fmt: skip
    shown = render_goals([served, idle], ["A-7"])
    assert "1 issue, 3 points, 1 of them without points" in shown
    assert "overdue" in shown
    assert "no open story serves it" in shown
    assert "A-7" in shown
    assert "add `goals:`" in render_goals([], [])
