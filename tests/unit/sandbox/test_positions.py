"""Trello positions: where a write puts a card, and what the server does when a gap gets too small."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from posync.sandbox.house import House
from posync.sandbox.refusals import Refusal
from posync.sandbox.trello import positions
from posync.sandbox.trello.cards import change


def cards(*places: float) -> list[dict[str, Any]]:
    return [{"id": f"{number:024x}", "pos": place} for number, place in enumerate(places)]


def test_words_and_numbers_say_where() -> None:
    some = cards(65535, 81919)
    assert positions.wanted("bottom", some) == 98303
    assert positions.wanted("top", some) == 49151
    assert positions.wanted("top", cards(100)) == 50
    assert positions.wanted("12.5", some) == 12.5
    assert positions.wanted(70000.0, some) == 70000
    assert positions.wanted("bottom", []) == 2**47


@pytest.mark.parametrize("wrong", ["middle", -1, 0, "nan", None])
def test_other_places_are_refused(wrong: object) -> None:
    with pytest.raises(Refusal, match="invalid value for pos"):
        positions.wanted(wrong, cards(1))


def test_respacing_keeps_the_order_and_makes_room() -> None:
    some = cards(5.0, 1.0, 1.1, 3.0)
    before = [card["id"] for card in positions.in_order(some)]
    positions.respace(some)
    assert [card["id"] for card in positions.in_order(some)] == before
    assert sorted(card["pos"] for card in some) == [65535, 81919, 98303, 114687]


def backlog(house: House) -> tuple[Any, list[dict[str, Any]]]:
    board = house.world.trello.boards["shopboard"]
    return board, positions.in_order(board.in_list(board.lists[0]["id"]))


def test_a_cramped_card_moves_everybody() -> None:
    house = House()
    board, some = backlog(house)
    change(house.trello, board, some[4], {"pos": some[0]["pos"] + 0.0625})
    after = backlog(house)[1]
    assert after[1] is some[4]
    assert after[1]["pos"] != some[0]["pos"] + 0.0625
    assert len({card["pos"] for card in after}) == len(after)


def test_a_roomy_card_moves_alone() -> None:
    house = House()
    board, some = backlog(house)
    before = {card["id"]: card["pos"] for card in some}
    change(house.trello, board, some[4], {"pos": (some[0]["pos"] + some[1]["pos"]) / 2})
    assert {card["id"] for card in backlog(house)[1] if card["pos"] != before[card["id"]]} == {some[4]["id"]}


def test_thousands_of_moves_between_neighbours_never_lose_the_order() -> None:
    house = House(cards=60, issues=1)
    random = Random(3)
    for _ in range(2000):
        board, some = backlog(house)
        moved, place = random.randrange(len(some)), random.randrange(1, len(some) - 1)
        card = some.pop(moved)
        expected = [*some[:place], card, *some[place:]]
        change(house.trello, board, card, {"pos": (some[place - 1]["pos"] + some[place]["pos"]) / 2})
        assert [one["id"] for one in backlog(house)[1]] == [one["id"] for one in expected]
