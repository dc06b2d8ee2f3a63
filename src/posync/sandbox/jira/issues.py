"""The routes of one issue: read, create, edit, its properties and its comments."""

from __future__ import annotations

from typing import Any

from posync.sandbox.clock import jira_time
from posync.sandbox.exchange import Answer, Call, answer
from posync.sandbox.jira import editing
from posync.sandbox.jira.home import user
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.searching import arguments, wanted
from posync.sandbox.jira.shapes import Shaper, Wanted
from posync.sandbox.jira.site import Site
from posync.sandbox.jira.world import Project
from posync.sandbox.refusals import Refusal

Json = dict[str, Any]


def get_issue(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/issue/{issue}."""
    issue = site.issue(call)
    site.world.order()
    wants = wanted(call, arguments(call), ("*all",))
    shaper = Shaper(site.world)
    if not {"names", "schema"} & wants.expand:
        return Answer(shaper.issue(issue, wants))
    shape = shaper.shape(issue, wants)
    shape |= {"names": shaper.names(shape["fields"])} if "names" in wants.expand else {}
    return answer(shape | ({"schema": shaper.schema(shape["fields"])} if "schema" in wants.expand else {}))


def put_issue(site: Site, call: Call) -> Answer:
    """PUT /rest/api/{v}/issue/{issue}: `fields`, `update`, `properties`; 204, or 200 with the issue."""
    issue = site.issue(call, permission="EDIT_ISSUES")
    account = site.signed_in(call)
    quiet = call.query.get("notifyUsers", "true").lower() == "false"
    if quiet and not {"ADMINISTER", "ADMINISTER_PROJECTS"} & account.permissions:
        message = "To discard the user notification either admin or project admin permissions are required."
        raise Refusal.jira(403, message)
    editing.edit(site, issue, call.mapping(), call.params["v"])
    if site.cloud and call.query.get("returnIssue", "").lower() == "true":
        return Answer(Shaper(site.world).issue(issue, Wanted(call.base, call.params["v"], ("*all",))))
    return Answer(status=204)


def create_issue(site: Site, call: Call) -> Answer:
    """POST /rest/api/{v}/issue: at least project, issue type and summary."""
    account, data = site.signed_in(call), call.mapping()
    if "CREATE_ISSUES" not in account.permissions:
        raise Refusal.jira(403, "You do not have permission to create issues in this project.")
    given = dict(data.get("fields") or {})
    project = _project(site, given.pop("project", None))
    kind = _issue_type(site, given.pop("issuetype", None))
    issue = _blank(site, project, kind, user(account, site, call.base))
    editing.edit(site, issue, data | {"fields": given}, call.params["v"])
    site.world.add(issue)
    site.world.remember(issue, new=True)
    link = f"{call.base}/rest/api/{call.params['v']}/issue/{issue.id}"
    return answer({"id": issue.id, "key": issue.key, "self": link}, 201)


def _project(site: Site, value: Any) -> Project:
    wanted = value if isinstance(value, dict) else {}
    for project in site.world.projects.values():
        if wanted.get("key") == project.key or str(wanted.get("id", "")) == project.id:
            return project
    raise Refusal.jira(400, errors={"project": "valid project is required"})


def _issue_type(site: Site, value: Any) -> Json:
    wanted = value if isinstance(value, dict) else {}
    for issue in site.world.issues.values():
        kind = issue.fields.get("issuetype") or {}
        if wanted.get("name") == kind.get("name") or ("id" in wanted and str(wanted["id"]) == kind.get("id")):
            return dict(kind)
    raise Refusal.jira(400, errors={"issuetype": "The issue type selected is invalid."})


def _blank(site: Site, project: Project, kind: Json, author: Json) -> Issue:
    world = site.world
    now = jira_time(world.clock.now())
    status = next(
        (i.fields["status"] for i in world.issues.values() if i.fields.get("status")), {"name": "To Do"}
    )
    taken = [issue.place[1] for issue in world.issues.values() if issue.project == project.key]
    fields: Json = {
        "project": dict(project.raw),
        "issuetype": kind,
        "status": status,
        "created": now,
        "updated": now,
    }
    fields |= {
        "summary": "",
        "description": None,
        "labels": [],
        "fixVersions": [],
        "issuelinks": [],
        "subtasks": [],
    }
    fields |= {"creator": author, "reporter": author, "assignee": None, "duedate": None}
    return Issue(world.next_id(), f"{project.key}-{max(taken, default=0) + 1}", fields)


def properties(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/issue/{issue}/properties: the keys."""
    issue = site.issue(call)
    root = f"{call.base}/rest/api/{call.params['v']}/issue/{issue.id}/properties"
    return answer({"keys": [{"self": f"{root}/{key}", "key": key} for key in issue.properties]})


def one_property(site: Site, call: Call) -> Answer:
    """GET, PUT (201 new, 200 replaced) or DELETE /rest/api/{v}/issue/{issue}/properties/{key}."""
    issue = site.issue(call, permission="" if call.method == "GET" else "EDIT_ISSUES")
    key = call.params["key"]
    known = key in issue.properties
    if call.method == "PUT":
        issue.properties[key] = call.json()
        issue.encoded.clear()
        return site.kept(new=not known)
    if not known:
        raise Refusal.jira(404, f"The property '{key}' does not exist.")
    if call.method == "DELETE":
        del issue.properties[key]
        issue.encoded.clear()
        return Answer(status=204)
    return answer({"key": key, "value": issue.properties[key]})
