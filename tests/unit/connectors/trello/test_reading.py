"""A board is read whole, by the fewest requests, and never half."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from posync.connectors.trello.client import _library
from posync.connectors.trello.reader import TrelloReader
from posync.connectors.trello.watching import probe
from posync.errors import AccessRefused, Incomplete, NotFound, TrackerError, UnexpectedPayload
from posync.model.observation import Memory
from posync.sandbox.edits import human_edit
from posync.sandbox.exchange import encode
from posync.sandbox.trello.world import Board

Pull = Callable[..., Any]
Connected = Callable[..., TrelloReader]


def test_a_board_comes_in_one_request_in_board_order(world: Any, reader: TrelloReader, pull: Pull) -> None:
    world.cards(3, idList=world.board.lists[1]["id"])
    world.cards(4)
    world.card("archived", closed=True)
    found = pull(reader)
    wanted = [
        f"ours:{c['id']}"
        for c in sorted(world.board.cards.values(), key=lambda c: (c["closed"], c["idList"], c["pos"]))
    ]
    assert list(found.observation.order) == wanted
    assert {issue.uid for issue in found.issues} == set(wanted)
    assert found.observation.full
    assert reader.requests == 1
    assert "8 cards, 1 of them archived" in found.observation.shown_by


def test_key_and_token_travel_in_a_header_and_nothing_is_written(
    world: Any, reader: TrelloReader, pull: Pull
) -> None:
    world.cards(2)
    found = pull(reader)
    reader.look([issue.uid for issue in found.issues])
    reader.order(found.issues[0].lane)
    reader.comments([found.issues[0].uid])
    reader.capabilities()
    assert {entry.auth for entry in world.sandbox.entries} == {"header"}
    assert not world.writes()
    assert not hasattr(reader, "perform")
    with pytest.raises(PermissionError):
        reader.api.send("PUT", f"/cards/{world.card()['id']}", {"pos": 1.0}, operation="try to write")


def test_an_unchanged_board_costs_one_request_and_hands_over_nothing(
    world: Any, reader: TrelloReader, pull: Pull
) -> None:
    world.cards(5)
    first = pull(reader)
    second = pull(reader, first.memory)
    assert reader.requests == 2
    assert not second.issues
    assert not second.observation.full
    assert second.observation.order == first.observation.order
    assert pull(reader, second.memory).observation.order == first.observation.order


def test_any_edit_is_seen(world: Any, reader: TrelloReader, pull: Pull) -> None:
    card = world.card("before")
    first = pull(reader)
    card["name"] = "after"
    world.sandbox.world.trello.changed(world.board, card)
    assert [issue.title for issue in pull(reader, first.memory).issues] == ["after"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda board: board.lists[0].update(closed=True),
        lambda board: board.lists[0].update(name="Later"),
        lambda board: board.lists.append({"id": "5f00000000000000000000a9", "name": "New", "pos": 1}),
        lambda board: board.labels[0].update(name="Defect"),
        lambda board: board.custom_fields[3]["options"].append(
            {"id": "5f0000000000000000000e09", "value": {"text": "Huge"}}
        ),
        lambda board: board.members.append({"id": "5f1a000000000000000000a1", "fullName": "Ann"}),
        lambda board: board.raw.update(closed=True),
    ],
)
def test_what_does_not_touch_the_last_activity_is_seen_too(
    world: Any, reader: TrelloReader, pull: Pull, edit: Any
) -> None:
    world.card()
    first = pull(reader)
    edit(world.board)
    assert pull(reader, first.memory).observation.full


def test_a_member_who_is_renamed_is_seen(world: Any, reader: TrelloReader, pull: Pull) -> None:
    ann = {"id": "5f1a000000000000000000a1", "fullName": "Ann Archer", "username": "ann"}
    world.board.members.append(ann)
    world.card(idMembers=[ann["id"]])
    first = pull(reader)
    assert [issue.assignee for issue in first.issues] == ["Ann Archer"]
    assert pull(reader, first.memory).issues == []
    ann["fullName"] = "Ann Baker"
    second = pull(reader, first.memory)
    assert [issue.assignee for issue in second.issues] == ["Ann Baker"]
    assert pull(reader, second.memory).issues == []


def test_another_profile_or_scope_reads_everything_anew(
    world: Any, reader: TrelloReader, connected: Connected, pull: Pull
) -> None:
    world.card()
    first = pull(reader)
    assert pull(connected(lists=("To do",)), first.memory).observation.full


def test_a_damaged_note_reads_everything_anew(world: Any, reader: TrelloReader, pull: Pull) -> None:
    world.card()
    for cursor in ("", "no json", "[]", json.dumps({"means": "x"})):
        assert pull(reader, Memory(cursor, {})).observation.full


def test_cards_that_are_gone_are_confirmed_one_by_one(world: Any, reader: TrelloReader, pull: Pull) -> None:
    cards = world.cards(14)
    first = pull(reader)
    other = Board({"id": "5f00000000000000000000b9", "name": "Other", "shortLink": "othrbord"})
    world.sandbox.world.trello.add_board(other)
    for card in cards[:12]:
        world.sandbox.world.trello.remove_card(world.board, card)
    moved = cards[12]
    del world.board.cards[moved["id"]]
    world.sandbox.world.trello.add_card(other, moved)
    cards[13]["closed"] = True
    world.touched(cards[13])
    second = pull(reader, first.memory)
    reasons = [second.observation.gone[f"ours:{card['id']}"] for card in cards[:13]]
    assert reasons == ["deleted, or moved to a board this account may not see"] * 12 + [
        "moved to another board"
    ]
    assert [(issue.id, issue.ranked) for issue in second.issues] == [(cards[13]["id"], False)]
    assert reader.requests == 1 + 2 + 2  # the pull, probe and pull, two batches of ten


def test_a_card_that_is_there_but_was_not_told_is_never_taken_for_deleted(
    world: Any, reader: TrelloReader, pull: Pull
) -> None:
    cards = world.cards(3)
    first = pull(reader)
    world.touched()
    world.sandbox.faults.set(
        [{"match": {"path": "^/1/boards/[^/]+$", "nth": 1}, "do": "patch", "body": {"cards": cards[:2]}}]
    )
    with pytest.raises(Incomplete, match="is on the board, but was missing"):
        pull(reader, first.memory)


def test_lists_in_scope_by_name_or_id(world: Any, connected: Connected, pull: Pull) -> None:
    world.cards(2)
    doing = world.card("doing", idList=world.board.lists[1]["id"])
    reader = connected(lists=(" doing ",))
    first = pull(reader)
    assert [issue.title for issue in first.issues] == ["doing"]
    assert len(pull(connected(lists=(world.board.lists[0]["id"],))).issues) == 2
    doing["idList"] = world.board.lists[2]["id"]
    world.touched(doing)
    assert pull(reader, first.memory).observation.gone == {
        f"ours:{doing['id']}": "moved to a list outside the scope"
    }


def test_an_unknown_list_is_named_with_what_was_meant(connected: Connected, pull: Pull) -> None:
    with pytest.raises(NotFound, match=r"no list 'Doin'.*Did you mean 'Doing'"):
        pull(connected(lists=("Doin",)))
    with pytest.raises(NotFound, match="Its lists are: 'To do', 'Doing', 'Done'"):
        pull(connected(lists=("xyz",)))


@pytest.mark.parametrize(("count", "requests"), [(999, 1), (1000, 2), (1500, 2), (2000, 3), (2500, 3)])
def test_long_boards_come_whole(
    world: Any, reader: TrelloReader, pull: Pull, count: int, requests: int
) -> None:
    world.cards(count)
    found = pull(reader)
    assert len(found.issues) == len(set(found.observation.order)) == count
    assert reader.requests == requests


@pytest.mark.parametrize("count", [1000, 1500])
def test_changes_of_a_long_board_are_read_with_at_most_four_requests(
    world: Any, reader: TrelloReader, pull: Pull, count: int
) -> None:
    cards = world.cards(count)
    first = pull(reader)
    before = reader.requests
    cards[3]["name"] = "edited"
    world.cards(1, name="added")
    world.touched(cards[3])
    with world.sandbox.lock:
        human_edit(world.sandbox.world.jira, world.sandbox.trello, [{"card": cards[7]["id"], "delete": True}])
    found = pull(reader, first.memory)
    assert {"edited", "added"} <= {issue.title for issue in found.issues}
    assert list(found.observation.gone) == [f"ours:{cards[7]['id']}"]
    assert reader.requests - before <= 4


def test_too_large_answers_are_asked_for_in_smaller_pages(
    world: Any, reader: TrelloReader, pull: Pull
) -> None:
    world.cards(1100)
    world.sandbox.limits.trello_nested_cards = 1000
    refused = {"do": "403", "message": "Too many checklists"}
    world.sandbox.faults.set([{"match": {"path": "/cards$", "times": 2}, **refused}])
    try:
        found = pull(reader)
    finally:
        world.sandbox.limits.trello_nested_cards = 10_000
    assert len(found.issues) == 1100
    assert reader.requests == 1 + 1 + 2 + 5  # too large, the frame, two pages too large, 1100 cards by 250


def test_a_page_that_repeats_is_no_proof(world: Any, reader: TrelloReader, pull: Pull) -> None:
    world.cards(1100)
    world.sandbox.limits.trello_nested_cards = 1000
    same = encode([{"id": card["id"]} for card in list(world.board.cards.values())[:1000]])

    def again(event: Any) -> None:
        if event.path.endswith("/cards"):
            world.sandbox.world.trello.encoded.clear()

    world.sandbox.on_request(again)
    reader.api.listed = lambda *_, **__: json.loads(same)  # type: ignore[method-assign]  # a server gone wrong
    try:
        with pytest.raises(Incomplete, match="repeats cards"):
            pull(reader)
    finally:
        world.sandbox.limits.trello_nested_cards = 10_000


def test_a_card_made_during_a_paged_pull_is_seen_next_time(
    world: Any, reader: TrelloReader, pull: Pull
) -> None:
    world.cards(1500)
    done: list[int] = []

    def add(event: Any) -> None:
        if event.phase == "after" and event.path == "/1/batch" and not done:
            done.append(1)
            world.card("late")

    world.sandbox.on_request(add)
    first = pull(reader)
    assert len(first.issues) == 1500
    assert "late" in {issue.title for issue in pull(reader, first.memory).issues}


def test_a_first_answer_that_is_not_the_newest_cards_is_read_again_by_pages(
    world: Any, reader: TrelloReader, pull: Pull
) -> None:
    world.cards(1500)
    done: list[int] = []

    def add(event: Any) -> None:
        if event.phase == "before" and event.path == "/1/batch" and not done:
            done.append(1)
            world.card("late")

    world.sandbox.on_request(add)
    found = pull(reader)
    assert len(found.issues) == len(set(found.observation.order)) == 1501
    assert reader.requests == 2 + 2


@pytest.mark.parametrize(
    "board", ["https://trello.com/b/ourboard/ours", "ourboard", " 5f00000000000000000000b0 "]
)
def test_a_board_by_its_address_short_link_or_id(
    world: Any, connected: Connected, pull: Pull, board: str
) -> None:
    world.card()
    assert len(pull(connected(board=board)).issues) == 1


def test_looking_again_gives_the_same_issues(world: Any, reader: TrelloReader, pull: Pull) -> None:
    cards = world.cards(40)
    world.board.checklists.append(
        {
            "id": "5f0000000000000000000d01",
            "idCard": cards[0]["id"],
            "name": "Tasks",
            "pos": 1,
            "checkItems": [],
        }
    )
    cards[1]["customFieldItems"] = [
        {"id": "i", "idCustomField": world.board.custom_fields[1]["id"], "value": {"text": "x"}}
    ]
    pulled = {issue.uid: issue for issue in pull(reader).issues}
    before = reader.requests
    assert reader.look(list(pulled)[:9]) == {uid: pulled[uid] for uid in list(pulled)[:9]}
    assert reader.requests == before + 1
    assert reader.look(list(pulled)) == pulled
    assert reader.requests == before + 2
    world.sandbox.world.trello.remove_card(world.board, cards[0])
    assert reader.look([f"ours:{cards[0]['id']}"]) == {f"ours:{cards[0]['id']}": None}
    assert reader.look([]) == {}


def test_order_and_comments(world: Any, reader: TrelloReader) -> None:
    first, second = world.cards(2)
    world.card("archived", closed=True)
    lane = first["idList"]
    assert reader.order(lane) == (f"ours:{first['id']}", f"ours:{second['id']}")
    assert reader.order("5f00000000000000000000ff") == ()
    marker = "Two criteria are missing.\n\n— posync · shop"
    for card, text in ((first, "Looks good"), (first, marker), (second, marker.replace("shop", "other"))):
        world.sandbox.world.trello.changed(world.board, card)
        world.board.actions.insert(
            0,
            {
                "id": f"5f0000000000000000000a{len(world.board.actions):02}",
                "type": "commentCard",
                "date": "2026-01-05T08:00:00.000Z",
                "idMemberCreator": "x",
                "data": {"text": text, "card": {"id": card["id"]}},
            },
        )
    found = reader.comments([f"ours:{first['id']}", f"ours:{second['id']}"])
    assert found == {
        f"ours:{first['id']}": ("5f0000000000000000000a01", "Two criteria are missing."),
        f"ours:{second['id']}": None,
    }


def test_boards_are_probed_ten_a_request(world: Any, reader: TrelloReader) -> None:
    frames = probe(reader.api, [world.board.id, "shopboard", "5f00000000000000000000bf"])
    assert [frame.name if frame else None for frame in frames.values()] == ["Ours", "Shop mobile", None]
    assert reader.requests == 1


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        ({"board": "nosuch"}, NotFound, "no board nosuch"),
        ({"board": "../members/me?x=1"}, NotFound, "no board"),
        ({"board": "5f00000000000000000000bf"}, NotFound, "there is no board"),
        ({"token": "wrong"}, AccessRefused, "invalid token.*Check auth.key and auth.token"),
    ],
)
def test_what_is_wrong_is_said(
    connected: Connected, pull: Pull, settings: dict[str, str], error: type[TrackerError], says: str
) -> None:
    with pytest.raises(error, match=says) as found:
        pull(connected(**settings))
    assert "wrong" not in str(found.value)


@pytest.mark.parametrize("fault", ["html", "truncate", "cut", "drop_before", "503"])
def test_one_fault_of_any_kind_does_no_harm_or_is_said(
    world: Any, reader: TrelloReader, pull: Pull, fault: str
) -> None:
    world.cards(3)
    reader._transport.clock = reader._transport.clock._replace(sleep=lambda _: None)
    world.sandbox.faults.set([{"match": {"nth": 1}, "do": fault}])
    if fault == "html":
        with pytest.raises(UnexpectedPayload, match="web page"):
            pull(reader)
    else:
        assert len(pull(reader).issues) == 3


def test_labels_that_nobody_knows_are_said(world: Any, reader: TrelloReader, pull: Pull) -> None:
    world.card(idLabels=["5f0000000000000000000c01", "5f0000000000000000000cff"])
    found = pull(reader)
    assert found.issues[0].labels == ("Bug",)
    assert found.observation.warnings == ("1 labels on cards are known to nobody, not even to Trello.",)


def test_labels_of_another_board_are_asked_for_by_id(world: Any, reader: TrelloReader, pull: Pull) -> None:
    other = world.sandbox.world.trello.boards["shopboard"]
    foreign = {"id": "5f0000000000000000000cfe", "idBoard": other.id, "name": "Legal", "color": "black"}
    other.labels.append(foreign)
    world.card(idLabels=["5f0000000000000000000c01", foreign["id"]])
    found = pull(reader)
    assert set(found.issues[0].labels) == {"Bug", "Legal"}
    assert found.observation.warnings == ()


def test_a_closed_board_is_said(world: Any, reader: TrelloReader, pull: Pull) -> None:
    open_one = pull(reader)
    assert open_one.observation.warnings == ()
    world.board.raw["closed"] = True
    closed = pull(reader, open_one.memory)
    assert "closed" in closed.observation.warnings[0]
    unchanged = pull(reader, closed.memory).observation
    assert (unchanged.full, unchanged.warnings) == (False, closed.observation.warnings)
    assert {c.name: c.granted for c in reader.capabilities()} == {
        "read": True,
        "rank": False,
        "label": False,
        "comment": False,
        "field": False,
        "release": False,
    }


def test_importing_the_library_leaves_tls_alone() -> None:
    import urllib3.util.ssl_ as tls

    assert "pyopenssl" not in str(tls.SSLContext)


@pytest.mark.parametrize("before", [{}, {"urllib3.contrib.pyopenssl": None}], ids=["unloaded", "forbidden"])
def test_what_else_loads_pyopenssl_is_left_alone(
    before: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "urllib3.contrib.pyopenssl"
    monkeypatch.delitem(sys.modules, name, raising=False)
    for module, held in before.items():
        monkeypatch.setitem(sys.modules, module, held)
    _library()
    assert {module: held for module, held in sys.modules.items() if module == name} == before


def test_a_library_that_cannot_be_loaded_is_said(
    world: Any, reader: TrelloReader, pull: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setitem(sys.modules, "trello.trelloclient", None)
        with pytest.raises(TrackerError, match=r"load py-trello: .*trelloclient.*Install posync again"):
            pull(reader)
    world.card("one")
    assert len(pull(reader).observation.order) == 1
