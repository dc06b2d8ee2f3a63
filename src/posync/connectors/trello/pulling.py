"""One pull of a board: probe, then all of it, with proof that nothing is missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from posync.connectors.losing import lost_too_much
from posync.connectors.profile import Profile
from posync.connectors.transport import WORKERS
from posync.connectors.trello.cards import Cards, Place, moment, place
from posync.connectors.trello.client import BATCH, TrelloApi
from posync.connectors.trello.frame import BoardLabel, Frame, label_of, members, objects, said, words
from posync.connectors.trello.pages import whole_board
from posync.connectors.trello.questions import MOST, within_batch
from posync.connectors.trello.scope import TrelloScope
from posync.connectors.trello.watching import Watch
from posync.errors import Incomplete
from posync.model.observation import Keep, Memory, Observation

_VERSION = 1
"""Raised when cards are translated differently, so that unchanged boards are read anew."""
_ROUND = BATCH * WORKERS
"""Cards asked for at once, ten a request."""
_OTHER_LIST, _OTHER_BOARD = "moved to a list outside the scope", "moved to another board"
_LOST = "deleted, or moved to a board this account may not see"
_UNASKED = "no longer on the board, and not asked for: so many are lost that the pull is refused anyway"


class Pull:
    """Observes one board; `frame` is what it saw of the board itself."""

    def __init__(
        self, api: TrelloApi, scope: TrelloScope, profile: Profile, tracker: str, watch: Watch
    ) -> None:
        self.api, self.scope, self.profile, self.tracker = api, scope, profile, tracker
        self.watch = watch
        self.frame: Frame | None = None
        self.warnings: list[str] = []
        self._foreign: dict[str, BoardLabel] = {}

    def run(self, memory: Memory | None, keep: Keep) -> Observation:
        """Return how the pull ended; one request where nothing changed since `memory`."""
        before = self._remembered(memory)
        frame = self.watch.frame(self.api) if before is not None else None
        if before is not None and frame is not None:
            unchanged = self._unchanged(before, frame)
            if unchanged is not None:
                return unchanged
        return self._whole(memory, keep, frame)

    def _remembered(self, memory: Memory | None) -> dict[str, Any] | None:
        """Return the note of the last pull, if it was made with this scope and profile."""
        try:
            note = json.loads(memory.cursor) if memory is not None else None
        except (ValueError, RecursionError):
            return None
        return note if isinstance(note, dict) and note.get("means") == self._means() else None

    def _means(self) -> str:
        """Return a digest of everything but the board that shapes an issue."""
        scope = [self.api.place, self.scope.board, list(self.scope.lists)]
        parts = [_VERSION, *scope, self.profile.model_dump_json()]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    def _unchanged(self, before: dict[str, Any], frame: Frame) -> Observation | None:
        if not frame.seen or [frame.seen, frame.digest()] != [before["seen"], before["digest"]]:
            return None
        self.frame = frame
        return Observation(
            order=tuple(f"{self.tracker}:{card}" for card in before["order"]),
            cursor=json.dumps(before | {"comments": True, "latest": self._latest(frame)}),
            shown_by=f"nothing changed on the board since {frame.seen}",
            full=False,
            warnings=_closed(frame),
        )

    def _whole(self, memory: Memory | None, keep: Keep, frame: Frame | None = None) -> Observation:
        """Read every card; `frame` is the board without them, where it was just asked for."""
        large = memory is not None and len(memory.known) >= MOST
        board = whole_board(self.api, self.scope.board, large=large, frame=frame)
        latest = self._latest(board.frame)
        self.frame, lanes = board.frame, self.scope.lanes(board.frame, self.tracker)
        self.warnings.extend(_closed(board.frame))
        places: dict[str, Place] = {}
        elsewhere: set[str] = set()
        for page in board.pages:
            cards = Cards(self.tracker, self.profile, self._with_labels(board.frame, page))
            mine = [card for card in page if not self.scope.lists or card.get("idList") in lanes]
            elsewhere.update(card["id"] for card in page)
            places.update((card["id"], place(card, board.frame)) for card in mine)
            keep([cards.issue(card, board.checklists.get(card["id"], ())) for card in mine])
        order = sorted(places, key=places.__getitem__)
        away = sum(put_away for put_away, *_ in places.values())
        gone = self._gone(memory, places, elsewhere) if memory is not None else {}
        return Observation(
            order=tuple(f"{self.tracker}:{card}" for card in order),
            cursor=self._note(board.frame, order, latest),
            shown_by=f"{board.shown_by}: {len(order)} cards, {away} of them archived",
            full=True,
            gone=gone,
            elsewhere=[card for card, why in gone.items() if why != _LOST],
            warnings=tuple(self.warnings),
        )

    def _latest(self, frame: Frame) -> int:
        """Return until when this pull knows of updates, by Trello's own clock: epoch milliseconds, 0 if it has none."""
        known = [when for when in (self.api.dated, self.watch.dated, moment(frame.seen)) if when is not None]
        return int(max(known).timestamp() * 1000) if known else 0

    def _note(self, frame: Frame, order: list[str], latest: int) -> str:
        """Return the cursor; `seen` is from before the cards, so that an edit during the pull is seen next time."""
        note = {
            "means": self._means(),
            "seen": frame.seen,
            "digest": frame.digest(),
            "order": order,
            "latest": latest,
            "site": self.api.place,
            "comments": True,  # every card tells how many it has, unasked
        }
        return json.dumps(note, separators=(",", ":"))

    def _with_labels(self, frame: Frame, cards: Iterable[Mapping[str, Any]]) -> Frame:
        """Return the frame with labels that cards carry though the board does not list them."""
        carried = {label for card in cards for label in words(card.get("idLabels"))}
        missing = sorted(carried - frame.labels.keys() - self._foreign.keys())
        if missing:
            routes = [within_batch(f"/labels/{label}", {"fields": "id,name,color"}) for label in missing]
            answers = self.api.many(routes, operation="look up labels that the board does not list")
            self._foreign.update({item["id"]: label_of(item) for item in objects(answers)})
            lost = len(missing) - len(self._foreign.keys() & set(missing))
            if lost:
                self.warnings.append(f"{lost} labels on cards are known to nobody, not even to Trello.")
        return frame._replace(labels={**frame.labels, **self._foreign}) if self._foreign else frame

    def _gone(self, memory: Memory, here: Collection[str], on_board: Collection[str]) -> dict[str, str]:
        """Return why each card left, asked of Trello itself; raises Incomplete where it did not leave.

        Raises it too, and asks for no more, once so many are lost that the pull is refused whatever became of the rest.
        """
        missing = [card for card in memory.known if card not in here]
        gone = {card: _OTHER_LIST for card in missing if card in on_board}
        asked = [card for card in missing if card not in on_board]
        for start in range(0, len(asked), _ROUND):
            deleted = sum(why == _LOST for why in gone.values())
            if start and memory.least and (not here or len(here) + len(missing) - deleted < memory.least):
                raise lost_too_much(self.tracker, memory, here, gone | dict.fromkeys(asked[start:], _UNASKED))
            cards = asked[start : start + _ROUND]
            routes = [within_batch(f"/cards/{card}", {"fields": "id,idBoard"}) for card in cards]
            answers = self.api.many(routes, operation="confirm that cards are gone")
            gone |= {card: self._left(card, answer) for card, answer in zip(cards, answers, strict=True)}
        return {f"{self.tracker}:{card}": why for card, why in gone.items()}

    def _left(self, card: str, answer: object) -> str:
        if answer is None:
            return _LOST
        if self.frame is not None and said(members(answer).get("idBoard")) != self.frame.id:
            return _OTHER_BOARD
        raise Incomplete(
            self.tracker,
            "pull the board",
            f"card {card} is on the board, but was missing from it",
            remedy="Pull again: somebody may have moved it at that very moment.",
        )


def _closed(frame: Frame) -> tuple[str, ...]:
    return ("The board is closed: it can be read, but nobody can change it.",) if frame.closed else ()
