"""The exact order of a few issues: every set that may come first, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from posync.rules.ordering.precedence import Above


def exact(nodes: Sequence[int], cost: Mapping[int, int], size: Mapping[int, int], above: Above) -> list[int]:
    """Return the order with the least sum of cost * time of completion; of several, the first by `nodes`.

    Held and Karp's programme over the sets that hold the blockers of their members: the cheapest way to
    go on from a set is the cheapest over what may come next. At most 2 ** n sets.
    """
    bit = {node: 1 << at for at, node in enumerate(nodes)}
    needs = [sum(bit[blocker] for blocker in above.get(node, ()) if blocker in bit) for node in nodes]
    sizes, costs = [size[node] for node in nodes], [cost[node] for node in nodes]
    time = {0: 0}  # set -> when it is done; every set after those it grows from
    layer = [0]
    for _ in nodes:
        grown = ((done, at) for done in layer for at in _next(done, needs))
        wider = {done | 1 << at: time[done] + sizes[at] for done, at in grown}
        time |= wider
        layer = list(wider)
    rest = {layer[0]: 0}
    choice: dict[int, int] = {}
    for done in list(time)[-2::-1]:
        ways = ((costs[at] * time[done | 1 << at] + rest[done | 1 << at], at) for at in _next(done, needs))
        rest[done], choice[done] = min(ways)
    return _read(nodes, choice)


def _next(done: int, needs: Sequence[int]) -> Iterator[int]:
    """Yield what may come next, by position."""
    return (at for at, need in enumerate(needs) if not done >> at & 1 and not need & ~done)


def _read(nodes: Sequence[int], choice: Mapping[int, int]) -> list[int]:
    way, done = [], 0
    while done in choice:
        way.append(nodes[choice[done]])
        done |= 1 << choice[done]
    return way
