"""Writes a checked expression the way ZEN reads it: every bracket explicit, every name a variable of its own."""

from __future__ import annotations

from dataclasses import dataclass

from posync.rules.grammar import Node
from posync.rules.sense import is_day, kind_of
from posync.rules.vocabulary import DATE, day_number

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
        match node.kind:
            case "number" | "text":
                return node.word
            case "true" | "false" | "null":
                return node.kind
            case "path":
                return self.variable(node)
            case "element":
                return f"#.{node.word}" if node.word else "#"
            case "list":
                return f"[{self.joined(node.parts)}]"
            case "interval":
                return f"{node.word[0]}{self.of(node.parts[0])}..{self.of(node.parts[1])}{node.word[1]}"
            case "call":
                return self.call(node)
            case "not":
                return f"(not ({self.of(node.parts[0])}))"
            case "negate":
                return f"(-({self.of(node.parts[0])}))"
            case "if":
                condition, then, other = map(self.of, node.parts)
                return f"({condition} ? {then} : {other})"
        if node.kind in _ORDERED and _of_dates(node):
            return f"({f' {node.kind} '.join(self.day(part) for part in node.parts)})"
        return f"({f' {node.kind} '.join(map(self.of, node.parts))})"

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


def _of_dates(node: Node) -> bool:
    return any(is_day(part) or kind_of(part, within=True) == DATE for part in node.parts)
