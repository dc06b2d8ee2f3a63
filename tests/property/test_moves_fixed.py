"""Moves around issues that must not be moved: still the fewest, never one of those, always the target."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posync.planning.moves import moves


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[str], list[str], set[str]]:
    """Return an order, a target in which the fixed ids keep their order, and the fixed ids."""
    current = [chr(97 + n) for n in range(draw(st.integers(1, 7)))]
    fixed = draw(st.sets(st.sampled_from(current)))
    target = draw(st.permutations(current))
    in_order = iter([x for x in current if x in fixed])
    return current, [next(in_order) if x in fixed else x for x in target], fixed


def fewest(current: list[str], target: list[str], fixed: set[str], batch: int) -> int:
    """Try every set of issues that could stay."""
    place = {x: n for n, x in enumerate(current)}
    best = len(current) + 1
    for size in range(len(target) + 1):
        for kept in combinations(range(len(target)), size):
            stays = [target[n] for n in kept]
            if fixed <= set(stays) and [place[x] for x in stays] == sorted(place[x] for x in stays):
                edges = [-1, *kept, len(target)]
                best = min(best, sum(-(-(b - a - 1) // batch) for a, b in pairwise(edges)))
    return best


@given(lists(), st.sampled_from([1, 2, 50]))
def test_fixed_issues_stay_and_the_rest_takes_the_fewest_writes(
    case: tuple[list[str], list[str], set[str]], batch: int
) -> None:
    current, target, fixed = case
    found = moves(current, target, batch, fixed=fixed)
    order = list(current)
    for move in found:
        assert not set(move.issues) & fixed
        order = [x for x in order if x not in move.issues]
        anchor = move.after if move.after is not None else str(move.before)
        at = order.index(anchor) + (move.after is not None)
        order[at:at] = move.issues
    assert order == target
    if len(fixed) < len(current):  # with nothing to stay as anchor, one issue has to
        assert len(found) <= max(fewest(current, target, fixed, batch), 0) or not fixed


def test_fixed_issues_in_another_order_are_refused() -> None:
    with pytest.raises(ValueError, match="another order"):
        moves("abc", "cba", fixed="ab")
