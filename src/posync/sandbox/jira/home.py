"""Who am I, what is this site, which fields, projects, versions and permissions does it have."""

from __future__ import annotations

from typing import Any

from posync.sandbox.clock import ZONE_NAME, jira_time
from posync.sandbox.exchange import Answer, Call, answer
from posync.sandbox.jira.site import Site
from posync.sandbox.jira.world import Project
from posync.sandbox.refusals import Refusal
from posync.sandbox.settings import CLOUD_ID, Account

Json = dict[str, Any]
MAX_NAME = 255


def user(account: Account, site: Site, base: str) -> Json:
    """Return an account as this kind of site shows it: by account id, or by name and key."""
    common = {
        "emailAddress": account.email,
        "displayName": account.name,
        "active": True,
        "timeZone": ZONE_NAME,
    }
    if site.cloud:
        link = f"{base}/rest/api/3/user?accountId={account.account_id}"
        return {"self": link, "accountId": account.account_id, "accountType": "atlassian"} | common
    name = account.email.partition("@")[0]
    return {"self": f"{base}/rest/api/2/user?username={name}", "key": name, "name": name} | common


def myself(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/myself."""
    avatar = dict.fromkeys(("16x16", "24x24", "32x32", "48x48"), f"{call.base}/avatar.png")
    return answer(user(site.signed_in(call), site, call.base) | {"avatarUrls": avatar, "locale": "en_US"})


def server_info(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/serverInfo, open to everybody."""
    numbers = [1001, 0, 0] if site.cloud else [10, 0, 1]
    info = {
        "baseUrl": call.base.removesuffix(f"/ex/jira/{CLOUD_ID}"),  # the site's own, behind the gateway too
        "version": "1001.0.0-SNAPSHOT" if site.cloud else "10.0.1",
        "versionNumbers": numbers,
        "deploymentType": "Cloud" if site.cloud else "Server",
        "buildNumber": 100_300 if site.cloud else 10_000_001,
        "buildDate": "2026-11-02T00:00:00.000-0300",
        "serverTime": jira_time(site.world.clock.now()),
        "scmInfo": "0000000000000000000000000000000000000000",
        "serverTitle": "Sandbox Jira",
    }
    return answer(info)


def tenant_info(_site: Site, _call: Call) -> Answer:
    """GET /_edge/tenant_info: the cloud id of the site."""
    return answer({"cloudId": CLOUD_ID})


def fields(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/field."""
    site.signed_in(call)
    return answer(list(site.world.fields.rows.values()))


def permissions(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/mypermissions: in a project, or in any; anonymous callers have none."""
    account = site.account(call)
    _known_project(site, call)
    wanted = [name for name in call.query.get("permissions", "").split(",") if name]
    if site.cloud and not wanted:
        raise Refusal.jira(400, "The 'permissions' query parameter is required.")
    names = wanted or (sorted(account.permissions) if account else [])
    key = call.query.get("projectKey")
    rows = {name: _permission(name, granted=account is not None and account.may(name, key)) for name in names}
    return answer({"permissions": rows})


def _known_project(site: Site, call: Call) -> None:
    key = call.query.get("projectKey")
    if key and key not in site.world.projects:
        raise Refusal.jira(404, f"No project could be found with key '{key}'.")


def _permission(name: str, *, granted: bool) -> Json:
    kind = "GLOBAL" if name in {"ADMINISTER", "BULK_CHANGE"} else "PROJECT"
    title = name.replace("_", " ").title()
    return {
        "id": "1",
        "key": name,
        "name": title,
        "type": kind,
        "description": title,
        "havePermission": granted,
    }


def project_shape(project: Project, base: str, version: str) -> Json:
    """Return a project as lists and issues show it."""
    own = {"self": f"{base}/rest/api/{version}/project/{project.id}", "id": project.id, "key": project.key}
    return (
        {"projectTypeKey": "software", "simplified": False, "avatarUrls": {}}
        | project.raw
        | own
        | {"name": project.name}
    )


def projects(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/project: all projects, none for anonymous callers."""
    found = site.world.projects.values() if site.account(call) else []
    return answer([project_shape(project, call.base, call.params["v"]) for project in found])


def project_search(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/project/search, a page."""
    found = list(site.world.projects.values()) if site.account(call) else []
    start, size = call.number("startAt", 0), call.number("maxResults", 50)
    page = [project_shape(one, call.base, call.params["v"]) for one in found[start : start + size]]
    last = start + size >= len(found)
    return answer({"maxResults": size, "startAt": start, "total": len(found), "isLast": last, "values": page})


def find_project(site: Site, call: Call) -> Project:
    """Return the project a path names; raises Refusal (404)."""
    wanted = call.params["project"]
    for project in site.world.projects.values():
        if wanted in {project.key, project.id} and site.account(call):
            return project
    raise Refusal.jira(404, f"No project could be found with key '{wanted}'.")


def project(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/project/{key}."""
    found = find_project(site, call)
    versions = [version_shape(version, found, call) for version in found.versions]
    types = {
        issue.name_of("issuetype"): issue.fields.get("issuetype") for issue in site.world.issues.values()
    }
    more = {"versions": versions, "issueTypes": list(types.values()), "components": [], "roles": {}}
    return answer(project_shape(found, call.base, call.params["v"]) | more)


def version_shape(version: Json, project: Project, call: Call) -> Json:
    """Return a version with its links leading back here."""
    link = f"{call.base}/rest/api/{call.params['v']}/version/{version['id']}"
    number = int(project.id) if project.id.isdigit() else project.id
    return {"archived": False, "released": False} | version | {"self": link, "projectId": number}


def versions(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/project/{key}/versions: the whole list."""
    found = find_project(site, call)
    return answer([version_shape(version, found, call) for version in found.versions])


def version_page(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/project/{key}/version: a page."""
    found = find_project(site, call)
    start, size = call.number("startAt", 0), call.number("maxResults", 50)
    page = [version_shape(version, found, call) for version in found.versions[start : start + size]]
    last, total = start + size >= len(found.versions), len(found.versions)
    return answer({"maxResults": size, "startAt": start, "total": total, "isLast": last, "values": page})


def _owner(site: Site, data: Json) -> Project:
    wanted = {str(data.get("projectId", "")), str(data.get("project", ""))}
    for project in site.world.projects.values():
        if {project.id, project.key} & wanted:
            return project
    raise Refusal.jira(404 if site.cloud else 400, "No project could be found with the given key or id.")


def create_version(site: Site, call: Call) -> Answer:
    """POST /rest/api/{v}/version; 400 where the name is taken, as on the real sites."""
    account, data = site.signed_in(call), call.mapping()
    owner, name = _owner(site, data), str(data.get("name") or "").strip()
    if not account.may("ADMINISTER_PROJECTS", owner.key):
        missing = "You must have the project administrator permission to create versions."
        raise Refusal.jira(404 if site.cloud else 403, missing)  # each as its own reference says
    if not name or len(name) > MAX_NAME:
        raise Refusal.jira(400, errors={"name": "You must specify a valid version name"})
    if any(version["name"].lower() == name.lower() for version in owner.versions):
        raise Refusal.jira(400, errors={"name": "A version with this name already exists in this project."})
    kept = {key: data[key] for key in ("description", "releaseDate", "startDate") if data.get(key)}
    version = {"id": site.world.next_id(), "name": name, "archived": False, "released": False} | kept
    owner.versions.append(version)
    site.world.revision += 1
    return answer(version_shape(version, owner, call), 201)


def get_version(site: Site, call: Call) -> Answer:
    """GET or PUT /rest/api/{v}/version/{id}."""
    site.signed_in(call)
    for owner in site.world.projects.values():
        for version in owner.versions:
            if version["id"] == call.params["version"]:
                if call.method == "PUT":
                    allowed = ("name", "description", "releaseDate", "startDate", "released", "archived")
                    version.update({key: value for key, value in call.mapping().items() if key in allowed})
                    site.world.revision += 1
                return answer(version_shape(version, owner, call))
    raise Refusal.jira(404, "Could not find version for id '" + call.params["version"] + "'")


def link_types(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/issueLinkType."""
    site.signed_in(call)
    root = f"{call.base}/rest/api/{call.params['v']}/issueLinkType"
    return answer(
        {"issueLinkTypes": [kind | {"self": f"{root}/{kind['id']}"} for kind in site.world.link_types]}
    )


def statuses(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/status: every status that an issue has."""
    site.signed_in(call)
    found = {issue.name_of("status"): issue.fields.get("status") for issue in site.world.issues.values()}
    return answer([status for status in found.values() if status])
