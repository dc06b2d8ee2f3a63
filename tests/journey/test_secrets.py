"""No secret shows anywhere: not on stdout or stderr, in state, plan or report, whatever goes wrong."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from posync.sandbox.server import Sandbox
from posync.sandbox.settings import Account, TrelloAccount
from tests.journey.conftest import Posync

pytestmark = pytest.mark.usefixtures("no_patience")
CANARY = "canary-7f3a91c2"
BASIC = base64.b64encode(f"po@shop.example:{CANARY}-jira".encode()).decode()
FAULTS: dict[str, list[dict[str, object]]] = {
    "no fault": [],
    "login page": [{"do": "html"}],
    "server error": [
        {"do": 500, "message": f"boom {CANARY}-jira", "match": {"tracker": "jira"}},
        {"do": 500, "message": f"boom {CANARY}-trello", "match": {"tracker": "trello"}},
    ],
    "dropped": [{"do": "drop_after"}],
    "truncated": [{"do": "truncate"}],
    "throttled": [{"do": 429}],
    "refused": [
        {"do": 401, "message": f"bad token {CANARY}-jira {BASIC}", "match": {"tracker": "jira"}},
        {"do": 401, "message": f"bad {CANARY}-key {CANARY}-trello", "match": {"tracker": "trello"}},
    ],
    "conflict": [{"do": 409, "match": {"method": "PUT"}}],
    "not found": [{"do": 404}],
}
COMMANDS = (
    ["check"], ["pull"], ["plan", "-o", "p.json"], ["plan", "--offline", "-o", "q.json", "--json"],
    ["show", "q.json", "--format", "html"], ["apply", "q.json", "--yes"], ["run"], ["history", "--json"],
    ["report"], ["report", "--format", "html"], ["undo", "1", "--yes"], ["init", "--config", "new.yaml"],
    ["criteria", "posync.yaml"], ["rules", "list"], ["plan", "--log-format", "json"], ["ranking"], ["goals"], ["baseline", "--accept"], ["compare", "wsjf", "rice"], ["explain", "SHOP-7"],
)  # fmt: skip


ELSEWHERE = {"sandbox", "demo"}  # they sign in to themselves, with secrets everybody knows


def test_the_commands_tried_are_all_there_are() -> None:
    from posync.cli.app import command_line

    app = command_line()
    known = {command.name for command in app.registered_commands} | {g.name for g in app.registered_groups}
    assert {command[0] for command in COMMANDS} == known - ELSEWHERE


@pytest.fixture
def canary(sandbox: Sandbox, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Sign in with canary tokens and return every spelling that must not show."""
    jira, key, trello = f"{CANARY}-jira", f"{CANARY}-key", f"{CANARY}-trello"
    sandbox.jira.accounts = (Account("712020:po", "Paula", "po@shop.example", jira, jira),)
    sandbox.trello.accounts = (TrelloAccount("5f1a00000000000000000001", "p", "P", key, trello),)
    monkeypatch.setenv("JIRA_TOKEN", jira)
    monkeypatch.setenv("TRELLO_KEY", key)
    monkeypatch.setenv("TRELLO_TOKEN", trello)
    return [CANARY, BASIC, BASIC[-24:]]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_output_and_no_file_holds_a_secret(
    fault: str, canary: list[str], sandbox: Sandbox, workspace: Path, own_home: Path, posync: Posync
) -> None:
    assert posync("pull").code in {0, 4}
    sandbox.faults.set(FAULTS[fault])
    for command in COMMANDS:
        done = posync(*command)
        assert "Traceback" not in done.err, command
        for spelling in canary:
            assert spelling not in done.out, command
            assert spelling not in done.err, command
    for folder in (workspace.parent, own_home):
        for file in folder.rglob("*"):
            if file.is_file():
                body = file.read_bytes()
                assert not any(spelling.encode() in body for spelling in canary), file.name


def test_no_request_carries_a_secret_in_its_address(
    workspace: Path, sandbox: Sandbox, posync: Posync
) -> None:
    posync("plan")
    assert {entry.auth for entry in sandbox.entries} == {"header"}
    assert not any("sandbox-" in str(entry.query) + entry.path for entry in sandbox.entries)
