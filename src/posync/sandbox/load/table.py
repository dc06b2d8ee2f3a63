"""A Jira CSV export becomes issues as a search would return them: repeated columns are lists, names are objects."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from posync.sandbox.clock import ZONE, jira_time
from posync.sandbox.jira.fields import AGILE, TYPES
from posync.sandbox.jira.rank import is_rank
from posync.sandbox.jira.world import JiraWorld
from posync.sandbox.load.issues import own_field
from posync.sandbox.seed.basics import POINTS, RANK, SPRINT

Json = dict[str, Any]
Cells = dict[str, list[str]]
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DATE = re.compile(r"(\d{1,2})/(\w{3})/(\d{2,4})(?: (\d{1,2}):(\d{2})(?: ([AP]M))?)?")
LINK = re.compile(r"(Inward|Outward) issue link \((.+)\)")
FIELD = re.compile(r"Custom field \((.+)\)")
NAMED = {"Issue Type": "issuetype", "Status": "status", "Priority": "priority", "Resolution": "resolution"}
PEOPLE = {"Assignee": "assignee", "Reporter": "reporter", "Creator": "creator"}
DATES = {
    "Created": "created",
    "Updated": "updated",
    "Last Viewed": "lastViewed",
    "Resolved": "resolutiondate",
}
DATES |= {"Due date": "duedate", "Due Date": "duedate", "Status Category Changed": "statuscategorychangedate"}
PLAIN = {"Summary": "summary", "Description": "description", "Environment": "environment"}
LISTS = {"Fix versions": "fixVersions", "Fix Version/s": "fixVersions", "Affects versions": "versions"}
LISTS |= {"Affects Version/s": "versions", "Components": "components", "Component/s": "components"}
USED = {
    "Issue key",
    "Key",
    "Issue id",
    "Project key",
    "Project name",
    "Project type",
    "Labels",
    "Sprint",
    "Votes",
    "Watchers",
}
USED |= {
    "Watchers Id",
    "Parent",
    "Parent id",
    "Parent key",
    "Parent summary",
    "Comment",
    "Comments",
    "Status Category",
}
USED |= {"Assignee Id", "Reporter Id", "Creator Id", *NAMED, *PEOPLE, *DATES, *PLAIN, *LISTS}
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def table_issues(world: JiraWorld, rows: Sequence[list[str]]) -> list[Json]:
    """Return the rows below the header as issues."""
    header = [name.strip() for name in rows[0]]
    table = [_cells(header, row) for row in rows[1:]]
    fields = _custom_fields(world, header, table)
    return [_issue(cells, fields) for cells in table]


def _cells(header: list[str], row: list[str]) -> Cells:
    cells: Cells = defaultdict(list)
    for name, text in zip(header, row, strict=False):
        if text != "":
            cells[name].append(text)
    return cells


def _custom_fields(world: JiraWorld, header: list[str], table: list[Cells]) -> dict[str, tuple[str, bool]]:
    """Return for each custom column its field id and whether it holds numbers."""
    found = {}
    for column in dict.fromkeys(header):
        match = FIELD.fullmatch(column)
        if match is None and (column in USED or LINK.fullmatch(column)):
            continue
        texts = [text for cells in table for text in cells.get(column, [])]
        numbers = bool(texts) and all(NUMBER.fullmatch(text) for text in texts)
        found[column] = (_field(world, match[1] if match else column, texts, numbers=numbers), numbers)
    if "Sprint" in header:
        world.fields.add(SPRINT, "Sprint", AGILE + "gh-sprint", "array", "json")
    return found


def _field(world: JiraWorld, name: str, texts: list[str], *, numbers: bool) -> str:
    if name == "Story point estimate":
        world.fields.add(POINTS, name, AGILE + "jsw-story-points", "number")
        return POINTS
    if name == "Rank" and all(is_rank(text) for text in texts):
        world.fields.add(RANK, name, AGILE + "gh-lexo-rank", "any")
        return RANK
    field = own_field(world, name, 1.0 if numbers else "")
    if any("\n" in text for text in texts):
        world.fields.add(field, name, TYPES + "textarea")
    return field


def _issue(cells: Cells, fields: dict[str, tuple[str, bool]]) -> Json:
    def first(name: str) -> str:
        return next(iter(cells.get(name, [])), "")

    key = first("Issue key") or first("Key")
    found: Json = {PLAIN[name]: first(name) for name in PLAIN if name in cells}
    found |= {NAMED[name]: {"name": first(name)} for name in NAMED if name in cells}
    found |= {PEOPLE[name]: _person(first(name), first(f"{name} Id")) for name in PEOPLE if name in cells}
    found |= {
        DATES[name]: _date(first(name), day=DATES[name] == "duedate") for name in DATES if name in cells
    }
    found |= {LISTS[name]: [{"name": text} for text in cells[name]] for name in LISTS if name in cells}
    found["labels"] = [label for text in cells.get("Labels", []) for label in text.split()]
    prefix = first("Project key") or key.rpartition("-")[0]
    found["project"] = {
        "key": prefix,
        "name": first("Project name") or prefix,
        "projectTypeKey": first("Project type") or "software",
    }
    found |= _counts(cells, first("Votes")) | _relations(cells)
    found |= {
        field: _value(cells[column], number=number)
        for column, (field, number) in fields.items()
        if column in cells
    }
    return {"id": first("Issue id"), "key": key, "fields": found}


def _value(texts: list[str], *, number: bool) -> Any:
    values: list[Any] = [float(text) for text in texts] if number else texts
    return values[0] if len(values) == 1 else values


def _person(name: str, number: str) -> Json:
    return {"accountId": number, "displayName": name, "active": True}


def _date(text: str, *, day: bool) -> str:
    """Return `25/Oct/25 12:53 PM` as Jira's JSON writes it; what is no such date stays as it is."""
    found = DATE.fullmatch(text)
    if found is None or found[2].lower() not in MONTHS:
        return text
    year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
    hour = int(found[4] or 0) % (12 if found[6] else 24) + (12 if found[6] == "PM" else 0)
    moment = datetime(
        year, MONTHS.index(found[2].lower()) + 1, int(found[1]), hour, int(found[5] or 0), tzinfo=ZONE
    )
    return f"{moment:%Y-%m-%d}" if day else jira_time(round(moment.timestamp() * 1000))


