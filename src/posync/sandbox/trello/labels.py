"""Labels on boards and on cards, custom-field values, and checklists."""

from __future__ import annotations

from typing import Any

from posync.sandbox.exchange import Answer, Call, answer
from posync.sandbox.refusals import Refusal
from posync.sandbox.trello import shapes
from posync.sandbox.trello.boards import TRUE
from posync.sandbox.trello.cards import values
from posync.sandbox.trello.site import Trello
from posync.sandbox.trello.world import Board, Json

COLOURS = {"green", "yellow", "orange", "red", "purple", "blue", "sky", "lime", "pink", "black"}
MAX_LABELS = 1000


def _colour(value: Any) -> str | None:
    if value in {None, "", "null"}:
        return None
    if str(value).removesuffix("_light").removesuffix("_dark") not in COLOURS:
        raise Refusal.trello(400, "invalid value for color")
    return str(value)


def create(site: Trello, call: Call) -> Answer:
    """POST /1/labels {name, color, idBoard}, also POST /1/boards/{board}/labels; names need not be unique."""
    site.account(call)
    given = values(call)
    board = site.board(call.params.get("board") or str(given.get("idBoard", "")))
    return answer(new(site, board, str(given.get("name", "")), _colour(given.get("color"))))


def new(site: Trello, board: Board, name: str, colour: str | None) -> Json:
    """Add a label to a board."""
    if len(board.labels) >= MAX_LABELS:
        raise Refusal.trello(403, "Board has reached the maximum number of labels")
    label: Json = {"id": site.world.next_id(), "idBoard": board.id, "name": name, "color": colour, "uses": 0}
    board.labels.append(label)
    site.world.changed(board)
    return label


def _find(site: Trello, call: Call) -> tuple[Board, Json]:
    for board in site.world.boards.values():
        label = board.label(call.params["label"])
        if label:
            return board, label
    raise Refusal.trello(404, "The requested resource was not found.")


def one(site: Trello, call: Call) -> Answer:
    """GET, PUT or DELETE /1/labels/{label}."""
    site.account(call)
    board, label = _find(site, call)
    if call.method == "PUT":
        given = values(call)
        label |= {"name": str(given["name"])} if "name" in given else {}
        label |= {"color": _colour(given["color"])} if "color" in given else {}
    if call.method == "DELETE":
        board.labels.remove(label)
        for card in board.cards.values():
            card["idLabels"] = [number for number in card.get("idLabels") or [] if number != label["id"]]
    if call.method != "GET":
        site.world.forget(list(board.cards.values()))
        site.world.changed(board)
    return answer({"limits": {}} if call.method == "DELETE" else label)


def add(site: Trello, call: Call) -> Answer:
    """POST /1/cards/{card}/idLabels {value}: 400 where the card has that label already."""
    site.account(call)
    board, card = site.world.card(call.params["card"])
    wanted = str(values(call).get("value", ""))
    if board.label(wanted) is None:
        raise Refusal.trello(400, "invalid value for value")
    if wanted in (card.get("idLabels") or []):
        raise Refusal.trello(400, "that label is already on the card")
    card["idLabels"] = [*(card.get("idLabels") or []), wanted]
    site.world.changed(board, card)
    return answer(card["idLabels"])


def add_new(site: Trello, call: Call) -> Answer:
    """POST /1/cards/{card}/labels {name, color}: creates a NEW label and puts it on the card."""
    site.account(call)
    board, card = site.world.card(call.params["card"])
    given = values(call)
    label = new(site, board, str(given.get("name", "")), _colour(given.get("color")))
    card["idLabels"] = [*(card.get("idLabels") or []), label["id"]]
    site.world.changed(board, card)
    return answer(label)


def remove(site: Trello, call: Call) -> Answer:
    """DELETE /1/cards/{card}/idLabels/{label}: 400 where the card has no such label."""
    site.account(call)
    board, card = site.world.card(call.params["card"])
    if call.params["label"] not in (card.get("idLabels") or []):
        raise Refusal.trello(400, "that label is not on the card")
    card["idLabels"] = [number for number in card["idLabels"] if number != call.params["label"]]
    site.world.changed(board, card)
    return answer({"_value": None})


def put_item(site: Trello, call: Call) -> Answer:
    """PUT /1/cards/{card}/customField/{field}/item: `{"value": {...}}`, `{"idValue": id}`, or empty to clear."""
    site.account(call)
    board, card = site.world.card(call.params["card"])
    field = next((one for one in board.custom_fields if one["id"] == call.params["field"]), None)
    if field is None:
        raise Refusal.trello(404, "Custom field not found")
    row = _set_item(site, card, field, call.mapping())
    site.world.changed(board, card)
    return answer(row)


