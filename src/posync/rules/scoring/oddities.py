"""Values that were read but look wrong: gathered by kind, so that a plan says each once and names the issues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from posync.rules.scoring.base import Input
from posync.rules.scoring.collecting import Collected

_NAMED = 5


class Oddities:
    """Tells what is odd about the inputs of a method."""

    def __init__(self, inputs: tuple[Input, ...]) -> None:
        self._inputs = inputs

    def of(self, collected: Sequence[Collected]) -> Iterator[str]:
        """Yield one sentence per input and kind of oddity, with the issues that show it."""
        found: dict[tuple[int, str], list[str]] = {}
        for each in collected:
            for column, reading in enumerate(each.own):
                if reading.odd:
                    found.setdefault((column, reading.odd), []).append(each.issue.key)
        for (column, odd), keys in sorted(found.items()):
            named = ", ".join(keys[:_NAMED]) + (
                f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
            )
            yield f"{self._inputs[column].spoken} {odd} ({named}). {_mend(self._inputs[column], odd)}"


def _mend(spec: Input, odd: str) -> str:
    if odd.startswith("is off"):
        return f"Use a value of the scale, or declare your own: scales: {{{spec.name}: [...]}}"
    return "It counts as missing until it is mended"
