"""CSV and JSON files as records that remember their line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posync.errors import ConfigError, Problem
from posync.rules.signals.settings import SignalSource

_LARGEST = 50_000_000  # bytes

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of a file: its cells by column, and the line it begins on, counted from 1.

    `decimal_comma` where cells are separated by semicolons, as spreadsheets do that write 3,5.
    """

    line: int
    cells: Mapping[str, Cell]
    decimal_comma: bool = False


def read_records(path: Path, settings: SignalSource) -> tuple[list[Record], list[Problem]]:
    """Return every entry of a `.csv` or `.json` file, and what is wrong with its form.

    Raises ConfigError where nothing of the file can be used.
    """
    text = _text(path, settings.file)
    if path.suffix.casefold() == ".json":
        return list(_from_json(text, settings)), []
    problems: list[Problem] = []
    return list(_from_csv(text, settings.file, problems)), problems


def _text(path: Path, shown: str) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise ConfigError([Problem(shown, 0, 0, f"larger than {_LARGEST // 1_000_000} MB: split it up")])
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        message = "no such file: signal files are looked for beside the workspace file"
        raise ConfigError([Problem(shown, 0, 0, message)]) from None
    except UnicodeDecodeError as error:
        message = f"not UTF-8 (byte {error.start}): save it again as UTF-8"
        raise ConfigError([Problem(shown, 0, 0, message)]) from None
    except OSError as error:
        raise ConfigError([Problem(shown, 0, 0, f"cannot be read: {error.strerror}")]) from None


def _from_csv(text: str, shown: str, problems: list[Problem]) -> Iterator[Record]:
    """Yield the rows under the header line, separated by comma, semicolon or tab, as the header is."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    begins = 1
    try:
        for row in reader:
            here, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if not header:
                header = _header(row, shown, here)
            elif len(row) != len(header):
                message = f"{len(row)} cells where the header has {len(header)}: quote cells that hold '{delimiter}'"
                problems.append(Problem(shown, here, 1, message))
            else:
                yield Record(here, dict(zip(header, row, strict=True)), delimiter == ";")
    except csv.Error as error:
        problems.append(Problem(shown, reader.line_num, 1, f"no CSV from here on: {error}"))
    if not header:
        problems.append(Problem(shown, 1, 1, "empty: the first line names the columns"))


def _header(row: list[str], shown: str, line: int) -> list[str]:
    names = [cell.strip() for cell in row]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigError([Problem(shown, line, 1, f"two columns are called '{twice[0]}'")])
    return names


def _from_json(text: str, settings: SignalSource) -> Iterator[Record]:
    """Yield the entries of `[{...}, ...]` or of `{"SHOP-7": 3, "SHOP-8": {...}, "SHOP-9": [...]}`."""
    try:
        yield from _entries(text, settings)
    except json.JSONDecodeError as error:
        raise ConfigError(
            [Problem(settings.file, error.lineno, error.colno, f"no JSON: {error.msg}")]
        ) from None
    except (ValueError, RecursionError) as error:
        message = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ConfigError([Problem(settings.file, 0, 0, f"no JSON to use: {message}")]) from None


def _entries(text: str, settings: SignalSource) -> Iterator[Record]:
    """Yield the entries one by one, since only so each one's line is known; what is no JSON is refused first."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    whole = decoder.decode(text)
    if not isinstance(whole, list | dict):
        raise ValueError("a list of objects, or an object by issue key, is due")  # noqa: TRY004 - told alike
    line, seen = 1, 0
    place = _skip(text, _skip(text, 0) + 1)
    while text[place] not in "]}":
        line, seen = line + text.count("\n", seen, place), place
        key = None
        if isinstance(whole, dict):
            key, place = decoder.raw_decode(text, place)
        value, place = decoder.raw_decode(text, _skip(text, place))
        yield from _records(line, key, value, settings)
        place = _skip(text, place)


def _records(line: int, key: str | None, value: Any, settings: SignalSource) -> Iterator[Record]:
    for entry in value if isinstance(value, list) and key is not None else [value]:
        if key is None and not isinstance(entry, dict):
            due = f'{{"{settings.key}": ..., "{settings.value}": ...}}'
            raise ValueError(f"line {line}: an object like {due} is due")
        cells: dict[str, Any] = entry if isinstance(entry, dict) else {settings.value: entry}
        if any(isinstance(cell, list | dict) for cell in cells.values()):
            raise ValueError(f"line {line}: a cell is a single value, not a list or object")
        yield Record(line, cells if key is None else {settings.key: key, **cells})


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _skip(text: str, place: int) -> int:
    """Return the place of the next value; between values of sound JSON stand only these characters."""
    while text[place] in " \t\r\n,:":
        place += 1
    return place
