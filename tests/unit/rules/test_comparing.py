"""Two orders of the same backlog, and what is said of their difference."""

from __future__ import annotations

import random
import time
from itertools import combinations
from math import sqrt

import pytest

from posync.model.verdict import Place
from posync.rules.comparing import Shift, compare, kendall_tau


def places(uids: str) -> list[Place]:
    return [Place(uid, rank, ()) for rank, uid in enumerate(uids, 1)]


def test_the_same_order_differs_in_nothing() -> None:
    found = compare(places("abc"), places("abc"))
    assert (found.common, found.shifts, found.tau, found.top) == (3, (), 1.0, {10: (), 50: ()})


def test_who_rises_and_who_falls() -> None:
    found = compare(places("abcd"), places("dabc"), tops=(1,))
    assert found.shifts[0] == Shift("d", 4, 1)
    assert [shift.by for shift in found.shifts] == [3, -1, -1, -1]
    assert found.top == {1: ("d",)}
    assert found.tau == 0


def test_issues_in_one_order_only_are_listed_without_a_distance() -> None:
    found = compare(places("ab"), places("ca"))
    assert found.shifts == (Shift("c", None, 1), Shift("a", 1, 2), Shift("b", 2, None))
    assert found.shifts[0].by is None
    assert (found.common, found.tau) == (1, None)


def test_the_reverse_order_is_minus_one() -> None:
    assert compare(places("abcde"), places("edcba")).tau == -1


@pytest.mark.parametrize("seed", range(20))
def test_tau_is_what_counting_pairs_gives(seed: int) -> None:
    rng = random.Random(seed)
    one, other = ([rng.randrange(6) for _ in range(12)] for _ in range(2))
    signs = [(a[0] - b[0], a[1] - b[1]) for a, b in combinations(zip(one, other, strict=True), 2)]
    together = sum((x * y > 0) - (x * y < 0) for x, y in signs)
    weight = sqrt(sum(x != 0 for x, _ in signs) * sum(y != 0 for _, y in signs))
    assert kendall_tau(one, other) == pytest.approx(together / weight)


def test_nothing_to_compare() -> None:
    assert kendall_tau([], []) is None
    assert kendall_tau([1, 1], [1, 2]) is None


def test_a_hundred_thousand_are_compared_in_seconds() -> None:
    ranks = list(range(100_000))
    started = time.perf_counter()
    kendall_tau(ranks, random.Random(1).sample(ranks, len(ranks)))
    assert time.perf_counter() - started < 5
