"""Jira Software's part: boards, sprints, and the call that ranks issues."""

from __future__ import annotations

from typing import Any

from posync.sandbox.exchange import Answer, Call, answer
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.searching import EMPTY, _page, arguments, number, wanted
from posync.sandbox.jira.site import Site
from posync.sandbox.jira.world import Board
from posync.sandbox.refusals import Refusal

Json = dict[str, Any]


def _shape(site: Site, board: Board, base: str) -> Json:
    project = site.world.projects[board.project]
    number = int(project.id) if project.id.isdigit() else 0
    location = {
        "projectId": number,
        "displayName": f"{project.name} ({project.key})",
        "projectName": project.name,
    }
    location |= {
        "projectKey": project.key,
        "projectTypeKey": "software",
        "name": f"{project.name} ({project.key})",
    }
    link = f"{base}/rest/agile/1.0/board/{board.id}"
    return {"id": board.id, "self": link, "name": board.name, "type": board.kind, "location": location}


def boards(site: Site, call: Call) -> Answer:
    """GET /rest/agile/1.0/board, a page, filtered by name, type and project."""
    site.signed_in(call)
    wants = call.query
    found = [
        board for board in site.world.boards.values() if wants.get("name", "").lower() in board.name.lower()
    ]
    found = [board for board in found if wants.get("type", board.kind) == board.kind]
    key = wants.get("projectKeyOrId")
    found = [
        board for board in found if not key or key in {board.project, site.world.projects[board.project].id}
    ]
    start, size = call.number("startAt", 0), min(call.number("maxResults", 50), 50)
    page = [_shape(site, board, call.base) for board in found[start : start + size]]
    last = start + size >= len(found)
    return answer({"maxResults": size, "startAt": start, "total": len(found), "isLast": last, "values": page})


def find_board(site: Site, call: Call) -> Board:
    """Return the board a path names; raises Refusal (404)."""
    site.signed_in(call)
    wanted = call.params["board"]
    board = site.world.boards.get(int(wanted)) if wanted.isdigit() else None
    if board is None:
        raise Refusal.jira(404, "Board does not exist or you do not have permission to see it.")
    return board


def board(site: Site, call: Call) -> Answer:
    """GET /rest/agile/1.0/board/{board}."""
    return answer(_shape(site, find_board(site, call), call.base))


def configuration(site: Site, call: Call) -> Answer:
    """GET /rest/agile/1.0/board/{board}/configuration: columns, the estimate's and the rank's field."""
    board, world = find_board(site, call), site.world
    project = world.projects[board.project]
    statuses = {
        i.fields["status"]["name"]: i.fields["status"]
        for i in world.issues.values()
        if i.fields.get("status")
    }
    columns = [_column(status, call.base) for status in statuses.values()]
    root = f"{call.base}/rest/agile/1.0/board/{board.id}"
    config: Json = {"id": board.id, "name": board.name, "type": board.kind, "self": f"{root}/configuration"}
    config["location"] = {"type": "project", "key": project.key, "id": project.id, "name": project.name}
    config["filter"] = {
        "id": board.filter_id,
        "self": f"{call.base}/rest/api/2/filter/{board.filter_id}",
    }
    if board.sub_query:
        config["subQuery"] = {"query": board.sub_query}
    config["columnConfig"] = {"columns": columns, "constraintType": "none"}
    points = next((field for field in world.fields.rows if _estimates(site, field)), None)
    if points:
        row = world.fields.rows[points]
        config["estimation"] = {"type": "field", "field": {"fieldId": points, "displayName": row["name"]}}
    rank = world.fields.rank.rpartition("_")[2]
    config["ranking"] = {"rankCustomFieldId": int(rank) if rank.isdigit() else 0}
    return answer(config)


def _column(status: Json, base: str) -> Json:
    number = str(status.get("id", ""))
    return {
        "name": status["name"],
        "statuses": [{"id": number, "self": f"{base}/rest/api/2/status/{number}"}],
    }


def _estimates(site: Site, field: str) -> bool:
    row = site.world.fields.rows[field]
    custom = site.world.fields.custom_type(field)
    return custom.endswith("jsw-story-points") or (
        custom.endswith(":float") and row["name"] == "Story Points"
    )


