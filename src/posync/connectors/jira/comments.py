"""posync's one comment on an issue: found by its marker, whatever people write around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from posync.connectors.base import marked, unmarked
from posync.connectors.jira.search import Question, Raw, Search
from posync.connectors.jira.shapes import COMMENTS
from posync.connectors.jira.site import API, Site
from posync.connectors.transport.transport import Params

Found = tuple[str, str]
"""The comment's id, and its text without the marker."""
_MACRO = re.compile(r"([{\[])")
_ESCAPED = re.compile(r"\\([{\[])")


def to_wiki(text: str, workspace: str) -> str:
    """Return a comment's body: the text as written, but nothing in it can act as a macro, link or mention."""
    return marked(_MACRO.sub(r"\\\1", text), workspace)


def from_wiki(body: str, workspace: str) -> str | None:
    """Return the text of posync's own comment, None where somebody else wrote it."""
    text = unmarked(body, workspace)
    return None if text is None else _ESCAPED.sub(r"\1", text)


def read_comments(site: Site, search: Search, ids: Sequence[str], workspace: str) -> dict[str, Found | None]:
    """Return posync's comment on each issue, in one request per hundred issues where the site sends them whole."""
    found: dict[str, Found | None] = dict.fromkeys(ids)
    cut: list[str] = []

    def take(raws: Sequence[Raw]) -> None:
        for raw in raws:
            held = raw["fields"].get("comment") or {}
            listed = held.get("comments", [])
            found[raw["id"]] = own(listed, workspace)
            if found[raw["id"]] is None and held.get("total", 0) > len(listed):
                cut.append(raw["id"])

    search.fetch(Question("", ("comment",)), list(ids), take)
    for one in cut:
        found[one] = look_for(site, one, workspace)
    return found


def look_for(site: Site, issue: str, workspace: str) -> Found | None:
    """Return posync's comment on one issue, read page by page from the issue itself."""
    start, operation = 0, "read comments"
    for _ in range(100):
        params: Params = {"startAt": start, "maxResults": 100, "orderBy": "-created"}
        answer = site.get(f"{API}/issue/{issue}/comment", params, operation=operation)
        page = COMMENTS.checked(site.name, operation, answer.data)
        listed = page.get("comments", [])
        if (mine := own(listed, workspace)) is not None:
            return mine
        start += len(listed)
        if not listed or start >= page.get("total", 0):
            break
    return None


def own(listed: Iterable[Any], workspace: str) -> Found | None:
    """Return the oldest comment that bears this workspace's marker."""
    mine = [
        (str(one["id"]), text)
        for one in listed
        if isinstance(one, Mapping)
        and isinstance(one.get("body"), str)
        and (text := from_wiki(one["body"], workspace)) is not None
    ]
    return min(mine, key=lambda one: (len(one[0]), one[0]), default=None)
