"""Read a text line by line, as Jira wiki markup and plain text are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from posync.model.markup.block import Block, Kind, Line
from posync.model.markup.tags import html_blocks, is_html

_NEWLINE = re.compile(r"\r\n?|\n")
_HEADING = re.compile(r"\s{0,8}h([1-6])\.\s*(.*)", re.DOTALL)
_HASHES = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*", re.DOTALL)
_ITEM = re.compile(
    r"(\s*)([*#]{1,12}-?|-{1,3}|[•●○▪▫◦‣⁃∙·・–—➤➢►▶→]|[*•-]\)|\(?\d{1,3}(?:[.)]-?|-)|\(?[a-z][.)]|\d{1,3}[、．]|[①-⑳])"
    r"(?:\s+|$|(?<=[・、．①-⑳])(?=\S))(.*)",
    re.DOTALL,
)
_TICK = re.compile(
    r"\s*(?:\[\s{0,3}([xX✓✔]?)\s{0,3}\]|([☐☑☒✅✔✓❌⬜🔲□■]\ufe0f?)|(\([/x!?*y n]\)))\s*(.*)", re.DOTALL
)
_RULE = re.compile(r"\s*[-=_*~]{3,}\s*")
_BLOCK_MACRO = re.compile(
    r"\s*\{(code|noformat|quote|panel|expand|info|note|tip|warning)(?::([^{}]{0,400}))?\}", re.IGNORECASE
)
_INK = re.compile(r"\S")
# `** Notes: **`, `*** Notes ***`, `== Notes ==`, `--Notes--`: meant as a bold line.
_FRAMED = re.compile(r"\s*(?:([*_]{2,3})\s+|(={2,6}|-{2,3})\s*)([^*_=-]{1,200}?)\s*(?:\1|\2)\s*:?\s*")
_FENCE = re.compile(r"\s*```([^`]*)$")
_TITLE = re.compile(r"(?:^|\|)\s*title\s*=\s*([^|]+)", re.IGNORECASE)
_CELLS = re.compile(r"\|{1,2}")
_TICKED = "xX✓✔☑☒✅/y"

Reader = Callable[[str, int], Line]
Piece = tuple[int, str]
"""One line of the source and where it begins."""


def split(source: str) -> Iterator[Piece]:
    """Yield every line and where it begins, whatever ends it."""
    start = 0
    for end in _NEWLINE.finditer(source):
        yield start, source[start : end.start()]
        start = end.end()
    yield start, source[start:]


@dataclass(slots=True)
class LineReader:
    """Turns pieces into blocks, one after the other; remembers only what is open."""

    read: Reader
    hashes: int = 1  # so many # make a heading; fewer, a numbered item
    found: list[Block] = field(default_factory=list)
    paragraph: list[Line] = field(default_factory=list)
    code: list[Line] | None = None
    fence: str = ""
    label: str = ""
    quoted: bool = False
    listed: bool = False

    def take(self, pieces: Iterator[Piece] | list[Piece]) -> tuple[Block, ...]:
        """Return the blocks of all pieces."""
        for start, raw in pieces:
            self._piece(start, raw)
        if self.code is not None:
            self._close_code()
        self._close_paragraph()
        return tuple(self.found)

    def _piece(self, start: int, raw: str) -> None:
        """Read one line, which may open and close any number of code blocks and panels."""
        at: int | None = 0
        while at is not None:
            if self.code is not None:
                at = self._in_code(start, raw, at)
            elif _INK.search(raw, at) is None:
                self._blank(at)
                at = None
            else:
                at = self._macro(start, raw, at)

    def _blank(self, at: int) -> None:
        if at == 0:
            self._close_paragraph()
            self.listed = False

    def _in_code(self, start: int, raw: str, at: int) -> int | None:
        """Take a line of code, or its end; return where to read on."""
        end = raw.find(self.fence, at)
        code = raw[at:] if end < 0 else raw[at:end]
        if code.strip() or (end < 0 and at == 0):
            self._code_line(code, start + at)
        if end < 0:
            return None
        self._close_code()
        return end + len(self.fence)

    def _code_line(self, code: str, start: int) -> None:
        if self.code is not None:
            self.code.append(Line(code.strip(), (start, start + len(code))))

    def _macro(self, start: int, raw: str, at: int) -> int | None:
        """Take what opens or closes a block; anything else is text, to the end of the line."""
        fence = _FENCE.match(raw, at)
        if fence is not None:
            self._open_code("```", fence[1])
            return None
        found = _BLOCK_MACRO.match(raw, at)
        if found is None:
            self._text(start + at, raw[at:])
            return None
        self._close_paragraph()
        name, about = found[1].lower(), found[2] or ""
        if name in {"code", "noformat"}:
            self._open_code(f"{{{found[1]}}}", about.split("|")[0])
        elif name == "quote":
            self.quoted = not self.quoted
        elif (title := _TITLE.search(about)) is not None:
            self._add(Kind.HEADING, [self.read(title[1], start + found.start(2) + title.start(1))], 6)
        return found.end()

    def _open_code(self, fence: str, label: str) -> None:
        self._close_paragraph()
        self.code, self.fence, self.label = [], fence, label.strip().lower()

    def _close_code(self) -> None:
        self.found.append(Block(Kind.CODE, tuple(self.code or ()), label=self.label, quoted=self.quoted))
        self.code = None

    def _close_paragraph(self) -> None:
        if self.paragraph:
            self._add(Kind.PARAGRAPH, self.paragraph, 0)
            self.paragraph = []

    def _add(
        self, kind: Kind, lines: list[Line], level: int, *, checked: bool = False, label: str = ""
    ) -> None:
        self.found.append(Block(kind, tuple(lines), level, checked, self.quoted, label))

    def _text(self, start: int, raw: str) -> None:
        if "<" in raw and is_html(raw):
            self._close_paragraph()
            self.found += html_blocks(raw, start, quoted=self.quoted)
            return
        if raw.lstrip().startswith((">", "bq. ")):
            self._quote(start, raw)
        elif _RULE.fullmatch(raw):
            self._underline(raw)
        elif (framed := _FRAMED.fullmatch(raw)) is not None:
            line = self.read(framed[3], start + framed.start(3))
            self.paragraph.append(Line(line.text, line.span, len(line.text)))
        elif not (self._heading(start, raw) or self._row(start, raw) or self._item(start, raw)):
            self.paragraph.append(self.read(raw, start))

    def _underline(self, raw: str) -> None:
        """Make a heading of a single line above a row of dashes; elsewhere the row only parts its neighbours."""
        if len(self.paragraph) == 1 and raw.strip()[0] in "-=":
            self._add(Kind.HEADING, self.paragraph, 2)
            self.paragraph = []
        else:
            self._close_paragraph()
        self.listed = False

    def _heading(self, start: int, raw: str) -> bool:
        found = _HEADING.match(raw)
        if found is not None:
            level = int(found[1])
        else:
            # Markdown pasted into a wiki field: no list begins at its second or third level.
            found = _HASHES.fullmatch(raw)
            if found is None or self.listed or len(found[1]) < self.hashes:
                return False
            level = len(found[1])
        self._close_paragraph()
        self._add(Kind.HEADING, [self.read(found[2], start + found.start(2))], level)
        self.listed = False
        return True

    def _quote(self, start: int, raw: str) -> None:
        said = raw.lstrip("> \t").removeprefix("bq. ")
        if not said:
            self._close_paragraph()
            return
        self.quoted, before = True, self.quoted
        self._text(start + len(raw) - len(said), said)
        self._close_paragraph()
        self.quoted = before

    def _row(self, start: int, raw: str) -> bool:
        """Take a line of cells between bars; || marks those of the head."""
        if not raw.lstrip().startswith("|"):
            return False
        self._close_paragraph()
        cells, at = [], 0
        for bar in _CELLS.finditer(raw):
            if raw[at : bar.start()].strip(" -:|"):
                cells.append(self.read(raw[at : bar.start()], start + at))
            at = bar.end()
        if raw[at:].strip():
            cells.append(self.read(raw[at:], start + at))
        if cells:
            self._add(Kind.ROW, cells, 0, label="header" if raw.lstrip().startswith("||") else "")
        return True

    def _decorated(self, tick: re.Match[str]) -> bool:
        """Whether a tick only adorns a title: the line is bold, or ends in a colon."""
        line = self.read(tick[4], 0)
        return tick[2] is not None and (line.strong or line.text.endswith((":", "：")))

    def _item(self, start: int, raw: str) -> bool:
        """Take an item under any of the marks people use, ticked or not."""
        found = _ITEM.match(raw)
        if found is None:
            tick = _TICK.match(raw)
            if tick is None or not (tick[4] or tick[1] is not None) or self._decorated(tick):
                return False
            depth, at = 0, 0
        else:
            at = found.start(3)
            tick = _TICK.match(raw, at)
            depth = (
                1
                + len(found[1].expandtabs(4)) // 2
                + (len(found[2].rstrip(")")) - 1 if found[2][0] in "*#" else 0)
            )
        self._close_paragraph()
        self.listed = True
        if tick is None:
            numbered = found is not None and (found[2][0] == "#" or found[2].lstrip("(")[0].isdigit())
            self._add(Kind.ITEM, [self.read(raw[at:], start + at)], depth, label="ordered" * numbered)
            return True
        mark = (tick[1] or tick[2] or tick[3] or "").strip("()\ufe0f")
        ticked = mark != "" and mark in _TICKED
        self._add(Kind.TASK, [self.read(tick[4], start + tick.start(4))], depth, checked=ticked)
        return True
