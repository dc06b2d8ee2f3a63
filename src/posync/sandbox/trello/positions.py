"""Where cards stand in a list: floats in ascending order, re-spaced by the server when a gap gets too small."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from posync.sandbox.refusals import Refusal

Json = dict[str, Any]
STEP = 16384.0
OLD_START = 65535.0
NEW_START = 2.0**47


def in_order(cards: Sequence[Json]) -> list[Json]:
    """Return cards by position; the older id first where two share one."""
    return sorted(cards, key=lambda card: (card.get("pos") or 0, card["id"]))


def wanted(value: Any, others: Sequence[Json]) -> float:
    """Return the position a write asks for among the other cards of the list; raises Refusal (400)."""
    ordered = in_order(others)
    if value == "bottom":
        return tidy(ordered[-1]["pos"] + STEP) if ordered else NEW_START
    if value == "top":
        first = ordered[0]["pos"] if ordered else NEW_START + STEP
        return tidy(first - STEP if first > STEP else first / 2)
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise Refusal.trello(400, "invalid value for pos") from None
    if not math.isfinite(number) or number <= 0:
        raise Refusal.trello(400, "invalid value for pos")
    return tidy(number)


def tidy(number: float) -> float:
    """Return a whole number as int, as Trello's JSON shows it."""
    return int(number) if float(number).is_integer() else number


def cramped(card: Json, others: Sequence[Json], least: float) -> bool:
    """Tell whether a card stands closer than `least` to a neighbour."""
    return any(abs((other.get("pos") or 0) - card["pos"]) < least for other in others)


def respace(cards: Sequence[Json]) -> None:
    """Give every card of a list a new position in the present order, one step apart."""
    ordered = in_order(cards)
    start = NEW_START if ordered and ordered[0]["pos"] >= NEW_START / 2 else OLD_START
    for place, card in enumerate(ordered):
        card["pos"] = tidy(start + STEP * place)
