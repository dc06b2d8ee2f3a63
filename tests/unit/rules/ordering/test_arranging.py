"""Small backlogs whose right order a product owner would agree on, with the reasons given for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from posync.errors import RuleError
from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType, Link, LinkKind, Ref, Sprint, SprintState, State
from posync.model.verdict import Score, Term
from posync.rules.ordering.arranging import Arrangement, arrange, why_above
from posync.rules.ordering.settings import Aging, OrderSettings, Pin

TODAY = date(2026, 11, 20)


def issue(key: str, rank: int, *, tracker: str = "shop", waits_for: Sequence[str] = (), **more: Any) -> Issue:
    more.setdefault("links", tuple(Link(kind=LinkKind.BLOCKED_BY, to=Ref(key=other)) for other in waits_for))
    return Issue(uid=f"{tracker}:{key}", tracker=tracker, key=key, rank=rank, **more)


def backlog(*issues: Issue) -> Backlog:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    return Backlog(tracker="all", issues=issues, complete=True, shown_by="written", observed=now)


def score(of: Issue, value: float | None, size: int = 1, **terms: float) -> Score:
    exact = None if value is None else Fraction(str(value))
    named = tuple(Term(name, Fraction(str(number))) for name, number in terms.items())
    said = "not scored: size missing" if exact is None else f"WSJF {value}"
    return Score(of.uid, exact, said, named, None if exact is None else exact * size, Fraction(size))


def arranged(
    issues: Sequence[Issue], values: Mapping[str, float | None], settings: OrderSettings | None = None
) -> Arrangement:
    scores = {i.uid: score(i, values[i.key]) for i in issues if i.key in values}
    return arrange(backlog(*issues), scores, settings or OrderSettings(), TODAY, pack="wsjf")


def keys(arrangement: Arrangement) -> list[str]:
    return [place.uid.partition(":")[2] for place in arrangement.places]


def because(arrangement: Arrangement, key: str) -> str:
    return "; ".join(next(p.because for p in arrangement.places if p.uid.endswith(f":{key}")))


def test_the_higher_score_stands_above_and_says_its_sum() -> None:
    found = arranged([issue("A", 1), issue("B", 2)], {"A": 3, "B": 5})
    assert keys(found) == ["B", "A"]
    assert [p.rank for p in found.places] == [1, 2]
    assert because(found, "B") == "WSJF 5"


def test_done_and_unranked_issues_have_no_place() -> None:
    issues = [issue("A", 1, state=State.DONE), issue("B", 2, ranked=False), issue("C", 3)]
    assert keys(arranged(issues, {"A": 9, "B": 9, "C": 1})) == ["C"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"state": State.IN_PROGRESS}, "in progress: keeps its place"),
        (
            {"sprint": Sprint(id="1", name="Sprint 7", state=SprintState.ACTIVE)},
            "in the active sprint Sprint 7: keeps its place",
        ),
        ({"labels": ("posync-pin",)}, "label posync-pin: keeps its place"),
        ({"labels": ("posync-ignore",)}, "label posync-ignore: keeps its place"),
        ({"labels": ("urgent", "Posync-Ignore ")}, "label posync-ignore: keeps its place"),
        ({"labels": ("POSYNC-PIN",)}, "label posync-pin: keeps its place"),
    ],
)
def test_who_is_at_work_or_held_keeps_the_place_people_see(more: dict[str, Any], says: str) -> None:
    issues = [issue("A", 1), issue("B", 2, **more), issue("C", 3), issue("D", 4)]
    found = arranged(issues, {"A": 1, "B": 0, "C": 2, "D": 3})
    assert keys(found) == ["D", "B", "C", "A"]
    assert says in because(found, "B")


def test_a_pack_may_order_what_is_at_work() -> None:
    sprint = Sprint(id="1", name="S", state=SprintState.ACTIVE)
    issues = [issue("A", 1, state=State.IN_PROGRESS), issue("B", 2, sprint=sprint), issue("C", 3)]
    settings = OrderSettings(active_sprint="ignore", in_progress="ignore")
    assert keys(arranged(issues, {"A": 1, "B": 2, "C": 3}, settings)) == ["C", "B", "A"]


def test_an_issue_without_a_score_keeps_its_place_and_one_that_lacks_inputs_goes_last() -> None:
    issues = [issue("A", 1), issue("B", 2), issue("C", 3)]
    found = arranged(issues, {"A": None, "C": -1})
    assert keys(found) == ["C", "B", "A"]
    assert because(found, "B") == "without a score: keeps its place"


def test_ties_go_by_the_pack_then_size_then_age_then_the_present_place() -> None:
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    issues = [
        issue("E", 1),
        issue("D", 2, created=new),
        issue("C", 3, created=old),
        issue("B", 4),
        issue("A", 5),
    ]
    scores = {
        "shop:A": score(issues[4], 2, size=5, time_criticality=3),
        "shop:B": score(issues[3], 2, size=1, time_criticality=1),
        "shop:C": score(issues[2], 2, size=2, time_criticality=1),
        "shop:D": score(issues[1], 2, size=2, time_criticality=1),
        "shop:E": score(issues[0], 2, size=2, time_criticality=1),
    }
    found = arrange(backlog(*issues), scores, OrderSettings(), TODAY)
    assert keys(found) == ["A", "B", "C", "D", "E"]
    assert "time criticality 3 against 1" in why_above(found, "shop:A", "shop:B")
    assert "it is smaller" in why_above(found, "shop:B", "shop:C")
    assert "it is older" in why_above(found, "shop:C", "shop:D")


def test_equals_stay_as_they_stand() -> None:
    issues = [issue("C", 1), issue("A", 2), issue("B", 3)]
    found = arranged(issues, {"A": 1, "B": 1, "C": 1})
    assert keys(found) == ["C", "A", "B"]
    assert why_above(found, "shop:C", "shop:A").endswith(
        "both are worth the same, and it stands above already"
    )


def test_a_tie_that_names_nothing_is_said() -> None:
    found = arranged([issue("A", 1)], {"A": 1}, OrderSettings(ties=("jobsize",)))
    assert "ties: nothing is called jobsize" in found.warnings[0].because


def test_a_blocker_stands_above_what_it_blocks_across_trackers_and_whichever_side_says_so() -> None:
    card = issue("card", 1, tracker="board", links=(Link(kind=LinkKind.BLOCKS, to=Ref(key="A")),))
    issues = [issue("A", 1), issue("B", 2), card]
    found = arranged(issues, {"A": 20, "B": 5, "card": 1})
    assert keys(found) == ["card", "A", "B"]
    assert because(found, "card") == "WSJF 1; A waits for it: together worth 10.5"
    assert because(found, "A") == "WSJF 20; waits for card"
    assert why_above(found, "board:card", "shop:A").endswith("A waits for card")
    assert "card together with A, which it is linked to, is worth 10.5 against B is worth 5" in why_above(
        found, "board:card", "shop:B"
    )


def test_a_pack_may_ignore_links() -> None:
    issues = [issue("A", 1, waits_for=["B"]), issue("B", 2)]
    assert keys(arranged(issues, {"A": 20, "B": 1}, OrderSettings(blockers="ignore"))) == ["A", "B"]


def test_the_members_of_a_circle_keep_their_order_and_are_named() -> None:
    issues = [issue("A", 1, waits_for=["B"]), issue("B", 2, waits_for=["A"]), issue("C", 3, waits_for=["B"])]
    found = arranged(issues, {"A": 1, "B": 5, "C": 9})
    assert keys(found) == ["A", "B", "C"]
    assert [w.because for w in found.warnings] == [
        "A and B wait for each other: they keep their present order until one link is taken away"
    ]
    assert "wait for each other" in why_above(found, "shop:A", "shop:B")


def test_a_blocker_outside_the_backlog_is_said_and_not_taken_into_account() -> None:
    issues = [issue("A", 1), issue("B", 2, waits_for=["OPS-1"])]
    found = arranged(issues, {"A": 1, "B": 2})
    assert keys(found) == ["B", "A"]
    assert "also waits for OPS-1, which has no place here" in because(found, "B")
    assert "B for OPS-1" in found.warnings[0].because


def test_a_blocker_that_is_done_holds_nothing_up() -> None:
    issues = [issue("A", 1, state=State.DONE), issue("B", 2, waits_for=["A"]), issue("C", 3)]
    found = arranged(issues, {"B": 2, "C": 1})
    assert keys(found) == ["B", "C"]
    assert found.warnings == ()


def test_what_blocks_work_in_progress_rises_above_it_while_it_keeps_its_place() -> None:
    issues = [
        issue("A", 1),
        issue("B", 2),
        issue("W", 3, state=State.IN_PROGRESS, waits_for=["D"]),
        issue("D", 4),
    ]
    found = arranged(issues, {"A": 9, "B": 8, "W": 1, "D": 1})
    assert keys(found) == ["A", "D", "W", "B"]


def test_work_in_progress_gives_way_where_there_is_no_place_above_it() -> None:
    issues = [issue("W", 1, state=State.IN_PROGRESS, waits_for=["D"]), issue("A", 2), issue("D", 3)]
    assert keys(arranged(issues, {"W": 1, "A": 9, "D": 1})) == ["D", "W", "A"]


def test_what_waits_for_kept_work_stands_below_it() -> None:
    issues = [issue("A", 1, waits_for=["W"]), issue("W", 2, state=State.IN_PROGRESS), issue("B", 3)]
    assert keys(arranged(issues, {"A": 9, "B": 1, "W": 1})) == ["B", "W", "A"]


def pin(key: str, at: int | tuple[int, int], until: date | None = None) -> Pin:
    return Pin(issue=key, at=at, owner="Ana", because="promised to a customer", until=until)


def test_a_pin_holds_a_place_and_says_whose_word_it_is() -> None:
    issues = [issue("A", 1), issue("B", 2), issue("C", 3)]
    settings = OrderSettings(pins=(pin("A", 3, date(2026, 12, 1)),))
    found = arranged(issues, {"A": 9, "B": 1, "C": 2}, settings)
    assert keys(found) == ["C", "B", "A"]
    assert because(found, "A").startswith("pinned to place 3 by Ana until 2026-12-01: promised to a customer")


def test_a_range_leaves_the_score_its_say_within() -> None:
    issues = [issue(key, rank) for rank, key in enumerate("ABCDE", 1)]
    values = {"A": 5, "B": 4, "C": 3, "D": 2, "E": 9}
    assert keys(arranged(issues, values, OrderSettings(pins=(pin("E", (2, 4)),)))) == list("AEBCD")
    assert keys(arranged(issues, {**values, "E": 1}, OrderSettings(pins=(pin("E", (2, 4)),)))) == list(
        "ABCED"
    )


def test_a_pin_counts_in_the_list_the_issue_stands_in() -> None:
    issues = [issue("A", 1), issue("B", 2), issue("X", 1, tracker="board"), issue("Y", 2, tracker="board")]
    found = arranged(issues, {"A": 9, "B": 8, "X": 7, "Y": 6}, OrderSettings(pins=(pin("Y", 1),)))
    assert [key for key in keys(found) if key in "XY"] == ["Y", "X"]
    assert [key for key in keys(found) if key in "AB"] == ["A", "B"]


def test_labels_pin_too_and_what_they_do_not_say_is_asked_for() -> None:
    issues = [
        issue("A", 1),
        issue("B", 2, labels=("Posync-Pin:1",)),
        issue("C", 3, labels=("posync-pin:top",)),
    ]
    found = arranged(issues, {"A": 9, "B": 1, "C": 2})
    assert keys(found) == ["B", "A", "C"]
    assert "C has posync-pin:top, which pins it to nothing" in found.warnings[0].because


def test_pins_that_ended_or_name_nothing_are_said() -> None:
    settings = OrderSettings(pins=(pin("A", 2, date(2026, 11, 19)), pin("gone", 1)))
    found = arranged([issue("A", 1), issue("B", 2)], {"A": 9, "B": 1}, settings)
    assert keys(found) == ["A", "B"]
    assert "the pin on A by Ana ended on 2026-11-19" in found.warnings[0].because
    assert "no open issue has this key" in found.warnings[1].because


@pytest.mark.parametrize(
    ("issues", "pins", "says"),
    [
        (
            [issue("A", 1), issue("B", 2)],
            (pin("A", 1), pin("B", 1)),
            "but A is pinned to place 1 by Ana: promised to a customer",
        ),
        (
            [issue("A", 1, waits_for=["B"]), issue("B", 2)],
            (pin("A", 1), pin("B", 2)),
            "it waits for B (which is pinned to place 2 by Ana",
        ),
        (
            [issue("A", 1, waits_for=["B"]), issue("B", 2)],
            (pin("A", 1),),
            "it waits for B, which must stand above it",
        ),
    ],
)
def test_a_pin_that_cannot_be_met_names_both_sides(
    issues: list[Issue], pins: tuple[Pin, ...], says: str
) -> None:
    with pytest.raises(RuleError) as raised:
        arranged(issues, {"A": 2, "B": 1}, OrderSettings(pins=pins))
    assert says in str(raised.value)


def test_a_pin_outweighs_work_in_progress() -> None:
    issues = [issue("A", 1, state=State.IN_PROGRESS), issue("B", 2), issue("C", 3)]
    found = arranged(issues, {"A": 1, "B": 2, "C": 3}, OrderSettings(pins=(pin("C", 1),)))
    assert keys(found) == ["C", "A", "B"]


def test_age_raises_a_score_and_is_told_apart() -> None:
    long_ago = datetime(2026, 5, 1, tzinfo=UTC)
    issues = [issue("A", 1), issue("B", 2, created=long_ago)]
    settings = OrderSettings(aging=Aging(grace=30, over=90, at_most=0.3))
    found = arranged(issues, {"A": 10, "B": 8}, settings)
    assert keys(found) == ["B", "A"]
    assert because(found, "B") == "WSJF 8; waited 203 days: raised by 30 % to 10.4"
    assert "waited 203 days" in why_above(found, "shop:B", "shop:A")


def test_age_beats_no_blocker_and_who_waits_does_not_age() -> None:
    long_ago = datetime(2020, 5, 1, tzinfo=UTC)
    issues = [issue("A", 1, waits_for=["B"], created=long_ago), issue("B", 2)]
    found = arranged(issues, {"A": 10, "B": 9}, OrderSettings(aging=Aging()))
    assert keys(found) == ["B", "A"]
    assert "waited" not in because(found, "A")


def test_small_moves_are_not_made() -> None:
    issues = [issue(key, rank) for rank, key in enumerate("ABCDEF", 1)]
    values = {"A": 5, "B": 6, "C": 4, "D": 3, "E": 2, "F": 9}
    found = arranged(issues, values, OrderSettings(stability=2))
    assert keys(found) == list("FABCDE")
    assert why_above(found, "shop:A", "shop:B").endswith(
        "would move by too little to be worth it (stability)"
    )


def test_a_blocker_asks_for_the_smallest_move() -> None:
    issues = [issue("A", 1, waits_for=["B"]), issue("B", 2), issue("C", 3)]
    assert keys(arranged(issues, {"A": 5, "B": 4, "C": 3}, OrderSettings(stability=2))) == ["B", "A", "C"]


def story(key: str, rank: int, epic: str, **more: Any) -> Issue:
    return issue(key, rank, type=IssueType.STORY, parent=Ref(key=epic), **more)


def test_stories_stand_by_the_place_of_their_epic_first() -> None:
    issues = [
        issue("E1", 1, type=IssueType.EPIC),
        issue("E2", 2, type=IssueType.EPIC),
        story("a", 3, "E1"),
        story("b", 4, "E2"),
        story("c", 5, "E1"),
        issue("lone", 6),
    ]
    values = {"E1": 2, "E2": 8, "a": 9, "b": 1, "c": 20, "lone": 5}
    found = arranged(issues, values, OrderSettings(hierarchy="epics"))
    assert keys(found) == ["E2", "b", "lone", "E1", "c", "a"]
    assert because(found, "b") == "its epic E2 is number 1 of 2 epics; WSJF 1"
    assert "its epic E2 is number 1 of the epics, E1 number 2" in why_above(found, "shop:b", "shop:c")
    assert "lone has no epic" in why_above(found, "shop:lone", "shop:c")


def test_an_epic_without_a_score_counts_as_its_stories_together_and_a_closed_one_not_at_all() -> None:
    issues = [
        issue("E1", 1, type=IssueType.EPIC),
        issue("E2", 2, type=IssueType.EPIC, state=State.DONE),
        story("a", 3, "E1"),
        story("b", 4, "E1"),
        story("c", 5, "E2"),
    ]
    found = arranged(issues, {"a": 1, "b": 5, "c": 4}, OrderSettings(hierarchy="epics"))
    assert keys(found) == ["E1", "c", "b", "a"]


def test_a_story_may_wait_for_one_of_another_epic() -> None:
    issues = [
        issue("E1", 1, type=IssueType.EPIC),
        issue("E2", 2, type=IssueType.EPIC),
        story("a", 3, "E1", waits_for=["b"]),
        story("b", 4, "E2", waits_for=["c"]),
        story("c", 5, "E1"),
    ]
    found = keys(
        arranged(issues, {"E1": 8, "E2": 2, "a": 9, "b": 1, "c": 3}, OrderSettings(hierarchy="epics"))
    )
    assert found.index("c") < found.index("b") < found.index("a")


def test_why_above_says_so_where_it_stands_below_and_refuses_what_has_no_place() -> None:
    found = arranged([issue("A", 1), issue("B", 2), issue("C", 3, state=State.DONE)], {"A": 3, "B": 5})
    assert why_above(found, "shop:B", "shop:A") == "score 5 against 3"
    assert (
        why_above(found, "shop:A", "shop:B") == "it stands below, for the other way round: score 5 against 3"
    )
    with pytest.raises(ValueError, match="shop:C has no place in this order"):
        why_above(found, "shop:A", "shop:C")
    with pytest.raises(ValueError, match="cannot stand above itself"):
        why_above(found, "shop:A", "shop:A")


def test_the_terms_that_differ_are_named() -> None:
    one, other = issue("A", 1), issue("B", 2)
    scores = {
        one.uid: score(one, 5, size=2, business_value=8, job_size=2),
        other.uid: score(other, 3, size=2, business_value=4, job_size=2),
    }
    found = arrange(backlog(one, other), scores, OrderSettings(), TODAY)
    assert why_above(found, one.uid, other.uid).endswith("score 5 against 3 (business value 8 against 4)")


def test_nothing_to_arrange() -> None:
    assert arranged([], {}).places == ()
