"""Reads YAML 1.2, safely, and says in plain words what is wrong with it and where."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from posync.documents.document import Document
from posync.errors import ConfigError, Problem

LARGEST_FILE = 1_000_000  # bytes; a pack is a few kilobytes
LARGEST_TREE = 100_000  # values, aliases unfolded; stops alias bombs
DEEPEST = 60  # levels; far below Python's own limit

_TAG = "tag:yaml.org,2002:"
# What ruamel says, and what a product owner can do about it.
_PLAIN_WORDS = (
    ("found unexpected end of stream", "a quote is opened here and never closed"),
    (r"found character '\t'", "a tab: indent with spaces"),
    ("found a tab", "a tab: indent with spaces"),
    ("cannot start any token", "a value cannot begin with this character: put quotes around the whole value"),
    (
        "mapping values are not allowed",
        "a ': ' inside a value: put quotes around the whole value, or check the indentation",
    ),
    ("found undefined alias", "an alias (*name) to an anchor (&name) that is not there"),
    ("but found another document", "a second document ('---'): keep one per file"),
    ("expected ',' or ']'", "a '[' is opened here and not closed, or a comma is missing in it"),
    ("expected ',' or '}'", "a '{' is opened here and not closed, or a comma is missing in it"),
    (
        "expected <block end>",
        "unexpected here: check the indentation, and put quotes around the whole value if it holds quotes",
    ),
    ("could not find expected ':'", "a key is written here without ': '"),
    ("chomping or indentation", "after | or > the text begins on the next line"),
    ("unknown escape character", "an unknown escape: use single quotes, or write the backslash twice"),
)


def read(path: Path, shown: str | None = None) -> Document:
    """Return the YAML file at `path`, called `shown` in messages; raises ConfigError with file, line and column."""
    name = shown or str(path)
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise ConfigError([Problem(name, 0, 0, "does not exist: check the name and the folder")]) from None
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise ConfigError([Problem(name, 0, 0, f"cannot be read: {detail}")]) from None
    return read_bytes(body, name)


def read_bytes(body: bytes, name: str) -> Document:
    """Return the YAML document in `body`, called `name` in messages; raises ConfigError."""
    if len(body) > LARGEST_FILE:
        _refuse(name, 0, 0, f"is larger than {LARGEST_FILE:,} bytes: this cannot be a file for posync")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = body[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        _refuse(name, line, column, "is not UTF-8 text: save the file as UTF-8")
    root = _compose(text, name)
    plain = _Plain(name)
    data = plain.of(root, 0)
    if plain.problems:
        raise ConfigError(plain.problems)
    if not isinstance(data, dict):
        mark = root.start_mark
        _refuse(
            name,
            mark.line + 1,
            mark.column + 1,
            f"expected keys and values (key: value), got {described(data)}",
        )
    return Document(name, data, root, text, f"sha256:{hashlib.sha256(body).hexdigest()}")


def described(value: Any) -> str:
    """Return how a message names a value it did not expect, in a product owner's words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "keys and values"
        case list() | tuple():
            return "a list"
        case str():
            short = value if len(value) <= 60 else value[:57] + "..."
            return repr(short)
        case _:
            return str(value)[:60]


def _refuse(name: str, line: int, column: int, message: str) -> NoReturn:
    raise ConfigError([Problem(name, line, column, message)])


def _compose(text: str, name: str) -> Node:
    try:
        root: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise ConfigError([_in_plain_words(error, name)]) from None
    except ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise ConfigError([Problem(name, line, column, "a character that text files do not hold")]) from None
    except RecursionError:
        raise ConfigError([Problem(name, 0, 0, "is nested too deeply")]) from None
    except (YAMLError, ValueError, AttributeError, IndexError, KeyError, TypeError, AssertionError):
        # ruamel lets a few of its own slips through on broken input
        raise ConfigError([Problem(name, 0, 0, "is not YAML that can be read")]) from None
    if root is None:
        _refuse(name, 1, 1, "is empty: expected keys and values (key: value)")
    return root


def _in_plain_words(error: MarkedYAMLError, name: str) -> Problem:
    said = str(error.problem or error.context or "is not YAML")
    mark = error.problem_mark or error.context_mark
    words = next((plain for known, plain in _PLAIN_WORDS if known in said), said)
    if " here " in words and error.context_mark is not None:
        mark = error.context_mark  # where it began, not where it could no longer be understood
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
    return Problem(name, line, column, words)


class _Plain:
    """Turns nodes into plain data and collects every mistake on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.values = 0

    def of(self, node: Node, depth: int) -> Any:
        """Return the plain value of `node`."""
        self.values += 1
        if depth > DEEPEST or self.values > LARGEST_TREE:
            mark = node.start_mark
            why = "nested too deeply" if depth > DEEPEST else "grows too large when its aliases are unfolded"
            _refuse(self.name, mark.line + 1, mark.column + 1, why)
        if isinstance(node, MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, SequenceNode):
            return [self.of(item, depth + 1) for item in node.value]
        assert isinstance(node, ScalarNode)
        return self._scalar(node)

    def _mapping(self, node: MappingNode, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._wrong(key, "a key must be one word or text")
                continue
            if key.value == "<<":
                self._wrong(key, "merging with << is not part of YAML 1.2: write the keys out")
            if key.value in found:
                self._wrong(
                    key, f"key {key.value!r} is there twice: it is already in line {lines[key.value]}"
                )
            found[key.value] = self.of(value, depth + 1)
            lines[key.value] = key.start_mark.line + 1
        return found

    def _scalar(self, node: ScalarNode) -> Any:
        text, tag = node.value, str(node.tag)
        if not tag.startswith(_TAG):
            self._wrong(node, f"the tag {tag} is not understood here: write a plain value")
            return None
        try:
            return _value(text, tag.removeprefix(_TAG))
        except ValueError as error:
            self._wrong(node, str(error))
            return None

    def _wrong(self, node: Node, message: str) -> None:
        mark = node.start_mark
        self.problems.append(Problem(self.name, mark.line + 1, mark.column + 1, message))


def _value(text: str, kind: str) -> Any:
    match kind:
        case "null":
            return None
        case "bool":
            return _truth(text)
        case "int":
            return _whole(text)
        case "float":
            return _number(text)
        case "timestamp":
            return _date(text)
        case "str":
            if any(0xD800 <= ord(char) <= 0xDFFF for char in text):
                raise ValueError("half a character (a lone surrogate)")
            return text
    raise ValueError(f"a value of kind {kind!r} is not understood here: write a plain value")


def _truth(text: str) -> bool:
    if text.lower() not in {"true", "false"}:  # a file may say %YAML 1.1, or !!bool before anything
        raise ValueError(f"neither true nor false: {described(text)}")
    return text.lower() == "true"


def _whole(text: str) -> int:
    try:
        return int(text, 0) if text.lstrip("+-")[:2].lower() in {"0x", "0o", "0b"} else int(text)
    except ValueError:
        raise ValueError(f"not a number posync can use: {described(text)}") from None


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("inf")
    if value - value != 0:
        raise ValueError(f"not a number posync can use: {described(text)}")
    return value


def _date(text: str) -> date | str:
    if len(text) > len("2026-12-15"):
        return text  # a date with a time stays as written
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"no such day: {text}; dates are written like 2026-12-15") from None
