"""Sensitivity, beside trying every step by scoring everything again."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from posync.model.issue import Issue, IssueType
from posync.rules.scoring.sensitivity import Sensitivity, sensitivity
from tests.unit.rules.scoring.builders import TODAY, backlog, issue, scored, scoring
from tests.unit.rules.scoring.builders import WSJF as TABLE

FIBONACCI = [1, 2, 3, 5, 8, 13, 20]
MOSCOW = {"method": "moscow", "inputs": {"promise": "issue.fields.promise", "effort": "issue.points"}}


def probe(settings: Any, *issues: Issue, n: int) -> Sensitivity:
    return sensitivity(scoring(settings), backlog(*issues), TODAY, n=n)


def told(found: Sensitivity) -> set[tuple[Any, ...]]:
    return {
        (step.issue.uid, step.input, step.before, step.after, step.leaves, step.enters)
        for step in found.steps
    }


def top(issues: list[Issue], n: int) -> set[str]:
    scores = {uid: one.value for uid, one in scored(WSJF, *issues).scores.items() if one.value is not None}
    ranks = {one.uid: one.rank for one in issues}
    return set(sorted(scores, key=lambda uid: (-(scores[uid] or 0), ranks[uid], uid))[:n])


def by_trying(issues: list[Issue], n: int) -> Iterator[tuple[Any, ...]]:
    """Yield what every single step changes, by scoring the changed backlog anew."""
    was = top(issues, n)
    names = {
        "value": "business_value",
        "time": "time_criticality",
        "risk": "risk_reduction",
        "size": "job_size",
    }
    for at, one in enumerate(issues):
        for field, name in names.items():
            if field not in one.fields:
                continue
            place = FIBONACCI.index(int(str(one.fields[field])))
            for after in [*FIBONACCI[max(place - 1, 0) : place], *FIBONACCI[place + 1 : place + 2]]:
                moved = one.model_copy(update={"fields": {**one.fields, field: after}})
                now = top([*issues[:at], moved, *issues[at + 1 :]], n)
                if now != was:
                    before = Fraction(FIBONACCI[place])
                    yield (
                        one.uid,
                        name,
                        before,
                        Fraction(after),
                        tuple(sorted(was - now)),
                        tuple(sorted(now - was)),
                    )


@st.composite
def _families(draw: st.DrawFn) -> list[Issue]:
    worth = st.sampled_from(FIBONACCI)
    epics = draw(st.integers(0, 2))
    found = []
    for number in range(1, draw(st.integers(2, 8)) + 1):
        above = (
            None
            if number <= epics
            else draw(st.sampled_from([None, *[f"A-{e}" for e in range(1, epics + 1)]]))
        )
        fields = {"size": draw(worth)} if draw(st.booleans()) or number > epics else {}
        if above is None or draw(st.booleans()):
            fields |= {"value": draw(worth), "time": draw(worth), "risk": draw(worth)}
        kind = IssueType.EPIC if number <= epics else IssueType.STORY
        found.append(issue(f"A-{number}", epic=above, type=kind, fields=fields))
    return found


WSJF = {**TABLE, "inputs": {**TABLE["inputs"], "job_size": "issue.fields.size"}}


@given(issues=_families(), n=st.integers(1, 4))
@settings(max_examples=80)
def test_it_says_what_scoring_everything_again_says(issues: list[Issue], n: int) -> None:
    found = probe(WSJF, *issues, n=n)
    ranked = [one for one in scored(WSJF, *issues).scores.values() if one.value is not None]
    expected = set(by_trying(issues, n)) if len(ranked) > n else set()
    assert told(found) == expected
    assert found.most == max((len(step[4]) for step in expected), default=0)
    assert set(found.fragile) == {uid for step in expected for uid in step[4]}


def test_one_step_on_an_epic_moves_its_whole_family() -> None:
    epic = issue("A-1", type=IssueType.EPIC, fields={"value": 5, "time": 1, "risk": 1})
    stories = [issue(f"A-{number}", epic="A-1", fields={"size": 1}) for number in (2, 3)]
    others = [issue(f"A-{number}", fields={"value": 5, "time": 2, "risk": 1, "size": 1}) for number in (4, 5)]
    found = probe(WSJF, epic, *stories, *others, n=2)
    assert found.top == ("jira:4", "jira:5")
    assert found.most == 2
    assert str(found) == (
        "one step on any input changes at most 2 of the top 2, and 2 of them hang on a single step; "
        "the weightiest: business value of A-1 from 5 to 8"
    )


def test_a_top_that_stands_firm_says_so() -> None:
    far = [issue("A-1", fields={"value": 20, "time": 20, "risk": 20, "size": 1})]
    low = [issue("A-2", fields={"value": 1, "time": 1, "risk": 1, "size": 20})]
    assert (
        str(probe(WSJF, *far, *low, n=1)) == "no single step on any input changes the top 1 (8 steps tried)"
    )


def test_words_move_along_their_ladder() -> None:
    found = probe(MOSCOW, issue("A-1", promise="must"), issue("A-2", promise="should"), n=1)
    assert told(found) == set()
    equal = probe(MOSCOW, issue("A-1", promise="could"), issue("A-2", promise="could"), n=1)
    assert told(equal) == {
        ("jira:1", "promise", "could", "wont", ("jira:1",), ("jira:2",)),
        ("jira:2", "promise", "could", "should", ("jira:1",), ("jira:2",)),
    }


def test_the_order_people_gave_has_no_steps() -> None:
    found = probe({"method": "stack-rank"}, issue("A-1"), issue("A-2"), n=1)
    assert (found.top, found.steps) == (("jira:1",), ())


def test_a_value_without_a_scale_moves_by_a_tenth_and_stays_usable() -> None:
    settings = {"method": "cd3", "inputs": {"cost_of_delay": "issue.fields.cost", "duration": "issue.points"}}
    found = probe(settings, issue("A-1", cost=100, points=1), issue("A-2", cost=95, points=1), n=1)
    assert told(found) == {
        ("jira:1", "cost_of_delay", 100, 90, ("jira:1",), ("jira:2",)),
        ("jira:1", "duration", 1, Fraction(11, 10), ("jira:1",), ("jira:2",)),
        ("jira:2", "cost_of_delay", 95, Fraction(209, 2), ("jira:1",), ("jira:2",)),
        ("jira:2", "duration", 1, Fraction(9, 10), ("jira:1",), ("jira:2",)),
    }
