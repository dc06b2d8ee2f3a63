"""Markers on a board: what is written can be read, and what merely looks like one harms nobody."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posync.connectors.trello.claims import (
    LONGEST,
    by_hand,
    claim_in,
    claimed,
    own_marker,
    text_of,
)
from posync.connectors.trello.frame import BoardLabel, BoardList, Frame
from posync.connectors.trello.markers import is_marker
from posync.connectors.trello.scope import TrelloScope
from posync.errors import NotFound
from posync.model.claim import Claim, Scope

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
OWNERS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", fullmatch=True)
BACKLOG, NEXT, DONE = "5f3e0a", "5f3e0b", "5f3e0c"


def board(*labels: str, lists: dict[str, str] | None = None) -> Frame:
    named = lists or {BACKLOG: "Backlog", NEXT: "Next, soon", DONE: "Done"}
    return Frame(
        id="5f3e",
        name="Shop",
        short="abc",
        seen="",
        closed=False,
        lists={one: BoardList(one, name, closed=False, pos=n) for n, (one, name) in enumerate(named.items())},
        labels={f"l{n}": BoardLabel(f"l{n}", name, "") for n, name in enumerate(labels)},
        fields={},
        people={},
    )


def claim(*lists: str, workspace: str = "shop", tracker: str = "board", **owned: object) -> Claim:
    scope = Scope(kind="trello", place="", lists=lists)
    return Claim.model_validate({"workspace": workspace, "tracker": tracker, "scope": scope, **owned})


def text(wanted: Claim, frame: Frame | None = None) -> str:
    return text_of(wanted, TrelloScope("5f3e", wanted.scope.lists), frame or board())


def test_a_marker_can_be_read_by_people() -> None:
    assert text(claim("backlog", "Next, soon", order=True, labels=("needs-ac", "a, b"))) == (
        'posync · shop · board · orders · lists: Backlog = 5f3e0a, "Next, soon" = 5f3e0b · labels: needs-ac, "a, b"'
    )


def test_the_label_that_a_person_deletes_is_named_as_it_begins() -> None:
    theirs = claim("Backlog", workspace="web", tracker="web-board", order=True)
    [seen] = claimed(
        board(text(theirs)), Scope(kind="trello", place="abc"), TrelloScope("5f3e"), "shop", "x"
    ).others
    begins = "posync · web · web-board"
    assert text(theirs).startswith(begins)
    assert by_hand(seen) == f"delete the label that begins `{begins}` on board abc (posync deletes no labels)"


@given(
    OWNERS,
    OWNERS,
    st.booleans(),
    st.lists(st.sampled_from([BACKLOG, NEXT, DONE]), unique=True),
    st.lists(NAMES, max_size=5),
    st.lists(NAMES, max_size=3),
    st.lists(NAMES, max_size=3),
    st.lists(NAMES, min_size=3, max_size=3),
)
def test_what_is_written_is_what_is_read(
    workspace: str,
    tracker: str,
    order: bool,
    lists: list[str],
    labels: list[str],
    fields: list[str],
    releases: list[str],
    called: list[str],
) -> None:
    names = {"labels": tuple(labels), "fields": tuple(fields), "releases": tuple(releases)}
    wanted = claim(*sorted(lists), workspace=workspace, tracker=tracker, order=order, **names)
    frame = board(lists=dict(zip((BACKLOG, NEXT, DONE), called, strict=True)))
    written = text(wanted, frame)
    assert claim_in(written) == (wanted if order or lists or any(names.values()) else None)
    assert claim_in(f" {written} ") == claim_in(written)  # Trello trims names


@given(st.text(st.sampled_from('posync· ,":=\\labelsorder\n\x1b[31m'), max_size=80))
def test_no_label_harms_whoever_reads_it(name: str) -> None:
    for each in (name, "posync · " + name, "posync · a · b · " + name, "posync · a · b · labels: " + name):
        found = claim_in(each)
        assert found is None or found.workspace.isascii()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "posync",
        "posync ·",
        "posync · shop",
        "posync · shop · board",
        "posync · shop · board · ",
        "posync · shop, web · board · orders",
        "posync · sh op · board · orders",
        "posync · shop · board · orders · orders",
        "posync · shop · board · orders, all",
        "posync · shop · board · disorders",
        "posync · shop · board · labels: ",
        "posync · shop · board · labels: a, ",
        'posync · shop · board · labels: "a',
        'posync · shop · board · labels: "a"b',
        r'posync · shop · board · labels: "\ud800"',
        r'posync · shop · board · labels: "\x"',
        "posync · shop · board · lists: Backlog",
        "posync · shop · board · lists: Backlog = ../x",
        "posync · shop · board · labels: a · labels: b",
        "Posync · shop · board · orders",
        "my posync · shop · board · orders",
    ],
)
def test_what_is_no_marker(name: str) -> None:
    assert not is_marker(name)


def test_labels_that_only_look_like_markers_are_told_and_others_are_not() -> None:
    frame = board("posync", "posyncing", "posync · huh?", "posync·x", "ready", "posync · web · b · orders")
    found = claimed(frame, Scope(kind="trello", place="x"), TrelloScope("5f3e"), "shop", "board")
    assert found.unreadable == ("the label 'posync · huh?'", "the label 'posync·x'")
    assert [each.workspace for each in found.others] == ["web"]


@pytest.mark.parametrize("name", ['posync · a · b · labels: "' + '\\"' * 8000, "posync · " + "·" * 16000,
                                  "posync · a · b · labels: " + " " * 16000 + "·", "posync · a · b · labels: " + "a," * 8000])  # fmt: skip
def test_a_label_as_long_as_can_be_is_read_at_once(name: str) -> None:
    began = time.thread_time()
    claim_in(name)
    assert time.thread_time() - began < 2


def test_lists_of_others_come_in_this_workspaces_words() -> None:
    theirs = text(claim("Backlog", "Done", workspace="web", order=True))
    renamed = board(theirs, lists={BACKLOG: "To do", NEXT: "Backlog", DONE: "Done"})

    def seen(*lists: str) -> tuple[str, ...]:
        scope = Scope(kind="trello", place="5f3e", lists=lists)
        [other] = claimed(renamed, scope, TrelloScope("5f3e", lists), "shop", "board").others
        assert other.scope.place == "5f3e"
        return other.scope.lists

    assert seen() == ("To do", "Done")
    assert seen("Backlog") == (BACKLOG, DONE)  # that name now is another list's
    assert seen("to do") == ("To do", DONE)
    assert seen(BACKLOG) == (BACKLOG, DONE)


def test_the_own_marker_is_found_by_its_owner_the_oldest_first() -> None:
    mine, other = claim(order=True), claim(workspace="web", order=True)
    frame = board(text(other), text(claim(tracker="second", order=True)), text(mine), text(mine))
    assert own_marker(frame, mine) == BoardLabel("l2", text(mine), "")
    assert own_marker(board(text(other)), mine) is None


def test_a_list_that_is_gone_cannot_be_marked() -> None:
    with pytest.raises(NotFound, match="no list 'Later'"):
        text(claim("Later", order=True))


def test_a_marker_is_no_longer_than_trello_takes() -> None:
    long = claim(order=True, labels=tuple(f"label-{n}" for n in range(3000)))
    assert len(text(long)) <= LONGEST
    found = claim_in(text(long))
    assert found is not None
    assert not found.whole
    assert set(found.labels) < set(long.labels)
