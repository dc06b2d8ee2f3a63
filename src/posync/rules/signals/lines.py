"""Evidence as it stands in files, and what of it counts on one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

Single = Fraction | str | date | bool
"""What one line says."""

SignalValue = Single | tuple[Single, ...]
"""A signal of one issue, once all voices are combined."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: what `who` said of the issue `key` on day `when`; `place` is `feedback.csv:12`."""

    key: str
    value: Single
    place: str
    who: str = ""
    when: date | None = None
    weight: Fraction = Fraction(1)

    @property
    def source(self) -> str:
        """Return where it stands and of which day it is."""
        return f"{self.place}, {self.when}" if self.when else self.place


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
