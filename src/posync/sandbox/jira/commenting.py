"""Comments on an issue: list, read, write, edit, delete, with their properties."""

from __future__ import annotations

from typing import Any

from posync.sandbox.clock import jira_time
from posync.sandbox.exchange import Answer, Call, answer
from posync.sandbox.jira import editing
from posync.sandbox.jira.home import user
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.shapes import Shaper, split
from posync.sandbox.jira.site import Site
from posync.sandbox.refusals import Refusal

Json = dict[str, Any]
MAX_COMMENT = 32_767


def _shape(site: Site, call: Call, issue: Issue, comment: Json) -> Json:
    shape = Shaper(site.world).comment(issue, comment, call.base, call.params["v"])
    if "properties" not in split(call.query.get("expand")):
        shape.pop("properties", None)
    return shape


def list_comments(site: Site, call: Call) -> Answer:
    """GET /rest/api/{v}/issue/{issue}/comment: a page, oldest first unless `orderBy=-created`."""
    issue = site.issue(call)
    found = list(reversed(issue.comments)) if call.query.get("orderBy") == "-created" else issue.comments
    start, size = call.number("startAt", 0), call.number("maxResults", 5000)
    page = [_shape(site, call, issue, comment) for comment in found[start : start + size]]
    return answer({"startAt": start, "maxResults": size, "total": len(found), "comments": page})


def add_comment(site: Site, call: Call) -> Answer:
    """POST /rest/api/{v}/issue/{issue}/comment: 201; every call adds one more."""
    issue = site.issue(call, permission="ADD_COMMENTS")
    data, account = call.mapping(), site.signed_in(call)
    body, author = _body(data, call), user(account, site, call.base)
    now = jira_time(site.world.clock.now())
    comment: Json = {"id": site.world.next_id(), "author": author, "body": body, "updateAuthor": author}
    comment |= {"created": now, "updated": now, "jsdPublic": True}
    comment |= {"properties": data["properties"]} if data.get("properties") else {}
    site.world.remember(issue)
    issue.comments.append(comment)
    site.world.changed(issue)
    return answer(_shape(site, call, issue, comment), 201)


def _body(data: Json, call: Call) -> Any:
    body = data.get("body")
    if not body:
        raise Refusal.jira(400, errors={"comment": "Comment body can not be empty!"})
    if isinstance(body, str) and len(body) > MAX_COMMENT:
        raise Refusal.jira(
            400,
            errors={
                "comment": f"The entered text is too long. It exceeds the allowed limit of {MAX_COMMENT} characters."
            },
        )
    try:
        return editing.rich_text(body, call.params["v"])
    except ValueError:
        raise Refusal.jira(400, errors={"comment": "Comment body is not valid!"}) from None


def find(issue: Issue, call: Call) -> Json:
    """Return the comment a path names; raises Refusal (404)."""
    wanted = call.params["comment"]
    comment = next((one for one in issue.comments if one["id"] == wanted), None)
    if comment is None:
        raise Refusal.jira(404, f"Can not find a comment for the id: {wanted}.")
    return comment


def one_comment(site: Site, call: Call) -> Answer:
    """GET, PUT or DELETE /rest/api/{v}/issue/{issue}/comment/{comment}."""
    issue = site.issue(call)
    comment = find(issue, call)
    if call.method == "GET":
        return answer(_shape(site, call, issue, comment))
    account = site.signed_in(call)
    _mine(comment, account.account_id, user(account, site, call.base), account.permissions)
    site.world.remember(issue)
    if call.method == "DELETE":
        issue.comments.remove(comment)
        site.world.changed(issue)
        return Answer(status=204)
    comment["body"] = _body(call.mapping(), call)
    comment["updateAuthor"] = user(account, site, call.base)
    comment["updated"] = jira_time(site.world.clock.now())
    _set_properties(comment, call.mapping().get("properties") or [])
    site.world.changed(issue)
    return answer(_shape(site, call, issue, comment))


def _mine(comment: Json, account_id: str, me: Json, permissions: frozenset[str]) -> None:
    author = comment.get("author") or {}
    own = author.get("accountId", author.get("name")) in {account_id, me.get("name")}
    if not (own and "EDIT_OWN_COMMENTS" in permissions) and "ADMINISTER_PROJECTS" not in permissions:
        # 400, not 403: so says the reference of Cloud; Data Center's knows no other refusal
        raise Refusal.jira(400, "You do not have the permission to edit this comment.")


def _set_properties(comment: Json, rows: list[Json]) -> None:
    kept = {row["key"]: row for row in [*comment.get("properties", []), *rows]}
    if kept:
        comment["properties"] = list(kept.values())


def comment_property(site: Site, call: Call) -> Answer:
    """GET or PUT /rest/api/{v}/comment/{comment}/properties/{key}."""
    site.signed_in(call)
    key = call.params["key"]
    for issue in site.world.issues.values():
        for comment in issue.comments:
            if comment["id"] == call.params["comment"]:
                return _property(site, comment, key, call)
    raise Refusal.jira(404, f"Can not find a comment for the id: {call.params['comment']}.")


def _property(site: Site, comment: Json, key: str, call: Call) -> Answer:
    known = {row["key"]: row["value"] for row in comment.get("properties", [])}
    if call.method == "PUT":
        _set_properties(comment, [{"key": key, "value": call.json()}])
        return site.kept(new=key not in known)
    if key not in known:
        raise Refusal.jira(404, f"The property '{key}' does not exist.")
    return answer({"key": key, "value": known[key]})
