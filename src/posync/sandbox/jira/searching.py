"""The search routes: Cloud by token, Data Center by offset, and the bulk fetch of known issues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from posync.sandbox.exchange import Answer, Call, answer, encode
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.search import Found
from posync.sandbox.jira.shapes import Shaper, Wanted, split
from posync.sandbox.jira.site import Site
from posync.sandbox.refusals import Refusal

Json = dict[str, Any]
GONE = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
    "A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)
MAX_RECONCILED = 50
MAX_PROPERTIES = 5
SMALL_BULK = 100
MULTIPLE = {"comment", "worklog", "attachment", "*all", "*navigable"}
EMPTY = Found((), lambda issue: (issue.number,), 0)


def arguments(call: Call) -> Json:
    """Return the parameters of a search, from the query of a GET or the body of a POST."""
    return call.mapping() if call.method == "POST" else dict(call.query.items()) | _repeated(call)


def _repeated(call: Call) -> Json:
    names = ("fields", "properties", "reconcileIssues")
    return {name: call.query.getlist(name) for name in names if name in call.query}


def wanted(call: Call, data: Json, default: tuple[str, ...]) -> Wanted:
    """Return which parts of issues a request asks for."""
    properties = split(data.get("properties"))
    if len(properties) > MAX_PROPERTIES:
        raise Refusal.jira(400, f"At most {MAX_PROPERTIES} issue properties may be requested.")
    fields = split(data.get("fields")) or default
    return Wanted(
        call.base, call.params.get("v", "2"), fields, frozenset(split(data.get("expand"))), properties
    )


def number(data: Json, name: str, default: int) -> int:
    """Return a numeric parameter; raises Refusal (400) where it is none."""
    try:
        return int(data.get(name, default) if data.get(name) not in {None, ""} else default)
    except (TypeError, ValueError):
        raise Refusal.jira(400, f"The value of the parameter '{name}' is not a number.") from None


def search_cloud(site: Site, call: Call) -> Answer:
    """GET or POST /rest/api/{v}/search/jql."""
    if not site.cloud:
        raise Refusal.jira(404, "null for uri: /rest/api/2/search/jql")
    data = arguments(call)
    wants, account = wanted(call, data, ("id",)), site.account(call)
    fresh, jql = _reconciled(data), str(data.get("jql") or "")
    found = site.finder.find(jql, fresh=fresh, account=account.account_id if account else "", bounded=True)
    if account is None or "BROWSE_PROJECTS" not in account.permissions:
        found = EMPTY
    cap = site.limits.search_page if wants.bare and not wants.properties else site.limits.search_page_fields
    size = max(1, min(number(data, "maxResults", 50), cap))
    issues, token = site.finder.page(found, (jql, fresh), str(data.get("nextPageToken") or ""), size)
    more: Json = {"isLast": not token} | ({"nextPageToken": token} if token else {})
    return _page(site, issues, wants, more)


def _reconciled(data: Json) -> tuple[str, ...]:
    fresh = split(data.get("reconcileIssues"))
    if len(fresh) > MAX_RECONCILED or not all(one.isdigit() for one in fresh):
        raise Refusal.jira(400, f"reconcileIssues takes at most {MAX_RECONCILED} numeric issue ids.")
    return fresh


def _page(site: Site, issues: Sequence[Issue], wants: Wanted, more: Json) -> Answer:
    shaper = Shaper(site.world)
    if {"names", "schema"} & wants.expand:
        fields = dict.fromkeys(name for issue in issues for name in shaper.fields(issue, wants))
        more |= {"names": shaper.names(fields)} if "names" in wants.expand else {}
        more |= {"schema": shaper.schema(fields)} if "schema" in wants.expand else {}
    return Answer(b'{"issues":' + shaper.issues(issues, wants) + b"," + encode(more)[1:])


def search_server(site: Site, call: Call) -> Answer:
    """GET or POST /rest/api/{v}/search: gone on Cloud, by offset on Data Center."""
    if site.cloud:
        raise Refusal.jira(410, GONE)
    data = arguments(call)
    account, wants = site.account(call), wanted(call, data, ("*navigable",))
    if account is None:
        raise Refusal.jira(
            400, "The value of a field does not exist or you do not have permission to view it."
        )
    lenient = str(data.get("validateQuery", True)).lower() in {"false", "none", "warn"}
    found = site.finder.find(
        str(data.get("jql") or ""), account=account.account_id, lenient=lenient, by_offset=True
    )
    start = max(0, number(data, "startAt", 0))
    size = max(0, min(number(data, "maxResults", 50), site.limits.server_page))
    issues = found.issues[start : min(start + size, site.limits.server_cliff)]
    more: Json = {"expand": "names,schema", "startAt": start, "maxResults": size, "total": len(found.issues)}
    return _page(
        site, issues, wants, more | ({"warningMessages": list(found.warnings)} if found.warnings else {})
    )


def approximate_count(site: Site, call: Call) -> Answer:
    """POST /rest/api/{v}/search/approximate-count."""
    account = site.account(call)
    jql = str(call.mapping().get("jql") or "")
    found = site.finder.find(jql, account=account.account_id if account else "", bounded=True)
    return answer({"count": len(found.issues) if account else 0})


def bulk_fetch(site: Site, call: Call) -> Answer:
    """POST /rest/api/{v}/issue/bulkfetch: known issues in ascending id; absent ones are in no list."""
    data = call.mapping()
    asked = [str(one) for one in data.get("issueIdsOrKeys") or []]
    wants = wanted(call, data, ("*navigable",))
    _check_bulk(site, asked, wants)
    account = site.account(call)
    visible = account is not None and "BROWSE_PROJECTS" in account.permissions
    found = {issue.id: issue for one in asked if visible and (issue := site.world.find(one))}
    issues = sorted(found.values(), key=lambda issue: issue.number)
    site.world.order()
    return _page(site, issues, wants, {"issueErrors": []})


def _check_bulk(site: Site, asked: list[str], wants: Wanted) -> None:
    limit = site.limits.bulkfetch
    if not asked:
        raise Refusal.jira(400, "issueIdsOrKeys must not be empty.")
    many = len(asked) > SMALL_BULK
    narrow = not MULTIPLE & set(wants.fields) and len(wants.fields) <= SMALL_BULK
    if len(asked) > limit or (many and (not narrow or any(field.startswith("-") for field in wants.fields))):
        allowed = limit if narrow else min(limit, SMALL_BULK)
        raise Refusal.jira(
            400, f"The number of issue ids or keys must not exceed {allowed}. Found {len(asked)}."
        )
