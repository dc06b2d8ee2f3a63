"""A card becomes an issue: every part of it, however old or odd the JSON is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from posync.connectors.profile import FieldRule, Profile, Selector
from posync.connectors.trello.cards import Cards, place
from posync.connectors.trello.frame import Frame, frame_of
from posync.model.issue import IssueType, LinkKind, State
from posync.model.text import Format

PROFILE = Profile(
    profile="ours",
    kind="trello",
    points=(Selector(name="Points"),),
    points_in_title=True,
    statuses={"doing*": State.IN_PROGRESS, "done*": State.DONE},
    types={"bug": IssueType.BUG, "epic": IssueType.EPIC},
    fields={
        "value": (FieldRule(name="Value", type="number"), FieldRule(name="Worth", type="number")),
        "size": (FieldRule(name="Size", type="option"),),
        "ready": (FieldRule(name="Ready", type="flag"),),
        "until": (FieldRule(name="Until", type="date"),),
        "note": (FieldRule(name="Note", type="text"),),
    },
)
KINDS = {
    "Points": "number",
    "Value": "number",
    "Worth": "text",
    "Ready": "checkbox",
    "Until": "date",
    "Note": "text",
}


def frame(**parts: Any) -> Frame:
    fields = [{"id": name.lower(), "name": name, "type": kind} for name, kind in KINDS.items()]
    size = {
        "id": "size",
        "name": "Size",
        "type": "list",
        "options": [{"_id": "s", "value": {"text": "Small"}}],
    }
    board = {
        "id": "b",
        "lists": [
            {"id": "done", "name": "Done 2026", "pos": 3.0},
            {"id": "todo", "name": "Ideas", "pos": 1},
            {"id": "doing", "name": "Doing", "pos": 2.0},
            {"id": "old", "name": "Old", "pos": 0.5, "closed": True},
        ],
        "labels": [
            {"id": "l1", "name": "Bug", "color": "red"},
            {"id": "l2", "name": "", "color": "sky_light"},
        ],
        "customFields": [*fields, size],
        "members": [{"id": "m", "fullName": "Ada"}],
    }
    return frame_of(board | parts)


def issue(checklists: Any = (), /, **parts: Any) -> Any:
    card = {"id": "650000010000000000000001", "idList": "todo", "shortLink": "abcd1234"} | parts
    return Cards("ours", PROFILE, frame()).issue(card, checklists)


def test_a_whole_card() -> None:
    found = issue(
        name="(5) Sign in",
        desc="As a *customer*\r\nI want\u00a0in",
        idList="doing",
        idLabels=["l1", "l2", "l1"],
        idMembers=["nobody", "m"],
        pos=140737488355328.5,
        due="2026-12-15T09:16:00.000Z",
        dateLastActivity="2026-01-02T03:04:05.678Z",
        badges={"votes": 3, "comments": 2},
    )
    assert (found.uid, found.key, found.url) == (
        "ours:650000010000000000000001",
        "abcd1234",
        "https://trello.com/c/abcd1234",
    )
    assert (found.title, found.points, found.provenance["points"]) == ("(5) Sign in", 5.0, "title")
    assert found.description.source == "As a *customer*\r\nI want\u00a0in"
    assert found.description.format is Format.MARKDOWN
    assert (found.state, found.status, found.lane, found.lane_name) == (
        State.IN_PROGRESS,
        "Doing",
        "doing",
        "Doing",
    )
    assert (found.labels, found.type, found.assignee) == (("Bug", "sky_light"), IssueType.BUG, "Ada")
    assert (found.position, found.ranked) == ("140737488355328.5", True)
    assert (found.due, found.updated) == (date(2026, 12, 15), datetime(2026, 1, 2, 3, 4, 5, 678000, UTC))
    assert found.created == datetime.fromtimestamp(0x65000001, UTC)
    assert (found.votes, found.comments) == (3, 2)


def test_nothing_but_an_id_is_needed() -> None:
    found = Cards("ours", PROFILE, frame()).issue({"id": "x"})
    assert (found.uid, found.key, found.title, found.type) == ("ours:x", "x", "", IssueType.STORY)
    assert found.created is None
    assert not found.ranked


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_beyond_all_years_is_none(when: str) -> None:
    found = issue(due=when, dateLastActivity=when)
    assert (found.due, found.updated) == (None, None)


@pytest.mark.parametrize("option", [{"id": "s", "value": "Small"}, {"id": ["s"]}, {"_id": 7}, {"id": ""}, 5])
def test_a_field_may_list_odd_options(option: Any) -> None:
    size = {
        "id": "size",
        "name": "Size",
        "type": "list",
        "options": [option, {"id": "b", "value": {"text": "Big"}}],
    }
    options = frame(customFields=[size]).fields["size"].options
    assert [text for text in options.values() if text] == ["Big"]


@pytest.mark.parametrize("value", [None, 5, "text", [1, None], {"a": 1}, True])
def test_the_schema_may_drift_anywhere(value: Any) -> None:
    names = "name desc idList idLabels idMembers pos due dateLastActivity badges customFieldItems attachments"
    for name in [*names.split(), "checklists", "labels", "closed", "cardRole", "isTemplate", "shortLink"]:
        try:
            found = issue(**{name: value})
        except TypeError as error:
            pytest.fail(f"{name} = {value!r}: {error}")
        assert found.uid == "ours:650000010000000000000001"


@pytest.mark.parametrize(
    ("parts", "state", "ranked"),
    [
        ({}, State.TODO, True),
        ({"dueComplete": True}, State.DONE, True),
        ({"idList": "done"}, State.DONE, True),
        ({"closed": True}, State.DONE, False),
        ({"idList": "old"}, State.DONE, False),
        ({"cardRole": "separator"}, State.TODO, False),
        ({"cardRole": "mirror"}, State.TODO, False),
        ({"cardRole": None}, State.TODO, True),
        ({"isTemplate": True}, State.TODO, False),
    ],
)
def test_state_and_whether_there_is_work_to_rank(
    parts: dict[str, Any], state: State, *, ranked: bool
) -> None:
    found = issue(**parts)
    assert (found.state, found.ranked) == (state, ranked)


def item(name: str, **parts: Any) -> dict[str, Any]:
    return {"id": f"i-{name}", "idCustomField": name, "value": None} | parts


def test_custom_fields_of_every_type() -> None:
    items = [
        item("value", value={"number": "8"}),
        item("size", idValue="s"),
        item("ready", value={"checked": "true"}),
        item("until", value={"date": "2026-12-15T12:00:00.000Z"}),
        item("note", value={"text": "as agreed"}),
        item("unknown", value={"text": "a field nobody knows"}),
    ]
    found = issue(customFieldItems=items)
    assert found.fields == {
        "value": 8,
        "size": "Small",
        "ready": True,
        "until": "2026-12-15",
        "note": "as agreed",
    }
    assert found.provenance["fields.value"] == "Value"


def test_the_first_field_that_is_set_counts() -> None:
    found = issue(
        customFieldItems=[item("worth", value={"text": "2,5"}), item("value", value={"number": "NaN"})]
    )
    assert (found.fields["value"], found.provenance["fields.value"]) == (2.5, "Worth")


def test_of_two_fields_that_are_set_the_profiles_first_counts() -> None:
    items = [item("worth", value={"text": "7"}), item("value", value={"number": "3"})]
    found = issue(customFieldItems=items)
    assert (found.fields, found.provenance) == ({"value": 3}, {"fields.value": "Value"})


def test_points_come_from_a_field_before_the_title() -> None:
    found = issue(name="(5) x", customFieldItems=[item("points", value={"number": "3.5"})])
    assert (found.points, found.provenance["points"]) == (3.5, "Points")
    assert issue(name="(5) x", customFieldItems=[item("points", value={})]).points == 5.0


def test_checklists_stand_in_the_order_people_see() -> None:
    lines = [
        {"id": "2", "name": "second", "pos": 2, "state": "complete"},
        {"id": "1", "name": "first", "pos": 1.5, "state": "incomplete"},
    ]
    found = issue(
        [{"id": "b", "name": "B", "pos": 2}, {"id": "a", "name": "A", "pos": 1, "checkItems": lines}]
    )
    assert [checklist.name for checklist in found.checklists] == ["A", "B"]
    assert [(line.text, line.done) for line in found.checklists[0].items] == [
        ("first", False),
        ("second", True),
    ]


def test_links_from_description_checklist_and_attachments() -> None:
    found = issue(
        [
            {
                "id": "c",
                "name": "Blocked by",
                "checkItems": [{"id": "1", "name": "SHOP-9", "state": "incomplete"}],
            }
        ],
        desc="Blocks: https://trello.com/c/zzzz9999\nBlocked by https://trello.com/c/abcd1234 (itself)",
        attachments=[
            {"id": "1", "url": "https://trello.com/c/yyyy8888/7-other"},
            {"id": "2", "url": "https://trello.com/c/zzzz9999"},
            {"id": "3", "url": "https://files.example/plan.pdf"},
        ],
    )
    assert [(link.kind, link.to.key) for link in found.links] == [
        (LinkKind.BLOCKS, "zzzz9999"),
        (LinkKind.BLOCKED_BY, "SHOP-9"),
        (LinkKind.RELATES, "yyyy8888"),
    ]


def test_a_label_that_the_board_does_not_list_is_known_from_the_card() -> None:
    assert issue(idLabels=["gone"], labels=[{"id": "gone", "name": "Moved here", "color": "red"}]).labels == (
        "Moved here",
    )


def test_a_card_that_names_no_ids_says_its_labels_itself() -> None:
    own = [{"id": "l1", "name": "renamed"}, {"id": "l9", "name": "Elsewhere", "color": "red"}]
    assert issue(labels=own).labels == ("Bug", "Elsewhere")


def test_half_an_emoji_does_not_break_anything() -> None:
    found = issue(name="cut \ud83d", desc="whole \U0001f600")
    assert (found.title, found.description.source) == ("cut \ufffd", "whole \U0001f600")


def test_cards_stand_by_list_then_position_and_archived_ones_last() -> None:
    cards = [
        {"id": "e", "idList": "old", "pos": 1},
        {"id": "d", "idList": "todo", "pos": 1, "closed": True},
        {"id": "c", "idList": "doing", "pos": 0.25},
        {"id": "b", "idList": "todo", "pos": 2},
        {"id": "a", "idList": "todo", "pos": 1},
    ]
    assert [card["id"] for card in sorted(cards, key=lambda card: place(card, frame()))] == [
        "a",
        "b",
        "c",
        "e",
        "d",
    ]
