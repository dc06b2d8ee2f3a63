"""Find Given/When/Then scenarios, in all the languages Cucumber speaks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from posync.rules.readiness.terms import fold

_JOKES = {"em", "en-Scouse", "en-au", "en-lol", "en-old", "en-pirate", "en-tx", "ht"}
_LEADING = re.compile(r"[\s\d.()\[\]*>•–—-]{0,12}")
_INLINE = re.compile(r"\bgiven\b.{3,400}?\bwhen\b.{3,400}?\bthen\b\s*\w")
# What people write although the tables do not have it.
_MORE = {
    "given": ("vorausgesetzt", "gegeben", "gegeben ist", "given that", "etant donne que", "dado que"),
    "when": ("falls", "lorsque"),
    "then": ("so",),
    "and": (),
}
_MORE["then"] = ()


class Step(NamedTuple):
    """What a line is in a scenario: given, when, then or and; the languages that say it so; what follows."""

    role: str
    languages: frozenset[str]
    rest: str


@cache
def _keywords() -> dict[str, dict[str, tuple[str, frozenset[str], bool]]]:
    """Return every keyword, folded, under its first word: its role, languages, and whether it ends a word."""
    tables = json.loads(files("gherkin").joinpath("gherkin-languages.json").read_text("utf-8"))
    found: dict[str, tuple[str, frozenset[str], bool]] = {}
    for language, table in tables.items():
        if language in _JOKES:
            continue
        for role in ("then", "when", "given", "and", "but"):
            for keyword in table[role]:
                if keyword != "* ":
                    _remember(
                        found, fold(keyword).strip(), role, language, spaced=keyword.endswith((" ", "'"))
                    )
    for role, more in _MORE.items():
        for keyword in more:
            _remember(found, keyword, role, "any", spaced=True)
    grouped: dict[str, dict[str, tuple[str, frozenset[str], bool]]] = {}
    for keyword, entry in sorted(found.items(), key=lambda pair: -len(pair[0])):
        first = keyword.split(" ")[0] if entry[2] else keyword[0]
        grouped.setdefault(first, {})[keyword] = entry
    return grouped


def _remember(
    found: dict[str, tuple[str, frozenset[str], bool]],
    keyword: str,
    role: str,
    language: str,
    *,
    spaced: bool,
) -> None:
    role = "and" if role == "but" else role
    old = found.get(keyword)
    if old is not None and old[0] != role:
        return  # the first role a word has in any language
    languages = {language} | (old[1] if old else frozenset())
    found[keyword] = (role, frozenset(languages), spaced)


def step(raw: str) -> Step | None:
    """Return the step a line is, if it begins with a keyword of any language."""
    text = fold(raw[:200])
    text = text[_LEADING.match(text).end() :]  # type: ignore[union-attr] # matches the empty string too
    if not text:
        return None
    first = re.split(r"[\s,:;.]", text, maxsplit=1)[0]
    for key in (first, text[0]):
        for keyword, (role, languages, spaced) in _keywords().get(key, {}).items():
            after = text[len(keyword) : len(keyword) + 1]
            if text.startswith(keyword) and (not spaced or after in {"", " ", ",", ":", "'", "…"}):
                return Step(role, languages, text[len(keyword) :].strip(" ,:;.…"))
    return None


def one_line(raw: str) -> bool:
    """Whether one line holds a whole scenario: `Given ..., when ..., then ...`."""
    text = fold(raw[:1500])
    begun = step(raw)
    if begun is None or begun.role not in {"given", "when"}:
        return False
    if "en" in begun.languages:
        return _INLINE.search(text) is not None or (
            begun.role == "when" and re.search(r"[,;] then \w", text) is not None
        )
    return _has_then(text, begun.languages)


def _has_then(text: str, languages: frozenset[str]) -> bool:
    for group in _keywords().values():
        for keyword, (role, known, spaced) in group.items():
            if role == "then" and known & languages:
                at = text.find(keyword, 4)
                if at > 0 and (
                    not spaced or (text[at - 1] in " ,;." and text[at + len(keyword) :][:1] == " ")
                ):
                    return True
    return False


def complete(steps: Iterable[Step]) -> bool:
    """Whether the steps make a scenario: a then after a given or when of the same language."""
    languages: frozenset[str] = frozenset()
    for one in steps:
        if one.role in {"given", "when"}:
            languages |= one.languages
        elif one.role == "then" and (one.languages & languages or ("any" in languages and languages)):
            return True
    return False


def grouped(lines: Iterable[tuple[int, str]]) -> Iterator[list[int]]:
    """Yield the numbers of lines that belong to one scenario each; lines are (number, text), in order.

    A new given after a then begins the next scenario; a line that is no step continues the one
    before if it directly follows it, and two such lines end the scenario.
    """
    held: list[tuple[int, Step | None]] = []
    for number, text in lines:
        found = step(text)
        if found is None:
            held = _outside(held, number)
            if not held or (len(held) > 1 and held[-1][1] is None and held[-2][1] is None):
                yield from _finished(held)
                held = []
            continue
        if found.role == "given" and any(one and one.role == "then" for _, one in held):
            yield from _finished(held)
            held = []
        if held or found.role != "and":
            held.append((number, found))
    yield from _finished(held)


def _outside(held: list[tuple[int, Step | None]], number: int) -> list[tuple[int, Step | None]]:
    return [*held, (number, None)] if held else []


def _finished(held: list[tuple[int, Step | None]]) -> Iterator[list[int]]:
    while held and held[-1][1] is None:
        held.pop()
    if complete(one for _, one in held if one is not None):
        yield [number for number, _ in held]
