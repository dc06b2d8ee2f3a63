"""Positions: always strictly between the neighbours, through every re-spacing a server may do."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posync.connectors.trello.positions import STEP, Placed, aside, between, slot

NEW_BOARD = 2.0**47
"""Where the first card of a new board stands."""


def test_a_slot_is_named_by_a_neighbour() -> None:
    order = [("a", 1.0), ("b", 2.0)]
    assert slot(order, "a", "below") == 1
    assert slot(order, "a", "above") == 0
    assert slot(order, "b", "below") == 2
    assert slot(order, "x", "below") is None


@pytest.mark.parametrize(
    ("order", "at", "position"),
    [
        ([], 0, STEP),
        ([("a", 5 * STEP)], 0, 4 * STEP),
        ([("a", 100.0)], 0, 50.0),
        ([("a", STEP)], 1, 2 * STEP),
        ([("a", 10.0), ("b", 20.0)], 1, 15.0),
        ([("a", NEW_BOARD), ("b", NEW_BOARD + 0.125)], 1, NEW_BOARD + 0.0625),
    ],
)
def test_a_position(order: list[Placed], at: int, position: float) -> None:
    assert between(order, at) == position


def test_cards_that_follow_share_the_gap_evenly() -> None:
    order = [("a", 0.0), ("z", 10.0)]
    for step in range(4):
        here = between(order, step + 1, below=3 - step)
        assert here is not None
        order.insert(step + 1, (str(step), here))
    assert [pos for _, pos in order] == pytest.approx([0.0, 2.0, 4.0, 6.0, 8.0, 10.0])


def test_neighbours_that_share_a_position_are_moved_aside_and_never_change_order() -> None:
    order = [("a", STEP), ("b", STEP), ("c", STEP), ("d", 3 * STEP)]
    assert between(order, 1) is None
    now = dict(order)
    for card, position in aside(order, 1):
        now[card] = position
        assert list(dict(sorted(now.items(), key=lambda pair: pair[1]))) == ["a", "b", "c", "d"]
    assert between(sorted(now.items(), key=lambda pair: pair[1]), 1) is not None


@given(
    st.lists(st.floats(min_value=0.25, max_value=2.0**48), min_size=1, max_size=20, unique=True), st.data()
)
def test_a_card_always_lands_strictly_between_its_neighbours(
    positions: list[float], data: st.DataObject
) -> None:
    order = [(str(n), position) for n, position in enumerate(sorted(positions))]
    at = data.draw(st.integers(0, len(order)))
    above, below = data.draw(st.integers(0, 5)), data.draw(st.integers(0, 5))
    here = between(order, at, above, below)
    if here is None:  # the gap is narrower than a float64 can part
        assert aside(order, at)
        return
    assert at == 0 or order[at - 1][1] < here
    assert at == len(order) or here < order[at][1]
    assert here > 0


def test_ten_thousand_random_moves_in_a_list_of_two_hundred_keep_the_order_right() -> None:
    chance = random.Random(7)
    wanted = [str(n) for n in range(200)]
    order = [(card, NEW_BOARD + STEP * n) for n, card in enumerate(wanted)]
    for _ in range(10_000):
        card, anchor = chance.sample(wanted, 2)
        wanted.remove(card)
        wanted.insert(wanted.index(anchor) + 1, card)
        order = [placed for placed in order if placed[0] != card]
        at = slot(order, anchor, "below")
        assert at is not None
        here = between(order, at)
        assert here is not None
        order.insert(at, (card, here))
        order = _respaced(order)
        assert [placed[0] for placed in order] == wanted


def _respaced(order: list[Placed]) -> list[Placed]:
    if all(below[1] - above[1] >= 0.125 for above, below in itertools.pairwise(order)):
        return order
    return [(card, STEP * (n + 1)) for n, (card, _) in enumerate(order)]
