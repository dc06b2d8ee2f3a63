"""What a card only names by id: the board's lists, labels, custom fields and people."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


def said(value: object) -> str:
    """Return a text whole; half a surrogate pair, which no database takes, becomes the replacement mark."""
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects with an id in what should be a list of them; the schema drifts, so nothing is certain."""
    if not value or not isinstance(value, list):
        return []
    return [
        item for item in value if isinstance(item, dict) and isinstance(item.get("id"), str) and item["id"]
    ]


def members(value: object) -> Mapping[str, Any]:
    """Return an object's members; none where it is no object."""
    return value if isinstance(value, dict) else {}


def words(value: object) -> list[str]:
    """Return the texts in what should be a list of ids."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def number(value: object) -> float:
    """Return a position or a count; 0 where there is none that a float can hold."""
    try:
        found = float(value) if isinstance(value, int | float) else 0.0
    except OverflowError:
        return 0.0
    return found if math.isfinite(found) else 0.0


class BoardList(NamedTuple):
    """One list of a board: a lane."""

    id: str
    name: str
    closed: bool
    pos: float


class BoardLabel(NamedTuple):
    """One label of a board; a label without a name goes by its colour and is never written."""

    id: str
    name: str
    color: str

    @property
    def shown(self) -> str:
        """Return the name, or the colour of a nameless label."""
        return self.name.strip() or self.color or "no colour"


class CustomField(NamedTuple):
    """One custom field: type is text, number, date, checkbox or list; `options` maps ids to texts of a list."""

    id: str
    name: str
    type: str
    options: Mapping[str, str] = {}


class Frame(NamedTuple):
    """A board without its cards; all by id, lists in board order."""

    id: str
    name: str
    short: str
    seen: str
    closed: bool
    lists: Mapping[str, BoardList]
    labels: Mapping[str, BoardLabel]
    fields: Mapping[str, CustomField]
    people: Mapping[str, str]

    def digest(self) -> str:
        """Return a digest of all that cards refer to: while it and `seen` stand still, so does the board."""
        parts = [
            self.closed,
            sorted(self.people.items()),
            [[lane.id, lane.name, lane.closed, lane.pos] for lane in self.lists.values()],
            sorted([label.id, label.name, label.color] for label in self.labels.values()),
            sorted([one.id, one.name, one.type, sorted(one.options.items())] for one in self.fields.values()),
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def frame_of(board: Mapping[str, Any]) -> Frame:
    """Return the frame in a board's JSON, as the API and exports of all ages write it."""
    lists = [
        BoardList(item["id"], said(item.get("name")), item.get("closed") is True, number(item.get("pos")))
        for item in objects(board.get("lists"))
    ]
    return Frame(
        id=said(board.get("id")),
        name=said(board.get("name")),
        short=said(board.get("shortLink")),
        seen=said(board.get("dateLastActivity")),
        closed=board.get("closed") is True,
        lists={lane.id: lane for lane in sorted(lists, key=lambda lane: (lane.pos, lane.id))},
        labels={item["id"]: label_of(item) for item in objects(board.get("labels"))},
        fields={item["id"]: _field_of(item) for item in objects(board.get("customFields"))},
        people={
            item["id"]: said(item.get("fullName")) or said(item.get("username"))
            for item in objects(board.get("members"))
        },
    )


def label_of(item: Mapping[str, Any]) -> BoardLabel:
    """Return a label from its JSON."""
    return BoardLabel(item["id"], said(item.get("name")), said(item.get("color")))


def with_created(frame: Frame, answer: object, name: str) -> Frame | None:
    """Return the board with the label that was just created; None where the answer does not show it."""
    shown = (label_of(item) for item in objects(answer if isinstance(answer, list) else [answer]))
    created = next((one for one in shown if one.name.strip().casefold() == name.strip().casefold()), None)
    return frame._replace(labels={**frame.labels, created.id: created}) if created else None


def _field_of(item: Mapping[str, Any]) -> CustomField:
    return CustomField(
        item["id"], said(item.get("name")), said(item.get("type")), dict(_options(item.get("options")))
    )


def _options(options: object) -> Iterator[tuple[str, str]]:
    """Yield the id and text of each option; the route of a field's own options names the id `_id`."""
    for option in map(members, options if isinstance(options, list) else ()):
        identity = said(option.get("id")) or said(option.get("_id"))
        if identity:
            yield identity, said(members(option.get("value")).get("text"))
