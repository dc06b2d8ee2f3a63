"""Comments on cards, which Trello keeps as actions."""

from __future__ import annotations

from typing import Any

from posync.sandbox.clock import trello_time
from posync.sandbox.exchange import Answer, Call, answer
from posync.sandbox.refusals import Refusal
from posync.sandbox.trello.boards import actions
from posync.sandbox.trello.cards import MAX_TEXT, values
from posync.sandbox.trello.site import Trello
from posync.sandbox.trello.world import Board, card_of

Json = dict[str, Any]


def card_actions(site: Trello, call: Call) -> Answer:
    """GET /1/cards/{card}/actions: comments unless `filter` says otherwise."""
    site.account(call)
    board, card = site.world.card(call.params["card"])
    found = [one for one in board.actions if card_of(one) == card["id"]]
    return answer(actions(found, {"filter": "commentCard,updateCard:idList"} | dict(call.query)))


def add_comment(site: Trello, call: Call) -> Answer:
    """POST /1/cards/{card}/actions/comments: every call adds one more."""
    account = site.account(call)
    board, card = site.world.card(call.params["card"])
    text = str(values(call).get("text") or "")
    if not text.strip() or len(text) > MAX_TEXT:
        raise Refusal.trello(400, "invalid value for text")
    member = {"id": account.member, "username": account.username, "fullName": account.name}
    comment = new_comment(site, board, card, text, member)
    return answer(comment)


def new_comment(site: Trello, board: Board, card: Json, text: str, member: Json) -> Json:
    """Add a comment to a card and return it as an action."""
    now = trello_time(site.world.clock.now())
    comment = new_comment_action(board, card, text, member=member, number=site.world.next_id(), moment=now)
    board.actions.insert(0, comment)
    count(card, 1)
    site.world.changed(board, card)
    return comment


def new_comment_action(
    board: Board, card: Json, text: str, *, member: Json, number: str, moment: str
) -> Json:
    """Return a comment as the action Trello keeps of it."""
    about = {part: card.get(part) for part in ("id", "name", "idShort", "shortLink")}
    home = {part: board.raw.get(part) for part in ("id", "name", "shortLink")}
    comment: Json = {"id": number, "idMemberCreator": member["id"], "type": "commentCard", "date": moment}
    comment |= {"data": {"text": text, "card": about, "board": home}, "memberCreator": member}
    return comment | {"display": {"translationKey": "action_comment_on_card"}, "limits": {}}


def count(card: Json, step: int) -> None:
    """Keep the card's comment counter."""
    known = card.get("badges") or {}
    card["badges"] = known | {"comments": max(0, (known.get("comments") or 0) + step)}


def _comment(site: Trello, call: Call) -> tuple[Board, Json]:
    for board in site.world.boards.values():
        for action in board.actions:
            if action["id"] == call.params["action"] and action["type"] == "commentCard":
                return board, action
    raise Refusal.trello(404, "action not found")


def one_comment(site: Trello, call: Call) -> Answer:
    """GET, PUT or DELETE a comment, by /1/actions/{action} or /1/cards/{card}/actions/{action}/comments."""
    account = site.account(call)
    board, action = _comment(site, call)
    if call.method == "GET":
        return answer(action)
    if action["idMemberCreator"] != account.member and call.method == "PUT":
        raise Refusal.trello(401, "unauthorized permission requested")
    card = board.cards.get(card_of(action))
    if call.method == "DELETE":
        board.actions.remove(action)
        count(card or {}, -1)
    else:
        text = str(values(call).get("text") or values(call).get("value") or "")
        if not text.strip() or len(text) > MAX_TEXT:
            raise Refusal.trello(400, "invalid value for text")
        action["data"] = action["data"] | {
            "text": text,
            "dateLastEdited": trello_time(site.world.clock.now()),
        }
    site.world.changed(board, card)
    return answer({"_value": None} if call.method == "DELETE" else action)
