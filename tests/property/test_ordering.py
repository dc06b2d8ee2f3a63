"""The order against the exact optimum, and what must hold of it on any backlog."""

from __future__ import annotations

import random
from collections.abc import Mapping
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posync.rules.ordering.plain import order

Items = dict[str, tuple[int, int]]
Blockers = dict[str, set[str]]


def backlog(rng: random.Random, n: int, density: float) -> tuple[Items, Blockers]:
    value = (1, 2, 3, 5, 8, 13, 20)
    items = {f"I{at}": (rng.choice(value) + rng.choice(value[:5]), rng.choice(value[:6])) for at in range(n)}
    names = rng.sample(list(items), n)
    blockers: Blockers = {}
    for b in range(n):
        for a in range(b):
            if rng.random() < density:
                blockers.setdefault(names[b], set()).add(names[a])
    return items, blockers


def cost(way: list[str], items: Mapping[str, tuple[int, int]]) -> int:
    time = total = 0
    for name in way:
        time += items[name][1]
        total += items[name][0] * time
    return total


def least(items: Items, blockers: Blockers) -> int:
    """The exact optimum, over all sets that may come first; written apart from the code it judges."""
    names = list(items)
    best = {frozenset[str](): 0}
    for _ in names:
        wider: dict[frozenset[str], int] = {}
        for done, so_far in best.items():
            elapsed = sum(items[name][1] for name in done)
            for name in names:
                if name not in done and blockers.get(name, set()) <= done:
                    total = so_far + items[name][0] * (elapsed + items[name][1])
                    after = done | {name}
                    wider[after] = min(total, wider.get(after, total))
        best = wider
    return min(best.values())


def extras(n: int, density: float, count: int) -> list[float]:
    rng = random.Random(n * 1000 + int(density * 100))
    cases = [backlog(rng, n, density) for _ in range(count)]
    return [cost(order(items, blockers), items) / least(items, blockers) - 1 for items, blockers in cases]


@pytest.mark.parametrize("density", [0.05, 0.12, 0.25])
def test_small_backlogs_stand_at_the_exact_optimum(density: float) -> None:
    assert max(extras(8, density, 40)) == 0


@pytest.mark.sweep
@pytest.mark.timeout(900)
@pytest.mark.parametrize("density", [0.05, 0.12, 0.25])
def test_backlogs_of_twelve_stand_at_the_exact_optimum(density: float) -> None:
    extra = extras(12, density, 200)
    assert (mean(extra), max(extra)) == (0, 0)


numbers = st.one_of(
    st.integers(0, 30), st.floats(0, 30, allow_subnormal=False), st.fractions(0, 30, max_denominator=9)
)


@st.composite
def any_backlog(draw: st.DrawFn) -> tuple[dict[str, tuple[float, float]], Blockers]:
    """Any numbers, and links that may form cycles, name unknown issues, or point at themselves."""
    names = [f"I{at}" for at in range(draw(st.integers(0, 14)))]
    items = {name: (draw(numbers), draw(numbers)) for name in names}
    ends = st.sampled_from([*names, "elsewhere"])
    blockers: Blockers = {}
    for blocked, blocker in draw(st.lists(st.tuples(ends, ends), max_size=20)):
        blockers.setdefault(blocked, set()).add(blocker)
    return items, blockers  # type: ignore[return-value]  # fractions are numbers, too


def leads(blockers: Blockers, start: str, goal: str) -> bool:
    seen, work = set[str](), [start]
    while work:
        for name in blockers.get(work.pop(), set()) - seen:
            seen.add(name)
            work.append(name)
    return goal in seen


def check(items: dict[str, tuple[float, float]], blockers: Blockers) -> None:
    way = order(items, blockers)
    assert sorted(way) == sorted(items)
    place = {name: at for at, name in enumerate(way)}
    given_at = {name: at for at, name in enumerate(items)}
    known = {name: needs & items.keys() for name, needs in blockers.items() if name in items}
    for name, needs in known.items():
        for blocker in needs - {name}:
            in_cycle = leads(known, blocker, name)
            assert (place[blocker] < place[name]) == (not in_cycle or given_at[blocker] < given_at[name])


@settings(deadline=None, max_examples=300)
@given(any_backlog())
def test_no_constraint_is_violated(drawn: tuple[dict[str, tuple[float, float]], Blockers]) -> None:
    check(*drawn)


@pytest.mark.sweep
@pytest.mark.timeout(900)
@settings(deadline=None, max_examples=10_000)
@given(any_backlog())
def test_no_constraint_is_violated_in_ten_thousand_backlogs(
    drawn: tuple[dict[str, tuple[float, float]], Blockers],
) -> None:
    check(*drawn)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 2**32), st.sampled_from((0.0, 0.1, 0.3)))
def test_the_order_of_the_input_does_not_matter(seed: int, density: float) -> None:
    rng = random.Random(seed)
    items, blockers = backlog(rng, 10, density)
    shuffled = dict(rng.sample(list(items.items()), len(items)))
    assert order(items, blockers) == order(shuffled, dict(rng.sample(list(blockers.items()), len(blockers))))


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 2**32), st.sampled_from((0.0, 0.1, 0.3)))
def test_an_issue_that_nobody_waits_for_reorders_no_other(seed: int, density: float) -> None:
    rng = random.Random(seed)
    items, blockers = backlog(rng, 10, density)
    stranger = {**items, "stranger": (rng.randint(0, 30), rng.randint(1, 13))}
    assert [name for name in order(stranger, blockers) if name != "stranger"] == order(items, blockers)
