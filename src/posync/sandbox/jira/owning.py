"""Entity properties of projects: any JSON, for whoever browses the project to read and its administrators to write."""

from __future__ import annotations

import json

from posync.sandbox.exchange import Answer, Call, answer
from posync.sandbox.jira.home import find_project
from posync.sandbox.jira.site import Site
from posync.sandbox.refusals import Refusal

MAX_KEY, MAX_VALUE = 255, 32_768


def keys(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/project/{key}/properties: the keys."""
    found = find_project(site, call)
    root = f"{call.base}/rest/api/{call.params['v']}/project/{found.id}/properties"
    return answer({"keys": [{"self": f"{root}/{key}", "key": key} for key in found.properties]})


def one(site: Site, call: Call) -> Answer:
    """GET, PUT (201 new, 200 replaced) or DELETE /rest/api/{v}/project/{key}/properties/{key}."""
    found, key = find_project(site, call), call.params["key"]
    if call.method != "GET" and not site.signed_in(call).may("ADMINISTER_PROJECTS", found.key):
        raise Refusal.jira(403, "You do not have permission to administer this project.")
    known = key in found.properties
    if call.method == "PUT":
        found.properties[key] = _value(call, key)
        site.world.revision += 1
        return site.kept(new=not known)
    if not known:
        raise Refusal.jira(404, f"The property with key '{key}' does not exist.")
    if call.method == "DELETE":
        del found.properties[key]
        site.world.revision += 1
        return Answer(status=204)
    return answer({"key": key, "value": found.properties[key]})


def _value(call: Call, key: str) -> object:
    """Return the value to keep; raises Refusal (400) where Jira has no room for it."""
    value = call.json()
    if len(key) > MAX_KEY:
        raise Refusal.jira(400, f"The key of the property has to be at most {MAX_KEY} characters long.")
    if len(json.dumps(value, ensure_ascii=False)) > MAX_VALUE:
        raise Refusal.jira(400, f"The property value has to be at most {MAX_VALUE} characters long.")
    return value
