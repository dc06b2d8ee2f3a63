"""Jira's field values as plain ones: numbers, options, people, dates, sprints in both their shapes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from posync.connectors.profile import FieldType
from posync.model.issue import FieldValue, Sprint, SprintState

_SPRINT_NAME = re.compile(r"\bname=(.*?)(?:,goal=|,startDate=(?:<null>|\d{4}-)|\]$)", re.DOTALL)
_SPRINT_STATES = {"ACTIVE": SprintState.ACTIVE, "FUTURE": SprintState.FUTURE, "CLOSED": SprintState.CLOSED}
_MOST_CURRENT = (SprintState.ACTIVE, SprintState.FUTURE, SprintState.CLOSED)
_WORDS = ("displayName", "value", "name", "key")
_BLOCKS = frozenset(
    {"paragraph", "heading", "listItem", "taskItem", "tableRow", "codeBlock", "rule", "decisionItem"}
)


def moment(value: Any) -> datetime | None:
    """Return a Jira time as aware UTC; Jira writes it in the zone of the account that asks."""
    if not isinstance(value, str):
        return None
    try:
        when = datetime.fromisoformat(value)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # no time, or one that in UTC lies beyond the years 1 to 9999
        return None


def milliseconds(raw: Mapping[str, Any], name: str) -> int:
    """Return a time of a raw issue in epoch milliseconds, 0 where it has none."""
    return since_epoch(moment((raw.get("fields") or {}).get(name)))


def since_epoch(when: datetime | None) -> int:
    """Return a time in epoch milliseconds, 0 for none."""
    return 0 if when is None else round(when.timestamp() * 1000)


def day(value: Any) -> date | None:
    """Return a Jira date."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def number(value: Any) -> float | None:
    """Return a number, also where Jira or an app wrote it as text; None where it is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        found = float(word(value) or "" if isinstance(value, dict) else value)
    except (TypeError, ValueError, OverflowError):  # the last for a whole number of hundreds of digits
        return None
    return found if math.isfinite(found) else None


def count(value: Any, name: str) -> int:
    """Return a count kept under `name` in an object, 0 where there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return int(found) if isinstance(found, int) and found > 0 else 0


def within(value: Any, *names: str) -> Any:
    """Return what lies under these names, each in the object under the one before; None where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def word(value: Any) -> str | None:
    """Return the one word people see for an option, person, version, priority; None where there is none."""
    if not isinstance(value, dict):
        return None if value is None or value == "" or isinstance(value, list) else str(value)
    if value.get("type") == "doc":
        return adf_text(value)
    shown = _shown(value)
    child = word(value["child"]) if shown and "child" in value else None
    return f"{shown} / {child}" if child else shown


def _shown(value: Mapping[str, Any]) -> str | None:
    for name in _WORDS:
        found = value.get(name)
        if isinstance(found, str):
            return found
    return None


def words(value: Any) -> tuple[str, ...]:
    """Return the words people see for a list of options."""
    items = value if isinstance(value, list) else [value]
    return tuple(filter(None, map(word, items))) if items else ()


def field_value(value: Any, kind: FieldType) -> FieldValue:
    """Return a custom field's value as its profile wants it read; None where it is not set."""
    return READERS[kind](value)


def _as_sent(value: Any) -> FieldValue:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str | bool | int):
        return value if value != "" else None
    if isinstance(value, list):
        return words(value) or None
    return word(value)


READERS: Mapping[FieldType, Callable[[Any], FieldValue]] = {
    "any": _as_sent,
    "number": number,
    "text": lambda value: "\n".join(words(value)) or None,
    "option": lambda value: next(iter(words(value)), None),
    "options": lambda value: words(value) or None,
    "date": lambda value: found.isoformat() if (found := day(value)) else None,
    "user": lambda value: next(iter(words(value)), None),
    "flag": lambda value: bool(value) or None,
}
"""What reads a custom field's value as its profile wants it; None comes out where it is not set."""


def sprint(value: Any) -> Sprint | None:
    """Return the sprint that counts: the active one, else the next, else the last closed one.

    Cloud sends objects, older Data Center strings such as `...Sprint@4c9c[id=7,...,name=A, b=c,startDate=...]`.
    """
    if not value:
        return None
    items = value if isinstance(value, list) else [value]
    found = [one for one in map(_sprint, items) if one is not None]
    for state in _MOST_CURRENT:
        same = [one for one in found if one.state is state]
        if same:
            return same[-1] if state is SprintState.CLOSED else same[0]
    return None


def _sprint(value: Any) -> Sprint | None:
    if isinstance(value, dict):
        parts = (word(value.get("id")) or "", word(value.get("name")), str(value.get("state", "")))
    elif isinstance(value, str):
        parts = (_part(value, "id"), _sprint_name(value), _part(value, "state"))
    else:
        return None
    state = _SPRINT_STATES.get(parts[2].upper())
    if not parts[0] or state is None:
        return None
    return Sprint(id=parts[0], name=parts[1] or parts[0], state=state)


def _part(text: str, name: str) -> str:
    found = re.search(rf"[\[,]{name}=(\w+)", text)
    return found.group(1) if found else ""


def _sprint_name(text: str) -> str | None:
    found = _SPRINT_NAME.search(text)
    return found.group(1) if found else None


def adf_text(document: Any) -> str:
    """Return the words of an Atlassian document, a line per block, list items with a dash; no recursion."""
    return "\n".join(line for line in "".join(_pieces(document)).split("\n") if line.strip())


def _pieces(document: Any) -> Iterator[str]:
    todo: list[Any] = [document]
    while todo:
        node = todo.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            yield from _opening(node)
            todo.append("\n" if node.get("type") in _BLOCKS else "")
            content = node.get("content")
            todo.extend(reversed(content) if isinstance(content, list) else [])


def _opening(node: dict[str, Any]) -> Iterator[str]:
    kind = node.get("type")
    if kind == "text":
        yield str(node.get("text", ""))
    elif kind == "hardBreak":
        yield "\n"
    elif kind in ("listItem", "taskItem"):
        yield "\n- "
    elif isinstance(node.get("attrs"), dict) and kind in ("mention", "emoji", "status"):
        yield str(node["attrs"].get("text") or node["attrs"].get("shortName") or "")
