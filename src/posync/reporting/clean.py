"""Makes text from trackers safe to show: what would command a terminal or a browser is shown, never obeyed."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"  # needed inside emoji, and in Persian and Hindi words


def clean(text: str) -> str:
    """Return one line without control characters: escapes become visible, writing directions are dropped."""
    if text.isprintable():
        return text
    return "".join(map(_shown, text)).strip()


def lines(text: str) -> list[str]:
    """Return the lines of a longer text, each clean."""
    return [clean(line) for line in text.splitlines()]


def short(text: str, most: int) -> str:
    """Return clean text of at most `most` characters, with an ellipsis where something was left out."""
    whole = clean(text)
    return whole if len(whole) <= most else whole[: most - 1].rstrip() + "…"


def _shown(character: str) -> str:
    code = ord(character)
    if character in "\n\r\t\v\f\x85\u2028\u2029" or unicodedata.category(character) == "Zs":
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    category = unicodedata.category(character)
    if category == "Cf":
        return character if character in _JOINERS else ""
    return "\ufffd" if category in {"Cc", "Cs"} else character
