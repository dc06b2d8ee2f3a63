"""Boards: the nested pull that fetches nearly all of one, and the routes of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posync.sandbox.exchange import Answer, Call, answer, encode
from posync.sandbox.refusals import Refusal
from posync.sandbox.trello import shapes
from posync.sandbox.trello.site import Trello
from posync.sandbox.trello.world import Board

Json = dict[str, Any]
TRUE = {"true", "1"}
BOARD_FIELDS = "name,desc,descData,closed,idOrganization,pinned,url,shortUrl,prefs,labelNames"
LABELS_DEFAULT = 50
WHICH = {
    "lists": {"all", "closed", "none", "open"},
    "labels": {"all", "none", "true", "false"},
    "members": {"admins", "all", "none", "normal", "owners"},
    "checklists": {"all", "none"},
    "cards": {"all", "closed", "none", "open", "visible"},
}
"""What each nested resource may be asked for with, as Trello's guide to nested resources lists it."""
TOO_MANY = "API_TOO_MANY_CARDS_REQUESTED"


def number(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    """Return a numeric parameter up to its maximum; raises Refusal (400)."""
    value = query.get(name)
    if value is None or value == "":
        return default
    if not value.isdigit() or not 0 <= int(value) <= most:
        raise Refusal.trello(400, f"invalid value for {name}")
    return int(value)


def get_board(site: Trello, call: Call) -> Answer:
    """GET /1/boards/{board} with its nested resources."""
    site.account(call)
    board, query = site.board(call.params["board"]), call.query
    parts = [encode(shapes.fields(board.raw, query.get("fields"), BOARD_FIELDS))[1:-1]]
    for name, part in _nested(site, board, query).items():
        parts.append(b'"%s":' % name.encode() + part)
    return Answer(b"{" + b",".join(parts) + b"}")


def _assure_known(query: Mapping[str, str]) -> None:
    for name, values in WHICH.items():
        if query.get(name, "none") not in values:
            raise Refusal.trello(400, f"invalid value for {name}")


def _nested(site: Trello, board: Board, query: Mapping[str, str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    _assure_known(query)
    if query.get("lists", "none") != "none":
        found["lists"] = encode(_lists(board, query["lists"], query.get("list_fields")))
    if query.get("labels", "none") not in {"none", "false"}:
        most = number(query, "labels_limit", LABELS_DEFAULT, 1000)
        found["labels"] = encode(
            [shapes.fields(one, query.get("label_fields")) for one in board.labels[:most]]
        )
    if query.get("customFields", "false") in TRUE:
        found["customFields"] = encode(board.custom_fields)
    if query.get("members", "none") != "none":
        found["members"] = encode([shapes.fields(one, query.get("member_fields")) for one in board.members])
    if query.get("checklists", "none") != "none":
        if len(board.checklists) > site.limits.trello_nested_checklists:
            raise Refusal.trello(403, "Too many checklists")
        found["checklists"] = encode(
            [shapes.fields(one, query.get("checklist_fields")) for one in board.checklists]
        )
    if query.get("cards", "none") != "none":
        found["cards"] = _nested_cards(site, board, query)
    if query.get("actions"):
        most = number(query, "actions_limit", 50, 1000)
        kinds = set(query["actions"].split(","))
        found["actions"] = encode(
            [one for one in board.actions if "all" in kinds or one["type"] in kinds][:most]
        )
    return found


def _lists(board: Board, which: str, names: str | None) -> list[Json]:
    found = sorted(board.lists, key=lambda one: (one.get("pos") or 0, one["id"]))
    chosen = [one for one in found if which == "all" or bool(one.get("closed")) is (which == "closed")]
    return [shapes.fields(one, names) for one in chosen]


def chosen_cards(board: Board, which: str) -> list[Json]:
    """Return the cards a filter means; `visible` leaves out cards on archived lists; raises Refusal (400)."""
    closed_lists = {one["id"] for one in board.lists if one.get("closed")}
    cards = board.cards.values()
    if which == "visible":
        return [card for card in cards if not card.get("closed") and card.get("idList") not in closed_lists]
    if which in {"open", "closed"}:
        return [card for card in cards if bool(card.get("closed")) is (which == "closed")]
    if which != "all":
        raise Refusal.trello(400, "invalid value for filter")
    return list(cards)


def _nested_cards(site: Trello, board: Board, query: Mapping[str, str]) -> bytes:
    found = chosen_cards(board, query["cards"])
    _not_too_many(site, found)
    newest = sorted(found, key=lambda card: str(card["id"]))[-site.limits.trello_page :]
    items = query.get("card_customFieldItems", "false") in TRUE
    return shapes.cards(
        site.world, board, _placed(board, newest), query.get("card_fields", "all"), items=items
    )


def _not_too_many(site: Trello, found: list[Json]) -> None:
    if len(found) > site.limits.trello_nested_cards:
        raise Refusal.trello_json(403, TOO_MANY, "Too many cards requested. Please request fewer cards.")


def _placed(board: Board, found: list[Json]) -> list[Json]:
    places = {one["id"]: one.get("pos") or 0 for one in board.lists}
    return sorted(
        found, key=lambda card: (places.get(card.get("idList"), 0), card.get("pos") or 0, card["id"])
    )


def get_cards(site: Trello, call: Call) -> Answer:
    """GET /1/boards/{board}/cards[/{filter}]: at most `limit` cards, by creation, between `since` and `before`."""
    site.account(call)
    board, query = site.board(call.params["board"]), call.query
    if call.params.get("filter") in board.cards:
        return answer(shapes.whole_card(board, board.cards[call.params["filter"]]))
    found = chosen_cards(board, call.params.get("filter") or query.get("filter", "visible"))
    most = number(query, "limit", site.limits.trello_page, site.limits.trello_page)
    checklists = query.get("checklists", "none") != "none"
    if checklists and "limit" not in query:
        _not_too_many(site, found)
    before, since = query.get("before") or "~", query.get("since") or ""
    page = sorted((card for card in found if since < card["id"] < before), key=lambda card: str(card["id"]))
    items = query.get("customFieldItems", "false") in TRUE
    chosen = page[len(page) - min(most, len(page)) :]
    return Answer(
        shapes.cards(
            site.world,
            board,
            _placed(board, chosen),
            query.get("fields", "all"),
            items=items,
            lists=checklists,
        )
    )


def one_field(site: Trello, call: Call) -> Answer:
    """GET /1/boards/{board}/{field}: a plain value, wrapped."""
    site.account(call)
    raw = site.board(call.params["board"]).raw
    if call.params["field"] not in raw:
        raise Refusal.trello(404, f"Cannot GET {call.path}")
    value = raw[call.params["field"]]
    return answer(value if isinstance(value, list | dict) else {"_value": value})


def get_lists(site: Trello, call: Call) -> Answer:
    """GET /1/boards/{board}/lists[/{filter}]."""
    site.account(call)
    which = call.params.get("filter") or call.query.get("filter", "open")
    return answer(_lists(site.board(call.params["board"]), which, call.query.get("fields")))


def get_labels(site: Trello, call: Call) -> Answer:
    """GET /1/boards/{board}/labels."""
    site.account(call)
    board = site.board(call.params["board"])
    most = number(call.query, "limit", LABELS_DEFAULT, 1000)
    return answer([shapes.fields(one, call.query.get("fields")) for one in board.labels[:most]])


def get_custom_fields(site: Trello, call: Call) -> Answer:
    """GET /1/boards/{board}/customFields."""
    site.account(call)
    return answer(site.board(call.params["board"]).custom_fields)


def get_checklists(site: Trello, call: Call) -> Answer:
    """GET /1/boards/{board}/checklists."""
    site.account(call)
    return answer(site.board(call.params["board"]).checklists)


def get_members(site: Trello, call: Call) -> Answer:
    """GET /1/boards/{board}/members."""
    site.account(call)
    board = site.board(call.params["board"])
    return answer([shapes.fields(one, call.query.get("fields")) for one in board.members])


def get_actions(site: Trello, call: Call) -> Answer:
    """GET /1/boards/{board}/actions: newest first, `limit` (default 50) at a time, paged by `before`."""
    site.account(call)
    return answer(actions(site.board(call.params["board"]).actions, call.query))


def actions(found: list[Json], query: Mapping[str, str]) -> list[Json]:
    """Return a page of actions; `before` and `since` are action ids or dates."""
    kinds = set((query.get("filter") or "all").split(","))
    most = number(query, "limit", 50, 1000)
    chosen = [one for one in found if "all" in kinds or one["type"] in kinds]
    chosen = [
        one for one in chosen if _earlier(one, query.get("before")) and not _upto(one, query.get("since"))
    ]
    return [shapes.fields(one, query.get("fields")) for one in chosen[:most]]


def _earlier(action: Json, before: str | None) -> bool:
    return not before or (action["date"] < before if "-" in before else action["id"] < before)


def _upto(action: Json, since: str | None) -> bool:
    return bool(since) and (action["date"] <= str(since) if "-" in str(since) else action["id"] <= str(since))


def my_boards(site: Trello, call: Call) -> Answer:
    """GET /1/members/me/boards."""
    site.account(call)
    which = call.query.get("filter", "all")
    found = [
        b.raw for b in site.world.boards.values() if which in {"all", "closed"} or not b.raw.get("closed")
    ]
    found = [raw for raw in found if which != "closed" or raw.get("closed")]
    return answer(
        [
            shapes.fields(raw, call.query.get("fields"), BOARD_FIELDS + ",dateLastActivity,shortLink")
            for raw in found
        ]
    )


def myself(site: Trello, call: Call) -> Answer:
    """GET /1/members/me."""
    account = site.account(call)
    raw: Json = {"id": account.member, "username": account.username, "fullName": account.name}
    raw |= {"memberType": "normal", "confirmed": True, "bio": "", "initials": account.name[0]}
    raw |= {"url": f"{call.base}/{account.username}", "idBoards": list(site.world.boards)}
    return answer(shapes.fields(raw, call.query.get("fields")))
