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
_FIRST = re.compile(r"[\s\d.()\[\]*>•–—-]{0,12}(([^\s,:;.]+).*)", re.DOTALL)
_FAILS = re.compile(
    r"\b(?:exception|crash\w*|stack ?trace|fails|hangs|freezes|nothing happens|oops|npe|sturzt ab|absturz|plante)\b"
)
# What people write although the tables do not have it.
_MORE = {
    "de": {"given": ("vorausgesetzt", "gegeben", "gegeben ist"), "when": ("falls",)},
    "fr": {"given": ("etant donne",), "when": ("lorsque",)},
    "es": {"given": ("dado que",)},
}


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
    for language, more in _MORE.items():
        for role, keywords in more.items():
            for keyword in keywords:
                _remember(found, keyword, role, language, spaced=True)
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
    begun = _FIRST.match(fold(raw[:200]))
    if begun is None:
        return None
    text = begun[1]
    for key in {begun[2], text[0]}:
        for keyword, (role, languages, spaced) in _keywords().get(key, {}).items():
            after = text[len(keyword) : len(keyword) + 1]
            if text.startswith(keyword) and (not spaced or after in {"", " ", ",", ":", "'", "…"}):
                return Step(role, languages, text[len(keyword) :].strip(" ,:;.…"))
    return None


def one_line(raw: str) -> bool:
    """Whether one line holds a whole scenario: `Given ..., when ..., then ...`.

    A line of prose may well begin with "when" and go on to "then"; only all three make it a scenario.
    """
    begun = step(raw)
    if begun is None or begun.role != "given":
        return False
    text = fold(raw[:1500])
    return any(_then(language).search(text) is not None for language in begun.languages)


@cache
def _then(language: str) -> re.Pattern[str]:
    """Return the pattern of a given, a when and a then of one language in one line."""
    whens, thens = ("|".join(_said(language, role)) for role in ("when", "then"))
    return re.compile(rf".{{3,500}}?(?:{whens}).{{1,500}}?(?:{thens})\s*\S" if whens and thens else r"(?!)")


def _said(language: str, role: str) -> list[str]:
    """Return a pattern for each keyword of a role in a language; those that end a word must stand as one."""
    found = []
    for group in _keywords().values():
        for keyword, (known, languages, spaced) in group.items():
            if known == role and language in languages:
                found.append(rf"\b{re.escape(keyword)}\b" if spaced else re.escape(keyword))
    return found


def fails(raw: str) -> bool:
    """Whether a scenario ends in a failure, as the description of a defect does."""
    return _FAILS.search(fold(raw[-600:])) is not None


def complete(steps: Iterable[Step]) -> bool:
    """Whether the steps make a scenario: a then after a given or when of the same language."""
    languages: frozenset[str] = frozenset()
    for one in steps:
        if one.role in {"given", "when"}:
            languages |= one.languages
        elif one.role == "then" and one.languages & languages:
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
