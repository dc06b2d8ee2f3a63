"""Writes: one request each, over nobody's work, and once only, whatever gets lost on the way."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from itertools import count, pairwise
from typing import Any

import pytest

from posync.connectors.base import marked
from posync.connectors.trello.reader import TrelloReader
from posync.connectors.trello.writer import LONGEST, TrelloWriter, fitting
from posync.errors import AccessRefused, Refused, Transient
from posync.model.change import (
    AddLabel,
    Change,
    Comment,
    Move,
    RemoveLabel,
    SetField,
    SetReleases,
    Standing,
    Was,
)
from posync.model.plan import Outcome, Result
from posync.model.repeat import Repeat
from posync.sandbox.edits import human_edit

NUMBERS = count(1)
DONE, ALREADY, SKIPPED = [Outcome.DONE], [Outcome.ALREADY], [Outcome.SKIPPED]


def about(card: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": next(NUMBERS), "tracker": "ours", "issue": card["shortLink"], "uid": f"ours:{card['id']}"}


def move(card: Mapping[str, Any], anchor: Mapping[str, Any], side: Any = "below", lane: str = "") -> Move:
    where = {"lane": lane or card["idList"], "anchor": f"ours:{anchor['id']}", "side": side}
    return Move(**about(card), before=Was(rank=1), after=Standing(rank=1), batch=1, **where)


def perform(writer: TrelloWriter, *changes: Change, known: Mapping[str, str] | None = None) -> list[Result]:
    return [
        result
        for write in writer.writes(changes)
        for result in writer.perform(write, comment_ids=known or {})
    ]


def outcomes(results: list[Result]) -> list[Outcome]:
    return [result.outcome for result in results]


def comments_on(world: Any, card: Mapping[str, Any]) -> list[str]:
    return [a["data"]["text"] for a in world.board.actions if a["data"]["card"]["id"] == card["id"]]


# Moves


def test_a_move_is_one_put_and_one_read(world: Any, writer: TrelloWriter) -> None:
    a, b, c = world.card("a"), world.card("b"), world.card("c")
    assert outcomes(perform(writer, move(c, a))) == DONE
    assert world.order() == ["a", "c", "b"]
    assert outcomes(perform(writer, move(c, a))) == ALREADY
    assert outcomes(perform(writer, move(c, a, "above"))) == DONE
    assert outcomes(perform(writer, move(a, b))) == DONE
    assert world.order() == ["c", "b", "a"]
    assert world.writes() == [f"PUT /1/cards/{card['id']}" for card in (c, c, a)]
    assert writer.requests == 4


def test_a_run_into_one_gap_shares_it_and_needs_no_re_reading(world: Any, writer: TrelloWriter) -> None:
    cards = world.cards(60)
    top, moved = cards[0], cards[2:]
    random.Random(1).shuffle(moved)
    anchors = [top, *moved]
    writer.order(top["idList"])
    perform(writer, *(move(card, anchor) for card, anchor in zip(moved, anchors, strict=False)))
    assert world.order() == [c["name"] for c in (top, *moved, cards[1])]
    assert writer.requests == 1 + 58
    gaps = [card["pos"] for card in (top, *moved, cards[1])]
    assert min(b - a for a, b in pairwise(gaps)) > 16384 / 60 - 1


def test_the_server_may_re_space_the_list_under_any_move(world: Any, writer: TrelloWriter) -> None:
    world.cards(30)
    chance, wanted = random.Random(7), world.order()
    by_name = {card["name"]: card for card in world.board.cards.values()}
    world.sandbox.limits.trello_respace = 512.0
    try:
        for _ in range(400):
            card, anchor = chance.sample(wanted, 2)
            side = chance.choice(("below", "above"))
            wanted.remove(card)
            wanted.insert(wanted.index(anchor) + (side == "below"), card)
            [result] = perform(writer, move(by_name[card], by_name[anchor], side))
            assert result.outcome in (Outcome.DONE, Outcome.ALREADY)
            assert world.order() == wanted
    finally:
        world.sandbox.limits.trello_respace = 0.125


@pytest.mark.sweep
def test_ten_thousand_moves_in_one_list_of_two_hundred(world: Any, writer: TrelloWriter) -> None:
    world.cards(200)
    chance, wanted = random.Random(11), world.order()
    by_name = {card["name"]: card for card in world.board.cards.values()}
    for number in range(10_000):
        card = chance.choice(wanted)
        anchor = chance.choice(
            [name for name in wanted[:20] if name != card]
        )  # the top of a list is where it gets narrow
        wanted.remove(card)
        wanted.insert(wanted.index(anchor) + 1, card)
        [result] = perform(writer, move(by_name[card], by_name[anchor]))
        assert result.outcome in (Outcome.DONE, Outcome.ALREADY)
        if number % 100 == 0:
            assert world.order() == wanted
    assert world.order() == wanted
    assert len(world.writes()) <= 10_000
    assert writer.requests < 11_000  # re-reads: one per re-spacing and one per ten seconds


def test_cards_that_share_a_position_are_parted(world: Any, writer: TrelloWriter) -> None:
    a, b, c, d = (world.card(name, pos=5000.0 if name != "d" else 9000.0) for name in "abcd")
    world.sandbox.limits.trello_respace = 0.0
    try:
        [result] = perform(writer, move(d, a))
    finally:
        world.sandbox.limits.trello_respace = 0.125
    assert world.order() == ["a", "d", "b", "c"]
    assert result.outcome is Outcome.DONE
    assert result.because.endswith("in the same order: 2 more writes than planned")
    assert result.receipt == {"spaced": f"{c['id']} {b['id']}"}


def test_separators_and_templates_keep_their_place(world: Any, writer: TrelloWriter) -> None:
    a = world.card("a")
    world.card("---", cardRole="separator")
    b = world.card("b")
    perform(writer, move(b, a))
    assert world.order() == ["a", "b", "---"]


@pytest.mark.parametrize("gone", ["card", "anchor"])
def test_a_card_that_left_its_list_is_left_alone(world: Any, writer: TrelloWriter, gone: str) -> None:
    a, b = world.card("a"), world.card("b")
    (b if gone == "card" else a)["idList"] = world.board.lists[1]["id"]
    [result] = perform(writer, move(b, a, lane=world.board.lists[0]["id"]))
    assert result.outcome is Outcome.SKIPPED
    assert "since the plan" in result.because
    assert not world.writes()


def test_a_card_dragged_away_at_that_very_moment_is_said(world: Any, writer: TrelloWriter) -> None:
    a, _, c = world.cards(3)
    world.sandbox.faults.set(
        [
            {
                "match": {"method": "PUT", "nth": 1},
                "do": "edit",
                "edit": {"card": c["id"], "set": {"idList": world.board.lists[1]["id"]}},
            }
        ]
    )
    assert outcomes(perform(writer, move(c, a))) == SKIPPED
    assert c["idList"] == world.board.lists[1]["id"]


# Labels


def test_labels_are_added_one_by_one_and_created_where_none_matches(world: Any, writer: TrelloWriter) -> None:
    one, two = world.cards(2)
    writer.look([f"ours:{one['id']}"])
    changes = [
        AddLabel(**about(card), label=label) for card in (one, two) for label in ("needs-criteria", " BUG ")
    ]
    writes = writer.writes(changes)
    assert [(write.method, write.route) for write in writes] == [
        ("POST", "cards/{id}/labels"),
        ("POST", "cards/{id}/idLabels"),
        ("POST", "cards/{id}/idLabels"),
        ("POST", "cards/{id}/idLabels"),
    ]
    assert outcomes(perform(writer, *changes)) == DONE * 4
    assert [label["name"] for label in world.board.labels] == ["Bug", "", "Customer", "needs-criteria"]
    assert one["idLabels"] == list(reversed(two["idLabels"])) or set(one["idLabels"]) == set(two["idLabels"])
    assert len(world.writes()) == 4
    assert outcomes(perform(writer, *changes)) == ALREADY * 4


def test_the_label_people_spelt_so_is_preferred_and_a_nameless_one_never_taken(
    world: Any, writer: TrelloWriter
) -> None:
    world.board.labels += [{"id": "5f0000000000000000000c09", "name": "BUG", "color": None}]
    card = world.card()
    perform(writer, AddLabel(**about(card), label="BUG"), AddLabel(**about(card), label="green"))
    assert card["idLabels"][0] == "5f0000000000000000000c09"
    assert world.board.label(card["idLabels"][1])["name"] == "green"


def test_a_label_a_person_adds_meanwhile_stays(world: Any, writer: TrelloWriter) -> None:
    card = world.card(idLabels=["5f0000000000000000000c03"])
    uid = f"ours:{card['id']}"
    writer.look([uid])
    edit = {"do": "edit", "edit": {"card": card["id"], "add_label": "Bug"}}
    world.sandbox.faults.set([{"match": {"method": "POST", "nth": 1}, **edit}])
    changes = (AddLabel(**about(card), label="new"), RemoveLabel(**about(card), label="customer"))
    assert outcomes(perform(writer, *changes)) == DONE * 2
    assert {world.board.label(one)["name"] for one in card["idLabels"]} == {"Bug", "new"}


def test_no_label_that_people_put_on_at_any_moment_is_ever_lost(world: Any, writer: TrelloWriter) -> None:
    cards, chance = world.cards(60), random.Random(3)
    put_on: dict[str, set[str]] = {card["id"]: set() for card in cards}

    def person(event: Any) -> None:
        if event.tracker == "trello" and event.writes:
            card = chance.choice(cards)
            put_on[card["id"]].add(f"by hand {event.number}")
            human_edit(
                world.sandbox.world.jira,
                world.sandbox.trello,
                [{"card": card["id"], "add_label": f"by hand {event.number}"}],
            )

    world.sandbox.on_request(person)
    writer.look([f"ours:{card['id']}" for card in cards])
    changes: list[Change] = [
        AddLabel(**about(card), label=label) for card in cards for label in ("ours", "mine")
    ]
    changes += [move(card, cards[0]) for card in cards[2:]]
    changes += [RemoveLabel(**about(card), label="mine") for card in cards]
    perform(writer, *changes)
    names = {label["id"]: label["name"] for label in world.board.labels}
    for card in cards:
        assert {names[one] for one in card["idLabels"]} == put_on[card["id"]] | {"ours"}
    assert sum(map(len, put_on.values())) > 150


def test_removing_twice_is_done_once(world: Any, writer: TrelloWriter) -> None:
    card = world.card(idLabels=["5f0000000000000000000c01"])
    change = RemoveLabel(**about(card), label="bug")
    assert outcomes(perform(writer, change)) == DONE
    assert outcomes(perform(writer, change)) == ALREADY
    assert outcomes(perform(writer, RemoveLabel(**about(card), label="nobody has it"))) == ALREADY
    assert not card["idLabels"]
    assert len(world.writes()) == 1


def test_looking_first_saves_asking_for_the_labels_of_each_card(world: Any, writer: TrelloWriter) -> None:
    cards = world.cards(5, idLabels=["5f0000000000000000000c01"])
    writer.look([f"ours:{card['id']}" for card in cards])
    perform(writer, *(RemoveLabel(**about(card), label="Bug") for card in cards))
    assert writer.requests == 1 + 5


# Custom fields


def held(card: Mapping[str, Any], number: int) -> Any:
    item = next((i for i in card["customFieldItems"] if i["idCustomField"].endswith(str(number))), None)
    return item and (item.get("value") or item.get("idValue"))


@pytest.mark.parametrize(
    ("field", "number", "value", "sent"),
    [
        ("Priority score", 1, 9.5, {"number": "9.5"}),
        ("Priority score", 1, 7, {"number": "7"}),
        ("note", 2, "as agreed", {"text": "as agreed"}),
        ("ready", 3, True, {"checked": "true"}),
        ("size", 4, "large", "5f0000000000000000000e02"),
        ("until", 5, "2026-12-15", {"date": "2026-12-15T12:00:00.000Z"}),
    ],
)
def test_fields_of_every_type_are_set_read_back_and_emptied(
    world: Any, writer: TrelloWriter, field: str, number: int, value: Any, sent: Any
) -> None:
    card = world.card()
    uid = f"ours:{card['id']}"
    assert outcomes(perform(writer, SetField(**about(card), field=field, after=value))) == DONE
    assert held(card, number) == sent
    looked = writer.look([uid])[uid]
    assert looked is not None
    assert str(looked.fields[field]).casefold() == str(value).casefold()
    perform(writer, SetField(**about(card), field=field, after=None))
    emptied = writer.look([uid])[uid]
    assert emptied is not None
    assert field not in emptied.fields


def test_all_fields_of_a_card_share_one_request(world: Any, writer: TrelloWriter) -> None:
    card, other = world.cards(2)
    changes: list[Change] = [
        SetField(**about(card), field="Priority score", after=9.5),
        AddLabel(**about(card), label="Bug"),
        SetField(**about(card), field="note", after="as agreed"),
        SetField(**about(other), field="note", after="too"),
    ]
    assert [write.route for write in writer.writes(changes)] == [
        "cards/{id}/customFields",
        "cards/{id}/idLabels",
        "cards/{id}/customField/{id}/item",
    ]
    assert outcomes(perform(writer, *changes)) == DONE * 4
    assert (held(card, 1), held(card, 2), held(other, 2)) == (
        {"number": "9.5"},
        {"text": "as agreed"},
        {"text": "too"},
    )
    assert len(world.writes()) == 3
    perform(
        writer, *(SetField(**about(card), field=field, after=None) for field in ("Priority score", "note"))
    )
    assert not card["customFieldItems"]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("Priority no.", 3, "no custom field 'Priority no.'.*Add a number field"),
        ("size", "Gigantic", "cannot hold 'Gigantic'"),
        ("Priority score", "high", "of type number"),
    ],
)
def test_a_field_that_cannot_be_set_is_said(
    world: Any, writer: TrelloWriter, field: str, value: Any, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        perform(writer, SetField(**about(world.card()), field=field, after=value))
    assert not world.writes()


def test_trello_has_no_releases(world: Any, writer: TrelloWriter) -> None:
    with pytest.raises(Refused, match="Trello has no releases"):
        perform(writer, SetReleases(**about(world.card()), before=(), after=("2026.12",)))


# posync's comment


def test_one_comment_written_edited_and_taken_back(world: Any, writer: TrelloWriter) -> None:
    card = world.card()
    uid = f"ours:{card['id']}"
    [first] = perform(writer, Comment(**about(card), after="0 of 1 criteria"))
    assert comments_on(world, card) == [marked("0 of 1 criteria", "shop")]
    known = {uid: first.receipt["comment_id"]}
    [second] = perform(writer, Comment(**about(card), before="0 of 1 criteria", after="1 of 2"), known=known)
    assert second.receipt == first.receipt
    assert comments_on(world, card) == [marked("1 of 2", "shop")]
    assert writer.comments([uid]) == {uid: (known[uid], "1 of 2")}
    assert outcomes(perform(writer, Comment(**about(card), before="1 of 2"), known=known)) == DONE
    assert outcomes(perform(writer, Comment(**about(card), before="1 of 2"), known=known)) == ALREADY
    assert not comments_on(world, card)


def test_a_comment_whose_id_was_forgotten_is_found_by_its_marker(world: Any, writer: TrelloWriter) -> None:
    card = world.card()
    [first] = perform(writer, Comment(**about(card), after="first"))
    [again] = perform(writer, Comment(**about(card), after="second"))
    assert again.receipt == first.receipt
    assert comments_on(world, card) == [marked("second", "shop")]


def test_cards_known_to_be_silent_are_not_asked_again(world: Any, writer: TrelloWriter) -> None:
    cards = world.cards(10)
    writer.comments([f"ours:{card['id']}" for card in cards])
    perform(writer, *(Comment(**about(card), after="x") for card in cards))
    assert writer.requests == 1 + 10


def test_a_long_comment_is_cut_loudly() -> None:
    text = fitting("x" * 20_000, "shop")
    assert len(text) <= LONGEST
    assert "[cut:" in text
    assert text.endswith("— posync · shop")


# What gets lost on the way


@pytest.mark.parametrize("when", ["drop_before", "drop_after"])
@pytest.mark.parametrize("kind", ["comment", "new label"])
def test_what_must_not_be_written_twice_is_looked_for_after_a_lost_answer(
    world: Any, writer: TrelloWriter, when: str, kind: str
) -> None:
    card = world.card()
    change: Change = (
        Comment(**about(card), after="once") if kind == "comment" else AddLabel(**about(card), label="once")
    )
    writer.look([change.uid])
    [write] = writer.writes([change])
    assert write.repeat is Repeat.LOOK
    world.sandbox.faults.set([{"match": {"method": "POST", "nth": 1}, "do": when}])
    with pytest.raises(Transient) as lost:
        writer.perform(write, comment_ids={})
    assert lost.value.sent
    writer.perform(write, comment_ids={})
    assert len(comments_on(world, card)) == (kind == "comment")
    assert [label["name"] for label in world.board.labels].count("once") == (kind == "new label")
    assert len(card["idLabels"]) == (kind == "new label")


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "503", "truncate"])
def test_what_is_safe_to_repeat_is_repeated_at_once(world: Any, writer: TrelloWriter, fault: str) -> None:
    writer._transport.clock = writer._transport.clock._replace(sleep=lambda _: None)
    a, _, c = world.cards(3, idLabels=["5f0000000000000000000c03"])
    changes: list[Change] = [
        move(c, a),
        AddLabel(**about(a), label="bug"),
        RemoveLabel(**about(a), label="customer"),
        SetField(**about(a), field="Priority score", after=1.5),
    ]
    world.sandbox.faults.set(
        [{"match": {"method": method, "nth": 1}, "do": fault} for method in ("PUT", "POST", "DELETE")]
    )
    results = perform(writer, *changes)
    assert {result.outcome for result in results} <= {Outcome.DONE, Outcome.ALREADY}
    assert world.order() == [a["name"], c["name"], "card 2"]
    assert a["idLabels"] == ["5f0000000000000000000c01"]
    assert held(a, 1) == {"number": "1.5"}


def test_a_token_that_only_reads_is_named(world: Any, connected: Callable[..., TrelloReader]) -> None:
    writer = connected(writable=True, token="sandbox-trello-read")
    assert isinstance(writer, TrelloWriter)
    with pytest.raises(AccessRefused, match="scope=read,write"):
        perform(writer, AddLabel(**about(world.card()), label="bug"))
