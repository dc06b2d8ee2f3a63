"""One issue: the vendor's raw JSON, which is the truth, beside what the sandbox must know to serve it."""

from __future__ import annotations

from typing import Any

from posync.sandbox.clock import milliseconds

Json = dict[str, Any]


class Issue:
    """A Jira issue; `fields` is the raw vendor mapping, comments and properties are kept apart."""

    __slots__ = (
        "comments",
        "created",
        "encoded",
        "extra",
        "fields",
        "id",
        "key",
        "properties",
        "rank",
        "updated",
    )

    def __init__(self, number: str, key: str, fields: Json, extra: Json | None = None) -> None:
        self.id, self.key, self.fields = number, key, fields
        self.extra = extra or {}  # other top-level parts of the raw issue, such as its change log
        self.comments: list[Json] = []
        self.properties: dict[str, Any] = {}
        self.rank = ""
        self.created = milliseconds(fields.get("created"))
        self.updated = milliseconds(fields.get("updated"))
        self.encoded: dict[object, bytes] = {}

    @property
    def number(self) -> int:
        """Return the id as a number, by which Jira sorts."""
        return int(self.id)

    @property
    def project(self) -> str:
        """Return the key of the issue's project."""
        return self.key.rpartition("-")[0]

    @property
    def place(self) -> tuple[str, int]:
        """Return what `ORDER BY key` sorts by."""
        project, _, number = self.key.rpartition("-")
        return project, int(number) if number.isdigit() else 0

    def name_of(self, field: str) -> str:
        """Return the name of a field whose value is an object with a name, such as status; "" if unset."""
        value = self.fields.get(field)
        return str(value.get("name", "")) if isinstance(value, dict) else str(value or "")

    def list_of(self, field: str) -> list[Any]:
        """Return a field's list of values; empty where it is unset."""
        value = self.fields.get(field)
        return value if isinstance(value, list) else []
