from __future__ import annotations

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posync.applying.places import Row, after, steady
from tests.unit.applying.world import World, move

WORLD = World()


def uids(names: str) -> list[str]:
    return [f"shop:{name}" for name in names]


@pytest.mark.parametrize(
    ("anchor", "side", "becomes"),
    [("a", "below", "aefbcd"), ("b", "above", "aefbcd"), ("d", "below", "abcdef")],
)
def test_a_batch_stands_as_a_block_next_to_its_anchor(anchor: str, side: str, becomes: str) -> None:
    batch = [move(WORLD, n, name, anchor, side, batch=1) for n, name in enumerate("ef", 1)]
    assert after(uids("abcdef"), batch) == uids(becomes)
    assert Row(uids(becomes)).holds(batch)
    assert Row(uids("abcdef")).holds(batch) == (becomes == "abcdef")


@given(st.permutations("abcdefgh"), st.lists(st.permutations("abcdefgh"), max_size=6), st.data())
def test_a_row_is_what_cutting_and_pasting_a_list_gives(
    start: list[str], each: list[list[str]], data: st.DataObject
) -> None:
    row, order = Row(uids("".join(start))), uids("".join(start))
    for names in each:
        size, side = data.draw(st.integers(1, 4)), data.draw(st.sampled_from(["below", "above"]))
        batch = [move(WORLD, n, name, names[-1], side, batch=1) for n, name in enumerate(names[:size], 1)]
        block = [m.uid for m in batch]
        rest = [uid for uid in order if uid not in block]
        at = rest.index(batch[0].anchor) + (side == "below")
        stood = order == [*rest[:at], *block, *rest[at:]]
        assert row.holds(batch) == stood
        row.put(batch)
        order = [*rest[:at], *block, *rest[at:]]
        assert list(row) == order
        assert row.holds(batch)


def test_without_its_anchor_a_batch_moves_nothing() -> None:
    assert after(uids("abc"), [move(WORLD, 1, "a", "x")]) == uids("abc")
    assert not Row(uids("abc")).holds([move(WORLD, 1, "a", "x")])


@pytest.mark.parametrize(
    ("now", "moved"), [("abcdef", ""), ("fabcde", "f"), ("bcadef", "a"), ("bacdef", "ab"), ("", "")]
)
def test_who_moved(now: str, moved: str) -> None:
    assert set(now) - {*steady(list(now), [n for n in "abcdef" if n in now])} == set(moved)


def test_steady_issues_are_those_in_every_longest_common_order() -> None:
    for now in permutations("abcde"):
        size = next(n for n in range(5, 0, -1) if any(list(c) == sorted(c) for c in combinations(now, n)))
        longest = [set(c) for c in combinations(now, size) if list(c) == sorted(c)]
        assert steady(now, "abcde") == set.intersection(*longest)


@given(st.permutations(range(12)), st.integers(0, 11), st.integers(0, 11))
def test_whoever_was_dragged_is_never_steady(order: list[int], start: int, end: int) -> None:
    names = [str(n) for n in order]
    dragged = list(names)
    one = dragged.pop(start)
    dragged.insert(end, one)
    if dragged != names:
        assert one not in steady(dragged, names)
