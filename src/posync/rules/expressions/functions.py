"""The functions an expression may call: what they take and what they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from posync.rules.expressions.vocabulary import ANY, LIST, NUMBER, TEXT, TRUTH

A_PART = "each entry"  # a function's argument that is asked of every entry of a list, which it calls `#`


@dataclass(frozen=True, slots=True)
class Function:
    """What a function takes and gives; `least` arguments must be there."""

    takes: tuple[frozenset[str], ...]
    gives: str
    least: int = 1


def _takes(*kinds: str | tuple[str, ...]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset({kind} if isinstance(kind, str) else kind) for kind in kinds)


_NUMBERS = (NUMBER, LIST)
FUNCTIONS: Mapping[str, Function] = {
    "len": Function(_takes((TEXT, LIST)), NUMBER),
    "contains": Function(_takes((TEXT, LIST), ANY), TRUTH, 2),
    "startsWith": Function(_takes(TEXT, TEXT), TRUTH, 2),
    "endsWith": Function(_takes(TEXT, TEXT), TRUTH, 2),
    "matches": Function(_takes(TEXT, TEXT), TRUTH, 2),
    "lower": Function(_takes(TEXT), TEXT),
    "upper": Function(_takes(TEXT), TEXT),
    "trim": Function(_takes(TEXT), TEXT),
    "number": Function(_takes(ANY), NUMBER),
    "abs": Function(_takes(NUMBER), NUMBER),
    "round": Function(_takes(NUMBER, NUMBER), NUMBER),
    "floor": Function(_takes(NUMBER), NUMBER),
    "ceil": Function(_takes(NUMBER), NUMBER),
    "min": Function(_takes(*[_NUMBERS] * 9), NUMBER),
    "max": Function(_takes(*[_NUMBERS] * 9), NUMBER),
    "sum": Function(_takes(*[_NUMBERS] * 9), NUMBER),
    "avg": Function(_takes(*[_NUMBERS] * 9), NUMBER),
    "some": Function(_takes(LIST, A_PART), TRUTH, 2),
    "all": Function(_takes(LIST, A_PART), TRUTH, 2),
    "none": Function(_takes(LIST, A_PART), TRUTH, 2),
    "one": Function(_takes(LIST, A_PART), TRUTH, 2),
    "count": Function(_takes(LIST, A_PART), NUMBER, 2),
    "filter": Function(_takes(LIST, A_PART), LIST, 2),
    "map": Function(_takes(LIST, A_PART), LIST, 2),
}
"""Every function an expression may call; nothing here knows the time or chance."""


def asks_each(name: str) -> bool:
    """Whether the second argument of this function is asked of each entry of its list."""
    function = FUNCTIONS.get(name)
    return function is not None and any(A_PART in takes for takes in function.takes)