def _counts(cells: Cells, votes: str) -> Json:
    watchers = [{"displayName": name} for name in cells.get("Watchers", [])]
    voted = int(votes) if votes.isdigit() else 0
    return {
        "votes": {"votes": voted, "hasVoted": False},
        "watches": {"watchCount": len(watchers), "watchers": watchers},
    }


def _relations(cells: Cells) -> Json:
    found: Json = {"issuelinks": [link for column in cells for link in _links(column, cells[column])]}
    parent = {"id": _first(cells, "Parent id") or _first(cells, "Parent"), "key": _first(cells, "Parent key")}
    if any(parent.values()):
        found["parent"] = parent | {"fields": {"summary": _first(cells, "Parent summary")}}
    if "Sprint" in cells:
        found[SPRINT] = [_sprint(name) for name in cells["Sprint"]]
    comments = [_comment(text) for name in ("Comment", "Comments") for text in cells.get(name, [])]
    return found | ({"comment": {"comments": comments}} if comments else {})


def _first(cells: Cells, name: str) -> str:
    return next(iter(cells.get(name, [])), "")


def _links(column: str, keys: list[str]) -> list[Json]:
    found = LINK.fullmatch(column)
    if found is None:
        return []
    side = f"{found[1].lower()}Issue"
    return [
        {"type": {"name": found[2], "inward": found[2], "outward": found[2]}, side: {"key": key}}
        for key in keys
    ]


def _sprint(name: str) -> Json:
    return {"id": sum(map(ord, name)), "name": name, "state": "closed", "boardId": 1}


def _comment(text: str) -> Json:
    """Return a comment cell, `date;account;text`, as a comment."""
    moment, _, rest = text.partition(";")
    author, separator, body = rest.partition(";")
    if not separator:
        return {"body": text}
    return {"author": _person(author, author), "body": body, "created": _date(moment, day=False)}
