"""The Trello side of the world: boards with their lists, cards, labels, checklists and comments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from posync.sandbox.clock import Clock, trello_time
from posync.sandbox.exchange import encode
from posync.sandbox.refusals import Refusal

Json = dict[str, Any]


@dataclass
class Board:
    """One board: its raw JSON apart from the collections, which are kept raw too."""

    raw: Json
    lists: list[Json] = field(default_factory=list)
    labels: list[Json] = field(default_factory=list)
    cards: dict[str, Json] = field(default_factory=dict)
    checklists: list[Json] = field(default_factory=list)
    custom_fields: list[Json] = field(default_factory=list)
    members: list[Json] = field(default_factory=list)
    actions: list[Json] = field(default_factory=list)  # newest first

    @property
    def id(self) -> str:
        """Return the board's id."""
        return str(self.raw["id"])

    def list_of(self, number: str) -> Json | None:
        """Return a list by id."""
        return next((one for one in self.lists if one["id"] == number), None)

    def label(self, number: str) -> Json | None:
        """Return a label by id."""
        return next((one for one in self.labels if one["id"] == number), None)

    def in_list(self, number: str, *, closed: bool | None = False) -> list[Json]:
        """Return the cards of a list; `closed=None` for open and archived ones."""
        found = [card for card in self.cards.values() if card.get("idList") == number]
        return [card for card in found if closed is None or bool(card.get("closed")) is closed]

    def comments(self) -> Iterator[Json]:
        """Yield the comments, newest first."""
        return (one for one in self.actions if one["type"] in {"commentCard", "copyCommentCard"})


class TrelloWorld:
    """All boards; `revision` grows with every change."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.boards: dict[str, Board] = {}
        self.homes: dict[str, Board] = {}  # card id and short link -> board
        self.encoded: dict[str, dict[object, bytes]] = {}  # card id -> question -> JSON
        self.revision = 0
        self._serial = 0

    def next_id(self) -> str:
        """Return a new object id: the second in hexadecimal, then a serial number."""
        self._serial += 1
        return f"{self.clock.now() // 1000:08x}{self._serial:016x}"

    def board(self, wanted: str) -> Board | None:
        """Return a board by id or short link."""
        found = self.boards.get(wanted)
        return found or next((b for b in self.boards.values() if b.raw.get("shortLink") == wanted), None)

    def card(self, wanted: str) -> tuple[Board, Json]:
        """Return a card and its board, by id or short link; raises Refusal (404)."""
        board = self.homes.get(wanted)
        if board is None:
            raise Refusal.trello(404, "The requested resource was not found.")
        card = board.cards.get(wanted)
        return board, card or next(c for c in board.cards.values() if c.get("shortLink") == wanted)

    def add_board(self, board: Board) -> None:
        """Put a board into the world."""
        self.boards[board.id] = board
        for card in board.cards.values():
            self._house(board, card)
        self.revision += 1

    def add_card(self, board: Board, card: Json) -> None:
        """Put a card on a board."""
        board.cards[card["id"]] = card
        self._house(board, card)
        self.changed(board, card)

    def _house(self, board: Board, card: Json) -> None:
        self.homes[card["id"]] = board
        if card.get("shortLink"):
            self.homes[card["shortLink"]] = board

    def remove_card(self, board: Board, card: Json) -> None:
        """Delete a card for good, with its checklists and comments."""
        del board.cards[card["id"]]
        self.homes.pop(card["id"], None)
        self.homes.pop(card.get("shortLink", ""), None)
        self.encoded.pop(card["id"], None)
        board.checklists = [one for one in board.checklists if one.get("idCard") != card["id"]]
        board.actions = [one for one in board.actions if card_of(one) != card["id"]]
        self.changed(board)

    def move_card(self, source: Board, card: Json, target: Board, number: str) -> None:
        """Move a card to a list of another board; labels stay behind, as on Trello."""
        del source.cards[card["id"]]
        card |= {"idBoard": target.id, "idList": number, "idLabels": [], "labels": []}
        moved = [one for one in source.checklists if one.get("idCard") == card["id"]]
        source.checklists = [one for one in source.checklists if one.get("idCard") != card["id"]]
        target.checklists += [one | {"idBoard": target.id} for one in moved]
        self.changed(source)
        self.add_card(target, card)

    def changed(self, board: Board, card: Json | None = None) -> None:
        """Note that a card, and so its board, was changed just now."""
        now = trello_time(self.clock.now())
        board.raw["dateLastActivity"] = now
        if card is not None:
            card["dateLastActivity"] = now
            self.encoded.pop(card["id"], None)
        self.revision += 1

    def forget(self, cards: Sequence[Json]) -> None:
        """Drop what is kept of cards that were changed without being touched, as by re-spacing."""
        for card in cards:
            self.encoded.pop(card["id"], None)

    def encode_card(self, card: Json, question: object, shape: Json) -> bytes:
        """Return a shaped card as JSON and keep it until the card changes."""
        known = self.encoded.setdefault(card["id"], {})
        known[question] = encode(shape)
        return known[question]


def card_of(action: Json) -> str:
    """Return the id of the card an action is about, "" where it is about none."""
    return str(((action.get("data") or {}).get("card") or {}).get("id", ""))
