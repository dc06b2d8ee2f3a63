"""Trello objects as answers show them: chosen fields, nested parts, labels spelt out."""

from __future__ import annotations

from typing import Any

from posync.sandbox.trello.world import Board, TrelloWorld

Json = dict[str, Any]


def fields(raw: Json, wanted: str | None, default: str = "all") -> Json:
    """Return the chosen fields of a raw object, always with its id; unknown names are left out."""
    names = default if wanted is None else wanted
    if names == "all":
        return raw
    return {"id": raw["id"]} | {name: raw[name] for name in names.split(",") if name in raw}


def whole_card(board: Board, card: Json) -> Json:
    """Return a card with everything an answer may show of it."""
    labels = [label for number in card.get("idLabels") or [] if (label := board.label(number))]
    unlisted = [label for label in card.get("labels") or [] if not board.label(str(label.get("id", "")))]
    known = labels + [
        label for label in unlisted if not label.get("id") or label["id"] in card.get("idLabels", [])
    ]
    shown = card | {"labels": known, "idBoard": board.id, "badges": badges(card)}
    shown.pop("checklists", None)
    shown.pop("customFieldItems", None)
    return shown


def badges(card: Json) -> Json:
    """Return the card's counters, kept up with its dates and description."""
    fresh = {
        "due": card.get("due"),
        "dueComplete": bool(card.get("dueComplete")),
        "description": bool(card.get("desc")),
    }
    return (
        {"votes": 0, "comments": 0, "attachments": 0, "checkItems": 0, "checkItemsChecked": 0}
        | (card.get("badges") or {})
        | fresh
    )


def checklists(board: Board, card: Json) -> list[Json]:
    """Return a card's checklists in order."""
    found = [
        one
        for one in board.checklists
        if one.get("idCard") == card["id"] or one["id"] in (card.get("idChecklists") or [])
    ]
    return sorted(found, key=lambda one: (one.get("pos") or 0, one["id"]))


def encoded_card(
    world: TrelloWorld, board: Board, card: Json, names: str, *, items: bool, lists: bool = False
) -> bytes:
    """Return a card as JSON, from what is kept where it has not changed."""
    question = (names, items, lists)
    known = world.encoded.get(card["id"], {}).get(question)
    if known is not None and not lists:
        return known
    shape = fields(whole_card(board, card), names)
    if items:
        shape = shape | {"customFieldItems": card.get("customFieldItems") or []}
    if lists:
        shape = shape | {"checklists": checklists(board, card)}
    return world.encode_card(card, question, shape)


def cards(
    world: TrelloWorld, board: Board, chosen: list[Json], names: str, *, items: bool, lists: bool = False
) -> bytes:
    """Return a JSON list of cards."""
    return (
        b"["
        + b",".join([encoded_card(world, board, c, names, items=items, lists=lists) for c in chosen])
        + b"]"
    )
