"""How each tracker was observed, a line each: plain text, for which no terminal library need be loaded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from posync.reporting.counting import counted

if TYPE_CHECKING:
    from posync.observing import Pulled

NUMBERS = (1, 2, 3)
"""The columns that end at the same place."""


def render_pulled(pulled: Iterable[Pulled]) -> str:
    """Return how each tracker was observed."""
    rows = [_cells(one) for one in pulled]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(f"{_line(row, widths)}\n" for row in rows)


def _cells(one: Pulled) -> tuple[str, ...]:
    return (
        one.name,
        counted(one.issues, "issue"),
        f"{one.changed:,} changed" if one.changed else "nothing changed",
        counted(one.requests, "request"),
        f"{one.seconds:.1f} s" + ("" if one.complete else "  incomplete"),
    )


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = (
        cell.rjust(width) if at in NUMBERS else cell.ljust(width)
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()
