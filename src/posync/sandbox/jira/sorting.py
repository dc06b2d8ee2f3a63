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

Order = tuple[tuple[str, bool], ...]
UNIQUE = {"key", "issuekey", "issue", "id"}


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


def says_all(order: Order) -> bool:
    """Tell whether an order leaves no two issues in one place: it does where it names the key."""
    return not UNIQUE.isdisjoint(field.lower() for field, _ in order)


def sort_key(world: JiraWorld, order: Order, turn: int = 0) -> Callable[[Issue], tuple[Any, ...]]:
    """Return the key that ORDER BY sorts by; issues it leaves in one place stand otherwise there each `turn`.

    A site promises nothing about those, and whoever pages through them must not rely on anything.
    """
    reads, whole = [(_sortable(world, field), down) for field, down in order], says_all(order)

    def key(issue: Issue) -> tuple[Any, ...]:
        placed = (Down(read(issue)) if down else read(issue) for read, down in reads)
        return (*placed, 0 if whole else hash((turn, issue.number)))

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
