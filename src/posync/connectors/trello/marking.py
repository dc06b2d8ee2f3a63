"""Leave a workspace's marker on a board: one label, made once and renamed ever after."""

from __future__ import annotations

from posync.connectors.trello.claims import own_marker, text_of
from posync.connectors.trello.client import TrelloApi
from posync.connectors.trello.frame import Frame, label_of, objects
from posync.connectors.trello.scope import TrelloScope
from posync.errors import UnexpectedPayload
from posync.model.claim import Claim


def mark(api: TrelloApi, scope: TrelloScope, frame: Frame, claim: Claim) -> Frame | None:
    """Return the board with a claim's marker, made or renamed just now; None where it says the same already."""
    label, name = own_marker(frame, claim), text_of(claim, scope, frame)
    if label is not None and label.name == name:
        return None
    if label is None:
        body = {"name": name, "color": None, "idBoard": frame.id}
        answer = api.send("POST", "/labels", body, operation="mark the board")
    else:
        answer = api.send("PUT", f"/labels/{label.id}", {"name": name}, operation="mark the board")
    made = {one["id"]: label_of(one) for one in objects([answer])}
    if not made:
        raise UnexpectedPayload(api.tracker, "mark the board", "the answer does not show the label")
    return frame._replace(labels={**frame.labels, **made})
