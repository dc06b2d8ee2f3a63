"""Has anything changed? One request answers for ten boards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from posync.connectors.trello.client import TrelloApi
from posync.connectors.trello.frame import Frame, frame_of
from posync.connectors.trello.questions import FRAME, within_batch
from posync.connectors.trello.shapes import BOARD


class Watch:
    """The boards of one account, pulled side by side: whoever asks first asks for all of them."""

    def __init__(self) -> None:
        self._boards: dict[str, str] = {}  # by tracker
        self._answers: dict[str, Frame | None] = {}  # by tracker, until taken
        self._asked = False
        self._asking = Lock()
        self.dated: datetime | None = None  # Trello's own time of the latest answer for all

    def join(self, tracker: str, board: str) -> None:
        """Let a tracker's board be asked for together with the others."""
        self._boards[tracker] = board

    def begin(self) -> None:
        """Note that all are about to be pulled: what was answered before says nothing any more."""
        with self._asking:
            self._answers, self._asked = {}, False

    def frame(self, api: TrelloApi) -> Frame | None:
        """Return the board of a tracker, without its cards; None where it is not there.

        Each answer serves once. Where the request for all fails, only the tracker that sent it is told,
        and the others ask for themselves.
        """
        with self._asking:
            if not self._asked:
                self._asked = True
                frames = probe(api, list(dict.fromkeys(self._boards.values())))
                self.dated = api.dated
                self._answers = {tracker: frames[board] for tracker, board in self._boards.items()}
            if api.tracker in self._answers:
                return self._answers.pop(api.tracker)
        board = self._boards[api.tracker]
        return probe(api, [board])[board]


def probe(api: TrelloApi, boards: Sequence[str]) -> dict[str, Frame | None]:
    """Return each board without its cards, ten boards a request; None for one that is not there.

    A board stands still while its frame's `seen` and `digest()` do. `seen` alone is not enough:
    archiving a list does not touch it (docs/sources.md, "Trello incremental").
    """
    routes = [within_batch(f"/boards/{board}", FRAME) for board in boards]
    operation = "look for changes"
    answers = api.many(routes, operation=operation)
    return {
        board: None if answer is None else frame_of(BOARD.checked(api.tracker, operation, answer))
        for board, answer in zip(boards, answers, strict=True)
    }
