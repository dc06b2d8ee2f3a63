"""Jira Cloud's bulk edit: one request for many issues with the same delta, carried out by a task that is watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from posync.connectors.jira.site import Site, mapping, unexpected
from posync.connectors.jira.versions import Versions
from posync.connectors.jira.writes import Delta
from posync.connectors.transport import Transport
from posync.errors import Transient
from posync.model.repeat import Repeat

ROUTE, QUEUE = "/rest/api/3/bulk/issues/fields", "/rest/api/3/bulk/queue"
PATIENCE = 180.0  # seconds a task may take
FIRST_LOOK, LONGEST_LOOK = 0.2, 5.0  # seconds between two looks, doubling
RUNNING = frozenset({"ENQUEUED", "RUNNING"})


def bulk_body(delta: Delta, ids: Sequence[str], versions: Versions) -> dict[str, Any]:
    """Return the request; raises Refused where a version cannot be used."""
    fields: dict[str, Any] = {}
    actions = []
    if delta.labels:
        actions.append("labels")
        names = [{"name": name} for name in sorted(delta.labels)]
        fields["labelsFields"] = [
            {"fieldId": "labels", "bulkEditMultiSelectFieldOption": delta.option, "labels": names}
        ]
    if found := _version_ids(delta, versions):
        actions.append("fixVersions")
        rows = [{"versionId": one} for one in found]
        fields["multipleVersionPickerFields"] = [
            {"fieldId": "fixVersions", "bulkEditMultiSelectFieldOption": delta.option, "versions": rows}
        ]
    return {
        "selectedIssueIdsOrKeys": list(ids),
        "selectedActions": actions,
        "sendBulkNotification": False,
        "editedFieldsInput": fields,
    }


def _version_ids(delta: Delta, versions: Versions) -> list[str]:
    if delta.option == "ADD":
        return [versions.assured(delta.project, name) for name in sorted(delta.releases)]
    found = [versions.existing(delta.project, name) for name in sorted(delta.releases)]
    return [one for one in found if one is not None]


def bulk_edit(site: Site, transport: Transport, body: Mapping[str, Any]) -> Mapping[str, str]:
    """Submit one bulk edit, wait for its end, and return the reason per issue id (or key) that failed.

    Submitted once only: where its fate is unknown this raises Transient, and the caller reads
    the issues again before anything else.
    """
    operation = "bulk edit"
    answer = transport.write("POST", ROUTE, body, repeat=Repeat.LOOK, operation=operation)
    task = mapping(site.name, operation, answer).get("taskId")
    if not task:
        raise unexpected(site.name, operation, "a task id")
    end = _watched(site, str(task), operation)
    failed = end.get("failedAccessibleIssues")
    reasons = failed if isinstance(failed, dict) else {}
    return {
        str(one): "; ".join(map(str, said)) if isinstance(said, list) else str(said)
        for one, said in reasons.items()
    }


def _watched(site: Site, task: str, operation: str) -> dict[str, Any]:
    """Look at the task until it ends; raises Transient where it takes too long or does not end well."""
    clock = site.transport.clock
    until, pause = clock.now() + PATIENCE, FIRST_LOOK
    while clock.now() < until:
        answer = mapping(site.name, operation, site.get(f"{QUEUE}/{task}", operation=operation))
        status = str(answer.get("status"))
        if status == "COMPLETE":
            return answer
        if status not in RUNNING:
            raise Transient(site.name, operation, f"Jira ended the bulk edit with {status.lower()}")
        clock.sleep(pause)
        pause = min(LONGEST_LOOK, pause * 2)
    raise Transient(site.name, operation, f"the bulk edit is still under way after {PATIENCE:.0f} s")
