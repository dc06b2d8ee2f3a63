"""Carry out writes on one Trello board, one request each, and verify every one from its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from posync.connectors.base import Sight, marked
from posync.connectors.profile import Profile
from posync.connectors.transport import Transport
from posync.connectors.trello.cards import Cards
from posync.connectors.trello.claims import by_hand
from posync.connectors.trello.client import TrelloApi
from posync.connectors.trello.frame import BoardLabel, Frame, members, said, with_created, words
from posync.connectors.trello.looking import Seen
from posync.connectors.trello.marking import mark
from posync.connectors.trello.moving import Mover
from posync.connectors.trello.pages import ask_frame
from posync.connectors.trello.reader import TrelloReader
from posync.connectors.trello.scope import TrelloScope
from posync.connectors.trello.values import item_for
from posync.connectors.trello.writing import company, named
from posync.errors import AccessRefused, NotFound, Refused, UnexpectedPayload
from posync.model.change import AddLabel, Change, Comment, Move, RemoveLabel, SetField, SetReleases
from posync.model.claim import Claim
from posync.model.plan import CLAIM, Outcome, Result, Write
from posync.model.repeat import Repeat

LONGEST = 16_384
"""Characters of a comment; Trello refuses more."""
ALREADY = ("already on the card", "not on the card", "is not on")
"""How Trello words that a label was put on or taken off before."""


class TrelloWriter(TrelloReader):
    """A board as a tracker that can be written; see `Writer` for what each method promises."""

    def __init__(
        self, api: TrelloApi, transport: Transport, scope: TrelloScope, profile: Profile, workspace: str
    ) -> None:
        super().__init__(api, transport, scope, profile, workspace)
        self._sender = transport
        self._mover = Mover(self, api, transport.clock.now)
        self._silent: set[str] = set()  # cards on which posync surely has no comment

    def writes(self, changes: Sequence[Change]) -> tuple[Write, ...]:
        """Return one request per card and kind of change, in the order of `changes`; sends nothing."""
        if (
            not {change.id for change in changes} <= self._mover.shares.keys()
        ):  # not a part of what is under way
            self._mover.shares = company(changes)
        return super().writes(changes)

    def order(self, lane: str) -> tuple[str, ...]:
        """Return the open cards of one list, top first; moves that follow start from this reading."""
        return self._in_order(self._mover.read(lane))

    def _sight(self, uids: Sequence[str], lanes: Sequence[str], seen: Seen) -> Sight:
        for lane, cards in seen.lists.items():
            self._mover.note(lane, cards)
        return super()._sight(uids, lanes, seen)

    def comments(self, uids: Sequence[str]) -> Mapping[str, tuple[str, str] | None]:
        """Return posync's own comment on each card; cards without one need not be asked again."""
        found = super().comments(uids)
        self._silent.update(uid for uid, comment in found.items() if comment is None)
        return found

    def perform(self, write: Write, *, comment_ids: Mapping[str, str]) -> tuple[Result, ...]:
        """Carry out one write; see `Writer.perform`."""
        self._looking.forget(_id(change.uid) for change in write.changes)
        try:
            if write.claim is not None:
                return (self._mark(write.claim, write.method),)
            if write.changes and all(isinstance(change, SetField) for change in write.changes):
                return self._fields([change for change in write.changes if isinstance(change, SetField)])
            return tuple(self._one(change, comment_ids) for change in write.changes)
        except AccessRefused as error:
            raise AccessRefused(
                self.name,
                error.operation,
                error.detail,
                status=error.status,
                remedy="The account must be a member of the board, and its token made with scope=read,write.",
            ) from None

    def _one(self, change: Change, comment_ids: Mapping[str, str]) -> Result:
        match change:
            case Move():
                return self._mover.move(change)
            case AddLabel():
                return self._add(change)
            case RemoveLabel():
                return self._remove(change)
            case SetField():
                return self._fields([change])[0]
            case Comment():
                return self._comment(change, comment_ids.get(change.uid))
            case SetReleases():
                raise Refused(
                    self.name,
                    "set releases",
                    "Trello has no releases",
                    remedy='Let the pack show them as labels: releases: {label: "release:{name}"}.',
                )
        assert_never(change)

    def _mark(self, claim: Claim, method: str) -> Result:
        """Leave this tracker's marker; labels are never deleted, for somebody may have put one on a card."""
        if method == "DELETE":
            raise Refused(self.name, "remove a marker", f"a person must do that: {by_hand(claim)}")
        frame, self._frame = self._the_frame(), None  # should the answer get lost, the next attempt must look
        now = mark(self.api, self.scope, frame, claim)
        self._frame = now or frame
        return Result(change=CLAIM, outcome=Outcome.DONE if now else Outcome.ALREADY)

    # Labels

    def _add(self, change: AddLabel) -> Result:
        label = self._label(change.label)
        self._looking.carried.pop(_id(change.uid), None)
        if label is None:
            return self._add_new(change)
        try:
            # Not through the library: to it every POST is alike, but adding a label twice does no harm.
            answer = self._sender.write(
                "POST",
                f"/1/cards/{_id(change.uid)}/idLabels",
                {"value": label.id},
                repeat=Repeat.SAFE,
                operation="add a label",
            )
        except Refused as error:
            return _already(change, error)
        if isinstance(answer.data, list) and label.id not in answer.data:
            raise UnexpectedPayload(self.name, "add a label", "the answer does not show the label")
        return _done(change)

    def _label(self, name: str) -> BoardLabel | None:
        """Return the board's label of that name; asks for its labels anew before saying there is none."""
        found = named(name, self._frame.labels.values()) if self._frame else ()
        if not found:
            self._frame = ask_frame(self.api, self.scope.board)
            found = named(name, self._frame.labels.values())
        return found[0] if found else None

    def _add_new(self, change: AddLabel) -> Result:
        """Create a label right on its card: one request, and no label without a card where it is cut short."""
        answer = self.api.send(
            "POST",
            f"/cards/{_id(change.uid)}/labels",
            {"name": change.label, "color": None},
            operation="create a label",
        )
        self._frame = with_created(self._frame, answer, change.label) if self._frame else None
        return _done(change)

    def _remove(self, change: RemoveLabel) -> Result:
        card, known = f"/cards/{_id(change.uid)}", self._the_frame().labels.values()
        held = self._looking.carried.get(_id(change.uid))
        if held is None:
            asked = self.api.get(card, {"fields": "idLabels"}, operation="look at a card's labels")
            held = words(members(asked).get("idLabels"))
        labels = [label for label in named(change.label, known) if label.id in held]
        for label in labels:
            self._take_off(card, label)
        gone = {label.id for label in labels}
        self._looking.carried[_id(change.uid)] = [label for label in held if label not in gone]
        return _done(change) if labels else _already(change)

    def _take_off(self, card: str, label: BoardLabel) -> None:
        try:
            self.api.send("DELETE", f"{card}/idLabels/{label.id}", operation="remove a label")
        except NotFound:
            return  # gone is gone
        except Refused as error:
            if not _said_before(error):
                raise

    def _the_frame(self) -> Frame:
        if self._frame is None:
            self._frame = ask_frame(self.api, self.scope.board)
        return self._frame

    # Custom fields

    def _fields(self, changes: Sequence[SetField]) -> tuple[Result, ...]:
        """Write the custom fields of one card: one request, however many they are."""
        cards = Cards(self.name, self.profile, self._the_frame())
        items = [self._item(cards, change) for change in changes]
        card = f"/cards/{_id(changes[0].uid)}"
        if len(items) == 1:
            field, body = items[0]
            self.api.send("PUT", f"{card}/customField/{field}/item", body, operation="set a custom field")
        else:
            every = [{"idCustomField": field, **body} for field, body in items]
            self.api.send(
                "PUT", f"{card}/customFields", {"customFieldItems": every}, operation="set custom fields"
            )
        return tuple(_done(change) for change in changes)

    def _item(self, cards: Cards, change: SetField) -> tuple[str, dict[str, Any]]:
        field = cards.field(change.field)
        kind = "number" if isinstance(change.after, int | float) else "text"
        if field is None:
            raise Refused(
                self.name,
                "set a custom field",
                f"the board has no custom field {change.field!r}",
                remedy=f"Add a {kind} field of that name: open a card, Custom Fields, New field.",
            )
        body = item_for(field, change.after)
        if body is None:
            raise Refused(
                self.name,
                "set a custom field",
                f"the field {change.field!r} is of type {field.type} and cannot hold {change.after!r}",
                remedy=f"Use a {kind} field, or another name in the pack.",
            )
        return field.id, body

    # posync's one comment

    def _comment(self, change: Comment, known: str | None) -> Result:
        stands = known or self._find(change.uid)
        if change.after is None:
            return self._take_back(change, stands)
        text = fitting(change.after, self.workspace)
        if stands is not None:
            try:
                where = f"/cards/{_id(change.uid)}/actions/{stands}/comments"
                self.api.send("PUT", where, {"text": text}, operation="edit posync's comment")
            except NotFound:
                because = "somebody deleted posync's comment"
                return Result(change=change.id, outcome=Outcome.SKIPPED, because=because)
        else:
            stands = self._say(change.uid, text)
        return Result(change=change.id, outcome=Outcome.DONE, receipt={"comment_id": stands})

    def _find(self, uid: str) -> str | None:
        """Return the id of posync's comment, looked for unless it is known that there is none."""
        if uid in self._silent:
            return None
        found = self.comments([uid])[uid]
        return found[0] if found else None

    def _say(self, uid: str, text: str) -> str:
        self._silent.discard(uid)  # should the answer get lost, the next attempt must look
        where = f"/cards/{_id(uid)}/actions/comments"
        answer = members(self.api.send("POST", where, {"text": text}, operation="comment on a card"))
        if not answer.get("id"):
            raise UnexpectedPayload(self.name, "comment on a card", "the answer does not name the comment")
        return said(answer["id"])

    def _take_back(self, change: Comment, stands: str | None) -> Result:
        if stands is None:
            return _already(change)
        try:
            where = f"/cards/{_id(change.uid)}/actions/{stands}/comments"
            self.api.send("DELETE", where, operation="take back posync's comment")
        except NotFound:
            return _already(change)
        return _done(change)


def fitting(text: str, workspace: str) -> str:
    """Return a comment with posync's marker, cut where Trello takes no more, and saying so."""
    whole = marked(text, workspace)
    if len(whole) <= LONGEST:
        return whole
    cut = "\n\n[cut: Trello takes no longer comment; `posync explain` shows all of it]"
    return marked(text[: LONGEST - (len(whole) - len(text)) - len(cut) - 8] + cut, workspace)


def _id(uid: str) -> str:
    return uid.partition(":")[2]


def _done(change: Change) -> Result:
    return Result(change=change.id, outcome=Outcome.DONE)


def _already(change: Change, error: Refused | None = None) -> Result:
    if error is not None and not _said_before(error):
        raise error
    return Result(change=change.id, outcome=Outcome.ALREADY)


def _said_before(error: Refused) -> bool:
    return any(words in error.detail.casefold() for words in ALREADY)
