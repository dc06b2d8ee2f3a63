"""Cut a description into its criteria sections and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from posync.model.markup.block import Block, Kind, Line
from posync.rules.readiness.labels import Label, Says, inside, label_of, numbered
from posync.rules.readiness.once import once
from posync.rules.readiness.scenarios import step
from posync.rules.readiness.terms import fold

_STRONG, _PLAIN = 7, 8  # below the six levels of headings: a bold line, and a line that ends in a colon
_NAMED = re.compile(r"\s*[\w /()-]{2,40}\s?:")
_PART = re.compile(
    r"\W*(?:scenario|szenario|scenario outline|feature|rule|case|happy path|edge case|negative|positive|criteri|critere|kriteri)"
)
_LISTED = (Kind.ITEM, Kind.TASK)


class Row(NamedTuple):
    """One line and the block it stands in; `at` is where in the line it begins to say something."""

    block: Block
    line: Line
    at: int = 0
    place: int = 0  # which line of the block it is

    @property
    def text(self) -> str:
        """What the line says."""
        return self.line.text[self.at :]

    @property
    def listed(self) -> bool:
        """Whether it stands in a list."""
        return self.block.kind in _LISTED


@dataclass(slots=True)
class Section:
    """What stands under a title, as deep as `level`; `says` is None outside of any section posync knows."""

    title: str = ""
    level: int = 0
    says: Says | None = None
    colon: bool = False
    inline: bool = False
    numbered: bool = False  # whether its title is an item of a numbered list
    tables: bool = False  # whether cells are among the rows
    rows: list[Row] = field(default_factory=list)


@once
def sections_of(blocks: Sequence[Block]) -> list[Section]:
    """Return the sections in reading order; what comes before the first heading is a section without title."""
    rows = [Row(block, line, 0, place) for block in blocks for place, line in enumerate(block.lines)]
    cut = _Cut()
    for number, row in enumerate(rows):
        cut.take(row, rows[number + 1] if number + 1 < len(rows) else None)
    return cut.done


@dataclass(slots=True)
class _Cut:
    done: list[Section] = field(default_factory=lambda: [Section()])
    column: int | None = None  # the column of a table whose head names the criteria

    def take(self, row: Row, following: Row | None) -> None:
        """Put a line where it belongs: it opens a section, ends one, or stands in one."""
        now = self.done[-1]
        if row.block.kind is Kind.ROW:
            self._cell(row)
            return
        self.column = None
        if row.block.kind is Kind.CODE:
            now.rows.append(row)
            return
        if now.inline and now.rows and now.rows[-1].block is row.block and row.listed:
            now.rows.append(row)  # an item that begins with the name and goes on over several lines
            return
        label = label_of(row.block, row.line)
        if label is not None and _announces(row, label, following):
            self._open(row, label)
        elif _ends(now, row):
            titled = _is_title(row)
            self.done.append(Section(row.line.text if titled else "", _level(row)))
            if not titled:
                self._within(self.done[-1], row)  # what ends an item of the name may be the next one: AC2
        else:
            self._within(now, row)

    def _within(self, now: Section, row: Row) -> None:
        at = None if now.says is Says.CRITERIA else inside(row.line)
        if at is not None:
            self.done.append(Section("Acceptance criteria", _PLAIN, Says.CRITERIA, inline=True))
            if at < len(row.line.text):
                self.done[-1].rows.append(row._replace(at=at))
        elif (now.says is None or now.inline) and numbered(row.line) is not None:
            self.done.append(Section("AC", _level(row), Says.CRITERIA, inline=True))
            self.done[-1].rows.append(row._replace(at=numbered(row.line) or 0))
        elif now.says is None and _is_title(row):
            self.done.append(Section(row.line.text, _level(row)))
        else:
            now.rows.append(row)

    def _open(self, row: Row, label: Label) -> None:
        now = self.done[-1]
        again = now.says is label.says and not now.rows
        says = None if label.says is Says.OTHER else label.says
        title = row.line.text if label.at >= len(row.line.text) else row.line.text[: label.at].strip(" :-–—")
        level = min(_level(row), now.level) if again else _level(row)
        self.done.append(Section(title, level, says, label.colon or row.line.text.rstrip().endswith(":")))
        self.done[-1].numbered = _numbers(row)
        if label.at < len(row.line.text):
            self.done[-1].inline = True
            self.done[-1].rows.append(row._replace(at=label.at))

    def _cell(self, row: Row) -> None:
        """Take a cell: criteria may stand beside their name in the first column, or below it in the head."""
        now = self.done[-1]
        label = label_of(row.block, row.line)
        if label is not None and label.says is Says.CRITERIA and now.says is not Says.CRITERIA:
            beside = row.place == 0 and len(row.block.lines) > 1 and row.block.label != "header"
            self.column = None if beside else row.place
            self.done.append(Section(row.line.text, _PLAIN, Says.CRITERIA))
        elif self.column is None or row.place == self.column:
            now.rows.append(row)
            now.tables = True


def _level(row: Row) -> int:
    if row.block.kind is Kind.HEADING:
        return row.block.level
    if row.listed:
        return _PLAIN + row.block.level
    return _STRONG if row.line.strong else _PLAIN


def _is_title(row: Row) -> bool:
    if row.block.kind is Kind.HEADING:
        return True
    if row.listed or row.block.kind is not Kind.PARAGRAPH or step(row.line.text) is not None:
        return False
    text = row.line.text.rstrip()
    return (row.line.strong and len(text) < 120) or (text.endswith((":", "：")) and len(text.split()) <= 8)


def _announces(row: Row, label: Label, following: Row | None) -> bool:
    """Whether the label is a title: an item that is only the name is one where items stand below it."""
    if label.says is Says.OTHER or not row.listed or label.at < len(row.line.text):
        return True
    if following is not None and following.listed:
        if following.block.level > row.block.level:
            return True
        if _numbers(row) and not _numbers(following) and following.block.level == row.block.level:
            return True
    return label.colon or row.line.text.rstrip().endswith((":", "："))


def _ends(now: Section, row: Row) -> bool:
    if now.says is None:
        return False
    if row.block.kind is Kind.HEADING:
        return (row.block.level <= now.level or now.level >= _STRONG) and not _continues(row)
    if now.level > _PLAIN:
        return _ends_item(now, row)
    if not _is_title(row) or not now.rows or _continues(row):
        return False
    return now.level == _PLAIN or (now.level == _STRONG and row.line.strong)


def _ends_item(now: Section, row: Row) -> bool:
    """Whether the row leaves an item that holds criteria: by standing no deeper than it."""
    if row.block.level > now.level - _PLAIN:
        return False
    if (
        now.numbered
        and not now.inline
        and row.listed
        and row.block.level == now.level - _PLAIN
        and not _numbers(row)
    ):
        return False  # bullets below a numbered title
    alone = not now.rows or not any(one.block.level > now.level - _PLAIN for one in now.rows)
    beside = row.listed and row.block.level == now.level - _PLAIN
    return not (beside and alone and now.colon and not now.inline and _NAMED.match(row.line.text) is None)


def _numbers(row: Row) -> bool:
    return row.listed and row.block.label == "ordered"


def _continues(row: Row) -> bool:
    text = fold(row.line.text[:80])
    return _PART.match(text) is not None or numbered(row.line) is not None or step(text) is not None


def joined(rows: Iterable[Row]) -> list[list[Row]]:
    """Return the rows grouped by the block they stand in."""
    groups: list[list[Row]] = []
    for row in rows:
        if groups and groups[-1][-1].block is row.block:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups
