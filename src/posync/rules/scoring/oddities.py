"""Values that were read but look wrong: gathered by kind, so that a plan says each once and names the issues."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from posync.model.listing import few
from posync.rules.exact import shown
from posync.rules.scoring.base import Input, Value
from posync.rules.scoring.collecting import Collected


class Oddities:
    """Gathers what is odd about the inputs of a method, one issue after the other."""

    def __init__(self, inputs: tuple[Input, ...]) -> None:
        self._inputs = inputs
        self._found: dict[tuple[int, str], list[str]] = {}

    def see(self, each: Collected) -> None:
        """Note what is odd about an issue's own inputs."""
        for column, reading in enumerate(each.own):
            if reading.odd:
                named = (
                    f"{each.issue.key}: {_said(reading.value)}"
                    if reading.value is not None
                    else each.issue.key
                )
                self._found.setdefault((column, reading.odd), []).append(named)

    def told(self) -> Iterator[str]:
        """Yield one sentence per input and kind of oddity, with the issues that show it."""
        for (column, odd), keys in sorted(self._found.items()):
            yield f"{self._inputs[column].spoken} {odd} ({few(keys)}). {_mend(odd)}"


def _said(value: Value) -> str:
    return shown(value) if isinstance(value, Fraction) else str(value)


def _mend(odd: str) -> str:
    if odd.startswith("is off"):
        return "Use a value of the scale, or declare another scale in the pack"
    return "It counts as missing until it is mended"
