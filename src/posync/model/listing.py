"""The first few of many, for sentences that name issues."""

from __future__ import annotations

from collections.abc import Iterable


def few(names: Iterable[str], most: int = 5) -> str:
    """Return the first names, and how many more there are: `A, B, C, D, E and 7 more`."""
    every = list(names)
    rest = len(every) - most
    return ", ".join(every[:most]) + (f" and {rest:,} more" if rest > 0 else "")
