"""People edit while posync plans and writes, over the real connectors: not one of their edits is overwritten."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.jira.performing import JiraWriter
from posync.connectors.trello.writer import TrelloWriter
from posync.model.change import Move
from posync.model.issue import Issue
from posync.model.plan import Outcome, Result, Write
from posync.sandbox.edits import human_edit
from posync.sandbox.house import Event
from posync.sandbox.server import Sandbox
from posync.sandbox.trello.positions import in_order
from posync.service import Workspace, open_workspace
from tests.shop import SECRETS, WORKSPACE


@dataclass
class People:
    """Somebody who edits random issues, and remembers what has to be found afterwards."""

    sandbox: Sandbox
    dice: random.Random
    issues: Mapping[str, tuple[Issue, ...]]
    edits: int = 0
    labels: list[tuple[str, str]] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    acts: dict[str, list[tuple[str, str]]] = field(
        default_factory=lambda: {"jira": [], "trello": []}
    )  # by tracker: who moved which uid
    moving: dict[str, set[str]] = field(default_factory=dict)  # by tracker, whom posync's present write moves

    def act(self, tracker: str, spared: Collection[str] = ()) -> None:
        """Make one edit; who is spared is not dragged."""
        issue = self.dice.choice(self.issues[tracker])
        name = {"issue": issue.key} if tracker == "jira" else {"card": issue.id}
        match self.dice.choice(["label", "title", "drag", "drag"]):
            case "label":
                self.labels.append((issue.uid, f"human-{self.edits}"))
                self.edit({**name, "add_label": f"human-{self.edits}"})
            case "title":
                self.titles[issue.uid] = f"Human title {self.edits}"
                word = "summary" if tracker == "jira" else "name"
                self.edit({**name, "set": {word: self.titles[issue.uid]}})
            case _:
                self.drag(tracker, spared)

    def drag(self, tracker: str, spared: Collection[str]) -> None:
        """Put an issue somewhere else, three places off at least.

        Each once only: who drags a thing back, or lets it go where it was, has changed nothing that
        could be overwritten.
        """
        spared = {*spared, *(uid for who, uid in self.acts[tracker] if who == "human")}
        issue = self.dice.choice([i for i in self.issues[tracker] if i.ranked and i.uid not in spared])
        order = self.order(issue)
        if issue.uid not in order or len(order) < 8:
            return
        at = order.index(issue.uid)
        other = self.dice.choice([uid for n, uid in enumerate(order) if abs(n - at) > 3])
        self.acts[tracker].append(("human", issue.uid))
        if tracker == "jira":
            self.edit({"issue": issue.key, "rank_after": self.key(other)})
        else:
            board = next(iter(self.sandbox.world.trello.boards.values()))
            beside = float(board.cards[other.partition(":")[2]]["pos"]) + 0.06
            self.edit({"card": issue.id, "set": {"pos": beside}})

    def order(self, issue: Issue) -> list[str]:
        """Return the uids of the issue's list, as they stand now."""
        if issue.tracker == "jira":
            return [f"jira:{number}" for number in self.sandbox.world.jira.order()]
        board = next(iter(self.sandbox.world.trello.boards.values()))
        return [f"trello:{card['id']}" for card in in_order(board.in_list(issue.lane, closed=False))]

    def key(self, uid: str) -> str:
        return next(issue.key for issue in self.issues["jira"] if issue.uid == uid)

    def edit(self, edit: dict[str, Any]) -> None:
        self.edits += 1
        human_edit(self.sandbox.world.jira, self.sandbox.trello, [edit])

    def during(self, event: Event) -> None:
        """Act right before a third of posync's writes, and after a third, in the tracker it writes to.

        Spared in the last moment before a write is only who that very write moves: no tracker takes a
        move on condition, so a drag of the same issue in the milliseconds since the order was read is lost.
        """
        if event.writes and self.dice.random() < 0.34:
            before = event.phase == "before"
            self.act(event.tracker, self.moving.get(event.tracker, ()) if before else ())

    def watch(self, perform: Callable[..., tuple[Result, ...]]) -> Callable[..., tuple[Result, ...]]:
        """Return a connector's `perform` that also notes whom posync moves."""

        def watched(writer: Any, write: Write, *, comment_ids: Mapping[str, str]) -> tuple[Result, ...]:
            acts = self.acts[write.tracker]
            start = len(acts)
            self.moving[write.tracker] = {c.uid for c in write.changes if isinstance(c, Move)}
            results = perform(writer, write, comment_ids=comment_ids)
            self.moving[write.tracker] = set()
            done = {r.change for r in results if r.outcome is Outcome.DONE}
            moved = [("posync", c.uid) for c in write.changes if isinstance(c, Move) and c.id in done]
            acts[start:start] = moved
            return results

        return watched


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    with Sandbox() as served:
        yield served


def overwritten(people: People, workspace: Workspace) -> list[str]:
    """Return the edits of people that are no longer to be seen."""
    workspace.pull(full=True)
    now = {issue.uid: issue for backlog in workspace.backlogs() for issue in backlog.issues}
    lost = [f"label {label} on {uid}" for uid, label in people.labels if label not in now[uid].labels]
    lost += [f"title of {uid}" for uid, title in people.titles.items() if now[uid].title != title]
    dragged: set[str] = set()
    for who, uid in (*people.acts["jira"], *people.acts["trello"]):
        if who == "human":
            dragged.add(uid)
        elif uid in dragged:
            lost.append(f"place of {uid}")
    return lost


def round_of(sandbox: Sandbox, folder: Path, seed: int, patch: pytest.MonkeyPatch) -> int:
    """Plan, let people edit, apply while they go on, and return how often they edited."""
    sandbox.reset()
    sandbox.callbacks.clear()
    folder.mkdir()
    (folder / "posync.yaml").write_text(
        WORKSPACE.format(jira=sandbox.jira_url, trello=sandbox.trello_url).replace("shop-", "")
    )
    with open_workspace(folder / "posync.yaml") as workspace, patch.context() as undoing:
        plan = workspace.plan()
        issues = {b.tracker: b.issues for b in workspace.backlogs()}
        people = People(sandbox, random.Random(seed), issues)
        for writer in (JiraWriter, TrelloWriter):
            undoing.setattr(writer, "perform", people.watch(writer.perform))
        for n in range(12):
            people.act(("jira", "trello")[n % 2])
        sandbox.on_request(people.during)
        applied = workspace.apply(plan, approve=plan.checksum)
        sandbox.callbacks.clear()
        assert Outcome.FAILED not in {r.outcome for r in applied.results}, applied
        assert overwritten(people, workspace) == []
    return people.edits


def test_no_edit_is_overwritten(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edits = sum(round_of(sandbox, tmp_path / str(seed), seed, monkeypatch) for seed in range(2))
    assert edits > 50


@pytest.mark.sweep
def test_none_of_a_thousand(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edits, seed = 0, 1000
    while edits < 1000 and seed < 1100:
        edits += round_of(sandbox, tmp_path / str(seed), seed, monkeypatch)
        seed += 1
    assert edits >= 1000
