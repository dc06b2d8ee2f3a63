"""The fewest writes that turn one order into another."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from posync.model.listing import few


@dataclass(frozen=True, slots=True)
class Move:
    """One write: `issues`, in this order, come to stand directly after or directly before one anchor.

    Exactly one of `after` and `before` is set; the anchor is never among the issues.
    """

    issues: tuple[str, ...]
    after: str | None = None
    before: str | None = None


def moves(
    current: Sequence[str],
    target: Sequence[str],
    batch: int = 50,
    *,
    spare: Collection[str] = (),
    fixed: Collection[str] = (),
) -> list[Move]:
    """Return the fewest Moves of at most `batch` issues each that turn `current` into `target`.

    Issues that are `fixed` are never moved. Among the plans with the fewest writes it is one that moves
    the fewest of the issues to `spare`, and among those the fewest issues. Carried out one after the other they give exactly `target`;
    every anchor is an issue that itself stays, so that a Move which is left out spoils no other.
    Takes O(batch * n log n). Raises ValueError where an id occurs twice, where the two orders do not
    hold the same ids, where fixed ids stand in another order, or where `batch` is below 1.
    """
    _check(current, target, batch)
    place = {issue: at for at, issue in enumerate(current)}
    places = [place[issue] for issue in target]
    held = set(fixed)
    pinned = {at for at, issue in enumerate(target) if issue in held}
    if any(places[one] > places[other] for one, other in pairwise(sorted(pinned))):
        raise ValueError("the fixed issues stand in another order in the target than now")
    spared = set(spare)
    weights = [len(target) + 1 if issue in spared else 1 for issue in target]
    kept = _kept(places, weights, batch, pinned)
    return list(_gaps(target, [-1, *kept, len(target)], batch))


def _check(current: Sequence[str], target: Sequence[str], batch: int) -> None:
    if batch < 1:
        raise ValueError(f"a write moves at least 1 issue, not {batch}")
    for name, order in (("current", current), ("target", target)):
        if len(set(order)) < len(order):
            twice = [issue for issue, times in Counter(order).items() if times > 1]
            raise ValueError(f"the {name} order holds more than once: {few(sorted(twice))}")
    if lost := set(current).difference(target):
        raise ValueError(f"the current order has issues that the target order lacks: {few(sorted(lost))}")
    if new := set(target).difference(current):
        raise ValueError(f"the target order has issues that the current order lacks: {few(sorted(new))}")


def _kept(places: Sequence[int], weights: Sequence[int], batch: int, pinned: Collection[int]) -> list[int]:
    """Return the target positions of the issues that stay, for the fewest writes, then the least weight moved.

    Between two neighbours that stay, `gap` issues need ceil(gap / batch) writes, because a group that
    is moved together cannot straddle an issue that stays. So the cheapest way to let target position i
    stay is calls[i] = min over j < i with places[j] < places[i] of calls[j] + ceil((i - j - 1) / batch).
    Positions j with the same (j + 1) mod batch round alike for every i, so the best of each such class
    is found by one number, and a staircase of best numbers by place answers "best so far below here".
    After a pinned position nothing before it is looked at again, so that every way leads through it.
    """
    n = len(places)
    before = [0, *accumulate(weights)]  # the weight of all issues before a target position
    many = before[-1] + 2  # one write outweighs any number of moved issues
    classes = [_Staircase() for _ in range(min(batch, n + 1))]
    parents = []
    classes[0].add(-1, 0, -1)
    for i, place in enumerate([*places, n]):
        quotient, remainder = divmod(i, batch)
        found = _cheapest(classes, place, remainder, many)
        if found is None:  # it stands on the wrong side of a pinned issue, so it must move
            parents.append(-1)
            continue
        best, parent = found
        parents.append(parent)
        cost = best + quotient * many + before[i]
        quotient, remainder = divmod(i + 1, batch)
        if i in pinned:
            classes = [_Staircase() for _ in classes]
        if i < n:
            classes[remainder].add(place, cost - quotient * many - before[i + 1], i)
    return _chain(parents)


class _Staircase:
    """Costs by place, holding only those that are cheaper than every cost at a smaller place."""

    __slots__ = ("costs", "owners", "places")

    def __init__(self) -> None:
        self.places: list[int] = []
        self.costs: list[int] = []
        self.owners: list[int] = []

    def add(self, place: int, cost: int, owner: int) -> None:
        """Take in a cost, and drop those that it makes useless."""
        at = bisect_left(self.places, place)
        if at and self.costs[at - 1] <= cost:
            return
        end = at
        while end < len(self.costs) and self.costs[end] >= cost:
            end += 1
        self.places[at:end] = [place]
        self.costs[at:end] = [cost]
        self.owners[at:end] = [owner]


def _cheapest(classes: Sequence[_Staircase], place: int, remainder: int, many: int) -> tuple[int, int] | None:
    """Return the least cost among positions of smaller place, and whose it is; None where there is none."""
    found: list[tuple[int, int]] = []
    for r, stairs in enumerate(classes):
        at = bisect_left(stairs.places, place)
        if at:
            found.append((stairs.costs[at - 1] + (many if remainder > r else 0), stairs.owners[at - 1]))
    return min(found, default=None)


def _chain(parents: Sequence[int]) -> list[int]:
    """Follow `parents` from the end back to the start (-1), and return the way in rising order."""
    way = []
    at = parents[-1]
    while at >= 0:
        way.append(at)
        at = parents[at]
    return way[::-1]


def _gaps(target: Sequence[str], kept: Sequence[int], batch: int) -> Iterator[Move]:
    """Yield the writes that fill every gap between neighbours that stay (sentinels at both ends)."""
    for left, right in pairwise(kept):
        groups = [tuple(target[at : min(at + batch, right)]) for at in range(left + 1, right, batch)]
        if right < len(target):
            yield from (Move(group, before=target[right]) for group in groups)
        else:  # below the last issue that stays: each group pushes the one before it down
            yield from (Move(group, after=target[left]) for group in reversed(groups))
