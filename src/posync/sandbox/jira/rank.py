"""LexoRank as Jira stores it: strings whose order is the backlog's order, with room between any two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
WHOLE = 6  # digits before the colon
RANK = re.compile(r"[012]\|([0-9a-z]+):([0-9a-z]*)")


def is_rank(value: object) -> bool:
    """Tell whether a field's value is a LexoRank, such as `0|i0077b:` or `0|0zzzzd:vi`."""
    return isinstance(value, str) and RANK.fullmatch(value) is not None


def digits(rank: str) -> str:
    """Return what ranks are compared by: the digits without bucket and colon."""
    found = RANK.fullmatch(rank)
    return found[1] + found[2] if found else rank


def between(low: str, high: str, count: int = 1) -> list[str]:
    """Return `count` ascending ranks strictly between two; "" means the open end. Empty where none fits."""
    bottom, top = digits(low) if low else "", digits(high) if high else ""
    if bottom and top and bottom >= top:
        return []
    width = max(len(bottom), len(top), WHOLE)
    for places in range(width, width + 16):
        first = int(bottom.ljust(places, "0"), 36) if bottom else 0
        last = int(top.ljust(places, "0"), 36) if top else 36**places
        if last - first > count:
            step = (last - first) // (count + 1)
            return [_rank(first + step * n, places) for n in range(1, count + 1)]
    return []


def spread(count: int) -> list[str]:
    """Return `count` ascending ranks with even room between them, in the middle third of all ranks."""
    low, high = 12 * 36 ** (WHOLE - 1), 24 * 36 ** (WHOLE - 1)
    step = max(1, min(36 * 36, (high - low) // (count + 1)))
    return [_rank(low + step * n, WHOLE) for n in range(1, count + 1)]


def ascending(ranks: Sequence[str]) -> bool:
    """Tell whether ranks rise strictly."""
    keys = [digits(rank) for rank in ranks]
    return all(one < two for one, two in pairwise(keys))


def _rank(number: int, places: int) -> str:
    text = ""
    for _ in range(places):
        number, rest = divmod(number, 36)
        text = DIGITS[rest] + text
    return f"0|{text[:WHOLE]}:{text[WHOLE:].rstrip('0')}"
