"""Has anything changed? One request answers for ten boards."""

from __future__ import annotations

from collections.abc import Sequence

from posync.connectors.trello.client import TrelloApi
from posync.connectors.trello.frame import Frame, frame_of
from posync.connectors.trello.questions import FRAME, within_batch


def probe(api: TrelloApi, boards: Sequence[str]) -> dict[str, Frame | None]:
    """Return each board without its cards, ten boards a request; None for one that is not there.

    A board stands still while its frame's `seen` and `digest()` do. `seen` alone is not enough:
    archiving a list does not touch it (docs/sources.md, "Trello incremental").
    """
    routes = [within_batch(f"/boards/{board}", FRAME) for board in boards]
    answers = api.many(routes, operation="look for changes")
    return {
        board: frame_of(answer) if isinstance(answer, dict) else None
        for board, answer in zip(boards, answers, strict=True)
    }
