"""Cards have no typed links: people write "Blocked by" in a description or a checklist, or attach a card."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from posync.connectors.profile import LinkNames
from posync.model.issue import Checklist, LinkKind

_DEFAULT = LinkNames()
_CARD = re.compile(r"https?://[^\s/()\[\]<>\"']+/c/([0-9A-Za-z]{4,})")
_BROWSE = re.compile(r"https?://[^\s()\[\]<>\"']+/browse/([A-Z][A-Z0-9_]+-[0-9]+)")
_KEY = re.compile(r"(?<![\w/-])([A-Z][A-Z0-9_]+-[0-9]+)(?![\w-])")
_URL = re.compile(r"https?://\S+")
_BLOCKED_BY = ("blocked by", "depends on", "waits for")
_BLOCKS = ("blocks", "blocking")
_LINES = 2000
"""Lines of a description that are searched; the longest real ones have some hundreds."""


def card_in(url: str) -> str | None:
    """Return the short link of the card that a URL leads to."""
    found = _CARD.match(url.strip())
    return found.group(1) if found else None


def keys_in(text: str) -> Iterator[str]:
    """Yield each card (by short link) and Jira issue (by key) that a piece of text names, in order."""
    bare = _URL.sub(lambda url: " " * len(url.group()), text)
    found = [*_CARD.finditer(text), *_BROWSE.finditer(text), *_KEY.finditer(bare)]
    yield from dict.fromkeys(match.group(1) for match in sorted(found, key=lambda match: match.start()))


@cache
def _statement(blocks: tuple[str, ...], blocked_by: tuple[str, ...]) -> re.Pattern[str]:
    """Return what a line that states a link looks like.

    A card or key must follow at once, or the line end there: `Blocks of text in SHOP-7` is prose.
    """
    by = "|".join(re.escape(phrase) for phrase in (*_BLOCKED_BY, *blocked_by))
    holds_up = "|".join(re.escape(phrase) for phrase in (*_BLOCKS, *blocks))
    return re.compile(
        rf"^[\s>*_#+-]*(?:(?P<by>{by})|(?P<blocks>{holds_up}))\b"
        r"(?P<rest>[\s:*_\u2013-]*(?:$|(?:https?://|\[|[A-Z][A-Z0-9_]+-[0-9]).*))$",
        re.IGNORECASE,
    )


def links_in(description: str, names: LinkNames = _DEFAULT) -> Iterator[tuple[LinkKind, str]]:
    """Yield the links that lines such as `Blocked by: https://trello.com/c/abcd1234, SHOP-7` state.

    A line that only says `Blocked by:` speaks for the list under it, up to the next blank line or prose.
    """
    statement, kind = _statement(names.blocks, names.blocked_by), None
    for line in description.splitlines()[:_LINES]:
        says = statement.match(line)
        if says:
            kind = LinkKind.BLOCKED_BY if says["by"] else LinkKind.BLOCKS
        elif kind and not line.lstrip().startswith(("-", "*", "+", "http")):
            kind = None
        if kind:
            yield from ((kind, key) for key in keys_in(says["rest"] if says else line))


def cards_stated(description: str, names: LinkNames = _DEFAULT) -> Iterator[tuple[LinkKind, str]]:
    """Yield the links to cards alone: for an issue of Jira, which links to its own kind in a better way."""
    if "/c/" in description:
        yield from ((kind, key) for kind, key in links_in(description, names) if "-" not in key)


def links_of_checklists(
    checklists: Iterable[Checklist], names: LinkNames = _DEFAULT
) -> Iterator[tuple[LinkKind, str]]:
    """Yield the links that a checklist named "Blocked by" holds; a ticked item blocks no more."""
    for checklist in checklists:
        says = _statement(names.blocks, names.blocked_by).match(checklist.name)
        if says is None:
            continue
        kind = LinkKind.BLOCKED_BY if says["by"] else LinkKind.BLOCKS
        for item in checklist.items:
            if not item.done:
                yield from ((kind, key) for key in keys_in(item.text))
