"""Terminal pages: styled lines and tables, set to a width, with or without colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from posync.reporting.clean import clean

NARROWEST = 40


def words(*parts: str | tuple[str, str]) -> Text:
    """Return one line of clean text; a pair is text and style (`bold`, `dim`, `green`)."""
    line = Text(overflow="fold")
    for part in parts:
        text, style = (part, "") if isinstance(part, str) else part
        line.append(clean(text) if text.strip() else text, style)
    return line


def stacked(*lines: Text | None) -> Text:
    """Return those lines that are there as one text, one below the other."""
    return Text("\n", overflow="fold").join(line for line in lines if line is not None)


def indented(content: RenderableType, by: int = 2) -> RenderableType:
    """Return content moved to the right."""
    return Padding(content, (0, 0, 0, by))


def columns(
    rows: Iterable[Sequence[Text]], *, right: Sequence[int] = (), head: Sequence[str] = ()
) -> RenderableType:
    """Return rows in columns; the last takes what is left of the width, those in `right` end at the same place."""
    cells = [list(row) for row in rows]
    table = Table(box=None, show_header=bool(head), pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    count = len(cells[0]) if cells else len(head)
    for at in range(count):
        table.add_column(
            head[at] if head else "",
            justify="right" if at in right else "left",
            no_wrap=at < count - 1,
            overflow="fold" if at == count - 1 else "ellipsis",
            ratio=1 if at == count - 1 else None,
        )
    for row in cells:
        table.add_row(*row)
    return table


def printed(content: Iterable[RenderableType], *, width: int, colour: bool) -> str:
    """Return content as text of at most `width` columns, ending in a line end."""
    stream = StringIO()
    console = Console(
        file=stream,
        width=max(width, NARROWEST),
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    for each in content:
        console.print(each)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"
