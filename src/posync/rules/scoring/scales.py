"""The values an input may take, declared, so that a stray one is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from posync.rules.exact import fraction_of, shown


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers an input may take: certain `steps`, or all from `low` to `high`; `words` stand for numbers.

    Nothing declared (no steps, no ends) allows every number. Steps are kept in ascending order.
    """

    steps: tuple[Fraction, ...] = ()
    low: Fraction | None = None
    high: Fraction | None = None
    words: Mapping[str, Fraction] | None = None

    def allows(self, number: Fraction) -> bool:
        """Whether the number is on the scale."""
        if self.steps:
            return number in self.steps
        above = self.low is None or number >= self.low
        return above and (self.high is None or number <= self.high)

    def number(self, value: object) -> Fraction:
        """Return the number that a tracker's value stands for; raises ValueError where it is none."""
        if self.words and isinstance(value, str):
            named = self.words.get(value.strip().casefold())
            if named is not None:
                return named
        try:
            return fraction_of(value)
        except ValueError as error:
            raise ValueError(f"{error}{self._hint()}") from None

    def beside(self, number: Fraction) -> tuple[Fraction, ...]:
        """Return the values one step away: the neighbours on the scale, one up and down on a range.

        Where no scale is declared, a step is a tenth of the value.
        """
        if self.steps:
            lower = [step for step in self.steps if step < number]
            higher = [step for step in self.steps if step > number]
            return (*lower[-1:], *higher[:1])
        stride = Fraction(1) if self.low is not None or self.high is not None else abs(number) / 10
        return tuple(
            moved for moved in (number - stride, number + stride) if moved != number and self.allows(moved)
        )

    def _hint(self) -> str:
        return f" (or one of: {', '.join(self.words)})" if self.words else ""

    def __str__(self) -> str:
        """Return the scale as a pack would spell it."""
        if self.words:
            return ", ".join(f"{word} ({shown(number)})" for word, number in self.words.items())
        if self.steps:
            return ", ".join(shown(step) for step in self.steps)
        low, high = ("" if end is None else shown(end) for end in (self.low, self.high))
        return (
            f"{low} to {high}"
            if low and high
            else f"from {low}"
            if low
            else f"up to {high}"
            if high
            else "any number"
        )


ANY = Scale()


def steps(*numbers: int | str) -> Scale:
    """Return a scale of these numbers; decimals are written as text."""
    return Scale(steps=tuple(sorted(Fraction(number) for number in numbers)))


def between(low: int, high: int) -> Scale:
    """Return the scale of all numbers from `low` to `high`."""
    return Scale(low=Fraction(low), high=Fraction(high))


def read_scale(value: Any) -> Scale:
    """Return the scale a pack declares: `[1, 2, 3]`, `{min: 1, max: 10}`, `{low: 1, high: 3}` (words) or `any`.

    Raises ValueError with the mend.
    """
    if value == "any":
        return ANY
    if isinstance(value, Mapping) and value:
        return _range(value) if set(value) <= {"min", "max"} else _worded(value)
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return Scale(steps=tuple(sorted({fraction_of(number) for number in value})))
    raise ValueError("a scale is a list of numbers, {min: 1, max: 10}, {small: 1, large: 3}, or any")


def _range(value: Mapping[str, Any]) -> Scale:
    ends = {end: fraction_of(number) for end, number in value.items()}
    low, high = ends.get("min"), ends.get("max")
    if low is not None and high is not None and low >= high:
        raise ValueError(f"min {shown(low)} is not below max {shown(high)}")
    return Scale(low=low, high=high)


def _worded(value: Mapping[Any, Any]) -> Scale:
    words = {str(word).strip().casefold(): fraction_of(number) for word, number in value.items()}
    return Scale(steps=tuple(sorted(set(words.values()))), words=words)


DeclaredScale = Annotated[
    Scale,
    PlainValidator(read_scale),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"type": "number"}, "minItems": 1},
                {"type": "object", "additionalProperties": {"type": "number"}, "minProperties": 1},
                {"const": "any"},
            ]
        }
    ),
]
"""A scale as a pack spells it."""
