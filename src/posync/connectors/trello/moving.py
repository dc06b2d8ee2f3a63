"""Move one card between two others, and be sure that it stands there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from posync.connectors.trello.client import TrelloApi
from posync.connectors.trello.frame import members, number
from posync.connectors.trello.positions import Placed, aside, between, slot
from posync.connectors.trello.reader import TrelloReader
from posync.model.change import Move
from posync.model.plan import Outcome, Result

FRESH = 10.0
"""Seconds for which a list that was read serves; each move since is entered in it."""
TRIES = 3
"""Attempts at one move: the server may re-space the list under it, and people may drag cards."""


@dataclass
class _Lane:
    """One list as it was read, kept up to date with posync's own moves."""

    cards: list[Placed]
    read: float


@dataclass
class Mover:
    """Carries out moves; `shares` says how many cards follow into the same gap (see `company`)."""

    reader: TrelloReader
    api: TrelloApi
    now: Callable[[], float]
    shares: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    _lanes: dict[str, _Lane] = field(default_factory=dict)

    def move(self, change: Move) -> Result:
        """Put a card where the change says; sends nothing where it stands there already.

        Where cards beside its place had to be spaced out first, the result says so and names them.
        """
        spaced: list[str] = []
        result = self._moved(change, spaced)
        return _telling(result, spaced) if spaced else result

    def _moved(self, change: Move, spaced: list[str]) -> Result:
        for attempt in range(TRIES + 1):
            cards = self._cards(change.lane, anew=attempt > 0)
            problem = _problem(change, cards)
            if problem:
                return Result(change=change.id, outcome=Outcome.SKIPPED, because=problem)
            if _stands(change, cards):
                return Result(change=change.id, outcome=Outcome.DONE if attempt else Outcome.ALREADY)
            if attempt < TRIES and self._put(change, cards, spaced):
                return Result(change=change.id, outcome=Outcome.DONE)
        because = f"the list changed {TRIES} times under the move; plan again"
        return Result(change=change.id, outcome=Outcome.FAILED, because=because)

    def _put(self, change: Move, cards: list[Placed], spaced: list[str]) -> bool:
        """Send the move; True where the answer shows that the card stands exactly where it was sent."""
        card = _id(change.uid)
        rest = [placed for placed in cards if placed[0] != card]
        at = slot(rest, _id(change.anchor), change.side)
        assert at is not None, "the anchor was checked"
        position = between(rest, at, *self.shares.get(change.id, (0, 0)))
        if position is None:
            self._make_room(rest, at, spaced)
            return False
        answer = members(self._send(card, position))
        if answer.get("idList") != change.lane or number(answer.get("pos")) != position:
            return False  # re-spaced, or dragged to another list meanwhile: read again
        rest.insert(at, (card, position))
        self._lanes[change.lane].cards = rest
        return True

    def _make_room(self, rest: list[Placed], at: int, spaced: list[str]) -> None:
        """Part cards that share a position: no single write can put another between them.

        No plan has these writes, for whether they are needed shows when the list is read. They leave the order as it
        is at every step, so that neither recovery nor undo has anything to put back; the move's result names them.
        """
        for card, position in aside(rest, at):
            spaced.append(card)
            self._send(card, position)

    def _send(self, card: str, position: float) -> Any:
        return self.api.send("PUT", f"/cards/{card}", {"pos": position}, operation="move a card")

    def read(self, lane: str) -> list[Placed]:
        """Return a list as it is now, and remember it for the moves to come."""
        return self.note(lane, self.reader.placed(lane))

    def note(self, lane: str, cards: list[Placed]) -> list[Placed]:
        """Remember a list as it was just read, for the moves to come."""
        self._lanes[lane] = _Lane(cards, self.now())
        return cards

    def _cards(self, lane: str, *, anew: bool) -> list[Placed]:
        held = self._lanes.get(lane)
        if held is None or anew or self.now() - held.read > FRESH:
            return self.read(lane)
        return held.cards


def _telling(result: Result, spaced: list[str]) -> Result:
    """Return a result that also says which cards were spaced out, in how many writes that no plan has."""
    many = f"{len(spaced)} more write{'' if len(spaced) == 1 else 's'} than planned"
    why = f"cards beside its place shared one position and were spaced out in the same order: {many}"
    because = f"{result.because}; {why}" if result.because else why
    return result.model_copy(update={"because": because, "receipt": {"spaced": " ".join(spaced)}})


def _id(uid: str) -> str:
    return uid.partition(":")[2]


def _problem(change: Move, cards: list[Placed]) -> str:
    """Return why a move cannot be made any more; empty where it can."""
    present = {card for card, _ in cards}
    if _id(change.uid) not in present:
        return "the card has left its list, or was archived, since the plan"
    if _id(change.anchor) not in present:
        return "the card it was to stand next to has left the list since the plan"
    return ""


def _stands(change: Move, cards: list[Placed]) -> bool:
    """Whether the card stands directly on the wanted side of its anchor, with no doubt about the order."""
    order = [card for card, _ in cards]
    at, anchor = order.index(_id(change.uid)), order.index(_id(change.anchor))
    if at - anchor != (1 if change.side == "below" else -1):
        return False
    return cards[at][1] != cards[anchor][1]
