"""A board of any size, whole: in one answer where Trello gives it, else page by page with proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from posync.connectors.trello.client import Params, TrelloApi
from posync.connectors.trello.frame import Frame, frame_of, objects, said, words
from posync.connectors.trello.questions import FRAME, MOST, NESTED, page, within_batch
from posync.connectors.trello.shapes import BOARD
from posync.errors import AccessRefused, Incomplete, NotFound, TrackerError

SMALLEST = 25
"""Cards a page: where Trello still finds these too many, something else is wrong."""
MOST_PAGES = 10_000
_TOO_LARGE = ("too_many", "too many")
"""How Trello words its refusal of a large answer; both come with status 403."""


class Whole(NamedTuple):
    """A board's frame, its cards as they arrive, and in the end how it was shown that none is missing."""

    frame: Frame
    pages: Iterator[list[dict[str, Any]]]
    proof: list[str]
    checklists: Mapping[str, list[dict[str, Any]]] = {}

    @property
    def shown_by(self) -> str:
        """Return the proof; only true once all pages are read."""
        return self.proof[-1] if self.proof else ""


def whole_board(api: TrelloApi, board: str, *, large: bool = False, frame: Frame | None = None) -> Whole:
    """Return a board with all its cards; `large` skips the attempt to have it in one answer.

    `frame` is the board without its cards, where it was just asked for.
    """
    if large:
        return _paged(api, board, frame or ask_frame(api, board))
    try:
        answer = ask_board(api, board, NESTED)
    except AccessRefused as error:
        if not too_large(error):
            raise
        return _paged(api, board, frame or ask_frame(api, board))
    cards = api.checked(answer.get("cards"), "pull the board")
    if len(cards) >= MOST:  # where an answer is full, nobody knows what is behind it
        proof: list[str] = []
        return Whole(frame_of(answer), _onward(api, board, cards, proof), proof, by_card(answer))
    return Whole(
        frame_of(answer), iter([cards]), ["one answer, below Trello's limit for one"], by_card(answer)
    )


def ask_frame(api: TrelloApi, board: str) -> Frame:
    """Return a board without its cards."""
    return frame_of(ask_board(api, board, FRAME))


def ask_board(api: TrelloApi, board: str, params: Mapping[str, str | int]) -> dict[str, Any]:
    """Return a board's JSON; raises NotFound where there is none, which Trello also words as `invalid id`."""
    try:
        answer = api.get(f"/boards/{board}", params, operation="pull the board")
    except TrackerError as error:
        if error.status not in (400, 404):
            raise
        remedy = "Put the board's id, or the short link in its address, under scope.board; the account must see it."
        raise NotFound(
            api.tracker, "pull the board", f"there is no board {board}", status=404, remedy=remedy
        ) from None
    found: dict[str, Any] = BOARD.checked(api.tracker, "pull the board", answer)
    return found


def too_large(error: TrackerError) -> bool:
    """Whether Trello refused only because the answer would be too large."""
    return any(words in error.detail.casefold() for words in _TOO_LARGE)


def by_card(board: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return a board's checklists by the card they stand on; old exports say it on the card only."""
    owner = {
        one: card["id"] for card in objects(board.get("cards")) for one in words(card.get("idChecklists"))
    }
    found: dict[str, list[dict[str, Any]]] = {}
    for checklist in objects(board.get("checklists")):
        card = said(checklist.get("idCard")) or owner.get(checklist["id"], "")
        found.setdefault(card, []).append(checklist)
    return found


def _paged(api: TrelloApi, board: str, frame: Frame) -> Whole:
    proof: list[str] = []
    return Whole(frame, _pages(api, board, proof), proof)


def _onward(
    api: TrelloApi, board: str, cards: list[dict[str, Any]], proof: list[str]
) -> Iterator[list[dict[str, Any]]]:
    """Yield a full first answer and what is behind it, if it is shown to be the newest cards; else all pages."""
    oldest = min(card["id"] for card in cards)
    newest: Params = {"filter": "all", "fields": "id", "limit": MOST}
    routes = [within_batch(f"/boards/{board}/cards", params) for params in (newest, page(MOST, oldest))]
    try:
        answers = api.many(routes, operation="pull the board")
    except AccessRefused as error:
        if not too_large(error):
            raise
        answers = [[], []]
    census, older = (api.checked(answer, "pull the board") for answer in answers)
    if {card["id"] for card in census} != {card["id"] for card in cards}:
        yield from _pages(api, board, proof)
        return
    yield cards
    yield older
    if len(older) < MOST:
        proof.append("2 pages, the first shown to be the newest cards, the last one not full")
    else:
        yield from _pages(api, board, proof, before=min(card["id"] for card in older), first=3)


def _pages(
    api: TrelloApi, board: str, proof: list[str], *, before: str | None = None, first: int = 1
) -> Iterator[list[dict[str, Any]]]:
    """Yield pages, newest cards first, until one is not full; raises Incomplete on a repeated card."""
    size = MOST
    for number in range(first, MOST_PAGES):
        cards, size = _page(api, board, size, before)
        oldest = min((card["id"] for card in cards), default="")
        if before is not None and any(card["id"] >= before for card in cards):
            raise Incomplete(api.tracker, "pull the board", f"page {number} repeats cards of an earlier page")
        yield cards
        if len(cards) < size:
            proof.append(f"{number} pages without a repeated card, the last one not full")
            return
        before = oldest
    raise Incomplete(api.tracker, "pull the board", f"no end after {MOST_PAGES} pages")


def _page(api: TrelloApi, board: str, size: int, before: str | None) -> tuple[list[dict[str, Any]], int]:
    """Return one page and the page size that Trello put up with."""
    while True:
        try:
            return api.listed(f"/boards/{board}/cards", page(size, before), operation="pull the board"), size
        except AccessRefused as error:
            if size <= SMALLEST or not too_large(error):
                raise
            size //= 2
