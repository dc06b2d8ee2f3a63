"""Moves against two independent optima: every kept set tried one by one, and the quadratic programme."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posync.planning.moves import Move, moves


def carried_out(current: Sequence[str], writes: Sequence[Move]) -> list[str]:
    order = list(current)
    for write in writes:
        order = [issue for issue in order if issue not in write.issues]
        anchor = write.after if write.after is not None else write.before
        assert anchor is not None
        at = order.index(anchor) + (write.after is not None)
        order[at:at] = write.issues
    return order


def by_trying_every_kept_set(current: Sequence[str], target: Sequence[str], batch: int) -> tuple[int, int]:
    """The fewest (writes, moved issues); the members of `kept` are target positions."""
    place = {issue: at for at, issue in enumerate(current)}
    found = []
    for size in range(1, len(target) + 1):
        for kept in combinations(range(len(target)), size):
            places = [place[target[at]] for at in kept]
            if places == sorted(places):
                ends = [-1, *kept, len(target)]
                gaps = [b - a - 1 for a, b in pairwise(ends)]
                found.append((sum((gap + batch - 1) // batch for gap in gaps), len(target) - size))
    return min(found, default=(0, 0))


def by_programme(current: Sequence[str], target: Sequence[str], batch: int) -> int:
    place = {issue: at for at, issue in enumerate(current)}
    column = [-1, *(place[issue] for issue in target), len(current)]
    least = [0] * len(column)
    for i in range(1, len(column)):
        least[i] = min(least[j] + (i - j - 1 + batch - 1) // batch for j in range(i) if column[j] < column[i])
    return least[-1]


def check(current: Sequence[str], target: Sequence[str], batch: int) -> list[Move]:
    writes = moves(current, target, batch)
    moved = [issue for write in writes for issue in write.issues]
    assert carried_out(current, writes) == list(target)
    assert len(moved) == len(set(moved))
    for write in writes:
        assert 1 <= len(write.issues) <= batch
        assert (write.after is None) != (write.before is None)
        assert (write.after or write.before) not in moved
    return writes


@given(st.permutations("abcdefgh"), st.integers(0, 8), st.integers(1, 5))
def test_no_kept_set_does_better(shuffled: list[str], size: int, batch: int) -> None:
    target = shuffled[:size]
    current = sorted(target)
    writes = check(current, target, batch)
    moved = sum(len(write.issues) for write in writes)
    assert (len(writes), moved) == by_trying_every_kept_set(current, target, batch)


def disturbed(rng: random.Random, ids: Sequence[str]) -> list[str]:
    """Shuffled, a few moved, a stretch reversed, or blocks exchanged: each finds other mistakes."""
    target, n = list(ids), len(ids)
    match rng.randrange(4):
        case 0:
            rng.shuffle(target)
        case 1:
            for _ in range(rng.randint(1, 1 + n // 8)):
                target.insert(rng.randrange(n), target.pop(rng.randrange(n)))
        case 2:
            a, b = sorted((rng.randrange(n), rng.randrange(n)))
            target[a:b] = target[a:b][::-1]
        case _:
            a, b, c = sorted(rng.randrange(n + 1) for _ in range(3))
            target = target[:a] + target[b:c] + target[a:b] + target[c:]
    return target


def sweep(cases: int, largest: int, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(cases):
        ids = [f"K-{at}" for at in range(rng.randint(1, largest))]
        target = disturbed(rng, ids)
        batch = rng.choice((1, 2, 7, 50))
        assert len(check(ids, target, batch)) == by_programme(ids, target, batch)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32))
def test_the_quadratic_programme_finds_nothing_better(seed: int) -> None:
    sweep(cases=2, largest=120, seed=seed)


@pytest.mark.sweep
@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(10))
def test_ten_thousand_orders_of_up_to_three_hundred(part: int) -> None:
    sweep(cases=1000, largest=300, seed=part)
