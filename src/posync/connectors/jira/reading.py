"""Jira's JSON becomes an Issue here, and nowhere else: of Cloud, Data Center and saved search results."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from posync.connectors.jira import values
from posync.connectors.jira.checklists import checklists_in
from posync.connectors.jira.fields import FieldMap
from posync.connectors.profile import Profile
from posync.connectors.trello.links import cards_stated
from posync.model.issue import FieldValue, Issue, IssueType, Link, LinkKind, Ref, State
from posync.model.text import Format, Text

_CATEGORIES = {
    "new": State.TODO,
    "undefined": State.TODO,
    "indeterminate": State.IN_PROGRESS,
    "done": State.DONE,
}
_STATUSES = {
    # Only for saved results without status categories; source: the statuses Jira creates itself.
    "in progress": State.IN_PROGRESS,
    "in review": State.IN_PROGRESS,
    "done": State.DONE,
    "closed": State.DONE,
    "resolved": State.DONE,
}
_UNSET: tuple[object, ...] = (None, "", [])
_INVERSE = {LinkKind.BLOCKS: LinkKind.BLOCKED_BY, LinkKind.BLOCKED_BY: LinkKind.BLOCKS}


class Context(NamedTuple):
    """What must be known beside an issue's own JSON to read it.

    `browse` is the address people open issues under, without a last slash; None takes it from
    each issue's own `self` link, as for saved results.
    """

    tracker: str
    profile: Profile
    fields: FieldMap = FieldMap()
    browse: str | None = None


def issue_from_json(raw: Mapping[str, Any], context: Context, rank: int = 1) -> Issue:
    """Return one issue of a v2 (wiki) or v3 (ADF) answer, or of a saved one; raises KeyError without id and key.

    `uid` is made of the numeric id, of the key only where a saved result has no id. Texts stay
    as they are, byte by byte; fields that are missing are empty.
    """
    fields: Mapping[str, Any] = raw.get("fields") or {}
    key = str(raw.get("key") or raw["id"])
    found = _Provenance(fields, context.fields)
    points = found.first("points", context.fields.points, values.number)
    description = _text(fields.get("description"))
    status = values.word(fields.get("status")) or ""
    return Issue(
        uid=f"{context.tracker}:{raw.get('id') or key}",
        tracker=context.tracker,
        key=key,
        url=_url(raw, key, context),
        type=_type(fields.get("issuetype"), context.profile),
        title=str(fields.get("summary") or ""),
        description=description,
        state=_state(fields, status, context.profile),
        status=status,
        rank=rank,
        position=str(found.first("position", context.fields.rank) or ""),
        labels=values.words(fields.get("labels") or []),
        releases=values.words(fields.get("fixVersions") or []),
        points=points,
        priority=values.word(fields.get("priority")),
        assignee=values.word(fields.get("assignee")),
        reporter=values.word(fields.get("reporter")),
        parent=_parent(fields, found, context),
        sprint=values.sprint(found.first("sprint", context.fields.sprint)),
        links=tuple(_links(fields.get("issuelinks"), description, context)),
        votes=values.count(fields.get("votes"), "votes"),
        watchers=values.count(fields.get("watches"), "watchCount"),
        comments=_comments(fields.get("comment")),
        created=values.moment(fields.get("created")),
        updated=values.moment(fields.get("updated")),
        state_since=values.moment(fields.get("statuscategorychangedate")),
        due=values.day(fields.get("duedate")),
        checklists=checklists_in(_properties(raw), [fields.get(one) for one in context.fields.checklists]),
        fields=_custom(found, context.fields),
        provenance=found.seen,
    )


def _as_it_is(value: Any) -> Any:
    return value


class _Provenance:
    """Reads the first field that is set to something readable; notes which one, or the last set where none is."""

    def __init__(self, fields: Mapping[str, Any], mapped: FieldMap) -> None:
        self.fields, self.mapped = fields, mapped
        self.seen: dict[str, str] = {}

    def first(self, name: str, candidates: Iterable[str], read: Callable[[Any], Any] = _as_it_is) -> Any:
        for field_id in candidates:
            sent = self.fields.get(field_id)
            if sent not in _UNSET:
                self.seen[name] = self.mapped.source(field_id)
                value = read(sent)
                if value is not None:
                    return value
        return None


def _custom(found: _Provenance, mapped: FieldMap) -> dict[str, FieldValue]:
    held: dict[str, FieldValue] = {}
    for name, noted, field_id, read, source in mapped.readings:
        sent = found.fields.get(field_id)
        value = None if sent is None or name in held else read(sent)
        if value is not None:
            held[name], found.seen[noted] = value, source
    if found.first("fields.flagged", mapped.flagged):
        held["flagged"] = True
    return held


def _url(raw: Mapping[str, Any], key: str, context: Context) -> str:
    base = context.browse
    if base is None:
        base, _, rest = str(raw.get("self") or "").partition("/rest/")
        base = base if rest and base.startswith(("http://", "https://")) else ""
    return f"{base}/browse/{key}" if base else ""


def _text(description: Any) -> Text:
    if isinstance(description, str):
        return Text(format=Format.WIKI, source=description)
    if isinstance(description, dict):
        return Text(
            format=Format.ADF, source=json.dumps(description, ensure_ascii=False, separators=(",", ":"))
        )
    return Text()


def _type(raw: Any, profile: Profile) -> IssueType:
    kind = raw if isinstance(raw, dict) else {"name": raw}
    named = profile.type_of(str(kind.get("name") or ""))
    if named is not None:
        return named
    level = kind.get("hierarchyLevel")
    if kind.get("subtask") is True or (isinstance(level, int) and level < 0):
        return IssueType.SUBTASK
    return IssueType.EPIC if level == 1 else IssueType.OTHER


def _state(fields: Mapping[str, Any], name: str, profile: Profile) -> State:
    named = profile.state_of(name)
    if named is not None:
        return named
    category = values.within(fields.get("status"), "statusCategory", "key")
    if isinstance(category, str) and category in _CATEGORIES:
        return _CATEGORIES[category]
    return State.DONE if fields.get("resolution") else _STATUSES.get(name.casefold(), State.TODO)


def _parent(fields: Mapping[str, Any], found: _Provenance, context: Context) -> Ref | None:
    """Cloud says `parent`; Data Center says it of sub-tasks only, and keeps the epic in Epic Link."""
    parent = _ref(fields.get("parent"), context) or _ref(fields.get("epic"), context)
    if parent is not None:
        return parent

    def named(epic: Any) -> Ref | None:
        return _ref(epic if isinstance(epic, dict) else {"key": epic}, context)

    epic: Ref | None = found.first("parent", context.fields.epic_link, named)
    return epic


def _ref(raw: Any, context: Context) -> Ref | None:
    if not isinstance(raw, dict) or not isinstance(raw.get("key"), str) or not raw["key"]:
        return None
    return Ref(key=raw["key"], uid=f"{context.tracker}:{raw['id']}" if raw.get("id") else None)


def _links(raw: Any, description: Text, context: Context) -> Iterator[Link]:
    for link in raw if isinstance(raw, list) else ():
        for side, phrase in (("outwardIssue", "outward"), ("inwardIssue", "inward")):
            to = _ref(link.get(side), context) if isinstance(link, dict) else None
            if to is not None:
                yield Link(kind=_link_kind(link.get("type"), phrase, context.profile), to=to)
    if "/c/" in description.source:
        yield from _cards(description, context)


def _cards(description: Text, context: Context) -> Iterator[Link]:
    """Yield the Trello cards that a line such as `Blocked by: https://trello.com/c/abcd1234` names."""
    for kind, card in cards_stated(description.reading, context.profile.links):
        yield Link(kind=kind, to=Ref(key=card))


def _link_kind(raw: Any, phrase: str, profile: Profile) -> LinkKind:
    """Jira shows an issue its `outward` phrase beside the outward issue: A `blocks` B."""
    kind = raw if isinstance(raw, dict) else {"name": raw}
    if kind.get(phrase):
        return profile.links.kind(str(kind[phrase]))
    named = profile.links.kind(str(kind.get("name") or ""))
    return named if phrase == "outward" else _INVERSE.get(named, named)


def _comments(raw: Any) -> int:
    if not isinstance(raw, dict):
        return 0
    listed = raw.get("comments")
    return max(values.count(raw, "total"), len(listed) if isinstance(listed, list) else 0)


def _properties(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    held = raw.get("properties")
    return held if isinstance(held, dict) else {}