def board_issues(site: Site, call: Call) -> Answer:
    """GET /rest/agile/1.0/board/{board}/issue: what its filter finds, in rank order, by offset."""
    board = find_board(site, call)
    data, account = arguments(call), site.signed_in(call)
    conditions = [f"filter = {board.filter_id}", board.sub_query, str(data.get("jql") or "")]
    jql = " AND ".join(f"({one})" for one in conditions if one) + " ORDER BY Rank ASC"
    readable = "BROWSE_PROJECTS" in account.permissions
    found = site.finder.find(jql, account=account.account_id) if readable else EMPTY
    start = number(data, "startAt", 0)
    cap = site.limits.search_page_fields if site.cloud else site.limits.server_page
    size = max(1, min(number(data, "maxResults", 50), cap))
    more = {"expand": "schema,names", "startAt": start, "maxResults": size, "total": len(found.issues)}
    return _page(site, found.issues[start : start + size], wanted(call, data, ("*navigable",)), more)


def sprints(site: Site, call: Call) -> Answer:
    """GET /rest/agile/1.0/board/{board}/sprint."""
    board = find_board(site, call)
    states = [state for state in call.query.get("state", "").split(",") if state]
    found = [s for s in site.world.sprints.values() if s.get("boardId", board.id) == board.id]
    found = [s for s in found if not states or s.get("state") in states]
    start, size = call.number("startAt", 0), call.number("maxResults", 50)
    root = f"{call.base}/rest/agile/1.0/sprint"
    page = [sprint | {"self": f"{root}/{sprint['id']}"} for sprint in found[start : start + size]]
    last = start + size >= len(found)
    return answer({"maxResults": size, "startAt": start, "total": len(found), "isLast": last, "values": page})


def rank(site: Site, call: Call) -> Answer:
    """PUT /rest/agile/1.0/issue/rank: 204 where all moved, 207 naming each issue where some did not."""
    account, data = site.signed_in(call), call.mapping()
    keys = [str(key) for key in data.get("issues") or []]
    found = {key: site.world.find(key) for key in keys}
    projects: set[str | None] = {issue.project for issue in found.values() if issue is not None}
    if not all(account.may("SCHEDULE_ISSUES", project) for project in projects or {None}):
        raise Refusal.jira(403, "You do not have permission to rank issues: Schedule Issues is missing.")
    anchor, before = _anchor(site, data, keys)
    failing = _failing(site, keys)
    moved = [issue for key, issue in found.items() if issue is not None and key not in failing]
    if moved:
        _move(site, moved, anchor, before=before)
    if len(moved) == len(keys):
        return Answer(status=204)
    return answer({"entries": [_entry(key, found[key], failed=key in failing) for key in keys]}, 207)


def _anchor(site: Site, data: Json, keys: list[str]) -> tuple[Issue, bool]:
    before, after = data.get("rankBeforeIssue"), data.get("rankAfterIssue")
    field = site.world.fields.rank.rpartition("_")[2]
    if not keys or bool(before) == bool(after):
        raise Refusal.jira(400, "Specify issues and exactly one of rankBeforeIssue and rankAfterIssue.")
    if len(keys) > site.limits.rank:
        raise Refusal.jira(400, f"The number of issues must not exceed {site.limits.rank}.")
    if str(data.get("rankCustomFieldId") or field) != field:
        raise Refusal.jira(400, f"The custom field {data['rankCustomFieldId']} is not a rank field.")
    anchor = site.world.find(str(before or after))
    if anchor is None:
        raise Refusal.jira(400, "Issue does not exist or you do not have permission to see it.")
    if any(site.world.find(key) is anchor for key in keys):
        raise Refusal.jira(400, f"Issue {anchor.key} cannot be ranked relative to itself.")
    return anchor, bool(before)


def _failing(site: Site, keys: list[str]) -> set[str]:
    """Return which issues fail this once, where a test asked for it."""
    count, site.limits.rank_failures = site.limits.rank_failures, 0
    return set(keys[-count:]) if count else set()


def _move(site: Site, moved: list[Issue], anchor: Issue, *, before: bool) -> None:
    for issue in moved:
        site.world.remember(issue)
    site.world.reorder(moved, before=anchor if before else None, after=None if before else anchor)
    for issue in moved:
        if site.cloud:
            site.world.changed(issue)
    site.world.revision += 1


def _entry(key: str, issue: Issue | None, *, failed: bool) -> Json:
    if issue is None:
        return {
            "issueKey": key,
            "status": 404,
            "errors": ["Issue does not exist or you do not have permission to see it."],
        }
    row: Json = {"issueId": issue.number, "issueKey": issue.key, "status": 503 if failed else 200}
    return row | (
        {"errors": ["JIRA Agile cannot execute the rank operation at this time. Please try again later."]}
        if failed
        else {}
    )
