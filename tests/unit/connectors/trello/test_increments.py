"""Whatever people do between pulls, what posync remembers is what the board holds."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from posync.connectors.trello.reader import TrelloReader
from posync.model.issue import Issue
from posync.model.observation import Memory
from posync.sandbox.edits import human_edit

Edit = Callable[[Any, dict[str, Any], random.Random], None]


def by_hand(verbs: Callable[[Any, random.Random], dict[str, Any]]) -> Edit:
    def edit(world: Any, card: dict[str, Any], chance: random.Random) -> None:
        known = {"card": card["id"]} | verbs(world, chance)
        human_edit(world.sandbox.world.jira, world.sandbox.trello, [known])

    return edit


def renamed_list(world: Any, _: dict[str, Any], chance: random.Random) -> None:
    world.board.lists[1]["name"] = f"Doing {chance.random()}"


def archived_list(world: Any, _: dict[str, Any], __: random.Random) -> None:
    world.board.lists[2]["closed"] = not world.board.lists[2]["closed"]


EDITS: tuple[Edit, ...] = (
    by_hand(lambda _, chance: {"set": {"name": f"({chance.randint(1, 13)}) renamed {chance.random()}"}}),
    by_hand(lambda _, chance: {"set": {"pos": chance.uniform(1, 2**47)}}),
    by_hand(lambda world, chance: {"set": {"idList": chance.choice(world.board.lists)["id"]}}),
    by_hand(lambda _, chance: {"set": {"closed": chance.random() < 0.5}}),
    by_hand(lambda _, chance: {"add_label": chance.choice(["Bug", "Customer", "new"])}),
    by_hand(lambda _, __: {"comment": "a word"}),
    by_hand(lambda _, __: {"delete": True}),
    lambda world, _, chance: world.card(f"made {chance.random()}"),
    renamed_list,
    archived_list,
)


@pytest.mark.parametrize("seed", range(12))
def test_the_remembered_board_equals_the_present_one(
    world: Any, connected: Callable[..., TrelloReader], pull: Callable[..., Any], seed: int
) -> None:
    chance, lists = random.Random(seed), ("To do",) if seed % 3 == 0 else ()
    world.cards(12)
    reader, memory = connected(lists=lists), None
    known: dict[str, Issue] = {}
    for _ in range(8):
        for _ in range(chance.randint(0, 3)):
            chance.choice(EDITS)(world, chance.choice(list(world.board.cards.values())), chance)
        found = pull(reader, memory)
        before, known = known, known | {issue.uid: issue for issue in found.issues}
        order = found.observation.order
        assert set(found.observation.gone) == before.keys() - set(order)
        known = {uid: known[uid] for uid in order}
        memory = Memory(found.observation.cursor, {issue.id: issue.key for issue in known.values()})
        whole = pull(connected(lists=lists))
        assert order == whole.observation.order
        assert known == {issue.uid: issue for issue in whole.issues}
