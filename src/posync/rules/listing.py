"""A few of many, for sentences that name issues."""

from __future__ import annotations

from collections.abc import Iterable

_NAMED = 5


def few(names: Iterable[str]) -> str:
    """Return the first five names, and how many more there are: `A, B, C, D, E and 7 more`."""
    every = list(names)
    rest = len(every) - _NAMED
    return ", ".join(every[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
