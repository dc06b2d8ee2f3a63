"""Read one Trello board: whole, by a probe whether it changed, and again a few cards at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from posync.connectors.base import Capability, unmarked
from posync.connectors.profile import Profile
from posync.connectors.transport import ReadTransport
from posync.connectors.trello import permissions
from posync.connectors.trello.cards import Cards
from posync.connectors.trello.client import TrelloApi
from posync.connectors.trello.frame import Frame, frame_of, members, number, said, words
from posync.connectors.trello.pages import ask_frame, by_card, too_large
from posync.connectors.trello.positions import Placed
from posync.connectors.trello.pulling import Pull
from posync.connectors.trello.questions import FRAME, MOST, NESTED, ONE, within_batch
from posync.connectors.trello.scope import TrelloScope
from posync.connectors.trello.writing import writes
from posync.errors import AccessRefused, NotFound
from posync.model.change import Change
from posync.model.issue import Issue
from posync.model.observation import Keep, Memory, Observation
from posync.model.plan import Write

FEW = 30
"""Cards looked at again one by one, ten a request; more of them come cheaper with their whole board."""


class TrelloReader:
    """A board as a tracker that can be read; see `Reader` for what each method promises.

    Archived cards are part of the picture, for nothing is to be lost, but never ranked.
    """

    kind = "trello"
    rank_batch = 1

    def __init__(
        self, api: TrelloApi, transport: ReadTransport, scope: TrelloScope, profile: Profile, workspace: str
    ) -> None:
        self.name = transport.tracker
        self.api, self.scope, self.profile, self.workspace = api, scope, profile, workspace
        self._transport = transport
        self._frame: Frame | None = None
        self._large = False
        self._carried: dict[str, list[str]] = {}  # label ids per card, as last looked at

    @property
    def requests(self) -> int:
        """Requests sent so far, retries included."""
        return self._transport.tally.requests

    def pull(self, memory: Memory | None, keep: Keep) -> Observation:
        """Hand over every card in scope, or nothing where the board stood still since `memory`."""
        pull = Pull(self.api, self.scope, self.profile, self.name)
        observation = pull.run(memory, keep)
        self._frame, self._large = pull.frame, len(observation.order) >= MOST
        return observation

    def capabilities(self) -> tuple[Capability, ...]:
        """Return what this account may do on this board; Trello tells a token's own rights to nobody."""
        return permissions.capabilities(self.api, self.scope.board)

    def forbidden(self) -> Mapping[str, str]:
        """Return what is already known to be impossible: everything, on a closed board; fields it does not have."""
        if self._frame is None:
            return {}
        if self._frame.closed:
            return dict.fromkeys(permissions.WRITES, "the board is closed")
        absent = Cards(self.name, self.profile, self._frame).absent()
        why = "the board has no custom field of this name: add one that holds numbers"
        return {f"field {name}": why for name in absent}

    def notes(self) -> tuple[str, ...]:
        """Return which of the board's custom fields each line of the profile found."""
        frame = self._frame or ask_frame(self.api, self.scope.board)
        return Cards(self.name, self.profile, frame).notes()

    def look(self, uids: Sequence[str]) -> Mapping[str, Issue | None]:
        """Return these cards as they are now, None for those deleted or moved to another board."""
        wanted = [uid.partition(":")[2] for uid in uids]
        if not wanted:
            return {}
        found = self._look_at_all(wanted) if len(wanted) > FEW and not self._large else None
        if found is None:
            found = self._look_at_each(wanted)
        return {f"{self.name}:{card}": found.get(card) for card in wanted}

    def _look_at_each(self, wanted: Sequence[str]) -> dict[str, Issue]:
        """Ask for each card, ten a request, the board's frame among them."""
        routes = [within_batch(f"/cards/{card}", ONE) for card in wanted]
        routes.insert(0, within_batch(f"/boards/{self.scope.board}", FRAME))
        board, *cards = self.api.many(routes, operation="look at cards again")
        if not isinstance(board, dict):
            raise NotFound(self.name, "look at cards again", f"there is no board {self.scope.board} any more")
        self._frame = frame = frame_of(board)
        translate = Cards(self.name, self.profile, frame)
        present = [c for c in cards if isinstance(c, dict) and said(c.get("idBoard")) in ("", frame.id)]
        self._carried.update((card["id"], words(card.get("idLabels"))) for card in present)
        return {card["id"]: translate.issue(card) for card in present}

    def _look_at_all(self, wanted: Sequence[str]) -> dict[str, Issue] | None:
        """Ask for the whole board at once; None where it does not fit into one answer."""
        try:
            board = self.api.get(f"/boards/{self.scope.board}", NESTED, operation="look at cards again")
        except AccessRefused as error:
            if not too_large(error):
                raise
            self._large = True
            return None
        cards = self.api.checked(members(board).get("cards"), "look at cards again")
        if len(cards) >= MOST:
            self._large = True
            return None
        self._frame = frame = frame_of(board)
        translate, checklists, asked = Cards(self.name, self.profile, frame), by_card(board), set(wanted)
        present = [card for card in cards if card["id"] in asked]
        self._carried.update((card["id"], words(card.get("idLabels"))) for card in present)
        return {card["id"]: translate.issue(card, checklists.get(card["id"], ())) for card in present}

    def order(self, lane: str) -> tuple[str, ...]:
        """Return the open cards of one list, top first, those that are never ranked too."""
        return tuple(f"{self.name}:{card}" for card, _ in self.placed(lane))

    def placed(self, lane: str) -> list[Placed]:
        """Return the open cards of one list with their positions, top first; none where the list is gone."""
        try:
            cards = self.api.listed(
                f"/lists/{lane}/cards", {"fields": "id,pos"}, operation="read the order of a list"
            )
        except NotFound:
            return []
        return sorted(((c["id"], number(c.get("pos"))) for c in cards), key=lambda c: (c[1], c[0]))

    def comments(self, uids: Sequence[str]) -> Mapping[str, tuple[str, str] | None]:
        """Return posync's own comment on each card, the latest where there are several."""
        routes = [
            within_batch(
                f"/cards/{uid.partition(':')[2]}/actions",
                {"filter": "commentCard", "limit": MOST, "fields": "id,data,date"},
            )
            for uid in uids
        ]
        answers = self.api.many(routes, operation="look for posync's comments") if routes else []
        return {uid: self._own(answer) for uid, answer in zip(uids, answers, strict=True)}

    def _own(self, actions: object) -> tuple[str, str] | None:
        for action in actions if isinstance(actions, list) else ():
            text = unmarked(said(members(action.get("data")).get("text")), self.workspace)
            if text is not None:
                return said(action.get("id")), text
        return None

    def writes(self, changes: Sequence[Change]) -> tuple[Write, ...]:
        """Return one request per card and kind of change, in the order of `changes`; sends nothing."""
        return writes(self.name, changes, self._frame)

    def close(self) -> None:
        """Give back connections."""
        self._transport.close()
