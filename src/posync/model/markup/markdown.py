"""Read Markdown: its blocks by markdown-it, its lines by our own linear rules."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from posync.model.markup.block import Block, Kind, Line
from posync.model.markup.inline import markdown_line
from posync.model.markup.lines import LineReader, Piece, split
from posync.model.markup.tags import html_blocks

_NESTING = 60
_TASK = re.compile(r"\s*\[\s{0,3}([xX]?)\s{0,3}\](?:\s+|$)")


@cache
def _parser() -> MarkdownIt:
    """Return a parser of blocks only.

    Inline rules stay out (they are not linear), so do references; indented text is read as
    text, because in trackers it is a list pasted askew far more often than code.
    """
    parser = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable("table")
    parser.disable(["reference", "code"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def blocks(source: str) -> tuple[Block, ...]:
    """Return the blocks of a Markdown text."""
    walk = _Walk(list(split(source)))
    for token in _parser().parse(source):
        walk.take(token)
    return tuple(walk.found)


class _Walk:
    """Follows markdown-it's tokens; remembers how deep in lists and quotes it is."""

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces
        self.found: list[Block] = []
        self.depth = self.quotes = self.heading = 0
        self.ordered: list[bool] = []  # for each list around here, the innermost last, whether it is numbered
        self.fresh = False  # an item was opened and has no text yet
        self.cells: list[Line] | None = None
        self.head = False

    def take(self, token: Token) -> None:
        """Follow one token."""
        self._nest(token)
        match token.type:
            case "inline":
                self._inline(token)
            case "heading_open":
                self.heading = int(token.tag[1:])
            case "fence":
                self._code(token)
            case "html_block":
                self._html(token)
            case "tr_open":
                self.cells = []
            case "tr_close":
                self._row()
            case _:
                pass

    def _nest(self, token: Token) -> None:
        if token.type in {"bullet_list_open", "ordered_list_open", "bullet_list_close", "ordered_list_close"}:
            self.depth += token.nesting
            if token.nesting > 0:
                self.ordered.append(token.type == "ordered_list_open")
            else:
                self.ordered.pop()
        elif token.type in {"blockquote_open", "blockquote_close"}:
            self.quotes += token.nesting
        elif token.type in {"thead_open", "thead_close"}:
            self.head = token.nesting > 0
        elif token.type == "list_item_open":
            self.fresh = True
        elif token.type == "list_item_close" and self.fresh:
            self._add(Kind.ITEM, (), self.depth)

    def _add(
        self, kind: Kind, lines: tuple[Line, ...], level: int, *, checked: bool = False, label: str = ""
    ) -> None:
        self.found.append(Block(kind, lines, level, checked, self.quotes > 0, label))
        self.fresh = False

    def _inline(self, token: Token) -> None:
        placed = self._placed(token)
        if self.cells is not None:
            self.cells += [markdown_line(text, at) for at, text in placed if text.strip()]
        elif self.fresh:
            self._item(placed)
        elif self.heading:
            lines = tuple(markdown_line(text, at) for at, text in placed)
            self._add(Kind.HEADING, lines, self.heading)
        elif self.depth:
            self._add(Kind.PARAGRAPH, tuple(markdown_line(text, at) for at, text in placed), self.depth)
        else:
            self._paragraph(placed)
        self.heading = 0

    def _placed(self, token: Token) -> list[Piece]:
        """Return each line of the token's text and where it begins in the source."""
        first = token.map[0] if token.map else 0
        placed = []
        for number, text in enumerate(token.content.split("\n"), first):
            start, raw = self.pieces[min(number, len(self.pieces) - 1)]
            placed.append((start + max(0, raw.find(text.strip())), text.strip()))
        return placed

    def _item(self, placed: list[Piece]) -> None:
        at, text = placed[0]
        task = _TASK.match(text)
        if task is not None:
            placed[0] = (at + task.end(), text[task.end() :])
        lines = tuple(markdown_line(text, at) for at, text in placed)
        if self.heading:
            lines = tuple(Line(line.text, line.span, len(line.text)) for line in lines)
        checked = task is not None and task[1] in {"x", "X"}
        label = "ordered" if self.ordered and self.ordered[-1] else ""
        self._add(Kind.ITEM if task is None else Kind.TASK, lines, self.depth, checked=checked, label=label)

    def _paragraph(self, placed: list[Piece]) -> None:
        """Read a paragraph again for what Markdown does not know: bullets, ticks, wiki headings."""
        for block in LineReader(markdown_line, quoted=self.quotes > 0).take(placed):
            self.found.append(block)

    def _code(self, token: Token) -> None:
        first = token.map[0] + 1 if token.map else 0
        lines = []
        for number, text in enumerate(token.content.split("\n")[:-1], first):
            start, raw = self.pieces[min(number, len(self.pieces) - 1)]
            lines.append(Line(text.strip(), (start + max(0, raw.find(text.strip())), start + len(raw))))
        self._add(Kind.CODE, tuple(lines), self.depth, label=token.info.strip().lower())

    def _html(self, token: Token) -> None:
        begin, end = token.map or [0, 0]
        start = self.pieces[begin][0]
        whole = "\n".join(raw for _, raw in self.pieces[begin:end])
        self.found += html_blocks(whole, start, quoted=self.quotes > 0)

    def _row(self) -> None:
        if self.cells:
            self._add(Kind.ROW, tuple(self.cells), self.depth, label="header" if self.head else "")
        self.cells = None
