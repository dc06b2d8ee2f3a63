"""All that a person would see in both trackers, as plain data that two runs can be compared by."""

from __future__ import annotations

from typing import Any

from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.values import plain
from posync.sandbox.jira.world import JiraWorld
from posync.sandbox.trello import positions, shapes
from posync.sandbox.trello.world import Board, TrelloWorld, card_of

Json = dict[str, Any]
NAMED = ("status", "issuetype", "priority", "resolution")
# Shown elsewhere, or different from run to run.
HIDDEN = {
    "created",
    "updated",
    "lastViewed",
    "statuscategorychangedate",
    "project",
    "comment",
    "labels",
    "fixVersions",
    "issuelinks",
}


def state(jira: JiraWorld, trello: TrelloWorld) -> Json:
    """Return both trackers' visible state; equal for equal worlds, whatever their ids and times."""
    boards = [_board(board) for board in trello.boards.values()]
    return {"jira": _jira(jira), "trello": sorted(boards, key=lambda board: str(board["name"]))}


def _jira(world: JiraWorld) -> Json:
    issues = [world.issues[number] for number in world.order()]
    return {
        "order": [issue.key for issue in issues],
        "issues": {
            issue.key: _issue(world, issue) for issue in sorted(issues, key=lambda issue: issue.place)
        },
        "versions": {
            key: sorted(_version(one) for one in project.versions) for key, project in world.projects.items()
        },
        "properties": {
            key: dict(sorted(project.properties.items())) for key, project in world.projects.items()
        },
    }


def _version(version: Json) -> str:
    extras = [str(version[part]) for part in ("releaseDate",) if version.get(part)]
    marks = [part for part in ("released", "archived") if version.get(part)]
    return " ".join([str(version["name"]), *extras, *marks])


def _issue(world: JiraWorld, issue: Issue) -> Json:
    fields = {
        name: _plain(value)
        for name, value in issue.fields.items()
        if name not in {*HIDDEN, world.fields.rank}
    }
    return {
        "fields": {name: value for name, value in sorted(fields.items()) if value not in (None, [], {})},
        "labels": sorted(str(label) for label in issue.list_of("labels")),
        "fixVersions": sorted(str(one.get("name")) for one in issue.list_of("fixVersions")),
        "links": sorted(_link(link) for link in issue.list_of("issuelinks")),
        "comments": [
            {"by": _who(one.get("author")), "text": plain(one.get("body"))} for one in issue.comments
        ],
        "properties": dict(sorted(issue.properties.items())),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        for part in ("name", "value", "displayName", "key", "votes", "watchCount"):
            if part in value:
                return value[part]
        return plain(value) if value.get("type") == "doc" else value
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _link(link: Json) -> str:
    kind, other = link.get("type") or {}, link.get("outwardIssue") or link.get("inwardIssue") or {}
    words = kind.get("outward" if "outwardIssue" in link else "inward") or kind.get("name", "")
    return f"{words} {other.get('key', '')}"


def _who(author: Any) -> str:
    return str((author or {}).get("displayName", ""))


def _board(board: Board) -> Json:
    lists = sorted(board.lists, key=lambda one: (one.get("pos") or 0, one["id"]))
    return {
        "name": board.raw.get("name"),
        "labels": sorted(f"{one.get('name') or ''}/{one.get('color') or ''}" for one in board.labels),
        "lists": [
            {"name": one["name"], "closed": bool(one.get("closed")), "cards": _cards(board, one)}
            for one in lists
        ],
    }


def _cards(board: Board, one: Json) -> list[Json]:
    return [_card(board, card) for card in positions.in_order(board.in_list(one["id"], closed=None))]


def _card(board: Board, card: Json) -> Json:
    comments = [str(one["data"].get("text", "")) for one in board.comments() if card_of(one) == card["id"]]
    labels = [label for number in card.get("idLabels") or [] if (label := board.label(number))]
    shown = {part: card.get(part) for part in ("name", "desc", "due", "cardRole")}
    return shown | {
        "closed": bool(card.get("closed")),
        "labels": sorted(f"{one.get('name') or ''}/{one.get('color') or ''}" for one in labels),
        "checklists": [_checklist(one) for one in shapes.checklists(board, card)],
        "fields": dict(sorted(_item(board, item) for item in card.get("customFieldItems") or [])),
        "comments": list(reversed(comments)),
    }


def _checklist(checklist: Json) -> Json:
    items = sorted(checklist.get("checkItems") or [], key=lambda item: (item.get("pos") or 0, item["id"]))
    return {
        "name": checklist["name"],
        "items": [f"[{'x' if i.get('state') == 'complete' else ' '}] {i['name']}" for i in items],
    }


def _item(board: Board, item: Json) -> tuple[str, str]:
    field: Json = next(
        (one for one in board.custom_fields if one["id"] == item["idCustomField"]), {"name": "?"}
    )
    if item.get("idValue"):
        option = next(
            (one for one in field.get("options") or [] if one["id"] == item["idValue"]),
            {"value": {"text": "?"}},
        )
        return field["name"], str(option["value"]["text"])
    return field["name"], str(next(iter((item.get("value") or {}).values()), ""))
