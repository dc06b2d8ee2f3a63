"""Turn one card into one issue; API answers and exports of all ages pass through here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from posync.connectors.profile import Profile, found_notes
from posync.connectors.trello.estimate import points_in_title
from posync.connectors.trello.frame import (
    BoardLabel,
    BoardList,
    CustomField,
    Frame,
    label_of,
    members,
    number,
    objects,
    said,
    words,
)
from posync.connectors.trello.links import card_in, links_in, links_of_checklists
from posync.connectors.trello.markers import is_marker
from posync.connectors.trello.values import finite, meant, value_of
from posync.model.issue import (
    CheckItem,
    Checklist,
    FieldValue,
    Issue,
    IssueType,
    Link,
    LinkKind,
    Ref,
    State,
)
from posync.model.text import Format, Text

_MEND = "add one that holds numbers"
_ABSENT = "the board has no custom field of this name"
NO_WORK = frozenset({"separator", "board", "mirror", "link"})
"""Roles of cards that decorate a list or stand for something kept elsewhere."""


Place = tuple[bool, float, float, str]
"""Archived or not, position of the list, position of the card, its id: sorts a whole board."""


def place(card: Mapping[str, Any], frame: Frame) -> Place:
    """Return the sort key of a card: open ones on open lists first, by list, position and id.

    Archived cards may share a position with open ones; they stand behind all others.
    """
    lane = frame.lists.get(said(card.get("idList")))
    return is_put_away(card, lane), lane.pos if lane else 0.0, number(card.get("pos")), said(card.get("id"))


def is_put_away(card: Mapping[str, Any], lane: BoardList | None) -> bool:
    """Whether a card is archived, or stands on an archived list: kept in the picture, never ranked."""
    return lane is None or lane.closed or card.get("closed") is True


def labels_of(card: Mapping[str, Any], known: Mapping[str, BoardLabel]) -> tuple[str, ...]:
    """Return a card's labels by name, each once, markers aside; some carry labels which their board does not list."""
    carried = words(card.get("idLabels"))
    found = list(map(known.get, carried))
    if not carried or not all(found):
        own = {item["id"]: label_of(item) for item in objects(card.get("labels"))}
        found = [known.get(identity) or own.get(identity) for identity in carried or own]
    return tuple(dict.fromkeys([label.shown for label in found if label and not is_marker(label.name)]))


