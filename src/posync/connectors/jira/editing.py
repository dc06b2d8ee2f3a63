"""Labels, releases and fields of one issue in one request: only ever adding and removing, never overwriting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from posync.connectors.jira import values
from posync.connectors.jira.fields import FieldMap
from posync.connectors.jira.versions import Versions
from posync.connectors.jira.writes import Edit, EditParts, project_of
from posync.errors import Refused
from posync.model.change import AddLabel, RemoveLabel, SetField, SetReleases
from posync.model.issue import FieldValue

LONGEST_LABEL = 255


@dataclass(frozen=True, slots=True)
class Body:
    """What one PUT says, with the edits it carries out; `failed` maps the other edits' ids to the reason."""

    data: dict[str, Any]
    edits: tuple[Edit, ...]
    failed: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Editor:
    """Words edits as Jira takes them; `field_id` finds the field to write, `types` says what it holds."""

    versions: Versions
    field_id: Callable[[str], str | None]
    types: Mapping[str, str]

    def body(self, edits: Sequence[Edit]) -> Body:
        """Return the request for all edits of one issue that can be made."""
        failed = {edit.id: why for edit in edits if (why := label_trouble(edit))}
        data: dict[str, dict[str, Any]] = {}
        for edit in edits:
            if edit.id in failed:
                continue
            try:
                self._say(edit, data)
            except Refused as refusal:
                failed[edit.id] = str(refusal)
        return Body(data, tuple(edit for edit in edits if edit.id not in failed), failed)

    def _say(self, edit: Edit, data: dict[str, dict[str, Any]]) -> None:
        match edit:
            case AddLabel():
                data.setdefault("update", {}).setdefault("labels", []).append({"add": edit.label})
            case RemoveLabel():
                data.setdefault("update", {}).setdefault("labels", []).append({"remove": edit.label})
            case SetReleases():
                if steps := _release_steps(edit, self.versions):
                    data.setdefault("update", {}).setdefault("fixVersions", []).extend(steps)
            case SetField():
                found = self.field_id(edit.field)
                if found is None:
                    raise _no_field(self.versions.site.name, edit.field)
                data.setdefault("fields", {})[found] = as_sent(edit.after, self.types.get(found, ""))
            case _:
                assert_never(edit)


def _release_steps(edit: SetReleases, versions: Versions) -> list[dict[str, Any]]:
    project, parts = project_of(edit.issue), EditParts.of([edit])
    add = [{"add": {"id": versions.assured(project, name)}} for name in sorted(parts.add_releases)]
    gone = [versions.existing(project, name) for name in sorted(parts.remove_releases)]
    return add + [{"remove": {"id": one}} for one in gone if one is not None]


def _no_field(tracker: str, name: str) -> Refused:
    return Refused(
        tracker,
        "set field",
        f"the site has no field {name!r} for this project",
        remedy="Create it, put it on the project's edit screen, and check the name in the pack and the profile.",
    )


def as_sent(value: FieldValue, schema_type: str) -> Any:
    """Return a value in the shape Jira takes for this type of field; None empties it."""
    if value is None:
        return None
    if schema_type == "option":
        return {"value": str(value)}
    if schema_type == "array":
        return list(value) if isinstance(value, tuple) else [str(value)]
    if schema_type == "number":
        return values.number(value)
    return value if schema_type != "string" else str(value)


def label_trouble(edit: Edit) -> str | None:
    """Return why Jira would not take a label, None where it would."""
    if not isinstance(edit, AddLabel):
        return None
    if not edit.label or any(sign.isspace() for sign in edit.label):
        return f"label {edit.label!r}: Jira takes no spaces in labels. Write it with a dash in the pack."
    if len(edit.label) > LONGEST_LABEL:
        return f"label {edit.label[:30]!r}…: Jira takes at most {LONGEST_LABEL} characters."
    return None


def unmet(edit: Edit, raw: Mapping[str, Any], fields: FieldMap, field_id: str | None) -> str | None:
    """Return how an issue still differs from what an edit wanted, None where it is as wanted."""
    data = raw.get("fields") or {}
    labels, releases = values.words(data.get("labels") or []), values.words(data.get("fixVersions") or [])
    match edit:
        case AddLabel():
            return None if edit.label in labels else f"Jira did not add the label {edit.label}"
        case RemoveLabel():
            return None if edit.label not in labels else f"Jira did not remove the label {edit.label}"
        case SetReleases():
            parts = EditParts.of([edit])
            kept = parts.add_releases <= set(releases) and not parts.remove_releases & set(releases)
            return None if kept else f"Jira kept the fix versions {', '.join(releases) or 'empty'}"
        case SetField():
            kind = dict(fields.custom.get(edit.field, ())).get(field_id or "", "any")
            now = values.field_value(data.get(field_id), kind) if field_id else None
            return None if field_id not in data or now == edit.after else f"Jira kept {edit.field} at {now}"
