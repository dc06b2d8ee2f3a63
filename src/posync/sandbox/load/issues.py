"""Saved Jira issues become issues of the world: the raw JSON is kept, only gaps are filled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from posync.sandbox.clock import jira_time
from posync.sandbox.jira.fields import CUSTOM, SYSTEM, SYSTEM_IDS
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.rank import is_rank
from posync.sandbox.jira.values import SPRINT_TEXT
from posync.sandbox.jira.world import Board, JiraWorld, Project

Json = dict[str, Any]
OWN = {"id", "key", "self", "fields", "properties"}
DISPLAYED = {row[1].lower(): row[0] for row in SYSTEM}
DONE = re.compile(r"done|closed|resolved|complete|fixed|released", re.IGNORECASE)
DOING = re.compile(r"progress|review|doing|testing|develop", re.IGNORECASE)
CATEGORIES = {"new": (2, "To Do"), "indeterminate": (4, "In Progress"), "done": (3, "Done")}
FIRST_OWN_FIELD = 18_000


def add_issues(world: JiraWorld, raws: Sequence[Json], envelope: Json) -> None:
    """Put issues into the world; an issue that is there already takes on the newer fields."""
    _learn_envelope(world, envelope)
    for raw in raws:
        number = str(raw.get("issueId") or raw.get("id") or "")
        if number.isdigit():
            world.reserve(number)
    for raw in raws:
        _add(world, raw)


def _learn_envelope(world: JiraWorld, envelope: Json) -> None:
    schema, names = envelope.get("schema"), envelope.get("names")
    for field, row in (schema if isinstance(schema, dict) else {}).items():
        if CUSTOM.fullmatch(field):
            name = names.get(field, field) if isinstance(names, dict) else field
            world.fields.take({"id": field, "name": name, "schema": row})


def _add(world: JiraWorld, raw: Json) -> None:
    fields = dict(_by_id(world, raw["fields"]))
    comments = fields.pop("comment", None)
    number = str(raw.get("issueId") or raw.get("id") or "")
    key = str(raw.get("key") or f"LOADED-{len(world.issues) + 1}")
    known = world.find(key)
    _fill(world, key, fields)
    extra = {name: value for name, value in raw.items() if name not in OWN}
    if known is None:
        number = number if number.isdigit() and number not in world.issues else world.next_id()
        known = Issue(number, key, fields, extra)
    else:
        known.fields |= fields
        known.extra |= extra
    known.properties |= raw.get("properties") or {}
    known.comments += [_comment(world, one) for one in (comments or {}).get("comments") or []]
    _learn(world, known)
    world.add(known)


def _by_id(world: JiraWorld, fields: Json) -> Iterator[tuple[str, Any]]:
    """Yield fields under their ids; some exports name them as people see them."""
    for name, value in fields.items():
        if name in SYSTEM_IDS or CUSTOM.fullmatch(name) or (name == name.lower() and " " not in name):
            yield name, value
        else:
            yield DISPLAYED.get(name.lower()) or own_field(world, name, value), value


def own_field(world: JiraWorld, name: str, value: Any) -> str:
    """Return the id of a custom field known by its name only, listing it where it is new."""
    found = [field for field in world.fields.named(name) if CUSTOM.fullmatch(field)]
    if found:
        return found[0]
    candidates = (f"customfield_{number}" for number in count(FIRST_OWN_FIELD))
    field = next(one for one in candidates if one not in world.fields.rows)
    world.fields.learn(field, value, name)
    return field


def _fill(world: JiraWorld, key: str, fields: Json) -> None:
    """Give an issue what every issue has."""
    project = _project(world, key, fields.get("project") or {})
    moment = jira_time(world.clock.now())
    fields.setdefault("project", dict(project.raw))
    fields.setdefault("summary", key)
    fields.setdefault("issuetype", {"id": "10002", "name": "Task", "subtask": False})
    fields["status"] = _status(fields.get("status") or {"name": "To Do"})
    fields.setdefault("created", moment)
    fields.setdefault("updated", fields["created"])
    for name in ("labels", "fixVersions", "issuelinks"):
        fields.setdefault(name, [])
    for name in ("fixVersions", "versions"):
        for version in fields.get(name) or []:
            _version(world, project, version)


def _project(world: JiraWorld, key: str, raw: Json) -> Project:
    prefix = key.rpartition("-")[0] or "LOADED"
    known = world.projects.get(prefix)
    if known is None:
        number = str(raw.get("id") or world.next_id())
        whole = (
            {"id": number, "key": prefix, "name": prefix, "projectTypeKey": "software"}
            | raw
            | {"key": prefix}
        )
        known = Project(number, prefix, str(whole["name"]), raw=whole)
        world.projects[prefix] = known
        board = len(world.boards) + 1
        world.boards[board] = Board(board, f"{prefix} board", prefix)
    return known


def _status(status: Json) -> Json:
    name = str(status.get("name", ""))
    if (status.get("statusCategory") or {}).get("key"):
        return status
    key = "done" if DONE.search(name) else "indeterminate" if DOING.search(name) else "new"
    number, shown = CATEGORIES[key]
    return (
        {"id": str(10_000 + number)} | status | {"statusCategory": {"id": number, "key": key, "name": shown}}
    )


def _version(world: JiraWorld, project: Project, version: Json) -> None:
    same = (one for one in project.versions if one["name"] == version.get("name"))
    version.setdefault("id", next((one["id"] for one in same), None) or world.next_id())
    if all(one["id"] != version["id"] for one in project.versions):
        world.reserve(str(version["id"]))
        project.versions.append(dict(version))


def _comment(world: JiraWorld, raw: Json) -> Json:
    return {"id": world.next_id()} | raw


def _learn(world: JiraWorld, issue: Issue) -> None:
    """List the issue's fields, sprints and link types as the site's own."""
    for field, value in issue.fields.items():
        if field not in world.fields.rows:
            world.fields.learn(field, value)
        elif is_rank(value) and not world.fields.custom_type(field).endswith("gh-lexo-rank"):
            world.fields.relearn(field, value)
    for link in issue.list_of("issuelinks"):
        kind = link.get("type") or {}
        if kind.get("name") and all(one["name"] != kind["name"] for one in world.link_types):
            world.link_types.append({"id": world.next_id()} | kind)
    issue.rank = next((value for value in issue.fields.values() if is_rank(value)), "")
    for number, sprint in _sprints(issue):
        world.sprints.setdefault(number, sprint)


def _sprints(issue: Issue) -> Iterator[tuple[int, Json]]:
    for value in issue.fields.values():
        for one in value if isinstance(value, list) else []:
            sprint = (
                one
                if isinstance(one, dict)
                else dict(SPRINT_TEXT.findall(one))
                if isinstance(one, str)
                else {}
            )
            if "state" in sprint and "name" in sprint and str(sprint.get("id", "")).isdigit():
                yield int(sprint["id"]), {part: value for part, value in sprint.items() if value != "<null>"}


def finish(world: JiraWorld) -> None:
    """Once all files are in: every issue shows its rank in the site's rank field."""
    if not world.fields.settled:
        world.fields.add_rank()
    for issue in world.issues.values():
        if issue.rank:
            issue.fields.setdefault(world.fields.rank, issue.rank)
