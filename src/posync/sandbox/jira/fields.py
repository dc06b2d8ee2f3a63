"""The fields of a Jira site: what `GET /field` lists, found or made up for whatever the issues carry."""

from __future__ import annotations

import re
from typing import Any

from posync.sandbox.jira.rank import is_rank

Json = dict[str, Any]
AGILE = "com.pyxis.greenhopper.jira:"
TYPES = "com.atlassian.jira.plugin.system.customfieldtypes:"
CUSTOM = re.compile(r"customfield_(\d+)")
DEFAULT_RANK = "customfield_10019"

# id, name, type, items
SYSTEM = (
    ("issuekey", "Key", "", ""),
    ("summary", "Summary", "string", ""),
    ("issuetype", "Issue Type", "issuetype", ""),
    ("project", "Project", "project", ""),
    ("status", "Status", "status", ""),
    ("statuscategorychangedate", "Status Category Changed", "datetime", ""),
    ("priority", "Priority", "priority", ""),
    ("resolution", "Resolution", "resolution", ""),
    ("resolutiondate", "Resolved", "datetime", ""),
    ("labels", "Labels", "array", "string"),
    ("fixVersions", "Fix versions", "array", "version"),
    ("versions", "Affects versions", "array", "version"),
    ("components", "Components", "array", "component"),
    ("assignee", "Assignee", "user", ""),
    ("reporter", "Reporter", "user", ""),
    ("creator", "Creator", "user", ""),
    ("created", "Created", "datetime", ""),
    ("updated", "Updated", "datetime", ""),
    ("lastViewed", "Last Viewed", "datetime", ""),
    ("duedate", "Due date", "date", ""),
    ("description", "Description", "string", ""),
    ("environment", "Environment", "string", ""),
    ("parent", "Parent", "", ""),
    ("subtasks", "Sub-tasks", "array", "issuelinks"),
    ("issuelinks", "Linked Issues", "array", "issuelinks"),
    ("votes", "Votes", "votes", ""),
    ("watches", "Watchers", "watches", ""),
    ("comment", "Comment", "comments-page", ""),
    ("attachment", "Attachment", "array", "attachment"),
    ("timetracking", "Time tracking", "timetracking", ""),
)
SYSTEM_IDS = frozenset(row[0] for row in SYSTEM)


class FieldTable:
    """The fields of a site, by id; `rank` and `sprint` are the ids that agile features use."""

    def __init__(self) -> None:
        self.rows: dict[str, Json] = {row[0]: _system(*row) for row in SYSTEM}
        self.rank = DEFAULT_RANK
        self.sprint = ""
        self.settled = False  # whether a rank field is listed already

    def add(self, field: str, name: str, custom: str, kind: str = "string", items: str = "") -> None:
        """List a custom field; the first rank field and the first sprint field become the site's own."""
        self.rows[field] = _custom(field, name, custom, kind, items)
        if custom.endswith("gh-lexo-rank") and not self.settled:
            self.rank, self.settled = field, True
        if custom.endswith("gh-sprint") and not self.sprint:
            self.sprint = field

    def take(self, row: Json) -> None:
        """List a field as another site described it."""
        schema = row.get("schema") or {}
        self.add(
            row["id"],
            str(row.get("name") or row["id"]),
            str(schema.get("custom") or ""),
            str(schema.get("type") or "string"),
            str(schema.get("items") or ""),
        )

    def learn(self, field: str, value: Any, name: str = "") -> None:
        """List a custom field that an issue carries, guessing its type from a value."""
        if field not in self.rows and CUSTOM.fullmatch(field):
            custom, kind, items = _guess(value)
            self.add(field, name or _name(custom, field), custom, kind, items)
        elif field not in self.rows:
            self.rows[field] = _system(field, name or field, "string", "")

    def relearn(self, field: str, value: Any) -> None:
        """List a custom field again, by a value that tells its type better than the first."""
        name = self.rows.pop(field)["name"]
        self.learn(field, value, "" if name == field else name)

    def add_rank(self) -> None:
        """List a rank field on a site that shows none."""
        self.add(DEFAULT_RANK, "Rank", AGILE + "gh-lexo-rank", "any")

    def ranks(self) -> list[str]:
        """Return all fields that hold ranks; more than one only where several sites were loaded into one."""
        return [field for field in self.rows if self.custom_type(field).endswith("gh-lexo-rank")]

    def is_text(self, field: str) -> bool:
        """Tell whether a field holds rich text: wiki markup in v2, ADF in v3."""
        if field in {"description", "environment"}:
            return True
        return bool(self.custom_type(field).endswith(":textarea"))

    def is_number(self, field: str) -> bool:
        """Tell whether a field holds numbers."""
        return bool((self.rows.get(field, {}).get("schema") or {}).get("type") == "number")

    def custom_type(self, field: str) -> str:
        """Return a custom field's type key, "" for system fields and unknown ones."""
        return str((self.rows.get(field, {}).get("schema") or {}).get("custom", ""))

    def named(self, name: str) -> list[str]:
        """Return the ids a JQL clause or a caller means by a name: id, display name or `cf[10016]`."""
        if name in self.rows:
            return [name]
        found = re.fullmatch(r"cf\[(\d+)\]", name)
        if found:
            return [field for field in (f"customfield_{found[1]}",) if field in self.rows]
        return [field for field, row in self.rows.items() if row["name"].lower() == name.lower()]


def _system(field: str, name: str, kind: str, items: str) -> Json:
    schema = {"type": kind, "system": field} | ({"items": items} if items else {})
    row: Json = {"id": field, "key": field, "name": name, "custom": False, "orderable": True}
    row |= {"navigable": True, "searchable": True, "clauseNames": [field]}
    return row | ({"schema": schema} if kind else {})


def _custom(field: str, name: str, custom: str, kind: str, items: str) -> Json:
    found = CUSTOM.fullmatch(field)
    number = int(found[1]) if found else 0
    schema = {"type": kind, "custom": custom, "customId": number} | ({"items": items} if items else {})
    row: Json = {"id": field, "key": field, "name": name, "custom": True}
    row |= {"orderable": True, "navigable": True, "searchable": True}
    return row | {"clauseNames": [f"cf[{number}]", name], "schema": schema}


def _guess(value: Any) -> tuple[str, str, str]:
    """Return custom type, type and item type, as the value's form suggests."""
    if isinstance(value, list):
        return _guess_list(value[0] if value else None)
    if is_rank(value):
        return AGILE + "gh-lexo-rank", "any", ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return TYPES + "float", "number", ""
    if isinstance(value, dict):
        document = value.get("type") == "doc"
        return (TYPES + "textarea", "string", "") if document else (TYPES + "select", "option", "")
    return TYPES + "textfield", "string", ""


def _guess_list(first: Any) -> tuple[str, str, str]:
    if isinstance(first, str) and "greenhopper.service.sprint.Sprint@" in first:
        return AGILE + "gh-sprint", "array", "string"
    if isinstance(first, dict) and {"state", "name"} <= first.keys():
        return AGILE + "gh-sprint", "array", "json"
    return TYPES + "multiselect", "array", "option"


def _name(custom: str, field: str) -> str:
    return {AGILE + "gh-lexo-rank": "Rank", AGILE + "gh-sprint": "Sprint"}.get(custom, field)
