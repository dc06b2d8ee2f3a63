"""Reads the text of an expression into a tree, strictly: what it does not know, it refuses with the place and the mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LONGEST = 4000  # characters
LONGEST_CHAIN = 100  # operands joined by one kind of operator
DEEPEST = 40  # levels of brackets; keeps every later walk far from Python's own limit

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?(?![\w]))
    | (?P<name>[A-Za-z_]\w*)
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<sign>==|!=|<=|>=|\?\?|\.\.|[-+*/%^<>()\[\],?:.\#])
    )""",
    re.VERBOSE,
)
_MENDS = {
    "=": "write == to compare",
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not`",
    "`": "write text in single quotes",
    "$": "write `issue` and a name, such as issue.points",
    "'": "a quote is opened here and never closed",
    '"': "a quote is opened here and never closed",
    "{": "braces mean nothing here",
}
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})
_NAMED = (["fields"], ["signals"])  # what follows may be any name, also one in quotes
_WORDS = frozenset({"and", "or", "not", "in", "true", "false", "null"})


class Misspelt(ValueError):
    """The text is no expression; `offset` counts the characters before the mistake."""

    def __init__(self, message: str, offset: int) -> None:
        self.message, self.offset = message, offset
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, text or sign, and where it stands."""

    kind: str  # number, name, text, sign, end
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Node:
    """One part of an expression: `kind` is an operator or one of the kinds below; `parts` are its operands.

    number, text, true, false, null: literals, with `word` as written;
    path: `word` is what follows `issue.`; element: `#`, `word` what follows it;
    list, interval (`word` its two brackets), call (`word` the function), if (condition, then, else).
    """

    kind: str
    start: int
    end: int
    parts: tuple[Node, ...] = ()
    word: str = ""

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def tokens(text: str) -> list[Token]:
    """Return the tokens of `text`, closed by an `end`; raises Misspelt."""
    found: list[Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            mend = "write a number as 3 or 2.5" if text[at].isdigit() else _MENDS.get(text[at], "take it out")
            raise Misspelt(f"{text[at]!r} means nothing here: {mend}", at)
        kind = str(match.lastgroup)
        found.append(Token(kind, match[kind], match.start(kind), match.end(kind)))
        at = match.end()
    return [*found, Token("end", "", len(text.rstrip()), len(text))]


def tree(text: str) -> Node:
    """Return the tree of an expression; raises Misspelt where it is none."""
    if len(text) > LONGEST:
        raise Misspelt(f"longer than {LONGEST} characters: split it into several rules", 0)
    if not text.strip():
        raise Misspelt("an empty expression: write one, such as issue.points > 8", 0)
    reader = _Reader(tokens(text))
    node = reader.choice()
    if reader.now.kind != "end":
        raise Misspelt(_unexpected(reader.now), reader.now.start)
    return node


def _unexpected(token: Token) -> str:
    if token.kind == "end":
        return "the expression ends too early: a value is missing (in YAML, put quotes around a text that holds #)"
    if token.word in _COMPARISONS:
        return f"{token.word!r} a second time: join two comparisons with `and`"
    return f"{token.word!r} is not expected here: an operator is missing before it, or a bracket too many"


class _Reader:
    """One method per level of binding, loosest first: `? :`, or, and, not, comparison, + -, * / %, ^, ??, -."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens, self.at, self.depth = found, 0, 0

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def sees(self, *words: str) -> bool:
        return self.now.word in words and self.now.kind in {"sign", "name"}

    def take(self) -> Token:
        token = self.now
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def expect(self, word: str, why: str) -> Token:
        if not self.sees(word):
            raise Misspelt(f"{word!r} is missing: {why}", self.now.start)
        return self.take()

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Misspelt("nested too deeply: split it into several rules", token.start)

    def choice(self) -> Node:
        self.deeper(self.now)
        condition = self.either()
        if self.sees("?"):
            self.take()
            then = self.choice()
            self.expect(":", "a choice is written condition ? this : that")
            other = self.choice()
            condition = Node("if", condition.start, other.end, (condition, then, other))
        self.depth -= 1
        return condition

    def either(self) -> Node:
        return self.chain(self.both, "or")

    def both(self) -> Node:
        return self.chain(self.negation, "and")

    def negation(self) -> Node:
        if not self.sees("not"):
            return self.comparison()
        token = self.take()
        self.deeper(token)
        inner = self.negation()
        self.depth -= 1
        return Node("not", token.start, inner.end, (inner,))

    def comparison(self) -> Node:
        left = self.sum()
        negated = self.sees("not") and self.tokens[self.at + 1].word == "in"
        if not (negated or self.sees(*_COMPARISONS)):
            return left
        if negated:
            self.take()
        sign = self.take().word
        right = self.interval() if sign == "in" and self.sees("[", "(") and self.is_interval() else self.sum()
        if self.sees(*_COMPARISONS):
            raise Misspelt(_unexpected(self.now), self.now.start)
        return Node("not in" if negated else sign, left.start, right.end, (left, right))

    def is_interval(self) -> bool:
        """Whether the bracket ahead holds `..` before it closes."""
        depth = 0
        for token in self.tokens[self.at :]:
            depth += (token.word in {"(", "["}) - (token.word in {")", "]"}) if token.kind == "sign" else 0
            if depth == 0:
                return False
            if token.word == ".." and depth == 1:
                return True
        return False

    def interval(self) -> Node:
        opened = self.take()
        low = self.sum()
        self.expect("..", "a range is written [1..5]")
        high = self.sum()
        if not self.sees("]", ")"):
            raise Misspelt("']' is missing: a range is written [1..5]", self.now.start)
        closed = self.take()
        return Node("interval", opened.start, closed.end, (low, high), opened.word + closed.word)

    def sum(self) -> Node:
        return self.chain(self.product, "+", "-")

    def product(self) -> Node:
        return self.chain(self.power, "*", "/", "%")

    def power(self) -> Node:
        base = self.fallback()
        if not self.sees("^"):
            return base
        self.deeper(self.take())
        exponent = self.power()
        self.depth -= 1
        return Node("^", base.start, exponent.end, (base, exponent))

    def fallback(self) -> Node:
        return self.chain(self.sign, "??")

    def chain(self, level: Callable[[], Node], *signs: str) -> Node:
        left = level()
        for _ in range(LONGEST_CHAIN):
            if not self.sees(*signs):
                return left
            sign = self.take().word
            right = level()
            left = Node(sign, left.start, right.end, (left, right))
        raise Misspelt(
            f"more than {LONGEST_CHAIN} in a row: write `in [..]`, or several rules", self.now.start
        )

    def sign(self) -> Node:
        if not self.sees("-"):
            return self.value()
        token = self.take()
        self.deeper(token)
        inner = self.sign()
        self.depth -= 1
        return Node("negate", token.start, inner.end, (inner,))

    def value(self) -> Node:
        token = self.take()
        if token.kind in {"number", "text"}:
            return Node(token.kind, token.start, token.end, (), token.word)
        if token.word in {"true", "false", "null"}:
            return Node(token.word, token.start, token.end)
        if token.kind == "name" and token.word not in _WORDS:
            return self.call(token) if self.sees("(") else self.path(token)
        if token.kind == "sign" and token.word == "#":
            return self.element(token)
        if token.kind == "sign" and token.word == "(":
            inner = self.choice()
            closed = self.expect(")", "a bracket is opened and not closed")
            return Node(inner.kind, token.start, closed.end, inner.parts, inner.word)
        if token.kind == "sign" and token.word == "[":
            parts, closed = self.items("]")
            return Node("list", token.start, closed.end, parts)
        raise Misspelt(_unexpected(token), token.start)

    def call(self, name: Token) -> Node:
        self.take()
        parts, closed = self.items(")")
        return Node("call", name.start, closed.end, parts, name.word)

    def items(self, closing: str) -> tuple[tuple[Node, ...], Token]:
        parts: list[Node] = []
        while not self.sees(closing):
            if parts:
                self.expect(",", f"write a comma between values, or {closing!r} to end the list")
            parts.append(self.choice())
        return tuple(parts), self.take()

    def path(self, root: Token) -> Node:
        names, end = [root.word], root.end
        while (
            self.sees(".", "[") and names[-2:-1] != ["fields"] and (names[-1] == "fields" or self.sees("."))
        ):
            opened = self.take()
            part = self.take()
            if part.kind != ("name" if opened.word == "." else "text"):
                raise Misspelt("a name is missing after the dot", opened.end)
            names.append(part.word if opened.word == "." else part.word[1:-1])
            end = part.end if opened.word == "." else self.expect("]", "fields['Any name']").end
        return Node("path", root.start, end, (), ".".join(names))

    def element(self, sign: Token) -> Node:
        names, end = [], sign.end
        while self.sees("."):
            dot = self.take()
            part = self.take()
            if part.kind != "name":
                raise Misspelt("a name is missing after the dot", dot.end)
            names.append(part.word)
            end = part.end
        return Node("element", sign.start, end, (), ".".join(names))
