"""Lists: read, create, rename, archive, and the cards on them."""

from __future__ import annotations

from typing import Any

from posync.sandbox.exchange import Answer, Call, answer
from posync.sandbox.refusals import Refusal
from posync.sandbox.trello import positions, shapes
from posync.sandbox.trello.boards import TRUE
from posync.sandbox.trello.cards import values
from posync.sandbox.trello.site import Trello
from posync.sandbox.trello.world import Board

Json = dict[str, Any]


def _find(site: Trello, call: Call) -> tuple[Board, Json]:
    for board in site.world.boards.values():
        found = board.list_of(call.params["list"])
        if found:
            return board, found
    raise Refusal.trello(404, "The requested resource was not found.")


def get_list(site: Trello, call: Call) -> Answer:
    """GET /1/lists/{list}."""
    site.account(call)
    return answer(shapes.fields(_find(site, call)[1], call.query.get("fields")))


def post_list(site: Trello, call: Call) -> Answer:
    """POST /1/lists {name, idBoard, pos}, also POST /1/boards/{board}/lists: a new list, at the front unless told."""
    site.account(call)
    given = values(call)
    board = site.board(call.params.get("board") or str(given.get("idBoard", "")))
    if not str(given.get("name") or "").strip():
        raise Refusal.trello(400, "invalid value for name")
    found: Json = {
        "id": site.world.next_id(),
        "idBoard": board.id,
        "name": str(given["name"]),
        "closed": False,
    }
    found["pos"] = positions.wanted(given.get("pos", "top"), board.lists)
    board.lists.append(found)
    site.world.changed(board)
    return answer(found)


def put_list(site: Trello, call: Call) -> Answer:
    """PUT /1/lists/{list} or /1/lists/{list}/{field}: name, closed, pos. Archiving leaves the board's date alone."""
    site.account(call)
    board, found = _find(site, call)
    given = values(call)
    field = call.params.get("field")
    given = {field: given.get("value")} if field else given
    others = [one for one in board.lists if one is not found]
    found |= {"name": str(given["name"])} if "name" in given else {}
    found |= {"pos": positions.wanted(given["pos"], others)} if "pos" in given else {}
    found |= {"closed": str(given["closed"]).lower() in TRUE} if "closed" in given else {}
    site.world.revision += 1
    return answer(found)


def list_cards(site: Trello, call: Call) -> Answer:
    """GET /1/lists/{list}/cards: in no promised order; the caller sorts by `pos`."""
    site.account(call)
    number = call.params["list"]
    board, _ = _find(site, call)
    closed = {"closed": True, "all": None}.get(call.query.get("filter", "open"), False)
    found = positions.in_order(board.in_list(number, closed=closed))
    items = call.query.get("customFieldItems", "false") in TRUE
    return Answer(shapes.cards(site.world, board, found, call.query.get("fields", "all"), items=items))
