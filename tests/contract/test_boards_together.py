"""Several boards of one account: asked together whether they changed, pulled apart, and each fails on its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from posync.connectors.base import latest_seen
from posync.errors import NotFound, TrackerError
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from posync.sandbox.trello.world import Board
from posync.service import Workspace, open_workspace
from tests.meeting import Meeting

SECRETS = {"TRELLO_KEY": "sandbox-trello-key", "TRELLO_TOKEN": "sandbox-trello-token"}
TRACKER = """\
  {name}:
    kind: trello
    url: {url}
    auth: {{key: {{env: TRELLO_KEY}}, token: {{env: {token}}}}}
    scope: {{board: {board}}}
"""
REQUESTS = {1: 1, 3: 1, 10: 1, 12: 2}
"""Requests that ask so many boards whether they have changed: ten boards a request."""


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    monkeypatch.setenv("OTHER_TOKEN", "sandbox-trello-read")
    with Sandbox() as served:
        yield served


def identity(number: int) -> str:
    return f"5f0000000000000000000{number:03x}"


def boards(sandbox: Sandbox, count: int) -> None:
    """Put boards of one list and two cards into the sandbox."""
    for n in range(count):
        raw = {"id": identity(n), "name": f"Board {n}", "closed": False}
        raw |= {"dateLastActivity": "2026-01-05T08:00:00.000Z"}
        home = {
            "id": f"5a{identity(n)[2:]}",
            "idBoard": identity(n),
            "name": "To do",
            "closed": False,
            "pos": 1,
        }
        board = Board(raw, lists=[home])
        for card in range(2):
            number = f"{0x65000000 + n:08x}{card:016x}"
            about = {
                "id": number,
                "idBoard": identity(n),
                "idList": home["id"],
                "shortLink": f"s{n:03d}{card:04d}",
            }
            board.cards[number] = {
                **about,
                "name": f"card {n}.{card}",
                "desc": "",
                "closed": False,
                "pos": card + 1,
            }
        sandbox.world.trello.add_board(board)


def workspace(folder: Path, sandbox: Sandbox, count: int, token: str = "TRELLO_TOKEN") -> Workspace:
    """Open a workspace of so many boards, the last with a token of its own choice."""
    trackers = "".join(
        TRACKER.format(
            name=f"board-{n}",
            url=sandbox.trello_url,
            board=identity(n),
            token=token if n == count - 1 else "TRELLO_TOKEN",
        )
        for n in range(count)
    )
    text = f"workspace: many\ntrackers:\n{trackers}packs: []\nstate: sqlite:///posync.db\n"
    (folder / "posync.yaml").write_text(text)
    return open_workspace(folder / "posync.yaml")


@pytest.mark.parametrize("count", REQUESTS)
def test_unchanged_boards_are_asked_ten_a_request(sandbox: Sandbox, tmp_path: Path, count: int) -> None:
    boards(sandbox, count)
    with workspace(tmp_path, sandbox, count) as opened:
        assert sum(pulled.requests for pulled in opened.pull()) == count
    for _ in range(2):  # in a process of its own, as it were, and then once more in the same one
        with workspace(tmp_path, sandbox, count) as opened:
            for _ in range(2):
                start = len(sandbox.entries)
                again = opened.pull()
                assert [pulled.changed for pulled in again] == [0] * count
                assert [pulled.issues for pulled in again] == [2] * count
                assert len(sandbox.entries) - start == REQUESTS[count]


def test_boards_that_were_asked_by_another_are_known_up_to_that_answer_too(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    boards(sandbox, 3)
    for _ in range(2):
        began = datetime.fromtimestamp(sandbox.world.clock.now() // 1000, UTC)  # answers tell whole seconds
        with workspace(tmp_path, sandbox, 3) as opened:
            opened.pull()
            memories = [opened.store.memory(f"board-{n}") for n in range(3)]
        latest = [latest_seen(memory.cursor) for memory in memories if memory is not None]
        assert [when is not None and when >= began for when in latest] == [True] * 3
        sandbox.world.clock.last += 60_000  # a minute passes there


def test_only_boards_that_changed_are_pulled(sandbox: Sandbox, tmp_path: Path) -> None:
    boards(sandbox, 12)
    with workspace(tmp_path, sandbox, 12) as opened:
        opened.pull()
        for turn in range(2):
            start = len(sandbox.entries)
            edits = [
                {"card": f"card {n}.0", "set": {"name": f"card {n}.0"}, "add_label": f"{turn}"}
                for n in (1, 11)
            ]
            human_edit(sandbox.world.jira, sandbox.trello, edits)
            changed = {pulled.name for pulled in opened.pull() if pulled.changed}
            assert changed == {"board-1", "board-11"}
            assert len(sandbox.entries) - start == 2 + 2
        assert [b.issues[0].labels for b in opened.backlogs()][11] == ("0", "1")


def test_a_missing_board_fails_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    boards(sandbox, 3)
    with workspace(tmp_path, sandbox, 3) as opened:
        opened.pull()
        del sandbox.world.trello.boards[identity(0)]
        human_edit(sandbox.world.jira, sandbox.trello, [{"card": "card 2.1", "set": {"name": "New"}}])
        with pytest.raises(NotFound) as missing:
            opened.pull()
        assert missing.value.tracker == "board-0"
        assert [b.issues[1].title for b in opened.backlogs()] == ["card 0.1", "card 1.1", "New"]


def test_where_the_shared_request_fails_the_others_ask_for_themselves(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    boards(sandbox, 3)
    with workspace(tmp_path, sandbox, 3) as opened:
        opened.pull()
        human_edit(
            sandbox.world.jira,
            sandbox.trello,
            [{"card": f"card {n}.1", "set": {"name": "New"}} for n in range(3)],
        )
        sandbox.faults.set([{"match": {"path": "/1/batch", "nth": 1}, "do": "403"}])
        with pytest.raises(TrackerError):
            opened.pull()
        assert [b.issues[1].title for b in opened.backlogs()].count("New") == 2
        opened.pull()
        assert [b.issues[1].title for b in opened.backlogs()] == ["New"] * 3


def test_boards_of_another_account_are_asked_by_that_account(sandbox: Sandbox, tmp_path: Path) -> None:
    boards(sandbox, 3)
    with workspace(tmp_path, sandbox, 3, token="OTHER_TOKEN") as opened:
        opened.pull()
        start = len(sandbox.entries)
        assert [pulled.changed for pulled in opened.pull()] == [0] * 3
        assert len(sandbox.entries) - start == 2


def test_boards_are_pulled_at_the_same_time(sandbox: Sandbox, tmp_path: Path) -> None:
    boards(sandbox, 8)
    together = Meeting(8)
    sandbox.on_request(together)
    with workspace(tmp_path, sandbox, 8) as opened:
        pulled = opened.pull()
    assert sum(one.requests for one in pulled) == 8
    assert together.met.is_set()
