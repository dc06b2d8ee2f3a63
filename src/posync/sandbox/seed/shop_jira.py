"""Builds the shop's Jira project from the YAML file beside this module."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from posync.sandbox.clock import jira_time, trello_time
from posync.sandbox.jira import rank
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.world import JiraWorld
from posync.sandbox.seed import basics
from posync.sandbox.seed.files import moment, read
from posync.sandbox.settings import Flavour

Json = dict[str, Any]
TYPES = {"epic": "Epic", "story": "Story", "task": "Task", "bug": "Bug", "sub-task": "Sub-task"}
OLD_SPRINT = "com.atlassian.greenhopper.service.sprint.Sprint@{number:x}[id={id},rapidViewId=1,state={state},name={name},startDate={start},endDate={end},completeDate=<null>,sequence={id},goal=]"


def jira(world: JiraWorld, flavour: Flavour) -> None:
    """Fill a world with project SHOP."""
    data = read("shop-jira.yaml")
    shared = basics.jira_basics(world, flavour)
    for number, row in enumerate(data["versions"], 10_201):
        shared.project.versions.append(_version(str(number), row))
    sprints = {row["id"]: _sprint(row) for row in data["sprints"]}
    world.sprints = dict(sprints)
    ranks = rank.spread(len(data["issues"]))
    for row, place in zip(data["issues"], ranks, strict=True):
        fields = _fields(shared, row, data["today"], sprints)
        issue = Issue(str(10_000 + row["number"]), f"SHOP-{row['number']}", fields)
        world.add(issue)
        world.set_rank(issue, place)
    world.reserve("20000")
    for row in data["issues"]:
        _relate(world, shared, row, data["today"])


def _version(number: str, row: Json) -> Json:
    kept = {"id": number, "name": row["name"], "releaseDate": f"{row['date']}"}
    return kept | {"released": bool(row.get("released")), "archived": bool(row.get("archived"))}


def _sprint(row: Json) -> Json:
    sprint = {"id": row["id"], "name": row["name"], "state": row["state"], "boardId": 1, "goal": ""}
    if "start" in row:
        sprint |= {
            "startDate": trello_time(moment(row["start"])),
            "endDate": trello_time(moment(row["end"])),
        }
    return sprint


def _sprint_value(sprint: Json, flavour: Flavour) -> Any:
    if flavour == "cloud":
        return sprint
    known = {"start": sprint.get("startDate", "<null>"), "end": sprint.get("endDate", "<null>")}
    return OLD_SPRINT.format(
        number=sprint["id"] * 4099,
        id=sprint["id"],
        name=sprint["name"],
        state=sprint["state"].upper(),
        **known,
    )


def _fields(shared: basics.JiraBasics, row: Json, today: date, sprints: dict[int, Json]) -> Json:
    made = moment(today - timedelta(days=row["days"]))
    fields = shared.blank(TYPES[row["type"]], row["status"], row["title"], jira_time(made))
    touched = jira_time(made + row["number"] * 3_600_000)
    fields |= {
        "updated": touched,
        "labels": list(row.get("labels", [])),
        "priority": shared.priorities[row.get("priority", "Medium")],
    }
    fields |= {
        "duedate": str(row["due"]) if "due" in row else None,
        "description": _text(row, "", shared.flavour),
    }
    names = {"points": basics.POINTS, "value": basics.VALUE, "urgency": basics.URGENCY, "risk": basics.RISK}
    fields |= {field: float(row[name]) for name, field in names.items() if name in row}
    fields[basics.CRITERIA] = _text(row, "criteria_", shared.flavour)
    if "sprint" in row:
        fields[basics.SPRINT] = [_sprint_value(sprints[row["sprint"]], shared.flavour)]
    if row["type"] == "epic":
        fields[basics.EPIC_NAME] = row["title"]
    known = {version["name"]: version for version in shared.project.versions}
    fields["fixVersions"] = [dict(known[name]) for name in row.get("versions", [])]
    fields["assignee"] = shared.people[row["assignee"]] if "assignee" in row else None
    fields["votes"] = {"votes": row.get("votes", 0), "hasVoted": False}
    return fields | {"watches": {"watchCount": row.get("watchers", 1), "isWatching": False}}


def _text(row: Json, prefix: str, flavour: Flavour) -> Any:
    if f"{prefix}adf" in row:
        document = {
            "version": 1,
            "type": "doc",
            "content": [
                _block(kind, value) for block in row[f"{prefix}adf"] for kind, value in block.items()
            ],
        }
        return document if flavour == "cloud" else _as_wiki(document)
    text = row.get(f"{prefix}wiki")
    return text.strip() if text else None


def _as_wiki(document: Json) -> str:
    from posync.sandbox.jira.adf import adf_to_wiki  # noqa: PLC0415 - Data Center only

    return adf_to_wiki(document)


def _paragraph(text: str, *marks: str) -> Json:
    node: Json = {"type": "text", "text": text} | (
        {"marks": [{"type": mark} for mark in marks]} if marks else {}
    )
    return {"type": "paragraph", "content": [node]}


def _block(kind: str, value: Any) -> Json:
    if kind in {"h2", "h3"}:
        return {
            "type": "heading",
            "attrs": {"level": int(kind[1])},
            "content": [{"type": "text", "text": value}],
        }
    if kind in {"bullets", "numbers"}:
        items = [{"type": "listItem", "content": [_paragraph(text)]} for text in value]
        return {"type": "bulletList" if kind == "bullets" else "orderedList", "content": items}
    if kind == "tasks":
        items = [_task(number, text) for number, text in enumerate(value)]
        return {"type": "taskList", "attrs": {"localId": "list"}, "content": items}
    if kind == "panel":
        return {"type": "panel", "attrs": {"panelType": "info"}, "content": [_paragraph(value)]}
    return _paragraph(value, *(["strong"] if kind == "bold" else []))


def _task(number: int, text: str) -> Json:
    attrs = {"localId": f"task-{number}", "state": "TODO"}
    return {"type": "taskItem", "attrs": attrs, "content": [{"type": "text", "text": text}]}


def _relate(world: JiraWorld, shared: basics.JiraBasics, row: Json, today: date) -> None:
    """Add what needs the other issues to be there: parents, links, comments."""
    issue = world.issues[str(10_000 + row["number"])]
    above = row.get("parent") or row.get("epic")
    parent = world.find(f"SHOP-{above}") if above else None
    if parent and "parent" in row:
        parent.fields["subtasks"] = [*parent.fields["subtasks"], _brief(issue)]
    if parent and (shared.flavour == "cloud" or "parent" in row):
        issue.fields["parent"] = _brief(parent)
    elif parent:
        issue.fields[basics.EPIC_LINK] = parent.key
    for other in row.get("blocked_by", []):
        _link(world, f"SHOP-{other}", issue.key, world.link_types[0])
    for other in (row.get("link") or {}).values():
        _link(world, issue.key, f"SHOP-{other}", world.link_types[1])
    for name, text in row.get("comments", []):
        now = jira_time(moment(today - timedelta(days=1)))
        issue.comments.append(
            {
                "id": world.next_id(),
                "author": shared.people[name],
                "body": text,
                "created": now,
                "updated": now,
            }
        )


def _brief(issue: Issue) -> Json:
    parts = ("summary", "status", "priority", "issuetype")
    return {"id": issue.id, "key": issue.key, "fields": {part: issue.fields[part] for part in parts}}


def _link(world: JiraWorld, source: str, target: str, kind: Json) -> None:
    first, second = world.find(source), world.find(target)
    assert first is not None
    assert second is not None
    number = world.next_id()
    first.fields["issuelinks"] = [
        *first.fields["issuelinks"],
        {"id": number, "type": kind, "outwardIssue": _brief(second)},
    ]
    second.fields["issuelinks"] = [
        *second.fields["issuelinks"],
        {"id": number, "type": kind, "inwardIssue": _brief(first)},
    ]
