"""How several people's words on the same issue become one value, and when they are too far apart for that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from posync.rules.exact import shown
from posync.rules.signals.lines import Line, SignalValue, Single
from posync.rules.signals.settings import Combine, SignalSource

_NAMED = 5  # how many lines a source or a question names before it only counts the rest


def speaking(lines: Sequence[Line], settings: SignalSource) -> list[Line]:
    """Return the lines that have a voice: of each person the latest, but for sums, where every line counts.

    Lines come in file order and leave in it; of one day the later line is the latest. Lines whose
    voice weighs nothing are left out.
    """
    heard = [line for line in lines if line.weight > 0]
    if settings.combined == "sum":
        return heard
    last: dict[str, Line] = {}
    for line in heard:
        if not line.who:
            continue
        earlier = last.get(line.who)
        if earlier is None or _day(line) >= _day(earlier):
            last[line.who] = line
    return [line for line in heard if not line.who or last[line.who] is line]


def _day(line: Line) -> date:
    return line.when or date.min


def combined(lines: Sequence[Line], how: Combine) -> SignalValue:
    """Return one value for at least one line; the order of equally old lines decides nothing but `latest`."""
    if how in ("mean", "median", "sum"):
        return _of_numbers([(_number(line.value), line.weight) for line in lines], how)
    if how in ("max", "min"):
        return (max if how == "max" else min)((line.value for line in lines), key=_comparable)
    if how == "latest":
        return max(enumerate(lines), key=lambda each: (_day(each[1]), each[0]))[1].value
    if how == "most":
        return _most(lines)
    return tuple(line.value for line in sorted(lines, key=lambda line: (line.who, line.place)))


def _of_numbers(weighed: Sequence[tuple[Fraction, Fraction]], how: Combine) -> Fraction:
    total = sum((value * weight for value, weight in weighed), Fraction(0))
    if how == "sum":
        return total
    if how == "mean":
        return total / sum((weight for _, weight in weighed), Fraction(0))
    return _median(sorted(weighed))


def _median(weighed: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """Return the value in the middle of the weight; of two in the middle, their mean. Takes ascending values."""
    half = sum((weight for _, weight in weighed), Fraction(0)) / 2
    reached = Fraction(0)
    for place, (value, weight) in enumerate(weighed):
        reached += weight
        if reached > half:
            return value
        if reached == half:
            return (value + weighed[place + 1][0]) / 2
    raise AssertionError("half of a positive weight is always reached")


def _most(lines: Sequence[Line]) -> Single:
    weight: dict[Single, Fraction] = {}
    for line in lines:
        weight[line.value] = weight.get(line.value, Fraction(0)) + line.weight
    return min(weight, key=lambda value: (-weight[value], str(value)))


def _number(value: Single) -> Fraction:
    assert isinstance(value, Fraction)
    return value


def _comparable(value: Single) -> Fraction:
    return Fraction(value.toordinal()) if isinstance(value, date) else _number(value)


def provenance(lines: Sequence[Line], how: Combine) -> str:
    """Return where a combined value comes from: one line's place and day, or all of them with who said what."""
    if len(lines) == 1:
        return lines[0].source
    return f"{how} of {len(lines)}: {said(lines)}"


def said(lines: Sequence[Line]) -> str:
    """Return who said what and where, the first few in full."""
    parts = [f"{line.who or 'somebody'} {_spoken(line)} ({line.source})" for line in lines[:_NAMED]]
    rest = len(lines) - len(parts)
    return "; ".join(parts) + (f"; and {rest} more" if rest else "")


def _spoken(line: Line) -> str:
    value = line.value
    text = shown(value) if isinstance(value, Fraction) else str(value)
    return text if line.weight == 1 else f"{text} x {shown(line.weight)}"


def dispute(lines: Sequence[Line], settings: SignalSource) -> str | None:
    """Return how far people are apart, where that is as far as the pack calls a disagreement; else None."""
    if settings.disagree is None or len(lines) < 2 or settings.combined == "sum":
        return None
    if settings.type == "number":
        numbers = [_number(line.value) for line in lines]
        apart = max(numbers) - min(numbers)
        return f"{shown(apart)} apart" if apart >= settings.disagree and apart > 0 else None
    return "of different minds" if len({line.value for line in lines}) > 1 else None
