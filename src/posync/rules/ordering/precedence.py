"""Who waits for whom: connected groups, cycles, and what to do about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

Above = Mapping[int, Collection[int]]
"""Issue -> the issues that must stand above it, by position in some list; absent where nothing must."""


def groups(above: Above) -> list[list[int]]:
    """Return the issues that links connect, directly or by way of others, each group in rising order."""
    leader: dict[int, int] = {}

    def find(node: int) -> int:
        leader.setdefault(node, node)
        while leader[node] != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    for node, blockers in above.items():
        for blocker in blockers:
            leader[find(node)] = find(blocker)
    found: dict[int, list[int]] = {}
    for node in sorted(leader):
        found.setdefault(find(node), []).append(node)
    return list(found.values())


def strong_groups(nodes: Iterable[int], above: Above) -> list[list[int]]:
    """Return the sets in which each node leads to each other, blockers before what they block (Tarjan 1972)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    place: dict[int, int] = {}  # on the path: to search a long chain for each node takes too long
    on_path: set[int] = set()
    work: list[tuple[int, Iterator[int]]] = []
    found: list[list[int]] = []

    def enter(node: int) -> None:
        index[node] = low[node] = len(index)
        place[node] = len(path)
        path.append(node)
        on_path.add(node)
        work.append((node, iter(above.get(node, ()))))

    for root in nodes:
        if root not in index:
            enter(root)
        while work:
            node, rest = work[-1]
            for blocker in rest:
                if blocker not in index:
                    enter(blocker)
                    break
                if blocker in on_path:
                    low[node] = min(low[node], index[blocker])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(path[place[node] :])
                    del path[place[node] :]
                    on_path.difference_update(found[-1])
    return found


def without_cycles(above: Above) -> tuple[dict[int, set[int]], list[list[int]]]:
    """Return the same constraints free of cycles, and the cycles that were there.

    Within a cycle nobody can say who comes first: its links are dropped, and its members keep the order
    of their numbers. An issue that is said to block itself is a cycle of one.
    """
    clean = {node: set(blockers) for node, blockers in above.items() if blockers}
    cycles = [
        sorted(group)
        for group in strong_groups(list(clean), clean)
        if len(group) > 1 or group[0] in clean.get(group[0], ())
    ]
    for cycle in cycles:
        for node in cycle:
            clean[node] -= set(cycle)
        for first, second in pairwise(cycle):
            clean[second].add(first)
    return clean, cycles


def ancestors(node: int, above: Above) -> set[int]:
    """Return everything that must stand above a node, directly or not."""
    return reached([node], above)


def reached(nodes: Iterable[int], links: Above) -> set[int]:
    """Return everything that links lead to from any of some nodes."""
    found: set[int] = set()
    work = list(nodes)
    while work:
        fresh = set(links.get(work.pop(), ())) - found
        found |= fresh
        work.extend(fresh)
    return found


def followers(above: Above) -> dict[int, list[int]]:
    """Return the same links from the other end: what stands below each issue because of it."""
    below: dict[int, list[int]] = {}
    for node, blockers in above.items():
        for blocker in blockers:
            below.setdefault(blocker, []).append(node)
    return below


def within(nodes: Collection[int], above: Above) -> dict[int, list[int]]:
    """Return the links of which both ends are among `nodes`."""
    inside = set(nodes)
    found = {node: [blocker for blocker in above.get(node, ()) if blocker in inside] for node in nodes}
    return {node: blockers for node, blockers in found.items() if blockers}


def between(sets: Sequence[Sequence[int]], above: Above) -> dict[int, set[int]]:
    """Return which sets must stand above which, by their positions, because of a link between members."""
    home = {node: at for at, members in enumerate(sets) for node in members}
    waits: dict[int, set[int]] = {}
    for node, blockers in above.items():
        if others := {home[blocker] for blocker in blockers} - {home[node]}:
            waits.setdefault(home[node], set()).update(others)
    return waits


def reduced(nodes: Sequence[int], above: Above) -> dict[int, list[int]]:
    """Return the links among `nodes` without those that others imply; constraints stay the same."""
    links = within(nodes, above)
    bit = {node: 1 << at for at, node in enumerate(nodes)}
    reach: dict[int, int] = {}
    for (node,) in strong_groups(nodes, links):
        implied = 0
        for blocker in links.get(node, ()):
            implied |= reach[blocker]
        if node in links:
            links[node] = [blocker for blocker in links[node] if not implied & bit[blocker]]
        reach[node] = implied | sum(bit[blocker] for blocker in links.get(node, ()))
    return links


def forced(nodes: Sequence[int], above: Above) -> tuple[list[int], list[int], list[int]]:
    """Return what must come first, in order, what is left, and what must come last, in order."""
    links = within(nodes, above)
    first, rest = _only_choices(nodes, links, followers(links))
    last, rest = _only_choices(rest, within(rest, followers(links)), links)
    return first, rest, last[::-1]


def _only_choices(nodes: Sequence[int], waits: Above, frees: Above) -> tuple[list[int], list[int]]:
    """Return the nodes that are each the only one ready in their turn, and the rest."""
    left = {node: len(waits.get(node, ())) for node in nodes}
    ready = [node for node in nodes if not left[node]]
    way: list[int] = []
    while len(ready) == 1:
        node = ready.pop()
        way.append(node)
        del left[node]
        for other in frees.get(node, ()):
            if other in left:
                left[other] -= 1
                if not left[other]:
                    ready.append(other)
    return way, list(left)
