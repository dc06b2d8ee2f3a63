"""Changing an issue: every part of an edit is checked first, then all of it is done."""

from __future__ import annotations

from typing import Any

from posync.sandbox.jira.fields import AGILE
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.site import Site
from posync.sandbox.refusals import Refusal

Json = dict[str, Any]
MAX_LABEL = 255
READ_ONLY = {
    "created",
    "updated",
    "creator",
    "project",
    "status",
    "votes",
    "watches",
    "subtasks",
    "issuekey",
    "resolutiondate",
}
LISTS = {"labels", "fixVersions", "versions", "components"}


def edit(site: Site, issue: Issue, data: Json, version: str) -> None:
    """Carry out the body of `PUT /issue/{key}`; raises Refusal (400) naming every wrong field."""
    errors: dict[str, str] = {}
    after: Json = {}
    for field, value in (data.get("fields") or {}).items():
        _try(
            errors, field, lambda field=field, value=value: _set(site, issue, after, (field, value), version)
        )
    for field, steps in (data.get("update") or {}).items():
        for step in steps if isinstance(steps, list) else [steps]:
            _try(
                errors,
                field,
                lambda field=field, step=step: _step(site, issue, after, (field, step), version),
            )
    if errors:
        raise Refusal.jira(400, errors=errors)
    site.world.remember(issue)
    issue.fields.update(after)
    for row in data.get("properties") or []:
        issue.properties[str(row["key"])] = row.get("value")
    site.world.changed(issue)


def _try(errors: dict[str, str], field: str, step: Any) -> None:
    try:
        step()
    except ValueError as problem:
        errors[field] = str(problem)


def _set(site: Site, issue: Issue, after: Json, given: tuple[str, Any], version: str) -> None:
    field, value = given
    _editable(site, field)
    if field in LISTS:
        if not isinstance(value, list):
            raise ValueError("data was not an array")
        after[field] = _unique([_element(site, issue, field, one) for one in value])
    else:
        after[field] = _value(site, field, value, version)


def _step(site: Site, issue: Issue, after: Json, given: tuple[str, Any], version: str) -> None:
    field, step = given
    (verb, value), *more = step.items() if isinstance(step, dict) and step else [("", None)]
    if more or verb not in {"add", "remove", "set"}:
        raise ValueError(f"Field does not support update '{verb}'.")
    if verb == "set":
        _set(site, issue, after, (field, value), version)
        return
    _editable(site, field)
    if field not in LISTS:
        raise ValueError(f"Field does not support update '{verb}'.")
    present = after.get(field, issue.list_of(field))
    element = _element(site, issue, field, value, removing=verb == "remove")
    kept = [one for one in present if _identity(one) != _identity(element)]
    after[field] = _unique([*present, element]) if verb == "add" else kept


def _editable(site: Site, field: str) -> None:
    rank = site.world.fields.custom_type(field) == AGILE + "gh-lexo-rank"
    if field in READ_ONLY or rank or field not in site.world.fields.rows:
        raise ValueError(f"Field '{field}' cannot be set. It is not on the appropriate screen, or unknown.")


def _element(site: Site, issue: Issue, field: str, value: Any, *, removing: bool = False) -> Any:
    if field == "labels":
        return label(value)
    if field in {"fixVersions", "versions"}:
        return _version(site, issue, value, removing=removing)
    return value


def label(value: Any) -> str:
    """Return a label; raises ValueError where Jira would not take it."""
    if not isinstance(value, str) or not value:
        raise ValueError("string expected at index 0")
    if any(sign.isspace() for sign in value):
        raise ValueError(f"The label '{value}' contains spaces which is invalid.")
    if len(value) > MAX_LABEL:
        raise ValueError(f"The label '{value[:20]}...' exceeds the maximum length allowed (255).")
    return value


def _version(site: Site, issue: Issue, value: Any, *, removing: bool) -> Json:
    wanted = value if isinstance(value, dict) else {}
    project = site.world.projects.get(issue.project)
    for version in [*(project.versions if project else []), *issue.list_of("fixVersions")]:
        same_id = "id" in wanted and str(wanted["id"]) == version.get("id")
        same_name = "id" not in wanted and wanted.get("name") == version.get("name")
        if (same_id or same_name) and (removing or not version.get("archived")):
            return dict(version)
    named = f"id '{wanted['id']}'" if "id" in wanted else f"name '{wanted.get('name')}'"
    raise ValueError(f"Version {named} is not valid")


def _value(site: Site, field: str, value: Any, version: str) -> Any:
    if field == "summary" and (not isinstance(value, str) or not value.strip() or "\n" in value):
        raise ValueError("You must specify a summary of the issue.")
    if value is None:
        return None
    if site.world.fields.is_number(field):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError("Operation value must be a number")
        return float(value)
    return rich_text(value, version) if site.world.fields.is_text(field) else value


def rich_text(value: Any, version: str) -> Any:
    """Return a text as sent; raises ValueError where it is not in the markup of this API version."""
    if version == "3" and not (isinstance(value, dict) and value.get("type") == "doc"):
        raise ValueError("Operation value must be an Atlassian Document (see the Atlassian Document Format)")
    if version == "2" and not isinstance(value, str):
        raise ValueError("Operation value must be a string")
    return value


def _identity(value: Any) -> Any:
    return (value.get("id") or value.get("name")) if isinstance(value, dict) else value


def _unique(values: list[Any]) -> list[Any]:
    return list({_identity(value): value for value in values}.values())
