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
    above, below = number.numerator, number.denominator
    if below == 1:
        return str(above)
    if 10_000 % below == 0:
        return _decimal(above, below, 4).rstrip("0")
    if abs(above) > below:
        return _decimal(above, below, 2)
    return f"{float(number):.3g}"


def _decimal(above: int, below: int, places: int) -> str:
    """Return a fraction with so many places, rounded, by whole numbers: a float holds but 17 digits."""
    unit = 10**places
    whole, part = divmod((2 * unit * abs(above) + below) // (2 * below), unit)
    return f"{'-' if above < 0 else ''}{whole}.{part:0{places}}"


Exact = Annotated[
    Fraction,
    PlainValidator(fraction_of),
    PlainSerializer(float, return_type=float),
    WithJsonSchema({"type": "number"}),
]
"""A number in a pack, taken at its word: 0.1 is one tenth."""
