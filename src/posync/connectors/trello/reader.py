"""Read one Trello board: whole, by a probe whether it changed, and again a few cards at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from posync.connectors.base import Capability, Sight, Ways, unmarked
from posync.connectors.profile import Profile
from posync.connectors.transport import ReadTransport
from posync.connectors.trello import permissions
from posync.connectors.trello.cards import Cards
from posync.connectors.trello.client import TrelloApi
from posync.connectors.trello.frame import Frame, members, said
from posync.connectors.trello.looking import Looking, Seen, placed
from posync.connectors.trello.pages import ask_frame
from posync.connectors.trello.positions import Placed
from posync.connectors.trello.pulling import Pull
from posync.connectors.trello.questions import MOST, within_batch
from posync.connectors.trello.scope import TrelloScope
from posync.connectors.trello.watching import Watch
from posync.errors import NotFound
from posync.model.issue import Issue
from posync.model.observation import Keep, Memory, Observation

if TYPE_CHECKING:
    from posync.model.change import Change
    from posync.model.claim import Claim, Claimed, Scope
    from posync.model.plan import Write

# What words and reads writes is imported where it is needed: a pull is over before it would be loaded.
# ruff: noqa: PLC0415


class TrelloReader:
    """A board as a tracker that can be read; see `Reader` for what each method promises.

    Archived cards are part of the picture, for nothing is to be lost, but never ranked.
    """

    kind = "trello"
    ways = Ways(labels_fold=True)
    rank_batch = 1

    def __init__(
        self,
        api: TrelloApi,
        transport: ReadTransport,
        scope: TrelloScope,
        profile: Profile,
        workspace: str,
        *,
        watch: Watch | None = None,
    ) -> None:
        self.name = transport.tracker
        self.api, self.scope, self.profile, self.workspace = api, scope, profile, workspace
        self._transport = transport
        self._looking = Looking(api, scope.board, profile, self.name)
        self._watch = watch or Watch()
        self._watch.join(self.name, scope.board)

    @property
    def _frame(self) -> Frame | None:
        """The board without its cards, as last seen."""
        return self._looking.frame

    @_frame.setter
    def _frame(self, frame: Frame | None) -> None:
        self._looking.frame = frame

    @property
    def place(self) -> str:
        """The site's base address as it is compared."""
        return self.api.place

    @property
    def requests(self) -> int:
        """Requests sent so far, retries included."""
        return self._transport.tally.requests

    def pull(self, memory: Memory | None, keep: Keep) -> Observation:
        """Hand over every card in scope, or nothing where the board stood still since `memory`."""
        pull = Pull(self.api, self.scope, self.profile, self.name, self._watch)
        observation = pull.run(memory, keep)
        self._looking.frame, self._looking.large = pull.frame, len(observation.order) >= MOST
        return observation

    def capabilities(self, keys: Callable[[], Iterable[str]] = tuple) -> tuple[Capability, ...]:  # noqa: ARG002 - Jira's
        """Return what this account may do on this board; Trello tells a token's own rights to nobody."""
        return permissions.capabilities(self.api, self.scope.board)

    def forbidden(self) -> Mapping[str, str]:
        """Return what is already known to be impossible: everything, on a closed board; fields it does not have."""
        if self._frame is None:
            return {}
        if self._frame.closed:
            return dict.fromkeys(permissions.WRITES, "the board is closed")
        fields = Cards(self.name, self.profile, self._frame).unwritable()
        return {f"field {name}": why for name, why in fields.items()}

    def notes(self) -> tuple[str, ...]:
        """Return which of the board's custom fields each line of the profile found."""
        frame = self._frame or ask_frame(self.api, self.scope.board)
        return Cards(self.name, self.profile, frame).notes()

    def look(self, uids: Sequence[str]) -> Mapping[str, Issue | None]:
        """Return these cards as they are now, None for those deleted or moved to another board."""
        return self.survey(uids, ()).issues

    def survey(self, uids: Sequence[str], lanes: Sequence[str]) -> Sight:
        """Return these cards and lists as they are now, together."""
        if not uids and not lanes:
            return Sight()
        wanted = [uid.partition(":")[2] for uid in uids]
        return self._sight(uids, lanes, self._looking.at(wanted, lanes))

    def _sight(self, uids: Sequence[str], lanes: Sequence[str], seen: Seen) -> Sight:
        return Sight(
            {uid: seen.issues.get(uid.partition(":")[2]) for uid in uids},
            {lane: self._in_order(seen.lists[lane]) for lane in lanes},
        )

    def _in_order(self, cards: Sequence[Placed]) -> tuple[str, ...]:
        return tuple(f"{self.name}:{card}" for card, _ in cards)

    def order(self, lane: str) -> tuple[str, ...]:
        """Return the open cards of one list, top first, those that are never ranked too."""
        return self._in_order(self.placed(lane))

    def placed(self, lane: str) -> list[Placed]:
        """Return the open cards of one list with their positions, top first; none where the list is gone."""
        try:
            cards = self.api.listed(
                f"/lists/{lane}/cards", {"fields": "id,pos"}, operation="read the order of a list"
            )
        except NotFound:
            return []
        return placed(cards)

    def comments(self, uids: Sequence[str]) -> Mapping[str, tuple[str, str] | None]:
        """Return posync's own comment on each card, the oldest where there are several."""
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
        for action in reversed(actions) if isinstance(actions, list) else ():  # they come newest first
            text = unmarked(said(members(action.get("data")).get("text")), self.workspace)
            if text is not None:
                return said(action.get("id")), text
        return None

    def writes(self, changes: Sequence[Change]) -> tuple[Write, ...]:
        """Return one request per card and kind of change, in the order of `changes`; sends nothing."""
        from posync.connectors.trello.writing import writes

        return writes(self.name, changes, self._frame)

    def scopes(self, keys: Iterable[str]) -> tuple[Scope, ...]:  # noqa: ARG002 - a tracker is one board
        """Return the board, or the lists of it, whichever cards are meant."""
        from posync.model.claim import Scope

        return (Scope(kind="trello", place=self.scope.board, lists=tuple(self.scope.lists)),)

    def claimed(self, scope: Scope) -> Claimed:
        """Return what the markers on the board say, as it was seen last."""
        from posync.connectors.trello.claims import claimed

        if self._frame is None:
            self._frame = ask_frame(self.api, self.scope.board)
        return claimed(self._frame, scope, self.scope, self.workspace, self.name)

    def marking(self, claim: Claim) -> Write:
        """Return the write that makes, or renames, this tracker's marker."""
        from posync.connectors.trello.claims import own_marker
        from posync.connectors.trello.writing import marking

        return marking(claim, own_marker(self._frame, claim) if self._frame else None)

    def unmarking(self, claim: Claim) -> str:
        """Return which label a person deletes."""
        from posync.connectors.trello.claims import by_hand

        return by_hand(claim)

    def marked(self, claim: Claim) -> bool:
        """Whether the board's marker says exactly this, asked anew."""
        from posync.connectors.trello.claims import own_marker, text_of

        self._frame = frame = ask_frame(self.api, self.scope.board)
        label = own_marker(frame, claim)
        return label is not None and label.name == text_of(claim, self.scope, frame)

    def close(self) -> None:
        """Give back connections."""
        self._transport.close()
