"""Goals: which issues serve them, and what hangs in the air on both sides."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from posync.errors import RuleError
from posync.model.issue import IssueType, State
from posync.rules.goals import Alignment, Goal, Goals, align
from tests.unit.rules.scoring.builders import TODAY, WSJF, backlog, issue, scored, warnings

_GOALS: TypeAdapter[tuple[Goal, ...]] = TypeAdapter(Goals)


def goal(name: str = "More guests", **more: Any) -> dict[str, Any]:
    return {"name": name, "measure": "guest orders a day", "target": 200, "date": "2026-12-31", **more}


def aligned(goals: list[dict[str, Any]], *issues: Any) -> Alignment:
    return align(_GOALS.validate_python(goals), backlog(*issues), TODAY)


def test_issues_serve_a_goal_by_epic_label_or_expression() -> None:
    found = aligned(
        [goal(epics=["A-1"], labels=["guest"], when="issue.fields.theme == 'checkout'")],
        issue("A-1", type=IssueType.EPIC),
        issue("A-2", epic="A-1"),
        issue("A-3", epic="A-2", type=IssueType.SUBTASK),
        issue("A-4", labels=("guest",)),
        issue("A-5", theme="checkout"),
        issue("A-6", theme="other"),
    )
    assert set(found.goals) == {"jira:1", "jira:2", "jira:3", "jira:4", "jira:5"}
    assert found.issues_without_goal == ("jira:6",)


def test_weights_add_up_where_an_issue_serves_several() -> None:
    found = aligned(
        [goal("a", labels=["x"], weight=2), goal("b", labels=["x", "y"], weight=0.5)],
        issue("A-1", labels=("x",)),
        issue("A-2", labels=("y",)),
    )
    assert found.goals == {"jira:1": ("a", "b"), "jira:2": ("b",)}
    assert found.weights == {"jira:1": 2.5, "jira:2": 0.5}


def test_goals_without_issues_and_issues_without_goals_are_told() -> None:
    found = aligned(
        [goal(labels=["x"])],
        issue("A-1", state=State.DONE, labels=("x",)),
        issue("A-2"),
        issue("A-3", type=IssueType.EPIC),
    )
    assert found.goals_without_issues == ("More guests",)
    assert found.issues_without_goal == ("jira:2",)
    assert found.warnings == ("goal 'More guests': no open issue serves it", "no goal is served by A-2")


def test_a_goal_that_is_due_and_an_epic_that_is_not_there_are_told() -> None:
    found = aligned([goal(date="2026-11-21", epics=["A-9"], labels=["x"])], issue("A-1", labels=("x",)))
    assert found.warnings == (
        "goal 'More guests' was due on 2026-11-21: has guest orders a day reached 200?",
        "goal 'More guests': A-9 under `epics` is not in the backlog",
    )


def test_no_goals_say_nothing() -> None:
    assert aligned([], issue("A-1")) == Alignment()


def test_alignment_can_enter_a_score() -> None:
    settings = {
        **WSJF,
        "inputs": {
            **WSJF["inputs"],
            "risk_reduction": "issue.goal_weight",
            "time_criticality": "contains(issue.goals, 'More guests') ? 8 : 1",
        },
    }
    goals = _GOALS.validate_python([goal(labels=["guest"], weight=5)])
    serving, other = issue("A-1", value=1, points=1, labels=("guest",)), issue("A-2", value=1, points=1)
    found = scored(settings, serving, other, goals=goals)
    assert [each.value for each in found.scores.values()] == [14, 2]
    assert found.scores["jira:1"].terms[2].source == "goals: More guests"
    assert "no goal is served by A-2" in warnings(found)


def test_a_condition_that_cannot_be_told_names_the_goal() -> None:
    with pytest.raises(RuleError, match="issue A-1: goal 'More guests': "):
        aligned([goal(when="issue.points > 3")], issue("A-1"))


@pytest.mark.parametrize(
    ("goals", "said"),
    [
        ([goal(labels=["x"]), goal(labels=["y"])], "two goals are called 'More guests'"),
        ([goal()], "names no `epics`, `labels` or `when`"),
        ([goal(labels=["x"], weight=-1)], "a weight is not below zero"),
        ([{"name": "x"}], "measure"),
    ],
)
def test_goals_that_make_no_sense_are_refused(goals: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        _GOALS.validate_python(goals)
    assert said in str(caught.value)
