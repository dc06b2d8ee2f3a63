"""Where issues stand in one list: what moves make of an order, and which issues people have moved."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, groupby

from posync.model.change import Move


def batches(moves: Iterable[Move]) -> Iterator[tuple[Move, ...]]:
    """Yield moves in their batches; those of one batch follow one another."""
    for _, members in groupby(moves, key=lambda move: move.batch):
        yield tuple(members)


def after(order: Sequence[str], moves: Iterable[Move]) -> list[str]:
    """Return what the moves make of an order; a batch whose anchor is not in it changes nothing."""
    result = list(order)
    for batch in batches(moves):
        put(result, batch)
    return result


def put(order: list[str], batch: Sequence[Move]) -> None:
    """Take a batch out of the order and put it, as one block, next to its anchor."""
    first = batch[0]
    here = set(order)
    block = [move.uid for move in batch if move.uid in here]
    if first.anchor not in here:
        return
    moving = set(block)
    order[:] = [uid for uid in order if uid not in moving]
    place = order.index(first.anchor) + (first.side == "below")
    order[place:place] = block


def in_place(order: Sequence[str], batch: Sequence[Move]) -> bool:
    """Whether a batch stands, as one block, next to its anchor already."""
    first = batch[0]
    block = [move.uid for move in batch]
    wanted = [first.anchor, *block] if first.side == "below" else [*block, first.anchor]
    try:
        start = order.index(wanted[0])
    except ValueError:
        return False
    return list(order[start : start + len(wanted)]) == wanted


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
