"""Look again at cards and lists of one board, all of them in as few requests as can be.

A list is read with little of each card: enough to show its order, and which cards have stayed as they
were when they were last read whole. Only the others are read whole again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from posync.connectors.profile import Profile
from posync.connectors.trello.cards import Cards, labels_of
from posync.connectors.trello.client import BATCH, TrelloApi
from posync.connectors.trello.frame import Frame, frame_of, number, said, words
from posync.connectors.trello.pages import by_card, too_large
from posync.connectors.trello.positions import Placed
from posync.connectors.trello.questions import FRAME, LISTED, MOST, NESTED, ONE, within_batch
from posync.connectors.trello.shapes import BOARD
from posync.errors import AccessRefused, NotFound
from posync.model.issue import Issue

FEW = 30
"""Cards looked at again one by one, ten a request; more of them come cheaper with their whole board."""

_OPERATION = "look at cards again"
_Card = Mapping[str, Any]
_Stamp = tuple[str, tuple[str, ...], tuple[str, ...]]


class Seen:
    """What a look found: issues by card (those that are there), and lists by id, top first."""

    def __init__(self) -> None:
        self.issues: dict[str, Issue] = {}
        self.lists: dict[str, list[Placed]] = {}


class Looking:
    """Looks at one board; `carried` are the label ids of each card as last read, `frame` the board itself."""

    def __init__(self, api: TrelloApi, board: str, profile: Profile, tracker: str) -> None:
        self.api, self.board, self.profile, self.tracker = api, board, profile, tracker
        self.frame: Frame | None = None
        self.large = False
        self.carried: dict[str, list[str]] = {}
        self._known: dict[str, tuple[_Stamp, Issue]] = {}
        self._means: object = None  # the lists and custom fields that the known issues were read by

    def at(self, wanted: Sequence[str], lists: Sequence[str]) -> Seen:
        """Return these cards and lists as they are now; a list that is gone is empty."""
        seen = Seen()
        if 1 + len(wanted) + len(lists) > BATCH:
            self._glance(seen, wanted, lists)
        missing = [card for card in wanted if card not in seen.issues]
        if len(missing) > FEW and not self.large:
            missing = self._whole(seen, missing, lists)
        unread = [one for one in lists if one not in seen.lists]
        if missing or unread:
            self._ask(seen, missing, unread)
        return seen

    def forget(self, cards: Iterable[str]) -> None:
        """Note that posync writes to these cards: they will have changed when they are looked at again."""
        for card in cards:
            self._known.pop(card, None)

    def _glance(self, seen: Seen, wanted: Sequence[str], lists: Sequence[str]) -> None:
        """Read lists of which cards were read before; what has not changed since is seen again."""
        known = [card for card in wanted if card in self._known]
        if 2 * len(known) > len(wanted):
            homes = (self._known[card][1].lane for card in known)
            self._ask(seen, (), list(dict.fromkeys((*lists, *homes))), frozenset(known))

    def _ask(
        self,
        seen: Seen,
        wanted: Sequence[str],
        lists: Sequence[str],
        known: Collection[str] = (),
    ) -> None:
        """Ask for the board's frame, lists and cards, ten a request."""
        routes = [within_batch(f"/boards/{self.board}", FRAME)]
        routes += [within_batch(f"/lists/{one}/cards", LISTED) for one in lists]
        routes += [within_batch(f"/cards/{card}", ONE) for card in wanted]
        board, *answers = self.api.many(routes, operation=_OPERATION)
        if board is None:
            raise NotFound(self.tracker, _OPERATION, f"there is no board {self.board} any more")
        frame = self._framed(frame_of(BOARD.checked(self.tracker, _OPERATION, board)))
        for one, answer in zip(lists, answers, strict=False):
            cards = self.api.checked(answer, _OPERATION) if answer is not None else []
            seen.lists[one] = placed(cards)
            seen.issues.update(self._unchanged(cards, one, known))
        cards = self.api.checked([card for card in answers[len(lists) :] if card is not None], _OPERATION)
        self._take(seen, [c for c in cards if said(c.get("idBoard")) in ("", frame.id)], {})

    def _whole(self, seen: Seen, wanted: Sequence[str], lists: Sequence[str]) -> list[str]:
        """Ask for the whole board at once; return the cards that the answer has not, where it may be cut."""
        try:
            board = self.api.get(f"/boards/{self.board}", NESTED, operation=_OPERATION)
        except AccessRefused as error:
            if not too_large(error):
                raise
            self.large = True
            return list(wanted)
        cards = self.api.checked(BOARD.checked(self.tracker, _OPERATION, board).get("cards"), _OPERATION)
        self._framed(frame_of(board))
        there = {card["id"]: card for card in cards}
        self._take(seen, [there[card] for card in wanted if card in there], by_card(board))
        self.large = len(cards) >= MOST
        if self.large:
            return [card for card in wanted if card not in there]
        for one in lists:
            seen.lists[one] = placed(
                c for c in cards if c.get("idList") == one and c.get("closed") is not True
            )
        return []

    def _framed(self, frame: Frame) -> Frame:
        """Take in the board's frame; what was read by other lists or fields is not known any more."""
        means = (frame.lists, frame.fields)
        if means != self._means:
            self._known.clear()
        self.frame, self._means = frame, means
        return frame

    def _take(
        self, seen: Seen, cards: Iterable[_Card], checklists: Mapping[str, list[dict[str, Any]]]
    ) -> None:
        """Note cards that were read whole."""
        assert self.frame is not None
        translate = Cards(self.tracker, self.profile, self.frame)
        for card in cards:
            identity = card["id"]
            issue = translate.issue(card, checklists.get(identity, ()))
            seen.issues[identity] = issue
            self._known[identity] = self._stamp(card), issue
            self.carried[identity] = words(card.get("idLabels"))

    def _unchanged(self, cards: Iterable[_Card], home: str, known: Collection[str]) -> dict[str, Issue]:
        """Return the known issues whose cards show that nothing has happened to them since."""
        found = {}
        for card in cards:
            identity = card["id"]
            if identity in known and identity in self._known:
                stamp, issue = self._known[identity]
                if issue.lane == home and stamp[0] and stamp == self._stamp(card):
                    found[identity] = issue
        return found

    def _stamp(self, card: _Card) -> _Stamp:
        """Return what changes whenever a card does; docs/sources.md, "Trello looking again"."""
        assert self.frame is not None
        labels = tuple(words(card.get("idLabels")))
        return said(card.get("dateLastActivity")), labels, labels_of(card, self.frame.labels)


def placed(cards: Iterable[_Card]) -> list[Placed]:
    """Return cards with their positions, top first."""
    return sorted(((c["id"], number(c.get("pos"))) for c in cards), key=lambda c: (c[1], c[0]))
