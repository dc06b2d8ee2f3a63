"""A Trello board export becomes a board; what old exports lack is made up, what they have is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from posync.sandbox.load.reading import LoadError
from posync.sandbox.trello.world import Board, TrelloWorld

Json = dict[str, Any]
COLLECTIONS = ("lists", "labels", "cards", "checklists", "customFields", "members", "actions")


def add_board(world: TrelloWorld, data: Json, path: Path) -> None:
    """Put an exported board into the world; raises LoadError where that board is there already."""
    raw = {name: value for name, value in data.items() if name not in COLLECTIONS}
    raw.setdefault("id", world.next_id())
    if raw["id"] in world.boards:
        raise LoadError(
            f"{path}: board {raw.get('name')!r} is loaded already: load one snapshot of it at a time."
        )
    board = Board(raw, list(data.get("lists") or []), list(data.get("labels") or []))
    board.checklists, board.custom_fields = (
        list(data.get("checklists") or []),
        list(data.get("customFields") or []),
    )
    board.members, board.actions = list(data.get("members") or []), list(data.get("actions") or [])
    board.labels = board.labels or _labels_of_names(world, raw)
    for card in data["cards"]:
        _settle(world, board, card)
    world.add_board(board)


def _labels_of_names(world: TrelloWorld, raw: Json) -> list[Json]:
    """Return labels for the oldest exports, which only map colours to names."""
    names = raw.get("labelNames") or {}
    return [
        {"id": world.next_id(), "idBoard": raw["id"], "name": name, "color": colour}
        for colour, name in names.items()
    ]


def _settle(world: TrelloWorld, board: Board, card: Json) -> None:
    card.setdefault("id", world.next_id())
    card.setdefault("idLabels", [_label_id(board, label) for label in card.get("labels") or []])
    card["idLabels"] = [number for number in card["idLabels"] if number]
    known = {checklist["id"] for checklist in board.checklists}
    for checklist in card.get("checklists") or []:
        if checklist["id"] not in known:
            board.checklists.append({"idCard": card["id"]} | checklist)
    board.cards[card["id"]] = card


def _label_id(board: Board, label: Json) -> str:
    if label.get("id"):
        return str(label["id"])
    same = (
        one["id"]
        for one in board.labels
        if (one.get("name"), one.get("color")) == (label.get("name"), label.get("color"))
    )
    return str(next(same, ""))
