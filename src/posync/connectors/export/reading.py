"""Open a saved file, whatever its age and encoding, or say in one sentence why it is of no use."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NoReturn

from posync.connectors.export.recognition import is_board, is_issue, what_it_is
from posync.errors import NotFound, UnexpectedPayload

HOW_TO_SAVE = (
    "posync reads a Trello board (Show menu, Print, export and share, Export as JSON), "
    "a saved answer of Jira's search, and Jira's CSV export of all fields."
)
_COMMENT = re.compile(r"\s*(?://[^\n]*\n|#[^\n]*\n|/\*.*?\*/)", re.DOTALL)
_HALVES = re.compile(r"\\u[dD][89a-fA-F]")
_SUFFIXES = (".json", ".csv", ".tsv", ".txt")
_DELIMITERS = (",", ";", "\t")
_LONGEST_NUMBER = 40
"""Digits; the longest real ones are times in nanoseconds."""
_LARGEST_CELL = 2**31 - 1
"""Characters; the csv module's own limit is below the longest descriptions."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One file's content, recognised: a Trello board, Jira issues, or the rows of a Jira CSV.

    `items` are the board (one), raw issues, or rows as (header, cell) pairs; `names` maps field ids
    to display names where the search was saved with them; `total`, `more` and `last` say what the answer itself
    says about pages that follow.
    """

    file: str
    kind: Literal["board", "issues", "table"]
    items: Sequence[Any]
    names: Mapping[str, str] = field(default_factory=dict)
    total: int | None = None
    more: bool = False
    last: bool = False


def files_of(path: Path, tracker: str) -> tuple[Path, ...]:
    """Return the file itself, or the JSON and CSV files of a folder, by name."""
    if path.is_file():
        return (path,)
    if not path.is_dir():
        raise NotFound(
            tracker, "open export", f"there is no file {path}", remedy="Check `path` in the workspace."
        )
    found = tuple(
        sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES and file.is_file())
    )
    if not found:
        raise NotFound(
            tracker, "open export", f"the folder {path} holds no .json or .csv file", remedy=HOW_TO_SAVE
        )
    return found


def read_saved(path: Path, content: bytes, tracker: str) -> Saved:
    """Return what a file holds; raises UnexpectedPayload with what it is instead."""
    text = _decoded(content)
    start = _after_comments(text)
    if not text[start:].strip():
        raise _odd(tracker, f"{path.name} is empty")
    if text[start:].lstrip()[0] in "{[":
        return _json(path.name, text[start:], tracker)
    return _table(path.name, text, tracker)


def _decoded(content: bytes) -> str:
    """Return the text of UTF-8 (with or without mark), UTF-16 with its mark, or else Latin-1 as of old."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _after_comments(text: str) -> int:
    """Return where the content starts: old exports carry comment lines before the JSON."""
    start = 0
    while found := _COMMENT.match(text, start):
        start = found.end()
    return start


def _json(name: str, text: str, tracker: str) -> Saved:
    data = _parsed(name, text, tracker)
    if is_board(data):
        return Saved(name, "board", [data])
    if is_issue(data):
        return Saved(name, "issues", [data])
    if isinstance(data, list) and data and all(map(is_issue, data)):
        return Saved(name, "issues", data)
    if isinstance(data, dict) and isinstance(data.get("issues"), list):
        return _search(name, data, tracker)
    if isinstance(data, list) and any(map(is_issue, data)):
        odd = next(n for n, item in enumerate(data, 1) if not is_issue(item))
        raise _odd(
            tracker, f"{name} is a list of Jira issues, but item {odd} is none (it has no key or no fields)"
        )
    what = what_it_is(data)
    instead = (
        "not of issues" if what.startswith("a list of") else "neither a Trello board nor a list of issues"
    )
    raise _odd(tracker, f"{name} is {what}, {instead}")


def _parsed(name: str, text: str, tracker: str) -> Any:
    try:
        data = json.loads(text, parse_constant=_no_constant, parse_int=_whole, parse_float=_finite)
        return _whole_text(data) if _HALVES.search(text) else data
    except json.JSONDecodeError as error:
        ended = error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated")
        cut = " It ends too early, as after a broken download." if ended else ""
        where = f"line {error.lineno}, column {error.colno}"
        raise _odd(
            tracker, f"{name} is not whole JSON: {error.msg} at {where}.{cut}".rstrip("."), "Save it again."
        ) from None
    except RecursionError:
        raise _odd(tracker, f"{name} is nested too deeply to be a board or a list of issues") from None
    except ValueError as error:  # NaN, or a number of thousands of digits
        raise _odd(
            tracker, f"{name} holds a number that no tracker writes ({str(error)[:60]})", "Save it again."
        ) from None


def _whole_text(value: Any) -> Any:
    """Return JSON in which half a surrogate pair, as a cut emoji leaves it, is the replacement mark."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole_text(item) for item in value]
    if isinstance(value, dict):
        return {_whole_text(key): _whole_text(item) for key, item in value.items()}
    return value


def _no_constant(constant: str) -> NoReturn:
    raise ValueError(constant)


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError(f"{digits[:12]}..., {len(digits)} digits")
    return int(digits)


def _finite(digits: str) -> float:
    found = float(digits)
    if not math.isfinite(found):
        raise ValueError(digits[:20])
    return found


def _search(name: str, data: Mapping[str, Any], tracker: str) -> Saved:
    """Return the issues of a search envelope, with what it says about further pages."""
    issues = data["issues"]
    for number, issue in enumerate(issues, 1):
        if not is_issue(issue):
            raise _odd(
                tracker, f"{name} is a search result, but issue {number} in it has no key or no fields"
            )
    names, total = data.get("names"), data.get("total")
    return Saved(
        name,
        "issues",
        issues,
        names=names if isinstance(names, dict) else {},
        total=total if isinstance(total, int) else None,
        more=bool(data.get("nextPageToken")) or data.get("isLast") is False,
        last=data.get("isLast") is True,
    )


def _table(name: str, text: str, tracker: str) -> Saved:
    """Return the rows of a Jira CSV export; Jira repeats a column's name once per label, version or sprint."""
    header_line = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header_line.count)
    csv.field_size_limit(_LARGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [cell.strip() for cell in next(rows)]
        if not {"Issue key", "Summary"} <= set(header):
            raise _odd(tracker, f"{name} is neither JSON nor a Jira CSV (no columns Issue key and Summary)")
        items = [_row(name, header, row, rows.line_num, tracker) for row in rows if row]
    except csv.Error as error:
        raise _odd(
            tracker, f"{name} is no whole CSV: {error} at line {rows.line_num}", "Save it again."
        ) from None
    return Saved(name, "table", items)


def _row(name: str, header: list[str], row: list[str], line: int, tracker: str) -> list[tuple[str, str]]:
    if len(row) != len(header):
        detail = f"{name} has {len(row)} cells up to line {line} where its header has {len(header)}"
        raise _odd(tracker, detail, "Save it again, without editing it in between.")
    return list(zip(header, row, strict=True))


def _odd(tracker: str, detail: str, remedy: str = HOW_TO_SAVE) -> UnexpectedPayload:
    return UnexpectedPayload(tracker, "read export", detail, remedy=remedy)
