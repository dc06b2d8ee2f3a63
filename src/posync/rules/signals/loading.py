"""Read files of evidence, and name every bad line at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from posync.rules.signals.heard import Signals
from posync.rules.signals.settings import SignalSource


def load_signals(sources: Mapping[str, SignalSource], beside: Path) -> Signals:
    """Return the evidence of all files, found relative to the folder `beside`.

    Raises ConfigError with every bad line of every file as file:line.
    """
    raise NotImplementedError
