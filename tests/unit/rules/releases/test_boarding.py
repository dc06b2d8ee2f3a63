"""Release trains: who boards which, why, and who is left alone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType, State
from posync.rules.expressions.expression import Expression
from posync.rules.releases.boarding import Released, assign
from posync.rules.releases.train import Release, Releases

TODAY = date(2026, 12, 1)
TRAIN = (
    Release(name="2026.11", date=date(2026, 11, 15), capacity=Fraction(40)),
    Release(name="2026.12", date=date(2026, 12, 15), capacity=Fraction(10)),
    Release(name="2027.01", date=date(2027, 1, 19), capacity=Fraction(8)),
)


def issue(key: str, points: float | None = 3, rank: int = 1, **said: Any) -> Issue:
    return Issue(
        **(
            {
                "uid": f"t:{key}",
                "tracker": "t",
                "key": key,
                "points": points,
                "rank": rank,
                "type": IssueType.STORY,
            }
            | said
        )
    )


def backlog(*issues: Issue) -> Backlog:
    return Backlog(
        tracker="t", issues=issues, complete=True, shown_by="test", observed=datetime(2026, 1, 1, tzinfo=UTC)
    )


def board(
    *issues: Issue, waits: Mapping[str, Sequence[str]] | None = None, today: date = TODAY, **said: Any
) -> Released:
    wanted: dict[str, Any] = {"label": "release:{name}", "fix_version": True, "train": TRAIN} | said
    chosen = Releases(**wanted)
    order = [each.uid for each in issues]
    links = {
        f"t:{blocked}": [f"t:{each}" for each in blockers] for blocked, blockers in (waits or {}).items()
    }
    return assign(chosen, backlog(*issues), order, links, today)


def seats(released: Released) -> dict[str, str | None]:
    return {each.uid[2:]: each.release for each in released.assignments}


def reasons(released: Released) -> dict[str, str]:
    return {each.uid[2:]: each.because for each in released.assignments}


def test_issues_board_in_the_desired_order_with_the_sum_as_reason() -> None:
    released = board(issue("B", 6), issue("A", 5), issue("C", 3), issue("D", 2.5))
    assert seats(released) == {"B": "2026.12", "A": "2027.01", "C": "2026.12", "D": "2027.01"}
    assert reasons(released) == {
        "B": "0 + 6 of 10 points in 2026.12",
        "A": "0 + 5 of 8 points in 2027.01",
        "C": "6 + 3 of 10 points in 2026.12",
        "D": "5 + 2.5 of 8 points in 2027.01",
    }
    assert released.labels["t:A"] == ("release:2027.01",)


def test_gaps_may_be_left() -> None:
    released = board(issue("B", 6), issue("A", 5), issue("C", 3), gaps="leave")
    assert seats(released) == {"B": "2026.12", "A": "2027.01", "C": "2027.01"}


def test_no_room_and_too_large_are_told_apart() -> None:
    released = board(issue("A", 10), issue("B", 8), issue("C", 1), issue("D", 11))
    assert seats(released) == {"A": "2026.12", "B": "2027.01", "C": None, "D": None}
    assert reasons(released)["C"] == "no room for 1 point: 10 of 10 in 2026.12, 8 of 8 in 2027.01"
    assert reasons(released)["D"] == "11 points fit into no release, the largest has 10: split it"


def test_without_a_capacity_there_is_always_room() -> None:
    released = board(issue("A", 500), train=(Release(name="R", date=date(2027, 1, 1)),))
    assert reasons(released) == {"A": "0 + 500 points in R"}


def test_trains_of_the_past_have_left() -> None:
    assert seats(board(issue("A", labels=("release:2026.11",)))) == {"A": "2026.12"}
    late = board(issue("A"), today=date(2027, 2, 1))
    assert reasons(late) == {"A": "no release is left: the last, 2027.01, was on 2027-01-19"}
    assert seats(board(issue("A"), today=date(2026, 12, 15))) == {
        "A": "2026.12"
    }  # on its day it still takes passengers


def test_points_that_are_missing_follow_the_packs_word() -> None:
    skipped = board(issue("A", None))
    assert reasons(skipped) == {"A": "has no points: estimate it, and it gets a release"}
    assert [(each.input, each.used) for each in skipped.missing] == [("points", "no release")]
    assumed = board(issue("A", None), missing=Fraction(3))
    assert seats(assumed) == {"A": "2026.12"}
    assert [(each.input, each.used) for each in assumed.missing] == [("points", "3")]


def test_people_keep_what_they_chose() -> None:
    released = board(
        issue("Done", 6, state=State.DONE, labels=("release:2026.12", "mine")),
        issue("Ignored", labels=("posync-ignore", "release:2027.01")),
        issue("Promised", releases=("Customer pilot",)),
        issue("Someday", labels=("release:someday",)),
        issue("Parked", ranked=False),
        issue("Open", 5),
    )
    assert seats(released) == {"Open": "2027.01"}  # 6 of 10 points of 2026.12 are done already
    assert released.labels == {
        "t:Done": ("release:2026.12",),
        "t:Ignored": ("release:2027.01",),
        "t:Open": ("release:2027.01",),
    }


def test_labels_are_read_in_whatever_letters_people_write_them() -> None:
    train = (Release(name="Spring", date=date(2026, 12, 15), capacity=Fraction(10)),)
    released = board(
        issue("Ignored", 6, labels=("Posync-Ignore", "Release:SPRING ")),
        issue("Someday", labels=("Release:Someday",)),
        issue("Seated", 5, labels=("release:spring",)),
        train=train,
    )
    assert seats(released) == {"Seated": None}  # 6 of 10 points are taken
    assert released.labels == {"t:Ignored": ("Release:SPRING ",)}
    assert released.kept == {"t:Ignored": ("Spring",), "t:Someday": ("Someday",)}


def test_two_releases_may_differ_in_their_letters_only() -> None:
    train = tuple(Release(name=name, date=date(2026, 12, day)) for day, name in ((15, "lts"), (20, "LTS")))
    released = board(
        *(issue(name, labels=("posync-ignore", f"release:{name}")) for name in ("lts", "LTS")), train=train
    )
    assert released.kept == {"t:lts": ("lts",), "t:LTS": ("LTS",)}


def test_epics_and_sub_tasks_are_not_planned_unless_asked_for() -> None:
    parts = (
        issue("Epic", type=IssueType.EPIC),
        issue("Part", type=IssueType.SUBTASK),
        issue("Bug", type=IssueType.BUG),
    )
    assert set(seats(board(*parts))) == {"Bug"}
    assert set(seats(board(*parts, when=Expression("issue.type == 'epic'")))) == {"Epic"}


def test_nobody_travels_before_what_it_waits_for() -> None:
    released = board(
        issue("Small", 1),
        issue("Large", 8),
        issue("Blocker", 3),
        waits={"Small": ["Blocker"], "Blocker": ["Large"]},
    )
    assert seats(released) == {"Large": "2026.12", "Blocker": "2027.01", "Small": "2027.01"}
    assert (
        reasons(released)["Small"] == "3 + 1 of 8 points in 2027.01, not before Blocker, which it waits for"
    )
    stuck = board(issue("A", 1), issue("B", None), waits={"A": ["B"]})
    assert reasons(stuck)["A"] == "waits for B, which is in no release"


def test_a_circle_holds_nobody_up() -> None:
    released = board(issue("A"), issue("B"), waits={"A": ["B", "A"], "B": ["A"]})
    assert seats(released) == {"A": "2026.12", "B": "2026.12"}


def test_long_chains_are_followed() -> None:
    chain = [issue(f"K{n:04}", 0, rank=n + 1) for n in range(3000)]
    waits = {f"K{n:04}": [f"K{n + 1:04}"] for n in range(2999)}
    assert set(seats(board(*chain, waits=waits)).values()) == {"2026.12"}


POINTS = st.none() | st.integers(0, 12).map(float)


@given(st.lists(POINTS, min_size=1, max_size=12), st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=10), st.sampled_from(["fill", "leave"]))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_whatever_the_backlog_capacities_and_blockers_hold(
    points: list[float | None], links: set[tuple[int, int]], gaps: str
) -> None:
    issues = [issue(str(n), p, rank=n + 1) for n, p in enumerate(points)]
    waits: dict[str, list[str]] = {}
    for low, high in links:  # a blocker has the higher number: no circles
        if low < high < len(points):
            waits.setdefault(str(low), []).append(str(high))
    released = board(*issues, waits=waits, gaps=gaps)
    found = seats(released)
    assert set(found) == {each.key for each in issues}
    for car in TRAIN:
        load = sum(each.points or 0 for each in issues if found[each.key] == car.name)
        assert car.capacity is not None
        assert load <= (0 if car.date < TODAY else car.capacity)
    at = {car.name: index for index, car in enumerate(TRAIN)}
    for blocked, blockers in waits.items():
        for blocker in blockers:
            release, needed = found[blocked], found[blocker]
            assert release is None or (needed is not None and at[needed] <= at[release])


@given(st.lists(POINTS, min_size=1, max_size=12), st.sampled_from(["fill", "leave"]))
@settings(max_examples=100, deadline=None)
def test_what_is_carried_out_leaves_nothing_to_change(points: list[float | None], gaps: str) -> None:
    issues = [issue(str(n), p, rank=n + 1) for n, p in enumerate(points)]
    first = board(*issues, gaps=gaps)
    carried_out = [_given_its_seat(each, first) for each in issues]
    assert board(*carried_out, gaps=gaps) == first


def _given_its_seat(passenger: Issue, released: Released) -> Issue:
    seat = seats(released)[passenger.key]
    release = () if seat is None else (seat,)
    return passenger.model_copy(
        update={"releases": release, "labels": released.labels.get(passenger.uid, ())}
    )
