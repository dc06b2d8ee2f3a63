"""What counts of the evidence on one day, issue by issue: combined, with its provenance and its disputes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from posync.model.backlog import Backlog
from posync.rules.signals.settings import SignalSource, SignalValue


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: what `who` said of the issue `key` on day `when`; `place` is `feedback.csv:12`."""

    key: str
    value: Fraction | str | date | bool
    place: str
    who: str = ""
    when: date | None = None
    weight: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Heard:
    """The evidence that counts on one day.

    `values` and `sources` are by uid, then by signal name: plain values for expressions, and where
    each comes from ("feedback.csv:12, 2026-10-01"). `warnings` lists stale lines, unknown issues and
    disagreements, one sentence each.
    """

    values: Mapping[str, Mapping[str, SignalValue]] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signals:
    """All files of evidence of a pack, loaded; `lines` by signal name, in file order."""

    settings: Mapping[str, SignalSource] = field(default_factory=dict)
    lines: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)

    def heard(self, backlog: Backlog, today: date) -> Heard:
        """Return what counts on that day; pure."""
        raise NotImplementedError
