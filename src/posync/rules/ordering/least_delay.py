"""The order of a backlog in which waiting costs the least, while blockers stand above what they block.

Without links it is the order by cost of delay / size (Smith 1956). With links, Sidney (1975) showed that
the sets closed under "must stand above" with the greatest sum of cost / sum of size come first, whole,
one after the other. Those blocks are found exactly, by minimum cuts. Within a block the ends are often
forced; what is left is ordered exactly up to EXACT issues, and beyond that by closure ratio.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite, lcm

from posync.rules.ordering.closures import divided
from posync.rules.ordering.exhaustive import exact
from posync.rules.ordering.precedence import (
    Above,
    ancestors,
    between,
    followers,
    forced,
    groups,
    reduced,
    within,
)

EXACT = 12
"""What is left of a block is ordered exactly up to this size: at most 4,096 sets, about 20 ms."""


REDUCED = 20_000
"""Up to this size, links that others imply are left out; the sets this takes grow with its square (50 MB)."""

Number = int | float | Fraction


def exactly(number: Number) -> Fraction:
    """Return the very number that is meant, without rounding; raises ValueError where it is not finite."""
    if isinstance(number, float) and not isfinite(number):
        raise ValueError(f"{number} is no cost or size")
    return Fraction(number)


def timed(sizes: Sequence[Fraction]) -> list[Fraction]:
    """Return sizes with next to nothing in place of 0, so that every ratio exists; raises ValueError below 0."""
    if below := [size for size in sizes if size.numerator < 0]:
        raise ValueError(f"a size below 0: {min(below)}")
    if all(sizes):
        return list(sizes)
    trace = min((size for size in sizes if size), default=Fraction(1)) / 2**64
    return [size or trace for size in sizes]


def places(way: Sequence[int]) -> list[int]:
    """Return for each number from 0 its place in `way`, which holds each once."""
    found = [0] * len(way)
    for place, node in enumerate(way):
        found[node] = place
    return found


@dataclass(frozen=True, slots=True)
class Job:
    """One issue as the arithmetic sees it; of two that are equal, the one with the smaller `tie` is first."""

    cost: Fraction
    size: Fraction
    tie: int


@dataclass(frozen=True, slots=True)
class Block:
    """Issues that stand together, in order, because the later ones need the earlier ones."""

    members: tuple[int, ...]
    ratio: Fraction


def blocks(jobs: Sequence[Job], above: Above) -> list[Block]:
    """Return all jobs as blocks, in no particular order; `above` has no cycles, and every size is positive."""
    linked = groups(above)
    alone = set(range(len(jobs))).difference(*linked)
    ratios = _ratios([jobs[node] for node in sorted(alone)])
    found = [Block((node,), ratio) for node, ratio in zip(sorted(alone), ratios, strict=True)]
    for group in linked:
        found += _Group(group, jobs, above).blocks()
    return found


def _ratios(jobs: Sequence[Job]) -> Iterator[Fraction]:
    """Yield cost / size of each; many are alike, and dividing exactly is slow."""
    known: dict[tuple[tuple[int, int], tuple[int, int]], Fraction] = {}
    for job in jobs:
        key = (job.cost.as_integer_ratio(), job.size.as_integer_ratio())
        ratio = known.get(key)
        if ratio is None:
            ratio = known[key] = job.cost / job.size
        yield ratio


def merged(found: Sequence[Block], ties: Sequence[int], above: Above) -> list[int]:
    """Return the blocks as one order: blockers first, then by ratio, then by the smallest tie of their members."""
    sets = [block.members for block in found]
    firsts = [min([ties[node] for node in members]) for members in sets]
    way = _one_after_the_other(sets, [block.ratio for block in found], firsts, above)
    return [node for at in way for node in sets[at]]


def _one_after_the_other(
    sets: Sequence[Sequence[int]], ratios: Sequence[Fraction], ties: Sequence[int], above: Above
) -> list[int]:
    """Return the positions of `sets`: blockers first, then by ratio, then by tie."""
    many = 1 + max(ties, default=0)
    keys = [tie - rank * many for tie, rank in zip(ties, ranks(ratios), strict=True)]
    return by_key(keys, between(sets, above))


def by_key(keys: Sequence[int], above: Above) -> list[int]:
    """Return all positions of `keys` so that blockers come first, and otherwise the smallest key."""
    left = {node: len(blockers) for node, blockers in above.items() if blockers}
    below = followers(above)
    unlinked = [node for node in range(len(keys)) if node not in left and node not in below]
    unlinked.sort(key=keys.__getitem__, reverse=True)
    ready = [(keys[node], node) for node in below if node not in left]
    heapq.heapify(ready)
    way: list[int] = []
    while ready:
        key, node = heapq.heappop(ready)
        while unlinked and keys[unlinked[-1]] < key:
            way.append(unlinked.pop())
        way.append(node)
        for other in below.get(node, ()):
            left[other] -= 1
            if not left[other]:
                heapq.heappush(ready, (keys[other], other))
    return way + unlinked[::-1]


def ranks(values: Sequence[Fraction | int]) -> list[int]:
    """Return for each value how many distinct values are smaller."""
    pairs = [value.as_integer_ratio() for value in values]
    distinct = dict(zip(pairs, values, strict=True))
    rising = sorted(distinct, key=lambda pair: (_rough(distinct[pair]), distinct[pair]))
    rank = {pair: at for at, pair in enumerate(rising)}
    return [rank[pair] for pair in pairs]


def _rough(value: Fraction | int) -> float:
    # A float never stands on the wrong side of an exact number, and compares ten times as fast.
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


class _Group:
    """Issues that links connect, with whole numbers in the proportions of their costs and sizes."""

    def __init__(self, nodes: Sequence[int], jobs: Sequence[Job], above: Above) -> None:
        self.tie = {node: jobs[node].tie for node in nodes}
        self.nodes = sorted(nodes, key=self.tie.__getitem__)
        self.above = reduced(self.nodes, above) if len(nodes) <= REDUCED else within(nodes, above)
        by_cost = lcm(*(jobs[node].cost.denominator for node in nodes))
        by_size = lcm(*(jobs[node].size.denominator for node in nodes))
        self.unit = Fraction(by_size, by_cost)
        self.cost = {node: int(jobs[node].cost * by_cost) for node in self.nodes}
        self.size = {node: int(jobs[node].size * by_size) for node in self.nodes}

    def blocks(self) -> Iterator[Block]:
        """Yield the group's blocks, each ordered within."""
        for part in self.parts(self.nodes):
            yield Block(tuple(self.ordered(part)), self.ratio(part) * self.unit)

    def ratio(self, nodes: Collection[int]) -> Fraction:
        """Return the sum of cost / sum of size, in the group's whole numbers."""
        return Fraction(sum(self.cost[node] for node in nodes), sum(self.size[node] for node in nodes))

    def parts(self, nodes: Sequence[int]) -> list[list[int]]:
        """Return Sidney's blocks of some nodes: none of their own closures has a greater ratio than they have.

        A closure with more than the average ratio weighs more than 0 at the average; what is in it and what
        is not are then divided in the same way.
        """
        todo, found = [list(nodes)], []
        while todo:
            part = todo.pop()
            cost, size = sum(self.cost[node] for node in part), sum(self.size[node] for node in part)
            weight = {node: self.cost[node] * size - cost * self.size[node] for node in part}
            pieces, balanced = divided(weight, within(part, self.above)) if len(part) > 1 else ([part], True)
            if balanced:
                found += pieces
            else:
                todo += pieces
        return found

    def ordered(self, block: Sequence[int]) -> list[int]:
        """Return the order within a block."""
        way: list[int] = []
        todo = [list(block)]
        while todo:
            first, rest, last = forced(todo.pop(), self.above)
            way += first
            if last:
                todo.append(last)
            if rest:
                todo += reversed(self._steps(rest))
        return way

    def _steps(self, nodes: Sequence[int]) -> list[list[int]]:
        """Return the next sets to be ordered, one after the other, of which none is as large as all."""
        parts = self.parts(nodes)
        if len(parts) > 1:
            firsts = [min(self.tie[node] for node in part) for part in parts]
            ratios = [self.ratio(part) for part in parts]
            way = _one_after_the_other(parts, ratios, firsts, within(nodes, self.above))
            return [parts[at] for at in way]
        if len(nodes) <= EXACT:
            ranked = sorted(nodes, key=self.tie.__getitem__)
            return [[node] for node in exact(ranked, self.cost, self.size, self.above)]
        closure = self._best_closure(nodes)
        return [sorted(closure), [node for node in nodes if node not in closure]]

    def _best_closure(self, nodes: Sequence[int]) -> set[int]:
        """Return the issue, with all that must stand above it, that has the greatest ratio."""
        inside = within(nodes, self.above)
        closures = ({node, *ancestors(node, inside)} for node in nodes)
        return max(
            closures, key=lambda closure: (self.ratio(closure), -min(map(self.tie.__getitem__, closure)))
        )
