"""Finds the very part of an expression that an issue has no answer for, so that the message can name it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from posync.rules.expressions.functions import FUNCTIONS, asks_each
from posync.rules.expressions.grammar import Node
from posync.rules.expressions.sense import is_day, kind_of
from posync.rules.expressions.vocabulary import DATE, LIST, TEXT, TRUTH

Ask = Callable[[Node], Any]

_DEFAULTS = {TEXT: "''", LIST: "[]", TRUTH: "false"}


@dataclass(frozen=True, slots=True)
class Blamed:
    """The smallest part that fails, what its operands gave, and the operand that is not set, if one is."""

    node: Node
    values: tuple[tuple[Node, Any], ...]
    unset: Node | None = None
    default: str = "0"

    @property
    def of_dates(self) -> bool:
        """Whether dates were compared."""
        return any(is_day(part) or kind_of(part) == DATE for part, _ in self.values)

    def seen(self, source: str, said: Callable[[Any], str]) -> Iterator[str]:
        """Yield what each operand gave, but for those written out."""
        for node, value in self.values:
            if node.kind not in {"number", "text", "true", "false", "null", "list"}:
                yield f"{source[node.start : node.end]} is {said(value)}"


def blame(node: Node, ask: Ask) -> Blamed:
    """Return the part of a failing expression that fails first; `ask` evaluates one part, or raises."""
    values: list[tuple[Node, Any]] = []
    for part in _parts(node):
        try:
            value = ask(part)
        except Exception:  # noqa: BLE001 - whatever ZEN raises, the part below has failed
            return blame(part, ask)
        values.append((part, value))
        if _decided(node, part, value):
            break
    unset = next((part for part, value in values if value is None and part.kind != "null"), None)
    return Blamed(node, tuple(values), unset, _default(node, unset))


def _parts(node: Node) -> tuple[Node, ...]:
    if node.kind == "call" and asks_each(node.word):
        return node.parts[:1]  # what is asked of each entry has no value of its own
    return tuple(
        inner for part in node.parts for inner in (part.parts if part.kind == "interval" else (part,))
    )


def _decided(node: Node, part: Node, value: Any) -> bool:
    """Whether ZEN looks at no further operand."""
    first = part is node.parts[0]
    if node.kind == "if" and first:
        return not isinstance(value, bool)
    return first and (
        (node.kind == "and" and value is not True) or (node.kind == "or" and value is not False)
    )


def _default(node: Node, unset: Node | None) -> str:
    """Return what a mend may put in the place of what is not set."""
    if unset is None:
        return "0"
    if node.kind == "call" and asks_each(node.word):
        return "[]"
    if node.kind == "call" and FUNCTIONS[node.word].takes[0] & {TEXT}:
        return "''"
    if node.kind in {"and", "or", "not", "if"}:
        return "false"
    return _DEFAULTS.get(kind_of(unset), "0")
