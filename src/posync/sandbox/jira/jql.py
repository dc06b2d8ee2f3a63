"""JQL as text: read into a tree of clauses and an order, or refused in Jira's words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from posync.sandbox.refusals import Refusal

TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<op>!=|!~|>=|<=|[=~<>(),])
      | (?P<word>[^\s"'=~<>(),!]+)
    )""",
    re.VERBOSE,
)
WORDS = {"and", "or", "not", "in", "is", "order", "by", "asc", "desc"}


@dataclass(frozen=True, slots=True)
class Function:
    """A function used as a value, such as `openSprints()`."""

    name: str
    arguments: tuple[str, ...] = ()


Value = str | Function


@dataclass(frozen=True, slots=True)
class Clause:
    """`field operator values`; `in` and `not in` have several values, `is` has none."""

    field: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but."""

    node: Node


@dataclass(frozen=True, slots=True)
class Both:
    """All of these (`AND`) or any of these (`OR`)."""

    every: bool
    nodes: tuple[Node, ...]


Node = Clause | Not | Both


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query: its condition (None: unbounded) and its order as (field, descending) pairs."""

    where: Node | None
    order: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Token:
    """One word, operator or quoted string; `quoted` keeps `"and"` a value."""

    text: str
    quoted: bool = False

    def says(self, *words: str) -> bool:
        """Tell whether this is one of these key words or signs."""
        return not self.quoted and self.text.lower() in words


END = Token("")


def parse(text: str) -> Query:
    """Return the query a JQL string says; raises Refusal (400) in Jira's shape."""
    return _Parser(list(_tokens(text))).query()


def _tokens(text: str) -> list[Token]:
    found, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None:
            raise refused(f"Error in the JQL Query: unexpected character '{text[at:].strip()[0]}'.")
        quoted = match["quoted"]
        word = re.sub(r"\\(.)", r"\1", quoted[1:-1]) if quoted else match["op"] or match["word"]
        found.append(Token(word, quoted is not None))
        at = match.end()
    return found


def refused(message: str) -> Refusal:
    """Return Jira's 400 for a query it cannot follow."""
    return Refusal.jira(400, message)


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at = tokens, 0

    def peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else END

    def take(self, *words: str) -> Token:
        token = self.peek()
        if words and not token.says(*words):
            raise self.unexpected(token, words)
        self.at += 1
        return token

    def unexpected(self, token: Token, words: tuple[str, ...] = ()) -> Refusal:
        wanted = f", expecting {' or '.join(repr(word) for word in words)}" if words else ""
        shown = f"'{token.text}'" if token is not END else "the end of the query"
        return refused(f"Error in the JQL Query: Got {shown}{wanted}. (character {self.at + 1})")

    def query(self) -> Query:
        where = None if self.peek() is END or self.peek().says("order") else self.either()
        order = self.order() if self.peek().says("order") else ()
        if self.peek() is not END:
            raise self.unexpected(self.peek(), ("OR", "AND", "ORDER BY"))
        return Query(where, order)

    def either(self) -> Node:
        nodes = [self.every()]
        while self.peek().says("or", "||"):
            self.take()
            nodes.append(self.every())
        return nodes[0] if len(nodes) == 1 else Both(False, tuple(nodes))

    def every(self) -> Node:
        nodes = [self.unary()]
        while self.peek().says("and", "&&"):
            self.take()
            nodes.append(self.unary())
        return nodes[0] if len(nodes) == 1 else Both(True, tuple(nodes))

    def unary(self) -> Node:
        if self.peek().says("not"):
            self.take()
            return Not(self.unary())
        if self.peek().says("("):
            self.take()
            node = self.either()
            self.take(")")
            return node
        return self.clause()

    def clause(self) -> Clause:
        field = self.word()
        token = self.take("=", "!=", "~", "!~", ">", ">=", "<", "<=", "in", "not", "is")
        operator = token.text.lower()
        if operator == "not":
            self.take("in")
            return Clause(field, "not in", self.values())
        if operator == "is":
            return self.emptiness(field)
        if operator == "in":
            return Clause(field, "in", self.values())
        value = self.value()
        if isinstance(value, str) and value.lower() in {"empty", "null"} and operator in {"=", "!="}:
            return Clause(field, "is" if operator == "=" else "is not", ())
        return Clause(field, operator, (value,))

    def emptiness(self, field: str) -> Clause:
        operator = "is"
        if self.peek().says("not"):
            self.take()
            operator = "is not"
        self.take("empty", "null")
        return Clause(field, operator, ())

    def values(self) -> tuple[Value, ...]:
        if not self.peek().says("("):  # a function may stand without parentheses around it
            return (self.value(),)
        self.take("(")
        found = [self.value()]
        while self.peek().says(","):
            self.take()
            found.append(self.value())
        self.take(")")
        return tuple(found)

    def value(self) -> Value:
        token = self.peek()
        word = self.word()
        if token.quoted or not self.peek().says("("):
            return word
        self.take("(")
        arguments: list[str] = []
        while not self.peek().says(")"):
            arguments.append(self.word())
            if self.peek().says(","):
                self.take()
        self.take(")")
        return Function(word.lower(), tuple(arguments))

    def word(self) -> str:
        token = self.peek()
        if token is END or (not token.quoted and (token.text in "=~<>(),!=" or token.says(*WORDS))):
            raise self.unexpected(token)
        self.at += 1
        return token.text

    def order(self) -> tuple[tuple[str, bool], ...]:
        self.take("order")
        self.take("by")
        found = [self.direction()]
        while self.peek().says(","):
            self.take()
            found.append(self.direction())
        return tuple(found)

    def direction(self) -> tuple[str, bool]:
        field = self.word()
        down = self.peek().says("desc")
        if self.peek().says("asc", "desc"):
            self.take()
        return field, down