class Cards:
    """Translates the cards of one board, with a profile's words for lists, labels and custom fields."""

    def __init__(self, tracker: str, profile: Profile, frame: Frame) -> None:
        self.tracker, self.profile, self.frame = tracker, profile, frame
        self._points = meant(profile.points, frame.fields.values())
        self._fields = {
            name: [(field, rule.type) for rule in rules for field in meant((rule,), frame.fields.values())]
            for name, rules in profile.fields.items()
        }
        self._readings = [
            (name, f"fields.{name}", field, kind)
            for name, found in self._fields.items()
            for field, kind in found
        ]

    def issue(
        self, card: Mapping[str, Any], checklists: Collection[Mapping[str, Any]] = (), rank: int = 1
    ) -> Issue:
        """Return a card as an issue; `checklists` are its own, for answers that keep them beside the cards."""
        frame, title = self.frame, said(card.get("name"))
        lane = frame.lists.get(said(card.get("idList")))
        put_away = is_put_away(card, lane)
        held = {said(item.get("idCustomField")): item for item in objects(card.get("customFieldItems"))}
        lists = checklists_of(checklists or objects(card.get("checklists")))
        points, source = self.points(title, held)
        labels = labels_of(card, frame.labels)
        fields, provenance = self.fields(held)
        if source:
            provenance["points"] = source
        badges = members(card.get("badges"))
        key = said(card.get("shortLink")) or said(card.get("id"))
        return Issue(
            uid=f"{self.tracker}:{card['id']}",
            tracker=self.tracker,
            key=key,
            url=said(card.get("shortUrl")) or f"https://trello.com/c/{key}",
            type=self.type(labels),
            title=title,
            description=Text(format=Format.MARKDOWN, source=said(card.get("desc"))),
            state=self.state(card, lane.name if lane else "", put_away=put_away),
            status=lane.name if lane else "",
            rank=rank,
            lane=lane.id if lane else said(card.get("idList")),
            lane_name=lane.name if lane else "",
            position=str(card.get("pos", "")),
            ranked=not put_away
            and said(card.get("cardRole")) not in NO_WORK
            and card.get("isTemplate") is not True,
            labels=labels,
            points=points,
            assignee=self.assignee(card),
            links=tuple(self.links(card, lists, key)),
            votes=_count(badges, "votes"),
            comments=_count(badges, "comments"),
            created=created(said(card.get("id"))),
            updated=moment(card.get("dateLastActivity")),
            due=_day(card.get("due")),
            checklists=lists,
            fields=fields,
            provenance=provenance,
        )

    def state(self, card: Mapping[str, Any], lane: str, *, put_away: bool) -> State:
        """Return how far a card is: archived or ticked off is done, else what the profile says of its list."""
        if put_away or card.get("dueComplete") is True:
            return State.DONE
        return self.profile.state_of(lane) or State.TODO

    def type(self, labels: Iterable[str]) -> IssueType:
        """Return the type that a label states; a card without such a label is a story."""
        return next(filter(None, map(self.profile.type_of, labels)), IssueType.STORY)

    def assignee(self, card: Mapping[str, Any]) -> str | None:
        """Return the first of a card's people whom the board knows by name."""
        for who in words(card.get("idMembers")):
            if who in self.frame.people:
                return self.frame.people[who]
        return None

    def points(self, title: str, held: Mapping[str, Mapping[str, Any]]) -> tuple[float | None, str]:
        """Return the estimate and where it came from: a custom field that is set, else the title."""
        for field in self._points:
            if field.id in held:
                value = value_of(held[field.id], field)
                found = finite(str(value)) if value is not None else None
                if found is not None and not isinstance(value, bool):
                    return float(found), field.name
        points = points_in_title(title) if self.profile.points_in_title else None
        return points, "title" if points is not None else ""

    def notes(self) -> tuple[str, ...]:
        """Return which of the board's custom fields are behind each line of the profile."""
        titles = ["numbers in titles, as in `(5) Sign in`"] if self.profile.points_in_title else []
        asked = {"points": [field.name for field in self._points] + titles}
        asked |= {name: [field.name for field, _ in found] for name, found in self._fields.items()}
        return found_notes(asked, "no such custom field on this board")

    def unwritable(self) -> dict[str, str]:
        """Return the custom fields to which no number can be written, with the reason and the mend."""
        kinds = {name: [field.type for field, _ in found] for name, found in self._fields.items()}
        return {
            name: f"it holds no numbers, which posync writes: {_MEND}" if of else f"{_ABSENT}: {_MEND}"
            for name, of in kinds.items()
            if of[:1] != ["number"]
        }

    def fields(self, held: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, FieldValue], dict[str, str]]:
        """Return the custom fields that the profile names, and from which field of the board each came."""
        values: dict[str, FieldValue] = {}
        sources: dict[str, str] = {}
        for name, noted, field, kind in self._readings:
            item = held.get(field.id)
            value = None if item is None or name in values else value_of(item, field, kind)
            if value is not None:
                values[name], sources[noted] = value, field.name
        return values, sources

    def field(self, name: str) -> CustomField | None:
        """Return the board's field behind a name that packs use."""
        return next((field for field, _ in self._fields.get(name, ())), None)

    def links(self, card: Mapping[str, Any], checklists: tuple[Checklist, ...], key: str) -> Iterator[Link]:
        """Yield what the card says it waits for, holds up, or has attached."""
        names = self.profile.links
        stated = [*links_in(said(card.get("desc")), names), *links_of_checklists(checklists, names)]
        linked = {other for _, other in stated}
        for attachment in objects(card.get("attachments")):
            other = card_in(said(attachment.get("url")))
            if other is not None and other not in linked:
                stated.append((LinkKind.RELATES, other))
        for kind, other in dict.fromkeys(stated):
            if other != key:
                yield Link(kind=kind, to=Ref(key=other))


def checklists_of(items: Collection[Mapping[str, Any]]) -> tuple[Checklist, ...]:
    """Return checklists and their lines in the order people see."""
    if not items:
        return ()
    return tuple(
        Checklist(
            name=said(item.get("name")),
            items=tuple(
                CheckItem(text=said(line.get("name")), done=line.get("state") == "complete")
                for line in sorted(objects(item.get("checkItems")), key=lambda line: number(line.get("pos")))
            ),
        )
        for item in sorted(items, key=lambda item: number(item.get("pos")))
    )


def created(identity: str) -> datetime | None:
    """Return when a card was made: the first eight hex digits of its id are seconds, UTC."""
    try:
        return datetime.fromtimestamp(int(identity[:8], 16), UTC) if len(identity) == 24 else None
    except ValueError:
        return None


def moment(value: object) -> datetime | None:
    """Return a time as Trello writes it, aware UTC."""
    if not value:
        return None
    try:
        found = datetime.fromisoformat(said(value))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # no time, or one that in UTC lies beyond the years 1 to 9999
        return None


def _day(value: object) -> date | None:
    found = moment(value)
    return found.date() if found else None


def _count(badges: Mapping[str, Any], name: str) -> int:
    value = badges.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
