"""Reads a file as text and tells what it is: a board, issues, a table of issues, or none of these."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class LoadError(ValueError):
    """A file cannot be loaded; the message names it and says what it is not."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file holds; exactly one of the three is set."""

    path: Path
    board: Json | None = None
    issues: list[Json] | None = None
    table: list[list[str]] | None = None
    envelope: Json | None = None  # what stood around the issues: names, schema


def read(path: Path) -> Loaded:
    """Return what a file holds; raises LoadError."""
    try:
        text = decode(path.read_bytes())
    except OSError as problem:
        raise LoadError(f"{path}: cannot be read: {problem.strerror}.") from None
    if path.suffix.lower() == ".csv":
        return Loaded(path, table=_table(path, text))
    return _json(path, text)


def decode(data: bytes) -> str:
    """Return bytes as text: UTF-8 with or without a mark, else Latin-1, which some old exports are."""
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _json(path: Path, text: str) -> Loaded:
    try:
        data = json.loads(without_comments(text))
    except ValueError as problem:
        raise LoadError(
            f"{path}: not a Trello board export or Jira search result: it is no JSON ({problem})."
        ) from None
    if _is_board(data):
        return Loaded(path, board=data)
    issues = data.get("issues") if isinstance(data, dict) and "issues" in data else data
    if isinstance(issues, dict) and is_issue(issues):
        issues = [issues]
    if isinstance(issues, list) and all(is_issue(one) for one in issues) and (issues or issues is not data):
        return Loaded(path, issues=issues, envelope=data if isinstance(data, dict) else None)
    raise LoadError(f"{path}: neither a Trello board export nor a list of Jira issues: {describe(data)}.")


def without_comments(text: str) -> str:
    """Return JSON without the comment lines that some exports have before it."""
    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.lstrip()[:1] in {"{", "["}:
            return "".join(lines[number:])
    return text


def _is_board(data: Any) -> bool:
    return (
        isinstance(data, dict) and isinstance(data.get("cards"), list) and isinstance(data.get("lists"), list)
    )


def is_issue(data: Any) -> bool:
    """Tell whether an object is a Jira issue: fields, and a key or an id."""
    return (
        isinstance(data, dict)
        and isinstance(data.get("fields"), dict)
        and bool(data.get("key") or data.get("id"))
    )


def _table(path: Path, text: str) -> list[list[str]]:
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row]
    header = {name.strip().lower() for name in rows[0]} if rows else set()
    if not header & {"issue key", "key"} or "summary" not in header:
        raise LoadError(
            f"{path}: not a Jira CSV export: its first line needs the columns 'Issue key' and 'Summary'."
        )
    return rows


def _has(*names: str) -> Callable[[Json], bool]:
    return lambda data: all(name in data for name in names)


# What else trackers write, told by its keys; the first that fits names it.
KINDS: tuple[tuple[Callable[[Json], bool], str], ...] = (
    (_has("webhookEvent"), "a Jira webhook message"),
    (_has("model", "action"), "a Trello webhook message"),
    (lambda data: data.get("type") == "doc", "one text in Atlassian Document Format"),
    (_has("idMemberCreator", "type", "data"), "Trello actions"),
    (_has("idBoard", "idList"), "Trello cards without their board"),
    (_has("idCard", "checkItems"), "Trello checklists"),
    (_has("idBoard", "color"), "Trello labels"),
    (_has("idBoard", "pos"), "Trello lists without cards"),
    (_has("idModel", "callbackURL"), "Trello webhooks"),
    (_has("prefs", "labelNames"), "a Trello board without its cards and lists"),
    (_has("clauseNames"), "Jira fields"),
    (_has("columnConfig"), "the configuration of a Jira board"),
    (_has("comments"), "Jira comments without their issues"),
    (_has("statusCategory"), "Jira statuses"),
    (_has("sprints"), "Jira sprints"),
    (_has("transitions"), "Jira transitions"),
    (_has("projectTypeKey"), "Jira projects"),
    (_has("permissions"), "Jira permissions"),
    (_has("errorMessages"), "an error message of Jira"),
)


def describe(data: Any) -> str:
    """Return in words what a JSON document is, as far as can be told."""
    if isinstance(data, list):
        return describe(data[0]) if data and isinstance(data[0], dict) else "an empty or plain list"
    if not isinstance(data, dict):
        return f"a bare {type(data).__name__}"
    named = next((name for fits, name in KINDS if fits(data)), None)
    if named:
        return f"it looks like {named}"
    values = data.get("values")
    if isinstance(values, list) and values and isinstance(values[0], dict):
        return "a page of other things, with " + _keys(values[0])
    return "a JSON object with " + _keys(data)


def _keys(data: Json) -> str:
    names = [str(name) for name in data]
    return ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
