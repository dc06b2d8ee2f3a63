"""The fewest requests: one per issue, one per bulk delta, one per batch of moves."""

from __future__ import annotations

from typing import Any

import pytest

from posync.connectors.jira.writes import BULK, COMMENT, EDIT, RANK, Delta, delta_of, writes_for
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
from posync.model.repeat import Repeat


def change(kind: type[Any], number: int, issue: int, **more: Any) -> Any:
    return kind(id=number, tracker="shop", issue=f"SHOP-{issue}", uid=f"shop:{issue}", **more)


def move(number: int, issue: int, batch: int, anchor: str = "shop:99") -> Any:
    return change(
        Move,
        number,
        issue,
        before=Was(rank=5),
        after=Standing(rank=1),
        anchor=anchor,
        side="above",
        batch=batch,
    )


def shape(changes: list[Change], *, bulk: bool = True) -> list[tuple[str, str, str, int]]:
    return [
        (w.method, w.route, w.repeat.value, len(w.changes)) for w in writes_for("shop", changes, bulk=bulk)
    ]


def test_all_edits_of_an_issue_share_one_request() -> None:
    changes = [
        change(AddLabel, 1, 7, label="a"),
        change(AddLabel, 2, 8, label="a"),
        change(RemoveLabel, 3, 7, label="b"),
        change(SetReleases, 4, 7, before=(), after=("2026.12",)),
        change(SetField, 5, 7, field="Priority score", after=9.5),
    ]
    assert shape(changes) == [("PUT", EDIT, "safe", 4), ("PUT", EDIT, "safe", 1)]


@pytest.mark.parametrize(("issues", "route"), [(4, EDIT), (5, BULK)])
def test_equal_deltas_of_five_issues_go_in_bulk(issues: int, route: str) -> None:
    changes: list[Change] = [change(AddLabel, n, n, label="a") for n in range(1, issues + 1)]
    assert {w.route for w in writes_for("shop", changes, bulk=True)} == {route}
    assert {w.route for w in writes_for("shop", changes, bulk=False)} == {EDIT}


def test_bulk_edits_are_never_repeated_blindly_and_split_at_a_thousand() -> None:
    changes: list[Change] = [change(RemoveLabel, n, n, label="a") for n in range(1, 1002)]
    assert shape(changes) == [("POST", BULK, "look", 1000), ("POST", BULK, "look", 1)]


def test_a_bulk_edit_only_adds_or_only_removes() -> None:
    add, remove = change(AddLabel, 1, 1, label="a"), change(RemoveLabel, 2, 1, label="b")
    assert delta_of([add, remove]) is None
    assert delta_of([add, change(SetField, 3, 1, field="x")]) is None
    assert delta_of([change(SetReleases, 4, 1, before=("1",), after=("2",))]) is None
    both = delta_of([add, change(SetReleases, 5, 1, before=(), after=("2",))])
    assert both == Delta("ADD", frozenset({"a"}), frozenset({"2"}), "SHOP")
    alone = delta_of([remove])
    assert alone is not None
    assert (alone.option, alone.project) == ("REMOVE", "")


def test_comments_repeat_by_what_they_do() -> None:
    changes = [
        change(Comment, 1, 1, after="new"),
        change(Comment, 2, 2, before="old", after="new"),
        change(Comment, 3, 3, before="old"),
    ]
    assert [(w.method, w.repeat) for w in writes_for("shop", changes, bulk=True)] == [
        ("POST", Repeat.LOOK),
        ("PUT", Repeat.SAFE),
        ("DELETE", Repeat.SAFE),
    ]
    assert {w.route.startswith(COMMENT) for w in writes_for("shop", changes, bulk=True)} == {True}


def test_moves_of_a_batch_share_one_call_and_keep_their_order() -> None:
    changes = [move(1, 1, 1), move(2, 2, 1), move(3, 3, 2), change(AddLabel, 4, 1, label="a")]
    assert shape(changes) == [
        ("PUT", RANK, "reread", 2),
        ("PUT", RANK, "reread", 1),
        ("PUT", EDIT, "safe", 1),
    ]


def test_refuses_a_batch_that_jira_would_refuse() -> None:
    with pytest.raises(ValueError, match="50"):
        writes_for("shop", [move(n, n, 1) for n in range(1, 52)], bulk=False)


def test_nothing_to_do_is_no_request() -> None:
    assert writes_for("shop", [], bulk=True) == ()
