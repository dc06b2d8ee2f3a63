"""Looking again: few requests, and never an old picture, whatever happened to whichever card meanwhile."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from posync.connectors.base import Sight
from posync.connectors.trello.reader import TrelloReader
from posync.connectors.trello.writer import TrelloWriter
from posync.model.change import AddLabel
from posync.sandbox.edits import human_edit
from tests.unit.connectors.trello.conftest import DOING, DONE, TODO


@pytest.fixture
def cards(world: Any) -> list[dict[str, Any]]:
    """Return sixty cards on two lists, each with a date as Trello's have."""
    return [world.card(idList=lane) for lane in (TODO, DOING) for _ in range(30)]


def uids(cards: list[dict[str, Any]]) -> list[str]:
    return [f"ours:{card['id']}" for card in cards]


def edit(world: Any, card: dict[str, Any], **verbs: Any) -> None:
    human_edit(world.sandbox.world.jira, world.sandbox.trello, [{"card": card["id"], **verbs}])


def asked(reader: TrelloReader, look: Callable[[], Sight]) -> int:
    """Return how many requests a look takes."""
    before = reader.requests
    look()
    return reader.requests - before


def test_many_cards_and_the_orders_of_their_lists_come_in_one_request(
    reader: TrelloReader, cards: list[dict[str, Any]]
) -> None:
    sight = reader.survey(uids(cards), [TODO, DOING])
    assert reader.requests == 1
    assert list(sight.issues) == uids(cards)
    assert sight.orders == {TODO: tuple(uids(cards[:30])), DOING: tuple(uids(cards[30:]))}


def test_few_cards_share_one_request_with_their_list(
    reader: TrelloReader, cards: list[dict[str, Any]]
) -> None:
    sight = reader.survey(uids(cards[:8]), [TODO])
    assert reader.requests == 1
    assert list(sight.issues) == uids(cards[:8])
    assert sight.orders == {TODO: tuple(uids(cards[:30]))}


def test_cards_that_stayed_as_they_were_are_not_read_whole_again(
    world: Any, reader: TrelloReader, cards: list[dict[str, Any]]
) -> None:
    first = reader.survey(uids(cards), [TODO])
    assert asked(reader, lambda: reader.survey(uids(cards), [TODO])) == 1
    assert reader.look(uids(cards)) == first.issues
    edit(world, cards[3], set={"desc": "New"})
    assert asked(reader, lambda: reader.survey(uids(cards), [TODO])) == 2
    seen = reader.look(uids(cards))[f"ours:{cards[3]['id']}"]
    assert seen is not None
    assert seen.description.source == "New"


def test_cards_that_posync_wrote_to_are_read_whole_at_once(
    connected: Callable[..., TrelloReader], cards: list[dict[str, Any]]
) -> None:
    writer = connected(writable=True)
    assert isinstance(writer, TrelloWriter)
    writer.survey(uids(cards), [TODO])
    for n, card in enumerate(cards[:40]):
        about = {"id": n + 1, "tracker": "ours", "issue": card["shortLink"], "uid": f"ours:{card['id']}"}
        for write in writer.writes([AddLabel(**about, label="Bug")]):
            writer.perform(write, comment_ids={})
    assert asked(writer, lambda: writer.survey(uids(cards), [TODO])) == 1
    labels = [issue.labels for issue in writer.look(uids(cards)).values() if issue is not None]
    assert labels == [("Bug",)] * 40 + [()] * 20


def test_a_card_without_a_date_is_always_read_whole(world: Any, reader: TrelloReader) -> None:
    dated = [world.card() for _ in range(19)]
    card = world.card()
    del card["dateLastActivity"]
    reader.survey(uids([*dated, card]), [])
    card["desc"] = "New"
    world.sandbox.world.trello.forget([card])
    seen = reader.look(uids([*dated, card]))[f"ours:{card['id']}"]
    assert seen is not None
    assert seen.description.source == "New"


def test_what_a_full_answer_has_is_taken_and_the_rest_is_asked_for(world: Any, reader: TrelloReader) -> None:
    oldest = [world.card() for _ in range(5)]
    world.cards(970)
    newest = [world.card() for _ in range(30)]
    sight = reader.survey(uids([*oldest, *newest]), [TODO])
    assert [issue.title for issue in sight.issues.values() if issue] == [
        card["name"] for card in (*oldest, *newest)
    ]
    assert len(sight.orders[TODO]) == 1005
    assert reader.requests == 2


def test_a_list_that_is_gone_is_empty(reader: TrelloReader, cards: list[dict[str, Any]]) -> None:
    gone = "5f00000000000000000000ff"
    assert reader.survey(uids(cards[:2]), [gone]).orders == {gone: ()}


def any_edit(  # noqa: C901 - one case per thing people do
    world: Any, cards: list[dict[str, Any]], dice: random.Random, n: int
) -> None:
    """Do one of the things that people do to a board."""
    card = dice.choice(cards)
    match dice.randrange(12):
        case 0 | 1:
            edit(world, card, set={"name": f"Title {n}"})
        case 2 | 3:
            edit(world, card, add_label=f"label {n}")
        case 4:
            edit(world, card, set={"desc": f"Text {n}"})
        case 5:
            edit(world, card, set={"dueComplete": not card["dueComplete"]})
        case 6:
            edit(world, card, set={"idList": dice.choice((TODO, DOING, DONE))})
        case 7:
            edit(world, card, set={"closed": not card["closed"]})
        case 8:
            field = {"id": f"i{n}", "idCustomField": world.board.custom_fields[1]["id"]}
            card["customFieldItems"] = [{**field, "value": {"text": f"note {n}"}}]
            world.touched(card)
        case 9:
            world.board.labels[-1]["name"] = f"renamed {n}"
        case 10:
            world.board.lists[1]["name"] = f"Doing {n}" if n % 2 else "Later"
        case _ if card["id"] in world.board.cards:
            world.sandbox.world.trello.remove_card(world.board, card)
            cards.remove(card)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_people_do_a_look_shows_what_a_first_look_shows(
    world: Any, connected: Callable[..., TrelloReader], cards: list[dict[str, Any]], seed: int
) -> None:
    """One connector looks again and again, others look once: they see the same, posync's own writes too."""
    dice, wanted = random.Random(seed), uids(cards)
    writer = connected(writable=True)
    assert isinstance(writer, TrelloWriter)
    for n in range(40):
        some = dice.sample(wanted, dice.choice((2, 15, 45)))
        lanes = dice.sample((TODO, DOING, DONE), dice.randrange(3))
        again, first = writer.survey(some, lanes), connected().survey(some, lanes)
        assert again.orders == first.orders
        assert again.issues == first.issues
        if n % 4 == 0:
            card = dice.choice(cards)
            about = {"id": n + 1, "tracker": "ours", "issue": card["shortLink"], "uid": f"ours:{card['id']}"}
            for write in writer.writes([AddLabel(**about, label=f"ours {n}")]):
                writer.perform(write, comment_ids={})
        any_edit(world, cards, dice, n)
