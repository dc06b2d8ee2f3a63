"""What an account may do on a board, by its role there."""

from __future__ import annotations

from typing import Any, cast

import pytest

from posync.connectors.trello.client import TrelloApi
from posync.connectors.trello.permissions import capabilities


class Answers:
    """A Trello that knows one board and who asks."""

    tracker = "ours"

    def __init__(self, **board: Any) -> None:
        numbers = {"id": "f", "name": "Score", "type": "number"}
        self.board = {"id": "b", "lists": [], "customFields": [numbers]} | board

    def get(self, route: str, _: object = None, *, operation: str) -> Any:
        assert operation
        return {"id": "me", "username": "ada"} if route == "/members/me" else self.board


def member(role: str) -> dict[str, Any]:
    return {
        "memberships": [
            {"id": "1", "idMember": "other", "memberType": "admin"},
            {"id": "2", "idMember": "me", "memberType": role},
        ]
    }


@pytest.mark.parametrize(
    ("board", "granted", "because"),
    [
        (member("admin"), True, "may edit the board"),
        (member("normal"), True, "before the first write"),
        (member("observer"), False, "this account is observer on the board"),
        ({"memberships": []}, False, "no member of the board"),
        ({"closed": True}, False, "the board is closed"),
        ({}, True, "may edit"),  # a board that does not say
    ],
)
def test_roles(board: dict[str, Any], because: str, *, granted: bool) -> None:
    held = {one.name: one for one in capabilities(cast("TrelloApi", Answers(**board)), "b")}
    assert held["read"].granted
    for name in ("rank", "label", "comment", "field"):
        assert held[name].granted is granted
        assert held[name].known is not granted  # Trello tells nobody what a token may
        assert because in held[name].because
        assert held[name].consequence
    assert not held["release"].granted


def test_without_the_power_up_no_field_can_be_written() -> None:
    held = {one.name: one for one in capabilities(cast("TrelloApi", Answers(customFields=[])), "b")}
    assert (held["field"].granted, held["label"].granted) == (False, True)
