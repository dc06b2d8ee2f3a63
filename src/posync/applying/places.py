"""Where issues stand in one list: what moves make of an order, and which issues people have moved."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, groupby, pairwise

from posync.model.change import Move


def batches(moves: Iterable[Move]) -> Iterator[tuple[Move, ...]]:
    """Yield moves in their batches; those of one batch follow one another."""
    for _, members in groupby(moves, key=lambda move: move.batch):
        yield tuple(members)


class Row:
    """An order that is changed batch by batch, each at a cost that does not grow with its length."""

    def __init__(self, order: Iterable[str]) -> None:
        ring = ["", *order, ""]  # no uid is empty: it stands for both ends
        self._next = dict(pairwise(ring))
        self._last = {below: above for above, below in pairwise(ring)}

    def __iter__(self) -> Iterator[str]:
        """Yield the uids, top first."""
        uid = self._next[""]
        while uid:
            yield uid
            uid = self._next[uid]

    def put(self, batch: Sequence[Move]) -> None:
        """Take a batch out and put it, as one block, next to its anchor; without its anchor nothing changes."""
        anchor, side = batch[0].anchor, batch[0].side
        if anchor not in self._next:
            return
        block = [move.uid for move in batch if move.uid in self._next]
        for uid in block:
            self._join(self._last[uid], self._next[uid])
        above = anchor if side == "below" else self._last[anchor]
        below = self._next[above]
        for one, other in pairwise([above, *block, below]):
            self._join(one, other)

    def holds(self, batch: Sequence[Move]) -> bool:
        """Whether a batch stands, as one block, next to its anchor."""
        block, anchor = [move.uid for move in batch], batch[0].anchor
        wanted = [anchor, *block] if batch[0].side == "below" else [*block, anchor]
        return all(self._next.get(above) == below for above, below in pairwise(wanted))

    def _join(self, above: str, below: str) -> None:
        self._next[above], self._last[below] = below, above


def after(order: Iterable[str], moves: Iterable[Move]) -> list[str]:
    """Return what the moves make of an order; a batch whose anchor is not in it changes nothing."""
    row = Row(order)
    for batch in batches(moves):
        row.put(batch)
    return list(row)


def only(order: Iterable[str], known: Collection[str]) -> list[str]:
    """Return the part of an order that is known."""
    return [uid for uid in order if uid in known]


def put_back(now: Sequence[str], former: Iterable[str], moving: Collection[str]) -> list[str]:
    """Return `now` with the `moving` issues below whatever stood above them in `former`, all others as they stand.

    `former` holds the moving issues and those they may stand below.
    """
    following: dict[str | None, list[str]] = defaultdict(list)
    above = None
    for uid in former:
        if uid in moving:
            following[above].append(uid)
        else:
            above = uid
    staying = (uid for uid in now if uid not in moving)
    return [*following[None], *chain.from_iterable((uid, *following[uid]) for uid in staying)]


def steady(now: Sequence[str], expected: Sequence[str]) -> frozenset[str]:
    """Return the issues that surely nobody moved between two orders of the same issues.

    They are those in every longest increasing subsequence: where A and B have changed places, nobody
    can say which of them was moved, so both count as moved. O(n log n).
    """
    place = {uid: n for n, uid in enumerate(expected)}
    row = [place[uid] for uid in now]
    ending = _lengths(row)
    starting = _lengths([-n for n in reversed(row)])[::-1]
    longest = max(ending, default=0)
    candidates = [
        (uid, length)
        for uid, length, rest in zip(now, ending, starting, strict=True)
        if length + rest - 1 == longest
    ]
    alone = Counter(length for _, length in candidates)
    return frozenset(uid for uid, length in candidates if alone[length] == 1)


def _lengths(row: Sequence[int]) -> list[int]:
    """Return, per place, the length of the longest increasing subsequence that ends there."""
    tails: list[int] = []
    lengths = []
    for value in row:
        at = bisect_left(tails, value)
        tails[at : at + 1] = [value]
        lengths.append(at + 1)
    return lengths
