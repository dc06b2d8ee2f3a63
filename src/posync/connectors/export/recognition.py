"""Say what a JSON file is: a board, a list of issues, or, by name, one of the many things that are neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_OBJECTS: tuple[tuple[frozenset[str], str], ...] = tuple(
    (frozenset(keys.split()), what)
    for keys, what in (
        ("webhookEvent", "a webhook message of Jira"),
        ("issue timestamp user", "a webhook message of Jira"),
        ("issue_types_with_statuses", "the issue types of Jira projects"),
        ("issues_per_project", "a count of issues per Jira project"),
        ("errorMessages", "an error answer of Jira"),
        ("model action", "a webhook message of Trello"),
        ("content version type", "one formatted text (an Atlassian document)"),
        ("columnConfig", "the configuration of a Jira board"),
        ("transitions", "the transitions of one Jira issue"),
        ("worklogs", "the work logs of one Jira issue"),
        ("comments", "the comments of one Jira issue"),
        ("voters", "the votes of one Jira issue"),
        ("watchers", "the watchers of one Jira issue"),
        ("dashboards", "a list of Jira dashboards"),
        ("permissionSchemes", "a list of Jira permission schemes"),
        ("issueSecuritySchemes", "a list of Jira security schemes"),
        ("issueLinkTypes", "a list of Jira link types"),
        ("permissions", "a list of Jira permissions"),
        ("levels", "the security levels of a Jira project"),
        ("system", "a list of Jira avatars"),
        ("keys", "a list of property keys"),
        ("name issueTypes components", "one Jira project"),
    )
)
"""An object that has all of these keys is this; the first that fits is said."""

_ITEMS: tuple[tuple[frozenset[str], str], ...] = tuple(
    (frozenset(keys.split()), what)
    for keys, what in (
        ("clauseNames schema", "Jira fields"),
        ("originBoardId state", "Jira sprints"),
        ("jql searchUrl", "Jira filters"),
        ("type memberCreator data", "Trello actions"),
        ("idList idBoard shortLink", "Trello cards without their board"),
        ("idCard checkItems", "Trello checklists"),
        ("idModel callbackURL", "Trello webhooks"),
        ("idModel fieldGroup", "Trello custom fields"),
        ("idBoard color", "Trello labels"),
        ("idBoard pos name", "Trello lists"),
        ("prefs shortUrl", "Trello boards without their cards"),
        ("statusCategory", "Jira statuses"),
        ("inward outward", "Jira link types"),
        ("globalId object", "remote links of a Jira issue"),
        ("releaseDate projectId", "Jira versions"),
        ("assigneeType project", "Jira components"),
        ("projectTypeKey", "Jira projects"),
        ("key avatarUrls name", "Jira projects"),
        ("location type name", "Jira boards"),
        ("accountId accountType", "people"),
        ("actors", "Jira roles"),
        ("holder permission", "Jira permissions"),
        ("statusColor", "Jira priorities"),
        ("colorName", "Jira status categories"),
        ("groupId", "groups of people"),
        ("issueTypeMappings", "Jira workflow schemes"),
        ("fieldType isGlobalContext", "contexts of a Jira field"),
        ("contextId fieldId", "options of a Jira field"),
        ("columns", "columns of a Jira board"),
    )
)
"""An item that has all of these keys is one of these."""

_BOARDS = frozenset({"id", "name", "type", "self"})
_KINDS = {"scrum": "Jira boards", "kanban": "Jira boards", "simple": "Jira boards"}


def is_board(data: object) -> bool:
    """Whether this is a Trello board with its lists and cards."""
    return isinstance(data, dict) and all(isinstance(data.get(part), list) for part in ("lists", "cards"))


def is_issue(data: object) -> bool:
    """Whether this is one Jira issue; some tools leave the numeric id out."""
    return (
        isinstance(data, dict) and isinstance(data.get("key"), str) and isinstance(data.get("fields"), dict)
    )


def what_it_is(data: object) -> str:
    """Return what a JSON value that is neither a board nor an issue list looks like, for a message."""
    if isinstance(data, list):
        return _named_list(data)
    if not isinstance(data, dict):
        return f"a single JSON value ({type(data).__name__})"
    if isinstance(data.get("values"), list):
        return _named_list(data["values"])
    return _of(_OBJECTS, data) or _one(data) or f"JSON with {_keys_of(data)}"


def _named_list(items: list[Any]) -> str:
    if not items:
        return "an empty list"
    first = items[0]
    if isinstance(first, str):
        return "a list of words"
    if not isinstance(first, dict):
        return f"a list of JSON values ({type(first).__name__})"
    kind = _item(first)
    return f"a list of {kind}" if kind else f"a list of objects with {_keys_of(first)}"


def _one(data: Mapping[str, Any]) -> str | None:
    kind = _item(data)
    return f"one item of a list of {kind}" if kind else None


def _item(data: Mapping[str, Any]) -> str | None:
    if data.keys() >= _BOARDS and data["type"] in _KINDS:
        return _KINDS[data["type"]]
    return _of(_ITEMS, data)


def _of(table: Iterable[tuple[frozenset[str], str]], data: Mapping[str, Any]) -> str | None:
    return next((what for keys, what in table if keys <= data.keys()), None)


def _keys_of(data: Mapping[str, Any]) -> str:
    """Name a few keys; they come from a file, so what does not print is escaped and what is long is cut."""
    if not data:
        return "nothing in it"
    shown = ", ".join(ascii(key[:30])[1:-1] for key in sorted(data)[:5])
    return f"the keys {shown}" + (" and others" if len(data) > 5 else "")
