"""Builds the shop's Trello board from the YAML file beside this module."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from posync.sandbox.clock import trello_time
from posync.sandbox.seed import basics
from posync.sandbox.seed.files import moment, read
from posync.sandbox.trello.commenting import new_comment_action
from posync.sandbox.trello.world import Board, TrelloWorld

Json = dict[str, Any]


def trello(world: TrelloWorld) -> None:
    """Fill a world with the board "Shop mobile"."""
    data = read("shop-trello.yaml")
    board = basics.trello_basics(
        data["labels"], [(row["name"], bool(row.get("closed"))) for row in data["lists"]]
    )
    numbers = iter(range(1, 1000))
    for home, row in zip(board.lists, data["lists"], strict=True):
        for place, card in enumerate(row["cards"]):
            _card(board, home, place, next(numbers), card)
    world.add_board(board)


def _card(board: Board, home: Json, place: int, number: int, row: Json) -> None:
    born = basics.BORN + number * 86_400_000
    card = basics.blank_card(board, f"{born // 1000:08x}{number:016x}", home["id"], number, row["name"])
    card |= {
        "pos": 140737488355328 + 16384 * place,
        "desc": row.get("desc", "").strip(),
        "closed": bool(row.get("archived")),
    }
    card |= {
        "due": _due(row.get("due")),
        "start": _due(row.get("start")),
        "dueComplete": bool(row.get("done")),
    }
    card |= {
        "cardRole": "separator" if row.get("role") == "separator" else None,
        "isTemplate": row.get("role") == "template",
    }
    card |= {"dateLastActivity": trello_time(born), "attachments": list(_attachments(row))}
    card["idLabels"] = [
        one["id"] for name in row.get("labels", []) for one in board.labels if one["name"] == name
    ]
    values = [
        (field, row[name])
        for field, name in zip(board.custom_fields, ("value", "urgency", "risk"), strict=False)
        if name in row
    ]
    card["customFieldItems"] = [basics.item(card, field, value) for field, value in values]
    board.cards[card["id"]] = card
    _extras(board, card, row)


def _due(day: date | None) -> str | None:
    return trello_time(moment(day, 17)) if day else None


def _attachments(row: Json) -> Iterator[Json]:
    if "jira" in row:
        url = f"https://shop.example/browse/{row['jira']}"
        yield {"id": f"{1:024x}", "name": url, "url": url}


def _extras(board: Board, card: Json, row: Json) -> None:
    """Add checklists and comments, with counters that fit."""
    done = total = 0
    for order, (name, items) in enumerate((row.get("checklists") or {}).items(), 1):
        checklist = _checklist(board, card, order, name, items)
        board.checklists.append(checklist)
        card["idChecklists"].append(checklist["id"])
        total += len(items)
        done += sum(item["state"] == "complete" for item in checklist["checkItems"])
    for order, text in enumerate(row.get("comments", []), 1):
        member = board.members[0]
        found = f"{int(card['id'][:8], 16) + 60 * order:08x}{order:08x}{card['id'][16:]}"
        board.actions.insert(
            0,
            new_comment_action(
                board, card, text, member=member, number=found, moment=card["dateLastActivity"]
            ),
        )
    card["badges"] = {
        "comments": len(row.get("comments", [])),
        "checkItems": total,
        "checkItemsChecked": done,
        "votes": 0,
    }


def _checklist(board: Board, card: Json, order: int, name: str, items: list[str]) -> Json:
    root = f"{card['id'][:8]}c{order:03x}{card['id'][12:]}"
    found: Json = {"id": root, "name": name, "idBoard": board.id, "idCard": card["id"], "pos": 16384 * order}
    rows = [_check_item(root, number, text) for number, text in enumerate(items, 1)]
    return found | {"checkItems": rows}


def _check_item(root: str, number: int, text: str) -> Json:
    ticked = text.startswith("[x] ")
    item: Json = {
        "id": f"{root[:8]}d{number:03x}{root[12:]}",
        "idChecklist": root,
        "name": text.removeprefix("[x] "),
    }
    return item | {
        "state": "complete" if ticked else "incomplete",
        "pos": 16384 * number,
        "due": None,
        "idMember": None,
    }
