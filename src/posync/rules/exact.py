"""Numbers as people wrote them, kept exact: decimals become fractions through their text."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

_LONGEST = 40  # characters; a longer numeral is a mistake, and an exponent could fill the memory


def fraction_of(value: object) -> Fraction:
    """Return the exact number that `value` shows: 0.1 is one tenth, "2.5" is five halves.

    Raises ValueError for anything but a finite number or a plain numeral in text.
    """
    if isinstance(value, bool):
        raise ValueError(f"{_quoted(value)} is no number")  # noqa: TRY004 - pydantic collects ValueError
    if isinstance(value, Fraction | int):
        return Fraction(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is no finite number")
        return Fraction(str(value))
    if isinstance(value, str):
        return _numeral(value)
    raise ValueError(f"{_quoted(value)} is no number")


def _numeral(text: str) -> Fraction:
    bare = text.strip()
    digits = bare.removeprefix("-").replace(".", "", 1)
    if len(bare) > _LONGEST or not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{_quoted(text)} is text where a number is due")
    return Fraction(bare)


def _quoted(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return f"'{text[:_LONGEST]}…'" if len(text) > _LONGEST else f"'{text}'"


def shown(number: Fraction) -> str:
    """Return a number as people read it: whole or up to four exact decimals, else rounded to three digits."""
    if number.denominator == 1:
        return str(number.numerator)
    scaled = number * 10000
    if scaled.denominator == 1:
        return f"{scaled.numerator / 10000:.4f}".rstrip("0")
    if abs(number) >= 1:
        return f"{float(number):.2f}"
    return f"{float(number):.3g}"


Exact = Annotated[
    Fraction,
    PlainValidator(fraction_of),
    PlainSerializer(float, return_type=float),
    WithJsonSchema({"type": "number"}),
]
"""A number in a pack, taken at its word: 0.1 is one tenth."""
