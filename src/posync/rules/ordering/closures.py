"""Which issues, together with all that must stand above them, outweigh the rest: a minimum cut."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from itertools import pairwise

from posync.rules.ordering.precedence import Above, strong_groups


def divided(weight: Mapping[int, int], above: Above) -> tuple[list[list[int]], bool]:
    """Return [the heaviest closure, the rest], or, where no closure is positive, the finest balanced parts.

    A closure holds the blockers of each of its members. `weight` names the nodes and sums to 0; `above`
    points at them only. The second value says that the parts are balanced, so that dividing them again
    by the same weights finds nothing; they come blockers first.

    Picard 1976: the heaviest closure is the source side of a minimum cut. Here what a node has too much
    flows to the blockers that lack it; nodes that keep too much, and all they still reach, are the smallest
    heaviest closure. Where nothing is left over, nodes that can still exchange flow belong together.
    """
    flow = _Flow(weight, above)
    heavy = flow.settle()
    if heavy:
        return [sorted(heavy), [node for node in weight if node not in heavy]], False
    return strong_groups(weight, {node: flow.reach(node) for node in weight}), True


class _Flow:
    """Dinic's maximum flow from nodes with too much to nodes with too little, along links of any width."""

    def __init__(self, weight: Mapping[int, int], above: Above) -> None:
        self.excess = dict(weight)
        self.down = {node: list(above.get(node, ())) for node in weight}
        self.carried: dict[int, dict[int, int]] = {
            node: {} for node in weight
        }  # blocker -> from whom -> amount

    def reach(self, node: int) -> list[int]:
        """Return where a unit more could flow: to the node's blockers, and back where something came from."""
        return self.down[node] + [source for source, amount in self.carried[node].items() if amount]

    def settle(self) -> set[int]:
        """Let flow what can, and return the nodes that a rest of excess still reaches."""
        while True:
            level, met = self._levels()
            if not met:
                return set(level)
            ways = {
                node: [other for other in self.reach(node) if level[other] == distance + 1]
                for node, distance in level.items()
            }
            for node in [node for node, distance in level.items() if not distance]:
                while self.excess[node] > 0 and (path := self._path(node, ways)):
                    self._send(path)

    def _levels(self) -> tuple[dict[int, int], bool]:
        """Return each reached node's distance from the nearest excess, and whether a lack was reached."""
        level = {node: 0 for node, amount in self.excess.items() if amount > 0}
        queue = deque(level)
        met = False
        while queue:
            node = queue.popleft()
            met = met or self.excess[node] < 0
            for other in self.reach(node):
                if other not in level:
                    level[other] = level[node] + 1
                    queue.append(other)
        return level, met

    def _path(self, start: int, ways: Mapping[int, list[int]]) -> list[int]:
        """Return a way from `start` to a node that lacks something; what leads nowhere leaves `ways`."""
        path = [start]
        while path:
            node = path[-1]
            if self.excess[node] < 0:
                return path
            if not ways[node]:
                path.pop()
                if path:
                    ways[path[-1]].pop()
            elif self.carried[node].get(ways[node][-1]) == 0:  # a way back on which all has gone back
                ways[node].pop()
            else:
                path.append(ways[node][-1])
        return path

    def _send(self, path: Sequence[int]) -> None:
        """Move as much as the way allows from its first node to its last."""
        amount = min(self.excess[path[0]], -self.excess[path[-1]])
        for node, other in pairwise(path):
            if other in self.carried[node]:
                amount = min(amount, self.carried[node][other])
        for node, other in pairwise(path):
            if other in self.carried[node]:
                self.carried[node][other] -= amount
            else:
                self.carried[other][node] = self.carried[other].get(node, 0) + amount
        self.excess[path[0]] -= amount
        self.excess[path[-1]] += amount
