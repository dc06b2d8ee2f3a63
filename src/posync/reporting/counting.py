"""Says how many there are of something."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: `1 issue`, `2,000 issues`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
