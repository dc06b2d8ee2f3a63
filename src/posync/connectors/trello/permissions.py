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
_NO_FIELDS = "the board has no custom fields", "Where scores are to be written, add a field of numbers to it."
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
    fields = ("", "") if objects(found.get("customFields")) else _NO_FIELDS
    read = Capability("read", granted=True, because=f"as {said(me.get('username')) or 'a member'}")
    writes = (_write(name, *(why if why[0] or name != "field" else fields)) for name in WRITES)
    return (read, *writes, _RELEASE)


def _write(name: str, why_not: str, remedy: str) -> Capability:
    if why_not:
        return Capability(name, granted=False, because=why_not, consequence=WRITES[name], remedy=remedy)
    return Capability(
        name, granted=True, because=_UNKNOWN, consequence=f"if not, {WRITES[name]}", known=False
    )


def _why_not(role: str, *, closed: bool) -> tuple[str, str]:
    """Return why nothing may be written and what to do about it; nothing of either where it may."""
    if closed:
        return "the board is closed", "Open it again in Trello: nobody can change a closed board."
    if role in _MAY_EDIT:
        return "", ""
    why = f"this account is {role} on the board" if role else "this account is no member of the board"
    return why, "An administrator of the board can make it a normal member."
