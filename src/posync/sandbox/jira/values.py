"""What the fields of an issue say, as plain lower-case strings that JQL can compare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from posync.sandbox.jira.issue import Issue

# JQL name -> field id, where the value is an object with a name, or a list of such
NAMED = {
    "status": "status",
    "issuetype": "issuetype",
    "type": "issuetype",
    "priority": "priority",
    "resolution": "resolution",
    "assignee": "assignee",
    "reporter": "reporter",
    "creator": "creator",
    "fixversion": "fixVersions",
    "affectedversion": "versions",
    "component": "components",
}
SPRINT_TEXT = re.compile(r"(\w+)=(.*?)(?=,\w+=|\]$)")


def named_values(issue: Issue, field: str, *parts: str) -> list[str]:
    """Return the values of a field in lower case: names, ids and account ids of objects, or plain text."""
    value = issue.fields.get(field)
    found = value if isinstance(value, list) else [value]
    return [text for one in found if one is not None for text in _texts(one, parts)]


def _texts(value: Any, parts: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, dict):
        for part in (*parts, "accountId", "displayName"):
            if value.get(part) is not None:
                yield str(value[part]).lower()
    else:
        yield str(value).lower()


def sprint_values(value: Any) -> list[str]:
    """Return names and ids of an issue's sprints, and `state:active` and so on for each."""
    found = []
    for sprint in value if isinstance(value, list) else []:
        data = sprint if isinstance(sprint, dict) else dict(SPRINT_TEXT.findall(str(sprint)))
        found += [
            str(data.get("name", "")).lower(),
            str(data.get("id", "")),
            f"state:{data.get('state', '')}".lower(),
        ]
    return found


def texts(issue: Issue, field: str) -> list[str]:
    """Return the texts JQL searches: one field, or with "text" all of them."""
    if field == "comment":
        return [plain(comment.get("body")) for comment in issue.comments]
    if field == "text":
        return [
            text for one in ("summary", "description", "environment", "comment") for text in texts(issue, one)
        ]
    return [plain(issue.fields.get(field))]


def plain(value: Any) -> str:
    """Return the bare text of wiki markup or of an ADF document."""
    if isinstance(value, str):
        return value
    return " ".join(_walk(value)) if isinstance(value, dict) else ""


def _walk(node: dict[str, Any]) -> Iterator[str]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one.get("text"), str):
            yield one["text"]
        waiting.extend(child for child in reversed(one.get("content") or []) if isinstance(child, dict))
