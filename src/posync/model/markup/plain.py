"""Read plain text: people draw their own headings, bullets and boxes."""

from __future__ import annotations

from posync.model.markup.block import Block
from posync.model.markup.inline import markdown_line
from posync.model.markup.lines import LineReader, split


def blocks(source: str) -> tuple[Block, ...]:
    """Return the blocks of a plain text."""
    return LineReader(markdown_line).take(split(source))
