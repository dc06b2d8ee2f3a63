"""LexoRank: order is kept, room is found, and where there is none the caller is told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from posync.sandbox.clock import Clock
from posync.sandbox.jira import rank
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.world import JiraWorld


def test_ranks_are_told_from_other_texts() -> None:
    assert rank.is_rank("0|i0077b:")
    assert rank.is_rank("0|0zzzzd:vi")
    assert not rank.is_rank("9223372036854775807")
    assert not rank.is_rank(None)


@given(st.integers(1, 400))
def test_spread_ranks_ascend(count: int) -> None:
    ranks = rank.spread(count)
    assert len(ranks) == count
    assert rank.ascending(ranks)


@given(st.integers(1, 60), st.integers(0, 300), st.integers(1, 60))
def test_between_fits_strictly(step: int, start: int, count: int) -> None:
    low, high = (f"0|{number:06d}:" for number in (start, start + step))
    found = rank.between(low, high, count)
    assert len(found) == count
    assert rank.ascending([low, *found, high])


def test_the_ends_are_open() -> None:
    assert rank.ascending([*rank.between("", "0|i00007:", 3), "0|i00007:"])
    assert rank.ascending(["0|zzzzzz:", *rank.between("0|zzzzzz:", "", 3)])


def test_equal_ranks_leave_no_room() -> None:
    assert rank.between("0|i00007:", "0|i00007:") == []


def world_of(count: int) -> JiraWorld:
    world = JiraWorld(Clock())
    for number in range(1, count + 1):
        world.add(Issue(str(number), f"A-{number}", {}))
    world.order()
    return world


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12), st.booleans()), max_size=60))
def test_any_series_of_moves_ends_in_the_order_asked_for(moves: list[tuple[int, int, bool]]) -> None:
    world = world_of(12)
    expected = [str(number) for number in range(1, 13)]
    for moved, anchor, before in moves:
        if moved != anchor:
            issue, fixed = world.issues[str(moved)], world.issues[str(anchor)]
            world.reorder([issue], before=fixed if before else None, after=None if before else fixed)
            expected.remove(str(moved))
            expected.insert(expected.index(str(anchor)) + (0 if before else 1), str(moved))
    assert world.order() == expected
    assert rank.ascending([world.issues[number].rank for number in expected])


def test_a_thousand_moves_into_one_gap_stay_in_order() -> None:
    world = world_of(4)
    for _ in range(1000):
        first, second = world.order()[:2]
        world.reorder([world.issues[first]], after=world.issues[second])
    assert rank.ascending([world.issues[number].rank for number in world.order()])
