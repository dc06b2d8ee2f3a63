"""Two policies side by side: who rises, who falls, and how much of the top is another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isqrt, sqrt

from posync.errors import UsageError
from posync.model.backlog import Backlog
from posync.model.issue import Issue


@dataclass(frozen=True, slots=True)
class Shift:
    """One issue under two policies; a rank of None means that a policy gives it no place."""

    tracker: str
    issue: str
    title: str
    before: int | None
    after: int | None

    @property
    def by(self) -> int | None:
        """How many places it rises (above 0) or falls; None where one policy gives it no place."""
        return None if self.before is None or self.after is None else self.before - self.after


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two policies differ; `shifts` are the issues with another rank, in the order of the second.

    `tau` is Kendall's tau-b over the issues that both rank: 1 is the same order, -1 the reverse; None where
    fewer than two can be compared. `newcomers` maps n to the keys among the first n of the second order
    that are not among the first n of the first: the churn of the top n. `firm` says, for each of the two
    that reads inputs, what one step on one input would change about its top.
    """

    one: str
    other: str
    common: int
    shifts: tuple[Shift, ...]
    tau: float | None
    newcomers: Mapping[int, tuple[str, ...]]
    firm: Mapping[str, str] = field(default_factory=dict)


def compare(
    backlog: Backlog,
    one: tuple[str, Sequence[str]],
    other: tuple[str, Sequence[str]],
    tops: Sequence[int] = (10, 50),
) -> Comparison:
    """Return how the policy `other` orders a backlog, beside `one`; each is a name and uids in order.

    Raises UsageError where one of them orders nothing though there is something to order.
    """
    idle = [name for name, order in (one, other) if not order]
    if idle and any(issue.is_open and issue.ranked for issue in backlog.issues):
        raise UsageError(
            f"{' and '.join(dict.fromkeys(idle))} {'orders' if len(idle) == 1 else 'order'} nothing, so there is no order to compare: "
            "name two packs that score, such as wsjf and rice"
        )
    old = {uid: rank for rank, uid in enumerate(one[1], 1)}
    new = {uid: rank for rank, uid in enumerate(other[1], 1)}
    uids = [*new, *(uid for uid in old if uid not in new)]
    common = [uid for uid in new if uid in old]
    shifts = (_shift(backlog.by_uid[uid], old.get(uid), new.get(uid)) for uid in uids)
    newcomers = {n: [uid for uid in other[1][:n] if old.get(uid, n + 1) > n] for n in tops}
    return Comparison(
        one=one[0],
        other=other[0],
        common=len(common),
        shifts=tuple(shift for shift in shifts if shift.before != shift.after),
        tau=kendall_tau([old[uid] for uid in common], [new[uid] for uid in common]),
        newcomers={n: tuple(backlog.by_uid[uid].key for uid in found) for n, found in newcomers.items()},
    )


def _shift(issue: Issue, before: int | None, after: int | None) -> Shift:
    return Shift(issue.tracker, issue.key, issue.title, before, after)


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
