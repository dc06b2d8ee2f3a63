"""JQL's ORDER BY as a sort key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from posync.sandbox.jira.fields import AGILE
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.jql import refused
from posync.sandbox.jira.matching import DATE_FIELDS, as_number
from posync.sandbox.jira.rank import digits
from posync.sandbox.jira.values import NAMED, named_values
from posync.sandbox.jira.world import JiraWorld


class Down:
    """A value that sorts the other way round."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: Down) -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Down) and bool(other.value == self.value)

    __hash__ = None  # type: ignore[assignment]  # only ever compared


def sort_key(world: JiraWorld, order: tuple[tuple[str, bool], ...]) -> Callable[[Issue], tuple[Any, ...]]:
    """Return the key that ORDER BY sorts by; ends in the id, so that no two issues tie."""
    reads = [(_sortable(world, field), down) for field, down in order]

    def key(issue: Issue) -> tuple[Any, ...]:
        return (*(Down(read(issue)) if down else read(issue) for read, down in reads), issue.number)

    return key


def _sortable(world: JiraWorld, field: str) -> Callable[[Issue], Any]:
    name = field.lower()
    simple: dict[str, Callable[[Issue], Any]] = {
        "id": lambda issue: issue.number,
        "updated": lambda issue: issue.updated,
        "created": lambda issue: issue.created,
        **dict.fromkeys(("key", "issuekey", "issue"), lambda issue: issue.place),
    }
    if name in simple:
        return simple[name]
    if name == "rank" or world.fields.custom_type(name) == AGILE + "gh-lexo-rank":
        return lambda issue: (not issue.rank, digits(issue.rank))
    ids = world.fields.named(NAMED.get(name, DATE_FIELDS.get(name, field)))
    if not ids:
        raise refused(f"Field '{field}' does not exist or you do not have permission to view it.")
    if world.fields.is_number(ids[0]):
        return lambda issue: _last_if_empty(as_number(issue.fields.get(ids[0])), 0.0)
    return lambda issue: _last_if_empty(
        next(iter(named_values(issue, ids[0], "id", "name", "value")), None), ""
    )


def _last_if_empty(value: Any, filler: Any) -> tuple[bool, Any]:
    return (value is None, filler if value is None else value)
