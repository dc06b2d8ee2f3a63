"""What a description is made of: blocks of lines, each knowing where it stands in the source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Span = tuple[int, int]
"""Where something begins and ends in the source, counted in characters."""


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    TASK = "task"
    ROW = "row"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Line:
    """One line (of a table row: one cell) as a reader sees it, without markup.

    The first `lead` characters of `text` are emphasised: all of them in a bold line.
    """

    text: str
    span: Span
    lead: int = 0

    @property
    def strong(self) -> bool:
        """Whether the whole line is emphasised, as people do who want a heading."""
        return 0 < len(self.text) <= self.lead


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item, task, table row or piece of code, in reading order.

    `level` is 1-6 for headings; for items and tasks how deep they are nested, from 1 (0: ticked without
    a list); for anything
    else how deep the item is that it stands in, 0 outside of lists. `label` is the language of code,
    "header" for the head of a table, or "ordered" for an item of a numbered list.
    """

    kind: Kind
    lines: tuple[Line, ...]
    level: int = 0
    checked: bool = False
    quoted: bool = False
    label: str = ""

    @property
    def text(self) -> str:
        """All lines, joined by newlines."""
        return "\n".join(line.text for line in self.lines)

    @property
    def span(self) -> Span:
        """From the first to the last character of the block's lines."""
        return (self.lines[0].span[0], self.lines[-1].span[1]) if self.lines else (0, 0)
