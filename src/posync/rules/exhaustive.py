"""The exact order of a few issues: every set that may come first, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from posync.rules.precedence import Above


def exact(nodes: Sequence[int], cost: Mapping[int, int], size: Mapping[int, int], above: Above) -> list[int]:
    """Return the order with the least sum of cost * time of completion; earlier `nodes` win ties.

    Held and Karp's programme over the sets that hold the blockers of their members: the cheapest way to
    finish a set is the cheapest way to finish it without its last issue. At most 2 ** n sets.
    """
    bit = {node: 1 << at for at, node in enumerate(nodes)}
    needs = [sum(bit[blocker] for blocker in above.get(node, ()) if blocker in bit) for node in nodes]
    layer: dict[int, tuple[int, int]] = {0: (0, 0)}  # set -> (least cost, time)
    last: dict[int, int] = {}
    for _ in nodes:
        wider: dict[int, tuple[int, int]] = {}
        for done, (so_far, time) in layer.items():
            for at, node in enumerate(nodes):
                after = done | 1 << at
                if after == done or needs[at] & ~done:
                    continue
                total = so_far + cost[node] * (time + size[node])
                if after not in wider or total < wider[after][0]:
                    wider[after] = (total, time + size[node])
                    last[after] = at
        layer = wider
    return _read_back(nodes, last)


def _read_back(nodes: Sequence[int], last: Mapping[int, int]) -> list[int]:
    done = (1 << len(nodes)) - 1
    way = []
    while done:
        way.append(nodes[last[done]])
        done &= ~(1 << last[done])
    return way[::-1]
