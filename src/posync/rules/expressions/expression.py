"""One line of a policy: an expression over an issue, checked when the pack loads, evaluated by ZEN."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter
from typing import Any, NamedTuple

import zen
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from posync.documents import wrong
from posync.errors import RuleError
from posync.model.issue import Issue
from posync.rules.expressions.blame import Blamed, blame
from posync.rules.expressions.grammar import Misspelt, Node, tree
from posync.rules.expressions.sense import check_elements, kind_of
from posync.rules.expressions.vocabulary import ANY, TRUTH, Name, day_number, named, shown
from posync.rules.expressions.zen_text import Variable, written

Value = Fraction | str | bool | tuple[Any, ...] | None
"""What an expression gives: numbers are exact, as ZEN's decimals show them."""

_REMEMBERED = 4096  # answers per expression; a pack's inputs take few values
_REMEMBERED_WIDE = 256  # where nearly every issue has another value


class IssueView(NamedTuple):
    """What an expression sees: one issue, and the run's date to count days from."""

    issue: Issue
    today: date


class Expression:
    """An expression of a pack; equal to another of the same text.

    Built from a text or, for a constant, from a number or true/false. Raises Misspelt where the
    text is no expression, names something unknown, or can never make sense.
    """

    __slots__ = ("_answers", "_compiled", "_key", "_most", "_tree", "_variables", "kind", "source")

    def __init__(self, source: str | float | bool) -> None:  # noqa: FBT001 - YAML gives what it gives
        self.source = source if isinstance(source, str) else _literal(source)
        self._tree = tree(self.source)
        check_elements(self._tree)
        self.kind = kind_of(self._tree)
        text, self._variables = written(self._tree)
        self._compiled = _compiled(text)
        names = [_needed(variable) for variable in self._variables]
        self._key = _key_of(names)
        self._most = _REMEMBERED_WIDE if any(name.wide for name in names) else _REMEMBERED
        self._answers: dict[Any, Value] = {}

    def evaluate(self, view: IssueView) -> Value:
        """Return the value for this issue; raises RuleError (without the pack's name) where it cannot be told.

        A name that is not set is None; comparing or calculating with it is the RuleError.
        """
        key = self._key(view.issue, view.today)
        try:
            return self._answers[key]
        except KeyError:
            pass
        if len(self._answers) >= self._most:
            self._answers.clear()
        answer = self._answers[key] = self._ask(view)
        return answer

    def holds(self, view: IssueView) -> bool:
        """Return whether the condition holds for this issue; raises RuleError where it is no condition."""
        answer = self._answers.get(self._key(view.issue, view.today))
        if answer is None:
            answer = self.evaluate(view)
        if answer is True or answer is False:
            return answer
        detail = f"`{self.source}` gives {_said(answer)}, not true or false: compare it with something"
        raise RuleError("", view.issue.key, detail)

    @property
    def is_condition(self) -> bool:
        """Whether this gives true or false, as far as can be told without an issue."""
        return self.kind in {TRUTH, ANY}

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the expression uses, without `issue.`, in the order of the text."""
        return tuple(
            dict.fromkeys(n.word.removeprefix("issue.") for n in self._tree.walk() if n.kind == "path")
        )

    def ticked(self, view: IssueView) -> Iterator[tuple[str, bool, str]]:
        """Yield each condition joined by `and`, whether it holds, and what it saw, up to the first that fails."""
        for node in _joined(self._tree):
            holds = self._raw(node, view) is True
            yield self.source[node.start : node.end], holds, ", ".join(self._seen(node, view))
            if not holds:
                return

    def _seen(self, node: Node, view: IssueView) -> Iterator[str]:
        for each in dict.fromkeys(part.word for part in node.walk() if part.kind == "path"):
            name = named(each.removeprefix("issue."))
            assert name is not None
            yield f"{each} is {_said(shown(name.get(view.issue, view.today)))}"

    def _ask(self, view: IssueView) -> Value:
        if self._tree.kind == "path":  # no arithmetic: the value itself, exact
            value = _needed(self._variables[0]).get(view.issue, view.today)
            return value if isinstance(value, Fraction) else _answer(shown(value))
        context = _context(self._variables, view)
        try:
            return _answer(self._compiled.evaluate(context))
        except Exception:  # noqa: BLE001 - ZEN raises RuntimeError and Exception alike
            blamed = blame(self._tree, lambda node: self._raw(node, view))
        if blamed.node.kind == "path":
            detail = (
                f"{', '.join(self._seen(blamed.node, view))} on {view.issue.key}: too large to calculate with"
            )
            raise RuleError("", view.issue.key, detail)
        raise RuleError("", view.issue.key, _explained(blamed, self.source, view.issue.key))

    def _raw(self, node: Node, view: IssueView) -> Any:
        text, variables = written(node)
        return zen.evaluate_expression(text, _context(variables, view))

    def __str__(self) -> str:
        return self.source

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    def __reduce__(self) -> tuple[Any, ...]:
        return Expression, (self.source,)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let pydantic build an expression from what YAML gives, and write it back as its text."""
        return core_schema.no_info_plain_validator_function(
            _built, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _core: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Tell editors that an expression is a text, a number, or true or false."""
        return {"type": ["string", "number", "boolean"], "description": "An expression over `issue`."}


def _built(value: Any) -> Expression:
    if isinstance(value, Expression):
        return value
    if not isinstance(value, str | int | float):
        raise wrong("expected an expression, such as issue.points > 8")
    try:
        return Expression(value)
    except Misspelt as error:
        raise wrong(error.message, offset=error.offset) from None


def _literal(value: float | bool) -> str:  # noqa: FBT001 - a constant of a pack
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{Decimal(str(value)):f}"


def _compiled(text: str) -> Any:
    try:
        return zen.compile_expression(text)
    except Exception:  # noqa: BLE001 - ZEN's own types are not exported
        raise Misspelt("this cannot be evaluated: write it more simply", 0) from None


def _needed(variable: Variable) -> Name:
    """Return what an answer depends on: the name itself, or only its day or length, which many issues share."""
    name = named(variable.path)
    assert name is not None
    if variable.shape == "value":
        return name
    prepare, get = _PREPARED[variable.shape], name.get
    return Name(name.kind, lambda issue, today: prepare(get(issue, today)))


def _key_of(names: list[Name]) -> Callable[[Issue, date], Any]:
    """Return what gives the values an answer depends on, as fast as may be: this runs for every issue."""
    if not names:
        return lambda _issue, _today: None
    if all(name.attribute for name in names):
        read = attrgetter(*[name.attribute for name in names])
        return lambda issue, _today: read(issue)
    if len(names) == 1:
        return names[0].get
    gets = tuple(name.get for name in names)
    return lambda issue, today: tuple([get(issue, today) for get in gets])


def _context(variables: tuple[Variable, ...], view: IssueView) -> dict[str, Any]:
    context: dict[str, Any] = {}
    for variable in variables:
        name = named(variable.path)
        assert name is not None
        context[variable.name] = _PREPARED[variable.shape](name.get(view.issue, view.today))
    return context


def _length(value: Any) -> int | None:
    seen = shown(value)
    return len(seen) if isinstance(seen, str | list) else None


_PREPARED: Mapping[str, Callable[[Any], Any]] = {"value": shown, "day": day_number, "length": _length}


def _answer(raw: Any) -> Value:
    if isinstance(raw, bool) or raw is None or isinstance(raw, str):
        return raw
    if isinstance(raw, int | float):
        return Fraction(str(raw))
    if isinstance(raw, list):
        return tuple(_answer(each) for each in raw)
    return str(raw)


def _said(value: Any) -> str:
    match value:
        case None:
            return "not set"
        case bool():
            return "true" if value else "false"
        case int() | float() | Fraction():
            return f"{float(value):g}"
        case list() | tuple():
            return f"a list of {len(value)}"
        case str():
            return repr(value if len(value) <= 60 else value[:57] + "...")
    return str(value)


def _joined(node: Node) -> Iterator[Node]:
    if node.kind != "and":
        yield node
        return
    for part in node.parts:
        yield from _joined(part)


def _explained(blamed: Blamed, source: str, key: str) -> str:
    def text(node: Node) -> str:
        return source[node.start : node.end]

    if blamed.unset is None:
        seen = ", ".join(blamed.seen(source, _said))
        return f"`{text(blamed.node)}` cannot be told on {key}" + (f", where {seen}" if seen else "")
    name = text(blamed.unset)
    if blamed.unset.kind in {"/", "%"}:
        return f"`{name}` divides by zero on {key}: write `{text(blamed.unset.parts[1])} == 0 ? 0 : {name}`"
    mend = f"`{name} != null and {text(blamed.node)}`" if blamed.of_dates else f"`{name} ?? {blamed.default}`"
    return f"{name} is not set on {key}: write {mend} in `{source}`"
