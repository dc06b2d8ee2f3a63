"""Checks that an expression makes sense before any issue is judged by it: names, types, and values that exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from posync.documents import did_you_mean, nearest
from posync.rules.expressions.functions import A_PART, FUNCTIONS, asks_each
from posync.rules.expressions.grammar import Misspelt, Node
from posync.rules.expressions.vocabulary import (
    ANY,
    DATE,
    LIST,
    NAMES,
    NOTHING,
    NUMBER,
    TEXT,
    TRUTH,
    day_number,
    named,
)

_LITERALS = {"number": NUMBER, "text": TEXT, "true": TRUTH, "false": TRUTH, "null": NOTHING}
_ORDERED = frozenset({"<", "<=", ">", ">="})
_ARITHMETIC = frozenset({"+", "-", "*", "/", "%"})


def kind_of(node: Node) -> str:
    """Return the type an expression gives, ANY where only an issue can tell; raises Misspelt where it makes no sense."""
    kinds = [kind_of(part) for part in node.parts]
    return _LITERALS.get(node.kind) or _RULES[_rule(node.kind)](node, kinds)


def check_elements(node: Node, *, within: bool = False) -> None:
    """Raise Misspelt where `#` stands outside a question asked of each entry of a list."""
    if node.kind == "element" and not within:
        raise Misspelt(
            "'#' stands for each entry of a list, inside some(...), all(...), count(...)", node.start
        )
    each = node.kind == "call" and asks_each(node.word)
    for index, part in enumerate(node.parts):
        check_elements(part, within=within or (each and index == 1))


def _rule(kind: str) -> str:
    if kind in _ORDERED:
        return "ordered"
    if kind in _ARITHMETIC:
        return "arithmetic"
    return {"==": "equal", "!=": "equal", "not in": "in", "and": "truth", "or": "truth", "not": "truth"}.get(
        kind, kind
    )


def _path(node: Node, _kinds: list[str]) -> str:
    root, _, rest = node.word.partition(".")
    if root != "issue":
        raise Misspelt(_unknown_root(node), node.start)
    found = named(rest)
    if found is not None:
        return found.kind
    at = node.start + len("issue.")
    if rest in {"", "fields", "signals", "provenance"}:
        example = f"issue.{rest}.risk" if rest in {"fields", "signals"} else "issue.points"
        raise Misspelt(f"'{node.word}' is no single value: name one, such as {example}", node.start)
    parent = rest.rpartition(".")[0]
    if parent in NAMES and not any(name.startswith(f"{parent}.") for name in NAMES):
        raise Misspelt(f"'issue.{parent}' has no parts", at + len(parent))
    near = nearest(rest, NAMES)
    hint = "a custom field is written issue.fields.NAME" if near is None else f"did you mean 'issue.{near}'?"
    raise Misspelt(f"unknown name 'issue.{rest}': {hint}", at)


def _unknown_root(node: Node) -> str:
    word = node.word.partition(".")[0]
    if word in NAMES:
        return f"unknown name '{word}': did you mean 'issue.{word}'?"
    near = did_you_mean(word, ["issue"])
    return f"unknown name '{word}'{near or f': an expression sees `issue` only; a text is written {word!r}, with quotes'}"


def _element(_node: Node, _kinds: list[str]) -> str:
    return ANY


def _list(_node: Node, _kinds: list[str]) -> str:
    return LIST


def _fits(kind: str, *wanted: str) -> bool:
    return kind in {ANY, *wanted}


def _interval(node: Node, kinds: list[str]) -> str:
    for part, kind in zip(node.parts, kinds, strict=True):
        if not _fits(kind, NUMBER):
            raise Misspelt(f"a range runs between numbers, not {_called(kind)}", part.start)
    return "interval"


def _truth(node: Node, kinds: list[str]) -> str:
    for part, kind in zip(node.parts, kinds, strict=True):
        if not _fits(kind, TRUTH):
            raise Misspelt(
                f"`{node.kind}` joins conditions, and this is {_called(kind)}: {_made_true(kind)}", part.start
            )
    return TRUTH


def _made_true(kind: str) -> str:
    return {
        NUMBER: "compare it, as in issue.points > 0",
        TEXT: "compare it, as in issue.status == 'Ready'",
        LIST: "ask for its length, as in len(issue.labels) > 0",
        DATE: "compare it, as in issue.due != null",
    }.get(kind, "compare it with something")


def _ordered(node: Node, kinds: list[str]) -> str:
    if DATE in kinds or any(is_day(part) for part in node.parts):
        return _ordered_dates(node, kinds)
    for part, kind in zip(node.parts, kinds, strict=True):
        if not _fits(kind, NUMBER):
            raise Misspelt(
                f"`{node.kind}` compares numbers or dates, and this is {_called(kind)}", part.start
            )
    return TRUTH


def is_day(node: Node) -> bool:
    """Whether this is a text such as '2026-12-15'."""
    return node.kind == "text" and day_number(node.word[1:-1]) is not None


def _ordered_dates(node: Node, kinds: list[str]) -> str:
    for part, kind in zip(node.parts, kinds, strict=True):
        if not (is_day(part) or (part.kind == "path" and _fits(kind, DATE))):
            raise Misspelt("a date is compared with a date, such as '2026-12-15'", part.start)
    return TRUTH


def _equal(node: Node, kinds: list[str]) -> str:
    for part, kind in zip(node.parts, kinds, strict=True):
        if kind == LIST and NOTHING not in kinds:
            raise Misspelt("lists are not compared: ask len(...) == 0, or contains(..., 'x')", part.start)
    known = {DATE: TEXT}
    left, right = (known.get(kind, kind) for kind in kinds)
    if left != right and not {left, right} & {ANY, NOTHING}:
        raise Misspelt(f"{_called(left)} never equals {_called(right)}", node.parts[1].start)
    for one, other in (node.parts, node.parts[::-1]):
        _check_value(one, other)
    return TRUTH


def _check_value(path: Node, literal: Node) -> None:
    """Refuse a text that a name with few values never has."""
    name = named(path.word.removeprefix("issue.")) if path.kind == "path" else None
    if name is None or not name.values or literal.kind != "text":
        return
    value = literal.word[1:-1]
    if value not in name.values:
        hint = did_you_mean(value, name.values) or f": it is {' or '.join(name.values)}"
        raise Misspelt(f"{path.word} is never {value!r}{hint}", literal.start)


def _in(node: Node, kinds: list[str]) -> str:
    one, several = node.parts
    if kinds[1] == "interval":
        if not _fits(kinds[0], NUMBER):
            raise Misspelt(f"a range holds numbers, and this is {_called(kinds[0])}", one.start)
        return TRUTH
    if kinds[1] == TEXT:
        raise Misspelt(
            "`in` looks into a list: for a part of a text write contains(text, part)", several.start
        )
    if not _fits(kinds[1], LIST):
        raise Misspelt(f"`in` looks into a list, and this is {_called(kinds[1])}", several.start)
    for literal in several.parts if several.kind == "list" else ():
        _check_value(one, literal)
    return TRUTH


def _power(node: Node, kinds: list[str]) -> str:
    exponent = node.parts[1]
    if exponent.kind != "number" or "." in exponent.word:  # ZEN takes roots of negative numbers for real
        raise Misspelt("an exponent is a whole number, as in issue.points ^ 2", exponent.start)
    return _arithmetic(node, kinds)


def _arithmetic(node: Node, kinds: list[str]) -> str:
    joined = node.kind == "+" and all(_fits(kind, TEXT) for kind in kinds) and TEXT in kinds
    for part, kind in zip(node.parts, kinds, strict=True):
        if not joined and not _fits(kind, NUMBER):
            raise Misspelt(
                f"`{node.kind}` calculates with numbers, and this is {_called(kind)}{_counted(part)}",
                part.start,
            )
    return TEXT if joined else ANY if node.kind == "+" and kinds == [ANY, ANY] else NUMBER


def _counted(part: Node) -> str:
    days = {"issue.due": "days_to_due", "issue.created": "age_days", "issue.state_since": "days_in_state"}
    return f": use issue.{days[part.word]}" if part.word in days else ""


def _negate(node: Node, kinds: list[str]) -> str:
    if not _fits(kinds[0], NUMBER):
        raise Misspelt(f"only a number can be negative, and this is {_called(kinds[0])}", node.parts[0].start)
    return NUMBER


def _either(_node: Node, kinds: list[str]) -> str:
    known = [kind for kind in kinds[-2:] if kind != NOTHING]
    return known[0] if known and all(kind == known[0] for kind in known) else ANY


def _if(node: Node, kinds: list[str]) -> str:
    if not _fits(kinds[0], TRUTH):
        raise Misspelt(f"`? :` chooses by a condition, and this is {_called(kinds[0])}", node.parts[0].start)
    return _either(node, kinds)


def _call(node: Node, kinds: list[str]) -> str:
    function = FUNCTIONS.get(node.word)
    if function is None:
        hint = did_you_mean(node.word, FUNCTIONS) or f": known are {', '.join(FUNCTIONS)}"
        raise Misspelt(f"unknown function '{node.word}'{hint}", node.start)
    if not function.least <= len(kinds) <= len(function.takes):
        wants = function.least if function.least == len(function.takes) else f"{function.least} or more"
        raise Misspelt(
            f"{node.word}(...) takes {wants} value{'s' if wants != 1 else ''}, not {len(kinds)}", node.start
        )
    for part, kind, takes in zip(node.parts, kinds, function.takes, strict=False):
        if kind not in {ANY, *takes} and not takes & {ANY, A_PART}:
            raise Misspelt(
                f"{node.word}(...) takes {_called(*sorted(takes))} here, not {_called(kind)}", part.start
            )
    return function.gives


def _called(*kinds: str) -> str:
    words = {
        NUMBER: "a number",
        TEXT: "a text",
        TRUTH: "true or false",
        DATE: "a date",
        LIST: "a list",
        NOTHING: "null",
    }
    return " or ".join(words.get(kind, f"a {kind}") for kind in kinds)


_RULES: Mapping[str, Callable[[Node, list[str]], str]] = {
    "path": _path,
    "element": _element,
    "list": _list,
    "interval": _interval,
    "truth": _truth,
    "ordered": _ordered,
    "equal": _equal,
    "in": _in,
    "arithmetic": _arithmetic,
    "^": _power,
    "negate": _negate,
    "??": _either,
    "if": _if,
    "call": _call,
}
