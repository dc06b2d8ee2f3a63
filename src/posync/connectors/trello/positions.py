"""Where to put a card so that it stands exactly between two others, by Trello's floating positions.

Positions are float64 and ascend down a list. The server re-spaces a whole list silently once a gap
falls under 0.125, so a position is only ever computed from a list that was just read. A narrow gap is
used all the same: re-spacing costs a read, while moving neighbours aside would cost writes nobody planned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Placed = tuple[str, float]
"""A card's id and its position."""

STEP = 16384.0
"""The distance Trello itself leaves between cards."""

ROOM = 1.0
"""The least distance left between cards when neighbours have to be moved aside."""


def slot(order: Sequence[Placed], anchor: str, side: Literal["below", "above"]) -> int | None:
    """Return the index in `order` (without the moving card) at which it comes to stand; None without anchor."""
    for index, (card, _) in enumerate(order):
        if card == anchor:
            return index + 1 if side == "below" else index
    return None


def between(order: Sequence[Placed], at: int, above: int = 0, below: int = 0) -> float | None:
    """Return a position for index `at`, leaving fair room for cards that are about to follow.

    `above` and `below` count the cards still to come directly on either side of this one.
    None where no number lies strictly between the neighbours.
    """
    if not order:
        return STEP * (above + 1)
    if at == len(order):
        return order[-1][1] + STEP * (above + 1)
    high = order[at][1]
    low = order[at - 1][1] if at else max(0.0, high - STEP * (above + below + 2))
    share = low + (high - low) * (above + 1) / (above + below + 2)
    return share if low < share < high else None


def aside(order: Sequence[Placed], at: int) -> tuple[Placed, ...]:
    """Return new positions for the fewest cards from index `at` on, so that one more fits before them.

    Last card first: carried out in this sequence the order of the list never changes. Needed only
    where neighbours share a position, which the server allows and no single write can part.
    """
    low = order[at - 1][1] if at else 0.0
    for count in range(1, len(order) - at + 1):
        end = at + count
        high = order[end][1] if end < len(order) else max(order[-1][1], low) + STEP * (count + 2)
        share = (high - low) / (count + 2)
        if share >= ROOM:
            moved = [(order[at + n][0], low + share * (n + 2)) for n in range(count)]
            return tuple(reversed(moved))
    return ()
