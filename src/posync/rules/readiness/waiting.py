"""Read from a text which other issues it says that it waits for."""

from __future__ import annotations

import re

from posync.model.issue import Issue
from posync.model.text import Format

_KEY = r"[A-Z][A-Z0-9_]+-[0-9]+(?![\w-])"
_ITEM = rf"(?:\[|https?://[^\s()\[\]]{{1,200}}?/browse/)?(?P<key>(?-i:{_KEY}))"
"""The key itself, in a link or at the end of an address."""
_DONE = (
    r"(?:merged|done|fixed|resolved|integrated|implemented|finished|completed?|closed|released|ready|available|"
    r"gemerget|erledigt|fertig|abgeschlossen|termine|fusionne|resuelto|terminado|listo)"
)
_WAITS = re.compile(
    r"(?:\bblocked (?:by|on|until)\b|\bdepend(?:s|ent|ing)? (?:up)?on\b|\bwait(?:s|ing)? (?:for|on)\b|"
    r"\b(?:requires?|needs)\b(?=\W{1,4}(?-i:[A-Z]))|\bblockiert (?:durch|von)\b|\bhängt\b.{0,20}\bvon\b|"
    r"\babhängig von\b|\bwartet auf\b|\bbloqu[ée]e?s? par\b|\bdépend de\b|\ben attente de\b|"
    rf"\bbloquead[oa] por\b|\bdepende d[eo]\b)[^.!?;\n]{{0,40}}?{_ITEM}",
    re.IGNORECASE,
)
_ONCE = re.compile(
    r"\b(?:once|after|when|as soon as|sobald|nachdem|wenn|une fois(?: que)?|cuando)\b[^.,!?;\n]{0,40}?"
    rf"{_ITEM}[^.,!?;\n]{{0,30}}?\b(?:is|are|has been|have been|gets?|ist|est|es|esté)\s(?:\w+\s)?{_DONE}\b",
    re.IGNORECASE,
)
_DONE_WITH = re.compile(
    r"\b(?:once|after|when|as soon as) (?:we|i)(?: are|['’]re| am|['’]m) (?:done|finished) with\b"
    rf"[^.,!?;\n]{{0,10}}?{_ITEM}",
    re.IGNORECASE,
)
_MORE = re.compile(
    rf"(?:\|[^\[\]\n]{{0,200}})?\]?(?:\([^()\n]{{0,200}}\))?\s?(?:,|/|,? and|und|et|y)\s{{0,3}}{_ITEM}"
)
_TAKEN_BACK = re.compile(
    r"\b(?:no longer|not|never|may|might|maybe|perhaps|nicht|pas|was|were|been)\b|n['’]t\b", re.IGNORECASE
)
_ENDS = re.compile(r"[.!?](?=\s|$)|\n")
_ANY = re.compile(_KEY)


def awaited(issue: Issue) -> tuple[str, ...]:
    """Return the keys that an issue's title and description say it waits for.

    A statement that is denied, doubted, asked or looked back on is left alone. Linear in the text's length.
    """
    if _ANY.search(issue.title) is None and _ANY.search(issue.description.source) is None:
        return ()
    text = issue.description.reading if issue.description.format is Format.ADF else issue.description.source
    return awaited_in(f"{issue.title}\n{text}")


def awaited_in(text: str) -> tuple[str, ...]:
    """Return the keys that a text says it waits for."""
    found: list[str] = []
    for pattern in (_WAITS, _ONCE, _DONE_WITH):
        for said in pattern.finditer(text):
            if not _taken_back(text, said):
                found += _named(text, said)
    return tuple(dict.fromkeys(found))


def _named(text: str, said: re.Match[str]) -> list[str]:
    """Return the key of a statement, and those that follow it: `depends on SHOP-1, SHOP-2 and SHOP-3`."""
    keys, at = [said["key"]], said.end("key")
    while (more := _MORE.match(text, at)) is not None:
        keys.append(more["key"])
        at = more.end()
    return keys


def _taken_back(text: str, said: re.Match[str]) -> bool:
    """Whether the words before a statement take it back, or its sentence is a question."""
    ending = _ENDS.search(text, said.end(), said.end() + 300)
    if ending is not None and ending[0] == "?":
        return True
    return _TAKEN_BACK.search(_ENDS.split(text[max(0, said.start() - 30) : said.start()])[-1]) is not None
