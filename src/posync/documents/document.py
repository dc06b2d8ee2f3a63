"""One YAML file as plain data that knows where each of its values stands."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from posync.errors import Problem

Path = Sequence[str | int]
"""The keys and places in lists that lead to a value."""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One YAML file as plain data (dict, list, str, int, float, bool, date, None) that knows where each value stands."""

    file: str
    data: Any
    root: Node
    text: str
    digest: str  # of the file's bytes: "sha256:..."

    def where(self, path: Path, *, key: bool = False, offset: int = 0) -> tuple[int, int]:
        """Return line and column, from 1, of the value at `path`, or of its nearest parent that is there.

        With `key` it is the place of the key instead; `offset` counts characters into the
        value of a text, wherever quotes and folded lines have put them.
        """
        node, named, whole = _find(self.root, path)
        if key and named is not None:
            node = named
        mark = node.start_mark
        line, column = mark.line, mark.column
        if whole and offset and not key and isinstance(node, ScalarNode):
            line, column = _inside(self.text, node, offset)
        return line + 1, column + 1

    def has(self, path: Path) -> bool:
        """Whether there is a value at `path`."""
        return _find(self.root, path)[2]

    def keys_holding(self, path: Path, value: Any) -> tuple[str, ...]:
        """Return the keys of the mapping at `path` whose value is `value`."""
        node = _find(self.root, path)[0]
        return tuple(str(key.value) for key, found in _pairs(node) if found.value == value)

    def problem(self, message: str, path: Path = (), *, key: bool = False, offset: int = 0) -> Problem:
        """Return a Problem that points at `path`."""
        return Problem(self.file, *self.where(path, key=key, offset=offset), message)


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known word that `word` was probably meant to be, None where none is as near as `cutoff` (to 1)."""
    by_lower = {each.lower(): each for each in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=cutoff)
    return by_lower[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `: did you mean 'x'?` for the known word nearest to `word`, nothing where none is near."""
    meant = nearest(word, known)
    return "" if meant is None else f": did you mean {meant!r}?"


def _find(root: Node, path: Path) -> tuple[Node, Node | None, bool]:
    """Return the node at `path`, the node of its key, and whether the whole path was there."""
    node, key = root, None
    for part in path:
        for found_key, found in _children(node):
            name = found_key.value if isinstance(found_key, ScalarNode) else found_key
            if name == part:
                node, key = found, found_key if isinstance(found_key, Node) else None
                break
        else:
            return node, key, False
    return node, key, True


def _pairs(node: Node) -> Sequence[tuple[Any, Node]]:
    return node.value if isinstance(node, MappingNode) else ()


def _children(node: Node) -> Iterator[tuple[Any, Node]]:
    if isinstance(node, MappingNode):
        yield from node.value
    elif isinstance(node, SequenceNode):
        yield from enumerate(node.value)


def _inside(text: str, node: ScalarNode, offset: int) -> tuple[int, int]:
    """Return line and column, from 0, of the character `offset` of a text, its start where that cannot be told."""
    start, end = node.start_mark.index, node.end_mark.index
    raw, value = text[start:end], node.value
    at = {"'": 1, '"': 1}.get(node.style or "", 0)
    if node.style in {"|", ">"}:
        at = raw.find("\n") + 1
        at += len(raw[at:]) - len(raw[at:].lstrip(" "))
    for index in range(min(offset, len(value))):
        step = _step(raw, at, value[index])
        if step is None:
            return node.start_mark.line, node.start_mark.column
        at += step
    before = text[: start + at]
    return before.count("\n"), len(before) - before.rfind("\n") - 1


def _step(raw: str, at: int, char: str) -> int | None:
    """Return how many characters of the file one character of the value takes."""
    if char in " \n" and raw[at : at + 1] in {" ", "\n", "\r"}:
        rest = (
            raw[at:].lstrip(" \r\n")
            if "\n" in raw[at : len(raw) - len(raw[at:].lstrip(" \r\n"))]
            else raw[at + 1 :]
        )
        return len(raw) - at - len(rest)
    if raw.startswith(char, at):
        return 2 if char == "'" and raw.startswith("''", at) and raw.startswith("'") else 1
    return 2 if raw.startswith("\\", at) else None
