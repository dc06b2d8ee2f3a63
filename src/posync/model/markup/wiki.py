"""Read Jira wiki markup, also where an export has turned its newlines into runs of spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from posync.model.markup.block import Block
from posync.model.markup.inline import wiki_line
from posync.model.markup.lines import LineReader, Piece, split

# A run of blanks from its first one, but for those after the mark of a heading or item: what is most often
# wrong is asked last, and the engine skips to the blanks.
_RUN = re.compile(r"\s(?<!\s\s)(?<!h[1-6]\.\s)(?<!\s[*#-]\s)\s+")
_PAUSE = re.compile(r"\s{4}")
_STARTS = re.compile(
    r"(?<=\s)(?=h[1-6]\.\s)|(?=\{(?:code|noformat|quote|panel)[:}])|(?<=\s)(?=\|\|)|(?=<(?:p|li|h[1-6]|div|tr|ul|ol)[\s>])"
)
_SIGN = re.compile(r"[{<]|\|\||h[1-6]\.")  # without any of them no block starts mid-line
_MARK = re.compile(r"(?:^|(?<=[:?])\s|^h[1-6]\.[^*#]{1,80}?\s)\s*([*#]{1,4}|-)\s(?=\S)")


def blocks(source: str) -> tuple[Block, ...]:
    """Return the blocks of a text in Jira wiki markup."""
    lost = "\n" not in source and "\r" not in source
    pieces = _unfolded(source) if lost else split(source)
    return LineReader(wiki_line, hashes=2).take(pieces)


def _unfolded(source: str) -> Iterator[Piece]:
    """Yield the lines of a text that lost its newlines: a run of blanks, or the mark of a block, begins one."""
    signs = _SIGN.search(source) is not None
    for start, chunk in _between(_RUN, 0, source):
        if _PAUSE.match(source, max(0, start - 4)):
            yield start, ""  # four blanks were two newlines
        parts = _cut(_STARTS, start, chunk) if signs and _SIGN.search(chunk) else ((start, chunk),)
        for at, part in parts:
            yield from _items(at, part)


def _between(gap: re.Pattern[str], start: int, text: str) -> Iterator[Piece]:
    at = 0
    for found in gap.finditer(text):
        yield start + at, text[at : found.start()]
        at = found.end()
    yield start + at, text[at:]


def _cut(mark: re.Pattern[str], start: int, text: str) -> Iterator[Piece]:
    """Yield the parts of a text, a new one beginning wherever `mark` matches the empty string."""
    at = 0
    for found in mark.finditer(text):
        if text[at : found.start()].strip():
            yield start + at, text[at : found.start()]
            at = found.start()
    yield start + at, text[at:]


def _items(start: int, text: str) -> Iterator[Piece]:
    """Yield the items of a line such as `Criteria: * one * two`; any other line as it is."""
    marked = "-" in text or "*" in text or "#" in text
    found = _MARK.search(text) if marked else None
    if found is None:
        yield start, text
        return
    sign = found[1][0]
    again = re.compile(rf"(?<=\s)(?={re.escape(sign)}{{1,4}}\s\S)|(?<=^)(?={re.escape(sign)}{{1,4}}\s\S)")
    yield from _cut(again, start, text)
