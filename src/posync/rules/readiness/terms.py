"""Compare words across languages and spellings, and find the names of the criteria section in a text."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from posync.rules.readiness.names import BARE, CRITERIA

_MARKS = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "ß": "ss", "ё": "е", "ł": "l", "ø": "o", "đ": "d", "ı": "i"}
)
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_WIDE = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # scripts that put no blanks between words
_WIDE_WORD = re.compile(rf"[{_WIDE}]{{1,2}}|(?:(?![{_WIDE}])[^\W_])+(?:['-](?:(?![{_WIDE}])[^\W_])+)*")
_SKIP = re.compile("[\u200b-\u200f\ufeff\u2060\ufe0f\u0300-\u036f]")


def fold(text: str) -> str:
    """Return the text without case, accents and typographic quotes, as long as needed to compare words."""
    if text.isascii():
        return text.lower().replace("`", "'")
    plain = unicodedata.normalize("NFD", text.casefold().translate(_MARKS))
    return _SKIP.sub("", unicodedata.normalize("NFC", _SKIP.sub("", plain)))


@cache
def names() -> frozenset[str]:
    """Return every full name of the criteria section, folded."""
    return frozenset(fold(name) for group in CRITERIA.values() for name in group)


def words(text: str) -> list[str]:
    """Return the words of folded text; two signs make a word where a script puts no blanks between them."""
    return (_WORD if text.isascii() else _WIDE_WORD).findall(text)


_UNLIKELY = re.compile(
    r"test|prueba|done|fertig|klaar|gereed|exit|completion| (?:when|wenn|quand|cuando|quando|gdy|когда)$"
)


@cache
def unmistakable() -> tuple[str, ...]:
    """Return the names, folded, that can mean nothing but acceptance criteria, wherever they stand."""
    return tuple(
        sorted((name for name in names() - BARE if _UNLIKELY.search(name) is None), key=len, reverse=True)
    )


def mentions(folded: str) -> bool:
    """Whether a folded text names acceptance criteria; plain searches, since most texts do not."""
    stems = _by_stem(ascii_only=folded.isascii())
    return any(stem in folded and any(name in folded for name in told) for stem, told in stems)


@cache
def _by_stem(*, ascii_only: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return beginnings of words, fewer to search for than the names, each with the names that contain it."""
    found: dict[str, list[str]] = {}
    for name in unmistakable():
        found.setdefault(max(name.split(" "), key=len)[:5], []).append(name)
    return tuple((stem, tuple(told)) for stem, told in found.items() if stem.isascii() or not ascii_only)
