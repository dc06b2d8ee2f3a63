"""A small board of our own in the sandbox, and connectors to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from posync.connectors.profile import FieldRule, Profile, Selector
from posync.connectors.transport import TrelloAuth
from posync.connectors.trello.opening import connect
from posync.connectors.trello.reader import TrelloReader
from posync.connectors.trello.writer import TrelloWriter
from posync.model.issue import Issue, IssueType, State
from posync.model.observation import Memory, Observation
from posync.sandbox.server import Sandbox
from posync.sandbox.trello.world import Board

BOARD = "5f00000000000000000000b0"
TODO, DOING, DONE = (f"5f00000000000000000000a{n}" for n in range(1, 4))
NEW_BOARD = 2.0**47


def identity(number: int) -> str:
    """Return the id of card `number`; later cards have larger ids, as on Trello."""
    return f"{0x65000000 + number:08x}{number:016x}"


@dataclass
class World:
    """The board as the server holds it, and what was asked of the server."""

    sandbox: Sandbox
    board: Board
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 100_000)))

    def card(self, name: str = "", **parts: Any) -> dict[str, Any]:
        """Put a card at the end of a list."""
        number = next(self.numbers)
        lane = parts.get("idList", TODO)
        last = max((c["pos"] for c in self.board.in_list(lane, closed=None)), default=NEW_BOARD)
        card: dict[str, Any] = {
            "id": identity(number),
            "idBoard": BOARD,
            "idShort": number,
            "shortLink": f"sh{number:06d}",
            "name": name or f"card {number}",
        }
        card |= {
            "desc": "",
            "closed": False,
            "pos": last + 16384,
            "idList": lane,
            "idLabels": [],
            "labels": [],
        }
        card |= {"idMembers": [], "due": None, "dueComplete": False, "customFieldItems": []} | parts
        self.sandbox.world.trello.add_card(self.board, card)
        return card

    def cards(self, count: int, **parts: Any) -> list[dict[str, Any]]:
        """Put many cards at the end of a list."""
        return [self.card(**parts) for _ in range(count)]

    def order(self, lane: str = TODO) -> list[str]:
        """Return the names of a list's open cards, top first."""
        return [c["name"] for c in sorted(self.board.in_list(lane), key=lambda c: (c["pos"], c["id"]))]

    def touched(self, card: dict[str, Any] | None = None) -> None:
        """Let the board's last activity be now, as any edit does."""
        self.sandbox.world.trello.changed(self.board, card)

    def asked(self) -> list[str]:
        """Return method and path of each request so far."""
        return [f"{method} {path}" for method, path, _ in self.sandbox.log]

    def writes(self) -> list[str]:
        """Return method and path of each write so far, cards' ids as {id}."""
        return [line for line in self.asked() if not line.startswith("GET ")]


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    """Serve the sandbox once for a module."""
    with Sandbox() as sandbox:
        sandbox.limits.trello_per_token = sandbox.limits.trello_per_key = (
            1_000_000  # pacing has tests of its own
        )
        yield sandbox


@pytest.fixture
def world(server: Sandbox) -> World:
    """Return a fresh board with three lists, three labels and four custom fields."""
    server.reset()
    server.faults.set([])
    server.callbacks.clear()
    raw = {
        "id": BOARD,
        "name": "Ours",
        "closed": False,
        "shortLink": "ourboard",
        "dateLastActivity": "2026-01-05T08:00:00.000Z",
    }
    names = ("To do", "Doing", "Done")
    lists = [
        {"id": one, "idBoard": BOARD, "name": name, "closed": False, "pos": 16384 * n}
        for n, (one, name) in enumerate(zip((TODO, DOING, DONE), names, strict=True), 1)
    ]
    labels = [
        {"id": f"5f0000000000000000000c0{n}", "idBoard": BOARD, "name": name, "color": color}
        for n, (name, color) in enumerate([("Bug", "red"), ("", "green"), ("Customer", "sky")], 1)
    ]
    kinds = {"Priority score": "number", "Note": "text", "Ready": "checkbox", "Size": "list", "Until": "date"}
    fields: list[dict[str, Any]] = [
        {"id": f"5f0000000000000000000f0{n}", "idModel": BOARD, "name": name, "type": kind}
        for n, (name, kind) in enumerate(kinds.items(), 1)
    ]
    fields[3]["options"] = [
        {"id": f"5f0000000000000000000e0{n}", "value": {"text": text}}
        for n, text in enumerate(["Small", "Large"], 1)
    ]
    board = Board(raw, lists=lists, labels=labels, custom_fields=fields)
    server.world.trello.add_board(board)
    return World(server, board)


@pytest.fixture
def profile() -> Profile:
    """Return a profile that names what the board has."""
    return Profile(
        profile="ours",
        kind="trello",
        points=(Selector(name="Points"),),
        points_in_title=True,
        statuses={"doing*": State.IN_PROGRESS, "done*": State.DONE},
        types={"bug": IssueType.BUG},
        fields={
            "note": (FieldRule(name="Note", type="text"),),
            "ready": (FieldRule(name="Ready", type="flag"),),
            "size": (FieldRule(name="Size", type="option"),),
            "until": (FieldRule(name="Until", type="date"),),
        },
    ).with_fields(("Priority score", "Priority no."))


@pytest.fixture
def connected(world: World, profile: Profile) -> Iterator[Callable[..., TrelloReader]]:
    """Return a way to open connectors to the board; they are closed afterwards."""
    opened: list[TrelloReader] = []

    def open_one(**settings: Any) -> TrelloReader:
        token = settings.pop("token", "sandbox-trello-token")
        given: dict[str, Any] = {
            "board": BOARD,
            "lists": (),
            "workspace": "shop",
            "writable": False,
        } | settings
        auth = TrelloAuth("sandbox-trello-key", token)
        opened.append(connect("ours", url=world.sandbox.trello_url, auth=auth, profile=profile, **given))
        return opened[-1]

    yield open_one
    for connector in opened:
        connector.close()


@pytest.fixture
def reader(connected: Callable[..., TrelloReader]) -> TrelloReader:
    """Return a connector that only reads."""
    return connected()


@pytest.fixture
def writer(connected: Callable[..., TrelloReader]) -> TrelloWriter:
    """Return a connector that writes."""
    opened = connected(writable=True)
    assert isinstance(opened, TrelloWriter)
    return opened


@dataclass
class Pulled:
    """What a pull handed over, and how it ended."""

    issues: list[Issue]
    observation: Observation

    @property
    def memory(self) -> Memory:
        """Return what a store would remember of it."""
        return Memory(self.observation.cursor, {uid.partition(":")[2]: uid for uid in self.observation.order})


@pytest.fixture
def pull() -> Callable[..., Pulled]:
    """Return a way to pull and keep what came."""

    def pulled(connector: TrelloReader, memory: Memory | None = None) -> Pulled:
        issues: list[Issue] = []
        return Pulled(issues, connector.pull(memory, issues.extend))

    return pulled