def put_items(site: Trello, call: Call) -> Answer:
    """PUT /1/cards/{card}/customFields: `{"customFieldItems": [{"idCustomField", "value" | "idValue"}]}`, all or none."""
    site.account(call)
    board, card = site.world.card(call.params["card"])
    known = {field["id"]: field for field in board.custom_fields}
    given: list[Json] = call.mapping().get("customFieldItems") or []
    if any(item.get("idCustomField") not in known for item in given):
        raise Refusal.trello(404, "Custom field not found")
    for item in given:
        _item(site, card, known[item["idCustomField"]], item)
    rows = [_set_item(site, card, known[item["idCustomField"]], item) for item in given]
    site.world.changed(board, card)
    return answer(rows)


def _set_item(site: Trello, card: Json, field: Json, given: Json) -> Json:
    """Set or empty one field of a card; raises Refusal (400)."""
    row = _item(site, card, field, given)
    kept = [one for one in card.get("customFieldItems") or [] if one.get("idCustomField") != field["id"]]
    card["customFieldItems"] = [*kept, row] if row.get("value") or row.get("idValue") else kept
    return row


def _item(site: Trello, card: Json, field: Json, given: Json) -> Json:
    row: Json = {
        "id": site.world.next_id(),
        "idCustomField": field["id"],
        "idModel": card["id"],
        "modelType": "card",
    }
    if field["type"] == "list":
        options = [option["id"] for option in field.get("options") or []]
        if given.get("idValue") not in {*options, "", None}:
            raise Refusal.trello(400, "Invalid custom field item value.")
        return row | {"idValue": given.get("idValue") or None, "value": None}
    value = {kind: _plain(scalar) for kind, scalar in (given.get("value") or {}).items()}
    wrong = set(value) - {"checked" if field["type"] == "checkbox" else field["type"]}
    if wrong or not all(isinstance(text, str) for text in value.values()) or not _fits(field, value):
        raise Refusal.trello(400, "Invalid custom field item value.")
    return row | {"value": value or None}


def _plain(scalar: Any) -> Any:
    """Return numbers as the strings Trello keeps; py-trello sends them bare."""
    number = isinstance(scalar, int | float) and not isinstance(scalar, bool)
    return f"{scalar:g}" if number else scalar


def _fits(field: Json, value: Json) -> bool:
    if field["type"] != "number" or not value:
        return True
    try:
        float(value["number"])
    except ValueError:
        return False
    return True


def post_checklist(site: Trello, call: Call) -> Answer:
    """POST /1/cards/{card}/checklists, also POST /1/checklists {idCard}."""
    site.account(call)
    given = values(call)
    board, card = site.world.card(call.params.get("card") or str(given.get("idCard", "")))
    checklist: Json = {
        "id": site.world.next_id(),
        "name": str(given.get("name", "Checklist")),
        "idBoard": board.id,
    }
    checklist |= {
        "idCard": card["id"],
        "pos": 16384 * (len(shapes.checklists(board, card)) + 1),
        "checkItems": [],
    }
    board.checklists.append(checklist)
    card["idChecklists"] = [*(card.get("idChecklists") or []), checklist["id"]]
    site.world.changed(board, card)
    return answer(checklist)


def post_item(site: Trello, call: Call) -> Answer:
    """POST /1/checklists/{checklist}/checkItems {name, checked}."""
    site.account(call)
    given = values(call)
    for board in site.world.boards.values():
        for checklist in board.checklists:
            if checklist["id"] == call.params["checklist"]:
                done = str(given.get("checked", "false")).lower() in TRUE
                item = new_item(site, checklist, str(given.get("name", "")), done=done)
                _recount(site, board, board.cards[checklist["idCard"]])
                return answer(item)
    raise Refusal.trello(404, "The requested resource was not found.")


def new_item(site: Trello, checklist: Json, name: str, *, done: bool) -> Json:
    """Add an item to a checklist."""
    state = "complete" if done else "incomplete"
    item: Json = {"id": site.world.next_id(), "idChecklist": checklist["id"], "name": name, "state": state}
    item |= {"pos": 16384 * (len(checklist["checkItems"]) + 1), "due": None, "idMember": None}
    checklist["checkItems"].append(item)
    return item


def put_check(site: Trello, call: Call) -> Answer:
    """PUT /1/cards/{card}/checkItem/{item} {state, name}: tick, untick or rename an item."""
    site.account(call)
    board, card = site.world.card(call.params["card"])
    given = values(call)
    items = [item for one in shapes.checklists(board, card) for item in one["checkItems"]]
    found = next((item for item in items if item["id"] == call.params["item"]), None)
    if found is None:
        raise Refusal.trello(404, "The requested resource was not found.")
    found |= {"name": str(given["name"])} if "name" in given else {}
    if "state" in given:
        found["state"] = "complete" if str(given["state"]).lower() in {"complete", "true"} else "incomplete"
    _recount(site, board, card)
    return answer(found)


def _recount(site: Trello, board: Board, card: Json) -> None:
    """Keep the card's checklist counters."""
    items = [item for one in shapes.checklists(board, card) for item in one["checkItems"]]
    done = sum(item["state"] == "complete" for item in items)
    card["badges"] = (card.get("badges") or {}) | {"checkItems": len(items), "checkItemsChecked": done}
    site.world.changed(board, card)
