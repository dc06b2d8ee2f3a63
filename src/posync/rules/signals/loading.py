"""Read files of evidence, and name every bad line at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

from posync.documents import nearest
from posync.errors import ConfigError, Problem
from posync.rules.exact import fraction_of, shown
from posync.rules.signals.heard import Signals
from posync.rules.signals.lines import Line, Single
from posync.rules.signals.settings import SignalSource
from posync.rules.signals.tables import Record, read_records

_TOLD = 50  # problems told per file
_LONGEST = 200  # characters of a key, a name or a word
# What could break a line or turn its direction where it is shown; letters of all scripts are welcome.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def load_signals(sources: Mapping[str, SignalSource], beside: Path) -> Signals:
    """Return the evidence of all files, found relative to the folder `beside`.

    Raises ConfigError with every bad line of every file as file:line.
    """
    lines: dict[str, tuple[Line, ...]] = {}
    problems: list[Problem] = []
    for name, settings in sources.items():
        try:
            lines[name] = _load(settings, beside)
        except ConfigError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigError(list(dict.fromkeys(problems)))
    return Signals(dict(sources), lines)


def _load(settings: SignalSource, beside: Path) -> tuple[Line, ...]:
    records, problems = read_records(beside / settings.file, settings)
    missing = list(_columns_missing(records, settings))
    if missing:
        raise ConfigError([*problems, *missing])
    lines: list[Line] = []
    for record in records:
        try:
            lines.append(_Reading(record, settings).line())
        except ValueError as error:
            problems.append(Problem(settings.file, record.line, 1, str(error)))
    if len(problems) > _TOLD:
        problems[_TOLD:] = [Problem(settings.file, 0, 0, f"and {len(problems) - _TOLD} more bad lines")]
    if problems:
        raise ConfigError(problems)
    return tuple(lines)


def _columns_missing(records: list[Record], settings: SignalSource) -> Iterator[Problem]:
    if not records:
        return
    present = {column for record in records for column in record.cells}
    for setting in ("key", "value", "who", "when", "weight"):
        column = getattr(settings, setting)
        if column is not None and column not in present:
            near = nearest(column, sorted(present))
            mend = f"did you mean '{near}'?" if near else f"it has: {', '.join(sorted(present))}"
            yield Problem(
                settings.file, 1, 1, f"no column '{column}', which the pack names under `{setting}`: {mend}"
            )


@dataclass(frozen=True, slots=True)
class _Reading:
    """One record on its way to a line; every reader raises ValueError with what is wrong and the mend."""

    record: Record
    settings: SignalSource

    def line(self) -> Line:
        settings = self.settings
        who = self._text(settings.who) if settings.who else ""
        return Line(
            key=self._required(settings.key),
            value=self._value(),
            place=f"{settings.file}:{self.record.line}",
            who=who,
            when=self._day(settings.when) if settings.when else None,
            weight=self._weight() * settings.weights.get(who, Fraction(1)),
        )

    def _text(self, column: str) -> str:
        cell = self.record.cells.get(column)
        text = "" if cell is None else str(cell).strip()
        if _UNFIT.search(text):
            raise ValueError(f"column '{column}' holds a line break or control character: remove it")
        if len(text) > _LONGEST:
            raise ValueError(f"column '{column}' holds more than {_LONGEST} characters: shorten it")
        return text

    def _required(self, column: str) -> str:
        text = self._text(column)
        if not text:
            raise ValueError(f"column '{column}' is empty: fill it in, or remove the line")
        return text

    def _day(self, column: str) -> date | None:
        text = self._required(column) if self.settings.fresh is not None else self._text(column)
        if not text:
            return None
        try:
            return datetime.fromisoformat(text).date()
        except ValueError:
            raise ValueError(f"column '{column}': '{text}' is no date: write it like 2026-10-01") from None

    def _weight(self) -> Fraction:
        column = self.settings.weight
        if column is None or not self._text(column):
            return Fraction(1)
        weight = self._number(column)
        if weight < 0:
            raise ValueError(f"column '{column}': a voice cannot weigh less than nothing")
        return weight

    def _number(self, column: str) -> Fraction:
        cell = self.record.cells.get(column)
        said = cell if isinstance(cell, bool | int | float) else self._required(column)
        if isinstance(said, str) and self.record.decimal_comma:
            said = said.replace(",", ".")
        try:
            return fraction_of(said)
        except ValueError as error:
            raise ValueError(f"column '{column}': {error}") from None

    def _value(self) -> Single:
        column = self.settings.value
        match self.settings.type:
            case "number":
                return self._within(column, self._number(column))
            case "text":
                return self._required(column)
            case "date":
                self._required(column)
                day = self._day(column)
                assert day is not None
                return day
            case "yes-no":
                return self._yes_no(column)

    def _within(self, column: str, value: Fraction) -> Fraction:
        low, high = self.settings.min, self.settings.max
        if (low is not None and value < low) or (high is not None and value > high):
            ends = f"{'any' if low is None else shown(low)} to {'any' if high is None else shown(high)}"
            raise ValueError(f"column '{column}': {shown(value)} is not within {ends}")
        return value

    def _yes_no(self, column: str) -> bool:
        text = self._required(column).casefold()
        if text not in _YES_NO:
            raise ValueError(f"column '{column}': '{text}' is neither yes nor no")
        return _YES_NO[text]
