"""Jira Cloud's bulk edit: a task that changes many issues alike, and the queue that tells how it went."""

from __future__ import annotations

from typing import Any

from posync.sandbox.clock import jira_time
from posync.sandbox.exchange import Answer, Call, answer
from posync.sandbox.jira import editing
from posync.sandbox.jira.site import Site
from posync.sandbox.refusals import Refusal, bulk_refused

Json = dict[str, Any]


def submit(site: Site, call: Call) -> Answer:
    """POST /rest/api/3/bulk/issues/fields: 201 with a task id; every call is a task of its own."""
    account, data = site.signed_in(call), call.mapping()
    if "BULK_CHANGE" not in account.permissions:
        raise Refusal.jira(403, "You do not have the global Bulk Change permission.")
    keys = [str(key) for key in data.get("selectedIssueIdsOrKeys") or []]
    if not keys or len(keys) > site.limits.bulk_edit:
        raise bulk_refused(
            f"Between 1 and {site.limits.bulk_edit} issues must be selected. Found {len(keys)}."
        )
    update = _update(data)
    processed, failed = [], {}
    for key in keys:
        try:
            processed.append(_one(site, key, update))
        except Refusal as refusal:
            failed[key] = [refusal.body]
    task = {
        "processed": processed,
        "failed": failed,
        "total": len(keys),
        "polls": 0,
        "by": account.account_id,
    }
    number = site.world.next_id()
    site.world.tasks[number] = task | {"created": jira_time(site.world.clock.now())}
    return answer({"taskId": number}, 201)


def _one(site: Site, key: str, update: Json) -> int:
    issue = site.world.find(key)
    if issue is None:
        raise Refusal.jira(404, "Issue does not exist or you do not have permission to see it.")
    editing.edit(site, issue, {"update": update}, "3")
    return issue.number


def _update(data: Json) -> Json:
    """Return the edit that the input describes, as `PUT /issue` would take it."""
    given = data.get("editedFieldsInput") or {}
    actions = set(data.get("selectedActions") or [])
    update: Json = {}
    for row in given.get("labelsFields") or []:
        names = [label["name"] for label in row.get("labels") or []]
        update[row["fieldId"]] = _steps(row, list(names))
    for row in given.get("multipleVersionPickerFields") or []:
        update[row["fieldId"]] = _steps(
            row, [{"id": str(one["versionId"])} for one in row.get("versions") or []]
        )
    if not update or set(update) != actions:
        raise bulk_refused("selectedActions and editedFieldsInput must name the same fields.")
    return update


def _steps(row: Json, values: list[Any]) -> list[Json]:
    option = row.get("bulkEditMultiSelectFieldOption")
    if option in {"REPLACE", "REMOVE_ALL"}:
        return [{"set": values if option == "REPLACE" else []}]
    if option not in {"ADD", "REMOVE"}:
        raise bulk_refused(f"bulkEditMultiSelectFieldOption '{option}' is not supported.")
    return [{option.lower(): value} for value in values]


def queue(site: Site, call: Call) -> Answer:
    """GET /rest/api/3/bulk/queue/{task}."""
    site.signed_in(call)
    task = site.world.tasks.get(call.params["task"])
    if task is None:
        raise Refusal.jira(400, f"Task {call.params['task']} does not exist.")
    running = task["polls"] < site.limits.bulk_polls
    task["polls"] += 1
    shape: Json = {"taskId": call.params["task"], "status": "RUNNING" if running else "COMPLETE"}
    shape |= {"progressPercent": 50 if running else 100, "submittedBy": {"accountId": task["by"]}}
    shape |= {
        "created": task["created"],
        "started": task["created"],
        "updated": jira_time(site.world.clock.now()),
    }
    shape |= {"totalIssueCount": task["total"], "invalidOrInaccessibleIssueCount": 0}
    shape["processedAccessibleIssues"] = [] if running else task["processed"]
    shape["failedAccessibleIssues"] = {} if running else task["failed"]
    return answer(shape)
