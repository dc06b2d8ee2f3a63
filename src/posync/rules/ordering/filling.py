"""Fills every list from the top: whoever holds a place gets it, the rest follow the desired order."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence

from posync.rules.ordering.holding import Pinned
from posync.rules.ordering.precedence import Above, ancestors, followers, strong_groups

Slots = Mapping[int, int]


def reserved(
    lanes: Sequence[Sequence[int]], kept: Slots, pins: Mapping[int, Pinned], above: Above
) -> list[list[tuple[int, int]]]:
    """Return for each lane the (place, issue) pairs to be met, places rising.

    Pins get the lowest places they allow, then whoever keeps its place gets it (or the next one that no
    pin takes), then what must stand above any of these gets the lowest place that is left above it.
    """
    home = {node: lane for lane, members in enumerate(lanes) for node in members}
    found = [_pinned(members, pins) for members in lanes]
    for node, slot in sorted(kept.items(), key=lambda pair: pair[1]):
        taken = found[home[node]]
        free = next((s for s in range(slot, len(lanes[home[node]]) + 1) if s not in taken), None)
        if free is not None:
            taken[free] = node
    _above_the_held(found, home, above)
    due = [sorted(taken.items()) for taken in found]
    lost = {*kept, *pins}.difference(*(taken.values() for taken in found))
    for node in sorted(lost):  # no place is left that it may take: it comes last, and is said to
        due[home[node]].append((len(lanes[home[node]]) + 1, node))
    return due


def _pinned(members: Sequence[int], pins: Mapping[int, Pinned]) -> dict[int, int]:
    """Return places for the pins of one lane, from the bottom up: the range that ends soonest upwards first."""
    size = len(members)
    spans = sorted(
        (min(pins[node].last, size), min(pins[node].first, size), node) for node in members if node in pins
    )
    taken: dict[int, int] = {}
    open_: list[tuple[int, int]] = []
    slot = size
    while spans or open_:
        if not open_:
            slot = min(slot, spans[-1][0])
        while spans and spans[-1][0] >= slot:
            _, first, node = spans.pop()
            heapq.heappush(open_, (-first, node))
        taken[slot] = heapq.heappop(open_)[1]
        slot -= 1
        if slot < 1:
            break
    return taken


def _above_the_held(found: Sequence[dict[int, int]], home: Mapping[int, int], above: Above) -> None:
    """Reserve places for what must stand above the held, nearest first."""
    if not above:
        return
    due = {node: slot for taken in found for slot, node in taken.items()}
    for (node,) in reversed(strong_groups(sorted(above), above)):
        if node not in due:
            continue
        for blocker in sorted(above.get(node, ())):
            if home[blocker] != home[node] or blocker in due:
                continue
            taken = found[home[node]]
            free = next((s for s in range(due[node] - 1, 0, -1) if s not in taken), None)
            if free is not None:
                taken[free] = blocker
                due[blocker] = free


def filled(
    lanes: Sequence[Sequence[int]],
    rank: Mapping[int, int],
    due: Sequence[Sequence[tuple[int, int]]],
    first: Slots,
    above: Above,
) -> list[int]:
    """Return all issues in one order: blockers above what they block, always; then what is due; then by `rank`.

    `rank` holds the issues that follow the desired order, `due` those that hold places of their lane, and
    `first` the highest place some may take.
    """
    return _Filling(lanes, rank, due, first, above).run()


class _Filling:
    def __init__(
        self,
        lanes: Sequence[Sequence[int]],
        rank: Mapping[int, int],
        due: Sequence[Sequence[tuple[int, int]]],
        first: Slots,
        above: Above,
    ) -> None:
        self._lane = {node: lane for lane, members in enumerate(lanes) for node in members}
        self._above, self._below = above, followers(above)
        self._left = {node: len(blockers) for node, blockers in above.items() if blockers}
        self._rank, self._first = dict(rank), first
        self._due = [list(reversed(pairs)) for pairs in due]
        self._filled = [0] * len(lanes)
        self._parked: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._ready: list[tuple[int, int]] = []
        self._placed: set[int] = set()
        self._way: list[int] = []
        self._touched = list(range(len(lanes)))
        for node in rank:
            self._offer(node)

    def run(self) -> list[int]:
        """Place everything: what is due as soon as it is, the rest by rank."""
        self._settle()
        while len(self._way) < len(self._lane):
            if self._ready:
                _, node = heapq.heappop(self._ready)
                if node not in self._placed:
                    self._place(node)
            else:
                self._force()
            self._settle()
        return self._way

    def _offer(self, node: int) -> None:
        """Put an issue among the ready ones, if nothing stands in its way."""
        if node in self._placed or node not in self._rank or self._left.get(node):
            return
        lane = self._lane[node]
        if self._first.get(node, 1) > self._filled[lane] + 1:
            heapq.heappush(self._parked[lane], (self._first[node], node))
        else:
            heapq.heappush(self._ready, (self._rank[node], node))

    def _place(self, node: int) -> None:
        lane = self._lane[node]
        self._placed.add(node)
        self._way.append(node)
        self._filled[lane] += 1
        self._touched.append(lane)
        for other in self._below.get(node, ()):
            self._left[other] -= 1
            self._offer(other)
        parked = self._parked[lane]
        while parked and parked[0][0] <= self._filled[lane] + 1:
            self._offer(heapq.heappop(parked)[1])

    def _settle(self) -> None:
        """Place what is due at the top of the free part of any lane, with what must stand above it."""
        while self._touched:
            lane = self._touched[-1]
            due = self._due[lane]
            if not due or (due[-1][1] not in self._placed and due[-1][0] > self._filled[lane] + 1):
                self._touched.pop()
                continue
            node = due.pop()[1]
            if node not in self._placed:
                self._bring(node)

    def _bring(self, node: int) -> None:
        """Place an issue below all that must stand above it; it gives way where one of those may not come yet."""
        needed = [n for n in ancestors(node, self._above) if n not in self._placed]
        if any(self._first.get(n, 1) > self._filled[self._lane[n]] + 1 for n in needed):
            self._rank[node] = -1
            return
        for (blocker,) in strong_groups(sorted(needed, key=self._key), self._above):
            if blocker not in self._placed:
                self._place(blocker)
        self._place(node)

    def _key(self, node: int) -> tuple[int, int]:
        return self._rank.get(node, -1), node

    def _force(self) -> None:
        """Where nothing is ready, place the issue that comes nearest to its own place."""
        waits = [(due[-1][0] - self._filled[lane], lane) for lane, due in enumerate(self._due) if due]
        if waits:
            lane = min(waits)[1]
            self._touched.append(lane)
            self._bring(self._due[lane].pop()[1])
        else:
            _, lane = min((parked[0], lane) for lane, parked in self._parked.items() if parked)
            self._ready.append((0, heapq.heappop(self._parked[lane])[1]))
