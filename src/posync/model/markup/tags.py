"""Read the HTML that people and importers leave in Markdown and wiki texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from posync.model.markup.block import Block, Kind
from posync.model.markup.inline import markdown_line

_BLOCK_TAG = re.compile(
    r"<(/?)(li|h[1-6]|p|br|div|tr|td|th|ul|ol|table|summary|details|blockquote|dt|dd|hr)\b[^<>]{0,400}>",
    re.IGNORECASE,
)


def is_html(raw: str) -> bool:
    """Whether the text is laid out by tags."""
    return _BLOCK_TAG.search(raw) is not None


def html_blocks(raw: str, start: int, *, quoted: bool = False) -> Iterator[Block]:
    """Yield the blocks of a piece of HTML that begins at `start` of the source; forgiving, never nested."""
    kind, level, depth, at = Kind.PARAGRAPH, 0, 0, 0
    for tag in _BLOCK_TAG.finditer(raw):
        yield from _block(raw[at : tag.start()], start + at, kind, level, quoted=quoted)
        at = tag.end()
        name, closes = tag[2].lower(), bool(tag[1])
        if name in {"ul", "ol"}:
            depth = max(0, depth + (-1 if closes else 1))
        kind, level = (Kind.PARAGRAPH, 0) if closes else _opened(name, depth, kind, level)
    yield from _block(raw[at:], start + at, kind, level, quoted=quoted)


def _opened(name: str, depth: int, kind: Kind, level: int) -> tuple[Kind, int]:
    if name == "li":
        return Kind.ITEM, max(1, depth)
    if name == "summary":
        return Kind.HEADING, 6
    if name[0] == "h" and name[1:].isdigit():
        return Kind.HEADING, int(name[1:])
    if name in {"p", "div"} and kind is Kind.ITEM:
        return kind, level  # a paragraph inside an item is the item's text
    return Kind.PARAGRAPH, 0


def _block(raw: str, start: int, kind: Kind, level: int, *, quoted: bool) -> Iterator[Block]:
    if not raw.strip():
        return
    line = markdown_line(raw.replace("\n", " "), start)
    if line.text:
        yield Block(kind, (line,), level, quoted=quoted)
