"""The names an expression may use: what an issue shows to rules, with its type and, for a few, its only values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from posync.model.backlog import Backlog
from posync.model.issue import Checklist, Issue, IssueType, Link, SprintState, State

Get = Callable[[Issue, date], Any]

NUMBER, TEXT, TRUTH, DATE, LIST, ANY, NOTHING = (
    "number",
    "text",
    "true or false",
    "date",
    "list",
    "any",
    "nothing",
)


@dataclass(frozen=True, slots=True)
class Name:
    """One name after `issue.`: its type, how to read it, and its values where there are only a few.

    `attribute` is the plain attribute behind it, where there is one: many of them are read at once.
    """

    kind: str
    get: Get
    attribute: str = ""
    values: tuple[str, ...] = ()
    wide: bool = False  # nearly every issue has another value


def _plain(kind: str, attribute: str, *, values: tuple[str, ...] = (), wide: bool = False) -> Name:
    def get(issue: Issue, _today: date) -> Any:
        return getattr(issue, attribute)

    return Name(kind, get, attribute, values, wide)


def _age(issue: Issue, today: date) -> int | None:
    return None if issue.created is None else (today - issue.created.date()).days


def _left(issue: Issue, today: date) -> int | None:
    return None if issue.due is None else (issue.due - today).days


def _in_state(issue: Issue, today: date) -> int | None:
    return None if issue.state_since is None else (today - issue.state_since.date()).days


def _parent(issue: Issue, _today: date) -> str | None:
    return None if issue.parent is None else issue.parent.key


def _sprint(part: str) -> Get:
    def get(issue: Issue, _today: date) -> Any:
        return None if issue.sprint is None else getattr(issue.sprint, part)

    return get


def _added(name: str, default: Any) -> Get:
    def get(issue: Issue, _today: date) -> Any:
        return issue.fields.get(name, default)

    return get


def _description(issue: Issue, _today: date) -> str:
    return issue.description.source


NAMES: Mapping[str, Name] = {
    "uid": _plain(TEXT, "uid", wide=True),
    "id": _plain(TEXT, "id", wide=True),
    "tracker": _plain(TEXT, "tracker"),
    "key": _plain(TEXT, "key", wide=True),
    "url": _plain(TEXT, "url", wide=True),
    "type": _plain(TEXT, "type", values=tuple(map(str, IssueType))),
    "title": _plain(TEXT, "title", wide=True),
    "description": Name(TEXT, _description, wide=True),
    "state": _plain(TEXT, "state", values=tuple(map(str, State))),
    "status": _plain(TEXT, "status"),
    "rank": _plain(NUMBER, "rank", wide=True),
    "lane": _plain(TEXT, "lane"),
    "lane_name": _plain(TEXT, "lane_name"),
    "position": _plain(TEXT, "position", wide=True),
    "ranked": _plain(TRUTH, "ranked"),
    "is_open": _plain(TRUTH, "is_open"),
    "labels": _plain(LIST, "labels"),
    "releases": _plain(LIST, "releases"),
    "points": _plain(NUMBER, "points"),
    "priority": _plain(TEXT, "priority"),
    "assignee": _plain(TEXT, "assignee"),
    "reporter": _plain(TEXT, "reporter"),
    "parent": Name(TEXT, _parent),
    "parent.key": Name(TEXT, _parent),
    "sprint": Name(TEXT, _sprint("name")),
    "sprint.id": Name(TEXT, _sprint("id")),
    "sprint.name": Name(TEXT, _sprint("name")),
    "sprint.state": Name(TEXT, _sprint("state"), values=tuple(map(str, SprintState))),
    "in_active_sprint": _plain(TRUTH, "in_active_sprint"),
    "links": _plain(LIST, "links"),
    "votes": _plain(NUMBER, "votes"),
    "watchers": _plain(NUMBER, "watchers"),
    "comments": _plain(NUMBER, "comments"),
    "created": _plain(DATE, "created", wide=True),
    "updated": _plain(DATE, "updated", wide=True),
    "state_since": _plain(DATE, "state_since", wide=True),
    "due": _plain(DATE, "due"),
    "checklists": _plain(LIST, "checklists"),
    "age_days": Name(NUMBER, _age),
    "days_to_due": Name(NUMBER, _left),
    "days_in_state": Name(NUMBER, _in_state),
    "goals": Name(LIST, _added("goals", ())),
    "goal_weight": Name(NUMBER, _added("goal_weight", 0)),
}
"""Every name after `issue.` but `fields.NAME` and `signals.NAME`; days are counted from the run's date, in UTC.

Goals and signals are no part of an issue: judging lays them beside its fields, under the very names
that expressions use (`enriched`).
"""

_FIELD, _SIGNAL = "fields.", "signals."
OPEN = (_FIELD, _SIGNAL)
"""What any name may follow."""


def named(path: str) -> Name | None:
    """Return what stands behind `path` (without `issue.`), or None where there is no such name."""
    if not path.startswith(OPEN):
        return NAMES.get(path)
    field = path.removeprefix(_FIELD)

    def get(issue: Issue, _today: date) -> Any:
        value = issue.fields.get(field)
        return (value,) if value.__class__ is bool else value  # True and 1 are not the same answer

    return Name(ANY, get)


def enriched(backlog: Backlog, added: Mapping[str, Mapping[str, Any]]) -> Backlog:
    """Return the backlog with more names for expressions: by uid, `goals`, `goal_weight` or `signals.NAME`."""
    if not added:
        return backlog
    issues = tuple(
        issue.model_copy(update={"fields": {**issue.fields, **added[issue.uid]}})
        if issue.uid in added
        else issue
        for issue in backlog.issues
    )
    return backlog.model_copy(update={"issues": issues})


def shown(value: Any) -> Any:
    """Return a value of the model as expressions see it: plain text, numbers, lists and mappings."""
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if isinstance(value, tuple):
        return value[0] if value and isinstance(value[0], bool) else [shown(each) for each in value]
    return _spread(value)


def _spread(value: Any) -> Any:
    """Return links and checklists as mappings, anything else as it is."""
    if isinstance(value, Link):
        return {"kind": str(value.kind), "to": value.to.key}
    if isinstance(value, Checklist):
        return {"name": value.name, "items": [{"text": item.text, "done": item.done} for item in value.items]}
    return value


def _whole(text: str) -> str:
    """Return plain text; half characters, which some trackers pass on, become question marks."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return str(text)


def day_number(value: Any) -> int | None:
    """Return the day of a date, a time (in UTC) or a text like 2026-12-15 as a number; None where it is none."""
    if isinstance(value, datetime):
        return value.date().toordinal()
    if isinstance(value, date):
        return value.toordinal()
    try:
        return date.fromisoformat(value).toordinal() if isinstance(value, str) else None
    except ValueError:
        return None
