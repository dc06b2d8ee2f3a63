"""What an account may do on a board, as far as Trello says so."""

from __future__ import annotations

from posync.connectors.base import Capability
from posync.connectors.trello.client import TrelloApi
from posync.connectors.trello.frame import members, objects, said
from posync.connectors.trello.pages import ask_board
from posync.connectors.trello.questions import FRAME

_MAY_EDIT = ("admin", "normal")
WRITES = {
    "rank": "no card is moved",
    "label": "no label is put on a card or taken off",
    "comment": "nothing is explained on the card itself",
    "field": "no custom field is written",
}
_UNKNOWN = (
    "the account may edit the board; whether this token may, Trello does not say before the first write"
)
_RELEASE = Capability(
    "release",
    granted=False,
    because="Trello has no releases",
    consequence="releases show as labels, where a pack names one (releases: label)",
)


def capabilities(api: TrelloApi, board: str) -> tuple[Capability, ...]:
    """Return what the account may do; raises TrackerError where it may not even read the board.

    Whether the token may write stays unknown: `GET /tokens/{token}` has the token in its path, where logs
    would keep it, and `GET /members/{id}/tokens` lists all of a member's tokens without saying which one asks.
    """
    me = members(api.get("/members/me", {"fields": "id,username"}, operation="check the account"))
    found = ask_board(api, board, {**FRAME, "memberships": "all"})
    listed = objects(found.get("memberships"))
    role = next((said(one.get("memberType")) for one in listed if one.get("idMember") == me.get("id")), "")
    role = role if "memberships" in found else _MAY_EDIT[-1]
    why = _why_not(role, closed=found.get("closed") is True)
    fields = "" if objects(found.get("customFields")) else "the board has no custom fields"
    read = Capability("read", granted=True, because=f"as {said(me.get('username')) or 'a member'}")
    writes = (_write(name, why or (fields if name == "field" else "")) for name in WRITES)
    return (read, *writes, _RELEASE)


def _write(name: str, why_not: str) -> Capability:
    if why_not:
        return Capability(name, granted=False, because=why_not, consequence=WRITES[name])
    return Capability(
        name, granted=True, because=_UNKNOWN, consequence=f"if not, {WRITES[name]}", known=False
    )


def _why_not(role: str, *, closed: bool) -> str:
    if closed:
        return "the board is closed"
    if role in _MAY_EDIT:
        return ""
    return f"this account is {role} on the board" if role else "this account is no member of the board"
