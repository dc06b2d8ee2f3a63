"""Two policies side by side: who rises, who falls, and how much of the top is another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isqrt, sqrt

from posync.model.verdict import Place


@dataclass(frozen=True, slots=True)
class Shift:
    """One issue under two policies; a rank of None means that a policy gives it no place."""

    uid: str
    before: int | None
    after: int | None

    @property
    def by(self) -> int | None:
        """How many places it rises (above 0) or falls; None where one policy gives it no place."""
        return None if self.before is None or self.after is None else self.before - self.after


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two orders differ; `shifts` are those that differ, in the order of the second.

    `tau` is Kendall's tau-b over the issues in both: 1 is the same order, -1 the reverse; None where fewer
    than two can be compared. `top` maps n to the uids that are among the first n of the second order
    and not of the first.
    """

    common: int
    shifts: tuple[Shift, ...]
    tau: float | None
    top: Mapping[int, tuple[str, ...]]


def compare(before: Sequence[Place], after: Sequence[Place], tops: Sequence[int] = (10, 50)) -> Comparison:
    """Return how the order `after` differs from `before`."""
    old = {place.uid: place.rank for place in before}
    new = {place.uid: place.rank for place in after}
    common = sorted(old.keys() & new.keys(), key=new.__getitem__)
    gone = sorted(old.keys() - new.keys(), key=old.__getitem__)
    uids = [*sorted(new, key=new.__getitem__), *gone]
    shifts = (Shift(uid, old.get(uid), new.get(uid)) for uid in uids)
    return Comparison(
        common=len(common),
        shifts=tuple(shift for shift in shifts if shift.before != shift.after),
        tau=kendall_tau([old[uid] for uid in common], [new[uid] for uid in common]),
        top={n: tuple(uid for uid in uids if new.get(uid, n + 1) <= n < old.get(uid, n + 1)) for n in tops},
    )


def kendall_tau(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return tau-b of two rankings of the same things (Kendall 1945), in O(n log n); None without a pair to compare.

    (concordant - discordant) / sqrt((pairs - ties in one) * (pairs - ties in other)); Knight 1966.
    """
    pairs = sorted(zip(one, other, strict=True))
    n = len(pairs)
    every = n * (n - 1) // 2
    tied_one = _tied([a for a, _ in pairs])
    tied_other = _tied(sorted(other))
    both = _tied(pairs)
    if every in (tied_one, tied_other):
        return None
    discordant = _inversions([b for _, b in pairs])
    concordant = every - tied_one - tied_other + both - discordant
    product = (every - tied_one) * (every - tied_other)
    root = isqrt(product)
    return (concordant - discordant) / (root if root * root == product else sqrt(product))


def _tied(rising: Sequence[object]) -> int:
    """Return how many pairs of a sorted sequence are equal."""
    found = run = 0
    for at in range(1, len(rising)):
        run = run + 1 if rising[at] == rising[at - 1] else 0
        found += run
    return found


def _inversions(values: Sequence[float]) -> int:
    """Return how many pairs stand the wrong way round, by merging halves."""
    found = 0
    order = list(values)
    width = 1
    while width < len(order):
        for start in range(0, len(order), 2 * width):
            left, right = order[start : start + width], order[start + width : start + 2 * width]
            for value in right:
                found += len(left) - bisect_right(left, value)
            order[start : start + 2 * width] = sorted(left + right)
        width *= 2
    return found
