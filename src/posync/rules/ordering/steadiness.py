"""Boards that twitch every night lose their readers: small moves are not made."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

_ROUNDS = 10


def steadied(current: Sequence[int], desired: Sequence[int], stability: int) -> list[int]:
    """Return the desired order without the moves by which an issue passes at most `stability` others.

    As many issues as possible stay (a longest increasing subsequence); what an issue passes is counted
    in issues that stay. The result is left alone by a further call; where small moves would add up
    for ever, it is the desired order itself.
    """
    before = list(current)
    for _ in range(_ROUNDS):
        after = _once(before, desired, stability)
        if after == before:
            return after
        before = after
    return list(desired)


def _once(current: Sequence[int], desired: Sequence[int], stability: int) -> list[int]:
    place = {node: at for at, node in enumerate(current)}
    stays = longest_rising([place[node] for node in desired])
    staying = [desired[at] for at in stays]
    was = [place[node] for node in staying]
    slot: list[tuple[int, int, int]] = []
    passed = 0
    for at, node in enumerate(desired):
        if passed < len(stays) and stays[passed] == at:
            slot.append((passed, 1, 0))
            passed += 1
            continue
        now = bisect_left(was, place[node])
        near = abs(now - passed) <= stability
        slot.append((now, 0, place[node]) if near else (passed, 0, at - len(desired)))
    return [node for _, node in sorted(zip(slot, desired, strict=True))]


def still(current: Sequence[int], desired: Sequence[int], steady: Sequence[int]) -> set[int]:
    """Return the issues that the desired order would have moved and the steadied one does not."""
    place = {node: at for at, node in enumerate(current)}
    stays = [{order[at] for at in longest_rising([place[n] for n in order])} for order in (desired, steady)]
    return stays[1] - stays[0]


def longest_rising(values: Sequence[int]) -> list[int]:
    """Return the positions of a longest rising subsequence of distinct values, in O(n log n)."""
    tails: list[int] = []
    ends: list[int] = []
    parents: list[int] = []
    for at, value in enumerate(values):
        k = bisect_left(tails, value)
        tails[k : k + 1] = [value]
        ends[k : k + 1] = [at]
        parents.append(ends[k - 1] if k else -1)
    way = []
    at = ends[-1] if ends else -1
    while at >= 0:
        way.append(at)
        at = parents[at]
    return way[::-1]
