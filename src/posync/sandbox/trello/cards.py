"""Cards: read, create, change, move; all fields of a card in one PUT."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posync.sandbox.exchange import Answer, Call, answer
from posync.sandbox.refusals import Refusal
from posync.sandbox.trello import positions, shapes
from posync.sandbox.trello.boards import TRUE, actions
from posync.sandbox.trello.site import Trello
from posync.sandbox.trello.world import Board, Json, card_of

MAX_TEXT = 16_384
FLAGS = {"closed", "dueComplete", "subscribed", "isTemplate"}
TEXTS = {"name", "desc"}
PLAIN = {"due", "start", "address", "locationName", "cardRole", "dueReminder"}


def values(call: Call) -> dict[str, Any]:
    """Return what a write carries: its JSON or form body over its query, without the credentials."""
    found: dict[str, Any] = dict(call.query.items())
    kind = call.headers.get("content-type", "")
    if call.body and "json" in kind:
        found |= call.mapping()
    elif call.body and "form" in kind:
        found |= dict(_form(call.body))
    return {name: value for name, value in found.items() if name not in {"key", "token"}}


def _form(body: bytes) -> Mapping[str, str]:
    from urllib.parse import parse_qsl  # noqa: PLC0415 - form bodies are rare

    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def get_card(site: Trello, call: Call) -> Answer:
    """GET /1/cards/{card}, with `checklists=all`, `customFieldItems=true`, `actions=...`."""
    site.account(call)
    board, card = site.world.card(call.params["card"])
    shape = shapes.fields(shapes.whole_card(board, card), call.query.get("fields"))
    if call.query.get("customFieldItems", "false") in TRUE:
        shape = shape | {"customFieldItems": card.get("customFieldItems") or []}
    if call.query.get("checklists", "none") != "none":
        shape = shape | {"checklists": shapes.checklists(board, card)}
    if call.query.get("actions"):
        found = [one for one in board.actions if card_of(one) == card["id"]]
        shape = shape | {"actions": actions(found, {"filter": call.query["actions"]})}
    return answer(shape)


def one_field(site: Trello, call: Call) -> Answer:
    """GET /1/cards/{card}/{field}: a part as it is, a plain value wrapped."""
    site.account(call)
    board, card = site.world.card(call.params["card"])
    name = call.params["field"]
    whole: Json = shapes.whole_card(board, card) | {"customFieldItems": card.get("customFieldItems") or []}
    whole |= {"checklists": shapes.checklists(board, card)}
    whole = {"pluginData": [], "attachments": [], "stickers": []} | whole
    if name not in whole:
        raise Refusal.trello(404, "The requested resource was not found.")
    value: Any = whole[name]
    return answer(value if isinstance(value, list | dict) else {"_value": value})


def put_field(site: Trello, call: Call) -> Answer:
    """PUT /1/cards/{card}/{field} {value}: one field alone."""
    site.account(call)
    board, card = site.world.card(call.params["card"])
    change(site, board, card, {call.params["field"]: values(call).get("value")})
    return answer(shapes.whole_card(board, card))


def put_card(site: Trello, call: Call) -> Answer:
    """PUT /1/cards/{card}: every given field at once; the answer's `pos` is where the card really is."""
    site.account(call)
    board, card = site.world.card(call.params["card"])
    change(site, board, card, values(call))
    return answer(shapes.whole_card(board, card))


def post_card(site: Trello, call: Call) -> Answer:
    """POST /1/cards: a new card on `idList`; every call makes one more."""
    account, given = site.account(call), values(call)
    board = next((b for b in site.world.boards.values() if b.list_of(str(given.get("idList", "")))), None)
    if board is None:
        raise Refusal.trello(400, "invalid value for idList")
    card = blank(site, board, str(given["idList"]), account.member)
    given.setdefault("pos", "bottom")
    change(site, board, card, given)
    site.world.add_card(board, card)
    return answer(shapes.whole_card(board, card))


def blank(site: Trello, board: Board, number: str, member: str) -> Json:
    """Return a new, empty card."""
    found = site.world.next_id()
    link = f"c{int(found[8:], 16):07d}"
    short = max((card.get("idShort") or 0 for card in board.cards.values()), default=0) + 1
    card: Json = {
        "id": found,
        "idBoard": board.id,
        "idList": number,
        "idShort": short,
        "shortLink": link,
        "name": "",
    }
    card |= {
        "desc": "",
        "closed": False,
        "due": None,
        "dueComplete": False,
        "start": None,
        "pos": positions.NEW_START,
    }
    card |= {"idLabels": [], "labels": [], "idMembers": [], "idChecklists": [], "customFieldItems": []}
    card |= {
        "shortUrl": f"https://trello.com/c/{link}",
        "url": f"https://trello.com/c/{link}/{short}",
        "cover": {},
    }
    return card | {"cardRole": None, "isTemplate": False, "badges": {}, "idMemberCreator": member}


def change(site: Trello, board: Board, card: Json, given: Mapping[str, Any]) -> None:
    """Check all given fields, then set them; raises Refusal (400)."""
    after = {name: _checked(board, card, name, value) for name, value in given.items() if name != "pos"}
    after = {name: value for name, value in after.items() if value is not NOTHING}
    number = str(after.get("idList", card["idList"]))
    others = [other for other in board.in_list(number, closed=None) if other is not card]
    if "pos" in given or number != card["idList"]:
        after["pos"] = positions.wanted(given.get("pos", "bottom"), others)
    card.update(after)
    if "pos" in after and positions.cramped(card, _open(others), site.limits.trello_respace):
        positions.respace([*others, card])
        site.world.forget(others)
    site.world.changed(board, card)


def _open(cards: list[Json]) -> list[Json]:
    return [card for card in cards if not card.get("closed")]


NOTHING = object()


def _checked(board: Board, card: Json, name: str, value: Any) -> Any:
    """Return a field's new value; NOTHING for parameters that are no field; raises Refusal (400)."""
    if name in TEXTS:
        return _text(name, value)
    if name in FLAGS:
        return value if isinstance(value, bool) else str(value).lower() in TRUE
    if name == "idList":
        return _known(name, str(value), board.list_of(str(value)))
    if name == "idLabels":
        own = set(card.get("idLabels") or [])  # some cards carry labels that their board does not list
        return [
            one if one in own else _known(name, one, board.label(one))
            for one in dict.fromkeys(_several(value))
        ]
    if name == "idMembers":
        return _several(value)
    return (value if value not in ("", "null") else None) if name in PLAIN else NOTHING


def _several(value: Any) -> list[str]:
    return (
        [str(one) for one in value]
        if isinstance(value, list)
        else [one for one in str(value or "").split(",") if one]
    )


def _text(name: str, value: Any) -> str:
    if name == "name" and not str(value).strip():
        raise Refusal.trello(400, "invalid value for name")
    if len(str(value)) > MAX_TEXT:
        raise Refusal.trello(400, f"invalid value for {name}")
    return str(value)


def _known(name: str, value: str, found: Json | None) -> str:
    if found is None:
        raise Refusal.trello(400, f"invalid value for {name}")
    return value


def delete_card(site: Trello, call: Call) -> Answer:
    """DELETE /1/cards/{card}."""
    site.account(call)
    board, card = site.world.card(call.params["card"])
    site.world.remove_card(board, card)
    return answer({"limits": {}})
