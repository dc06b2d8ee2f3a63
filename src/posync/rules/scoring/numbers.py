"""Reading one input out of a complete set of them, with its type made certain."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from posync.rules.scoring.base import Value


def number(values: Mapping[str, Value], name: str) -> Fraction:
    """Return a numeric input; a method asks only for inputs that it declared without words."""
    value = values[name]
    assert isinstance(value, Fraction)
    return value


def words(values: Mapping[str, Value], name: str) -> tuple[str, ...]:
    """Return an input of words, one or several people's; a method asks only for inputs declared with words."""
    value = values[name]
    assert not isinstance(value, Fraction)
    return (value,) if isinstance(value, str) else value
