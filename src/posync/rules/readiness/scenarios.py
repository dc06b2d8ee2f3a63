"""Find Given/When/Then scenarios, in all the languages Cucumber speaks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from posync.rules.readiness.terms import fold

_JOKES = {"em", "en-Scouse", "en-au", "en-lol", "en-old", "en-pirate", "en-tx", "ht"}
_FIRST = re.compile(r"[\s\d.()\[\]*>•–—-]{0,12}(([^\s,:;.]+).*)", re.DOTALL)
_FAILS = re.compile(
    r"\b(?:exception|crash\w*|stack ?trace|fails|hangs|freezes|nothing happens|oops|npe|(?:error|blank|white) (?:page|screen)|(?:internal )?server error|sturzt ab|absturz|plante)\b"
)
# What people write although the tables do not have it.
_MORE: dict[str, dict[str, tuple[str, ...]]] = {
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
    return _step(raw[:200])


@lru_cache(maxsize=2048)
def _step(raw: str) -> Step | None:
    """Return the step; a line is asked about from several sides, so the last answers are kept."""
    begun = _FIRST.match(fold(raw))
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


def grouped(lines: Iterable[tuple[int, str]]) -> Iterator[list[int]]:
    """Yield the numbers of lines that belong to one scenario each; lines are (number, text), in order.

    A new given after a then begins the next scenario; one line that is no step is taken for the
    rest of the step before it, two in a row end the scenario.
    """
    held = _Held()
    for number, text in lines:
        found = held.own(step(text))
        if (found is None and held.gap) or (found is not None and found.role == "given" and held.ends):
            if held.whole:
                yield held.numbers
            held = _Held()
        if found is not None or held.numbers:
            held.take(number, found)
    if held.whole:
        yield held.numbers


class _Held:
    """The lines of a scenario so far."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._languages: frozenset[str] = frozenset()
        self.gap = False  # the last line was no step
        self.ends = False  # a then was said
        self.whole = False  # a then was said after a given or when of the same language

    @property
    def numbers(self) -> list[int]:
        """The lines up to the last step."""
        return self._numbers[:-1] if self.gap else self._numbers

    def own(self, found: Step | None) -> Step | None:
        """Return the step unless it is an "and" of another language: English "A user ..." is no Czech step."""
        foreign = found is not None and found.role == "and" and not found.languages & self._languages
        return None if foreign else found

    def take(self, number: int, found: Step | None) -> None:
        """Add a line; a scenario does not begin with "and"."""
        if not self._numbers and (found is None or found.role == "and"):
            return
        self._numbers.append(number)
        self.gap = found is None
        if found is None:
            return
        if found.role in {"given", "when"}:
            self._languages |= found.languages
        elif found.role == "then":
            self.ends = True
            self.whole = self.whole or bool(found.languages & self._languages)
