"""The examples a reader would try first; the optimum itself is proven in tests/property."""

from __future__ import annotations

import random
import time

import pytest

from posync.planning.moves import Move, moves


def test_an_order_that_stands_needs_no_write() -> None:
    assert moves("abc", "abc") == []
    assert moves([], []) == []


def test_one_issue_to_the_top_is_one_write_that_names_an_issue_that_stays() -> None:
    assert moves("abc", "cab") == [Move(("c",), before="a")]


def test_one_issue_to_the_bottom() -> None:
    assert moves("abc", "bca") == [Move(("a",), after="c")]


def test_neighbours_travel_in_one_write() -> None:
    assert moves("abcdef", "efabcd") == [Move(("e", "f"), before="a")]


def test_without_batches_each_issue_is_one_write() -> None:
    assert moves("abcdef", "efabcd", batch=1) == [Move(("e",), before="a"), Move(("f",), before="a")]


def test_groups_above_an_issue_that_stays_come_in_reading_order() -> None:
    assert moves("edcba", "abcde", batch=2) == [Move(("a", "b"), before="e"), Move(("c", "d"), before="e")]


def test_groups_below_the_last_issue_that_stays_push_each_other_down() -> None:
    assert moves("xyabcd", "abcdyx", batch=1) == [Move(("x",), after="d"), Move(("y",), after="d")]


def test_fewest_writes_come_before_fewest_moved_issues() -> None:
    current = list(range(100))
    target = [n ^ 1 for n in current]  # every pair swapped: 50 single moves, or two calls of up to 50
    assert len(moves([str(n) for n in current], [str(n) for n in target])) == 2


def test_among_equally_few_writes_the_fewest_issues_move() -> None:
    ids = [str(n) for n in range(200)]
    target = [*ids[1:100], ids[0], *ids[100:]]
    assert [len(move.issues) for move in moves(ids, target)] == [1]


def test_a_thousand_in_random_order_take_twenty_writes() -> None:
    ids = [str(n) for n in range(1000)]
    target = random.Random(5).sample(ids, len(ids))
    assert len(moves(ids, target)) == 20


def test_twenty_of_a_thousand_take_at_most_twenty_writes() -> None:
    rng = random.Random(6)
    ids = [str(n) for n in range(1000)]
    target = ids[:]
    for _ in range(20):
        target.insert(rng.randrange(1000), target.pop(rng.randrange(1000)))
    assert len(moves(ids, target)) <= 20


def test_thirty_thousand_are_planned_in_moments() -> None:
    ids = [str(n) for n in range(30_000)]
    target = random.Random(7).sample(ids, len(ids))
    started = time.thread_time()
    moves(ids, target)
    assert time.thread_time() - started < 5  # half a second; comparing each with each takes twenty


@pytest.mark.parametrize(
    ("current", "target", "says"),
    [
        ("aba", "ab", "the current order holds more than once: a"),
        ("ab", "abb", "the target order holds more than once: b"),
        ("abc", "ab", "the current order has issues that the target order lacks: c"),
        ("ab", "abc", "the target order has issues that the current order lacks: c"),
        ("abcdefgh", "h", "lacks: a, b, c, d, e and 2 more"),
    ],
)
def test_orders_of_different_issues_are_refused_by_name(current: str, target: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        moves(current, target)


def test_a_batch_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 issue"):
        moves("ab", "ba", batch=0)
