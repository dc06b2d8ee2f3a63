"""Rows of Jira's CSV export as the JSON that Jira itself would have sent, for the same translation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Row = Sequence[tuple[str, str]]

_DATES = (
    "%d/%b/%y %I:%M %p",  # Cloud in English: 25/Oct/25 12:53 PM
    "%d/%b/%Y %I:%M %p",
    "%d/%b/%y %H:%M",
    "%d/%b/%y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%d.%m.%Y %H:%M",
    "%d.%m.%y %H:%M",
    "%d.%m.%Y",
)
"""How sites write dates; where day and month could be taken for one another, posync does not guess."""
_CATEGORY = {"to do": "new", "in progress": "indeterminate", "done": "done"}
_LINK = re.compile(r"(Inward|Outward) issue link \((.+)\)")
_CUSTOM = re.compile(r"Custom field \((.+)\)")

_TEXTS = {"Summary": "summary", "Description": "description"}
_NAMED = {"Issue Type": "issuetype", "Priority": "priority", "Resolution": "resolution"}
_PEOPLE = {"Assignee": "assignee", "Reporter": "reporter"}
_MOMENTS = {
    "Created": "created",
    "Updated": "updated",
    "Resolved": "resolutiondate",
    "Status Category Changed": "statuscategorychangedate",
}
_DAYS = {"Due date": "duedate", "Due Date": "duedate"}
_VERSIONS = ("Fix versions", "Fix Version/s", "Fix Version")
_PARENT_KEYS, _PARENT_IDS = ("Parent key", "Custom field (Epic Link)"), ("Parent", "Parent id")


def raw_issue(row: Row, unread: list[str] | None = None) -> dict[str, Any]:
    """Return a row as a Jira issue's JSON; columns Jira repeats become lists, custom fields keep their names.

    Times carry no zone in a CSV and are taken as UTC; those that cannot be read go to `unread`.
    """
    cells = _cells(row)
    fields: dict[str, Any] = {_CUSTOM.sub(r"\1", name): _plain(held) for name, held in cells.items()}
    fields |= {ours: cells[name][0] for name, ours in _TEXTS.items() if name in cells}
    fields |= {ours: {"name": cells[name][0]} for name, ours in _NAMED.items() if name in cells}
    fields |= {ours: {"displayName": cells[name][0]} for name, ours in _PEOPLE.items() if name in cells}
    for name, ours in (_MOMENTS | _DAYS).items():
        if name in cells:
            fields[ours] = _moment(cells[name][0], unread if unread is not None else [])
    if "duedate" in fields:
        fields["duedate"] = fields["duedate"] and fields["duedate"][:10]
    fields |= {
        "status": _status(cells),
        "labels": cells.get("Labels", []),
        "fixVersions": [{"name": version} for name in _VERSIONS for version in cells.get(name, [])],
        "issuelinks": list(_links(cells)),
        "votes": {"votes": _count(cells.get("Votes"))},
        "watches": {"watchCount": len(cells.get("Watchers", []))},
        "Sprint": _sprints(cells),
        "parent": _parent(cells),
    }
    if any(name == "Comment" for name, _ in row):
        fields["comment"] = {"total": len(cells.get("Comment", []))}
    key = cells["Issue key"][0] if "Issue key" in cells else ""
    return {"id": _first(cells, ("Issue id",)) or key, "key": key, "fields": fields}


def _cells(row: Row) -> dict[str, list[str]]:
    """Return every column that holds something; Jira names a column once per value."""
    held: dict[str, list[str]] = {}
    for name, cell in row:
        if cell != "":
            held.setdefault(name, []).append(cell)
    return held


def _plain(held: list[str]) -> str | list[str]:
    return held[0] if len(held) == 1 else held


def _first(cells: Mapping[str, list[str]], names: Iterable[str]) -> str:
    return next((cells[name][0] for name in names if name in cells), "")


def _count(held: list[str] | None) -> int:
    return int(held[0]) if held and held[0].isdecimal() and len(held[0]) < 10 else 0


def _status(cells: Mapping[str, list[str]]) -> dict[str, Any]:
    category = _CATEGORY.get(_first(cells, ("Status Category",)).casefold())
    return {"name": _first(cells, ("Status",)), **({"statusCategory": {"key": category}} if category else {})}


def _sprints(cells: Mapping[str, list[str]]) -> list[dict[str, str]]:
    """Return the sprints; a CSV names them without dates, so none is taken to be active."""
    done = _CATEGORY.get(_first(cells, ("Status Category",)).casefold()) == "done"
    return [
        {"id": name, "name": name, "state": "closed" if done else "future"}
        for name in cells.get("Sprint", [])
    ]


def _parent(cells: Mapping[str, list[str]]) -> dict[str, str] | None:
    """Return the parent by key where the CSV names it, else by id; Data Center names sub-tasks' parents by id."""
    key, number = _first(cells, _PARENT_KEYS), _first(cells, _PARENT_IDS)
    parent = {"key": key} if key else {}
    if number.isdecimal() and (not key or "Parent key" in cells):
        parent["id"] = number
    return parent or None


def _links(cells: Mapping[str, list[str]]) -> Iterable[dict[str, Any]]:
    for name, keys in cells.items():
        found = _LINK.fullmatch(name)
        if found:
            side = "inwardIssue" if found[1] == "Inward" else "outwardIssue"
            yield from ({"type": {"name": found[2]}, side: {"key": key}} for key in keys)


def _moment(cell: str, unread: list[str]) -> str | None:
    for form in _DATES:
        try:
            return datetime.strptime(cell.strip(), form).replace(tzinfo=UTC).isoformat()
        except ValueError:
            continue
    unread.append(cell)
    return None
