"""Writes a checked expression the way ZEN reads it: every bracket explicit, every name a variable of its own."""

from __future__ import annotations

from dataclasses import dataclass

from posync.rules.expressions.grammar import Node
from posync.rules.expressions.sense import is_day, kind_of
from posync.rules.expressions.vocabulary import DATE, day_number

_ORDERED = frozenset({"<", "<=", ">", ">="})
_OF_SEVERAL = frozenset({"min", "max", "sum", "avg"})


@dataclass(frozen=True, slots=True)
class Variable:
    """One name given to ZEN; `shape` is what it is given: the value, the number of a day, or a length."""

    name: str
    path: str  # without `issue.`
    shape: str = "value"


def written(node: Node) -> tuple[str, tuple[Variable, ...]]:
    """Return ZEN's text of an expression that makes sense, and the variables it needs."""
    writer = _Writer()
    return writer.of(node), tuple(writer.variables.values())


class _Writer:
    def __init__(self) -> None:
        self.variables: dict[tuple[str, str], Variable] = {}

    def of(self, node: Node) -> str:
        """Write one part with its brackets."""
        parts = [self.of(part) for part in node.parts] if node.kind not in {"call", *_ORDERED} else []
        match node.kind:
            case "list" | "interval":
                return _listed(node, parts)
            case "not" | "negate":
                return f"({'not ' if node.kind == 'not' else '-'}({parts[0]}))"
            case "if":
                return f"({parts[0]} ? {parts[1]} : {parts[2]})"
            case "call":
                return self.call(node)
        if not node.parts:
            return self.leaf(node)
        if node.kind in _ORDERED:
            parts = [self.day(part) if _of_dates(node) else self.of(part) for part in node.parts]
        return f"({f' {node.kind} '.join(parts)})"

    def leaf(self, node: Node) -> str:
        """Write a name or a literal."""
        if node.kind == "path":
            return self.variable(node)
        if node.kind == "element":
            return f"#.{node.word}" if node.word else "#"
        return node.word or node.kind

    def joined(self, parts: tuple[Node, ...]) -> str:
        return ", ".join(map(self.of, parts))

    def call(self, node: Node) -> str:
        """Write a call; ZEN counts a text's bytes, so that the length of a name is told, not asked."""
        if node.word == "len" and node.parts[0].kind == "path":
            return f"({self.variable(node.parts[0], 'length')} + 0)"
        if node.word in _OF_SEVERAL and len(node.parts) > 1:
            return f"{node.word}([{self.joined(node.parts)}])"
        return f"{node.word}({self.joined(node.parts)})"

    def day(self, node: Node) -> str:
        return str(day_number(node.word[1:-1])) if node.kind == "text" else self.variable(node, "day")

    def variable(self, node: Node, shape: str = "value") -> str:
        path = node.word.removeprefix("issue.")
        fresh = Variable(f"v{len(self.variables)}", path, shape)
        return self.variables.setdefault((path, shape), fresh).name


def _listed(node: Node, parts: list[str]) -> str:
    if node.kind == "list":
        return f"[{', '.join(parts)}]"
    return f"{node.word[0]}{parts[0]}..{parts[1]}{node.word[1]}"


def _of_dates(node: Node) -> bool:
    return any(is_day(part) or kind_of(part) == DATE for part in node.parts)
