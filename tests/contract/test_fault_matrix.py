"""Whatever goes wrong at whichever request, a plan ends done or held, tells the truth, and a rerun mends the rest."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from posync.applying.drift import holds
from posync.applying.executor import Applied
from posync.applying.present import Present
from posync.connectors.transport import pacing, transport
from posync.connectors.transport.clock import Clock
from posync.errors import PosyncError
from posync.model.change import Move
from posync.model.label import same_label
from posync.model.plan import Outcome, Plan, read_plan
from posync.sandbox.house import Event
from posync.sandbox.picture import state
from posync.sandbox.server import Sandbox
from posync.service import Workspace, open_workspace
from tests.contract.test_kill_matrix import few
from tests.shop import SECRETS, WORKSPACE

FAULTS: dict[str, dict[str, Any]] = {
    "too many": {"do": "429", "retry_after": 1},
    "too many, unsaid how long": {"do": "429"},
    "a quota that is spent": {"do": "429", "retry_after": 3600},
    "server error": {"do": "500"},
    "unavailable": {"do": "503"},
    "unavailable after it was done": {"do": "503", "when": "after"},
    "conflict": {"do": "409"},
    "refused": {"do": "400"},
    "not signed in": {"do": "401"},
    "forbidden": {"do": "403"},
    "not found": {"do": "404"},
    "a page of HTML": {"do": "html"},
    "a page of HTML after it was done": {"do": "html", "when": "after"},
    "anonymous": {"do": "anonymous"},
    "broken off": {"do": "truncate"},
    "cut": {"do": "cut"},
    "never arrives": {"do": "drop_before"},
    "answer lost": {"do": "drop_after"},
    "partly ranked": {"do": "partial", "count": 2},
}


@dataclass
class Hurried:
    """A clock on which waiting takes no time, and yet has passed."""

    skipped: float = 0.0

    def sleep(self, seconds: float) -> None:
        self.skipped += seconds

    def now(self) -> float:
        return time.monotonic() + self.skipped


@dataclass
class Matrix:
    """A sandbox, a plan over it, and how an undisturbed application of that plan ends."""

    sandbox: Sandbox
    base: Path
    plan: Plan
    calm: Any = None
    requests: int = 0
    folders: Iterator[int] = field(default_factory=lambda: iter(range(10**6)))

    def fresh(self) -> Path:
        self.sandbox.reset()
        self.sandbox.callbacks.clear()
        return Path(shutil.copytree(self.base, self.base.parent / str(next(self.folders))))

    def shown(self) -> Any:
        return state(self.sandbox.world.jira, self.sandbox.world.trello)

    def undisturbed(self) -> None:
        with open_workspace(self.fresh() / "posync.yaml") as workspace:
            assert workspace.apply(self.plan, approve=self.plan.checksum).outcome == "done"
        self.calm, self.requests = self.shown(), len(self.sandbox.entries)

    def ends_well(self, fault: Mapping[str, Any], at: int) -> None:
        """Apply with one fault at one request: what is told is true, and applying once more ends like ever."""
        folder = self.fresh()
        struck: list[Event] = []

        def strike(event: Event) -> dict[str, Any] | None:
            if event.phase != "before" or event.number != at or struck:
                return None
            struck.append(event)
            return dict(fault)

        with open_workspace(folder / "posync.yaml") as workspace:
            self.sandbox.on_request(strike)
            applied = self.applied(workspace)
            self.sandbox.callbacks.clear()
            self.sandbox.limits.rank_failures = 0
            if applied is not None:
                self.tells_the_truth(workspace, applied)
            assert not doubled(self.shown())
            again = self.applied(workspace)
            assert again is not None
            assert again.outcome == "done", again
            assert workspace.store.unsettled() == ()
        gone = fault["do"] == "404" and skipped(
            again
        )  # what a tracker says is gone is left alone by this plan
        assert self.shown() == self.calm or gone, [r for r in again.results if r.outcome is Outcome.SKIPPED]
        shutil.rmtree(folder)

    def applied(self, workspace: Workspace) -> Applied | None:
        """Return what came of it, None where it ended in one of posync's own errors."""
        try:
            return workspace.apply(self.plan, approve=self.plan.checksum)
        except PosyncError:
            return None

    def tells_the_truth(self, workspace: Workspace, applied: Applied) -> None:
        """What is said to be done is done, and nothing is left out without a word."""
        unmarked = any("other workspaces cannot see" in line for line in applied.warnings)
        failed = applied.outcome == "failed"
        assert failed or self.shown() == self.calm or skipped(applied) or unmarked, applied
        changes = {change.id: change for change in self.plan.changes}
        for name, reader in workspace.connections.readers().items():
            said = [changes[r.change] for r in applied.results if r.outcome is Outcome.DONE]
            mine = [c for c in said if c.tracker == name and not isinstance(c, Move)]
            present = Present(reader)
            present.read(mine)
            for change in mine:
                issue = present.issues[change.uid]
                assert issue is not None
                assert holds(change, issue, present, same_label(reader.kind)), change


def skipped(applied: Applied) -> bool:
    return any(r.outcome is Outcome.SKIPPED and r.because for r in applied.results)


def doubled(shown: Any) -> list[str]:
    """Return labels, versions and comments that are there more than once."""
    versions = shown["jira"]["versions"].items()
    things: list[tuple[Any, ...]] = [("version", key, name) for key, names in versions for name in names]
    for key, issue in shown["jira"]["issues"].items():
        things += [(key, "label", label) for label in issue["labels"]]
        things += [(key, "comment", one["text"]) for one in issue["comments"]]
    for board in shown["trello"]:
        things += [(board["name"], "label", label) for label in board["labels"]]
        cards = [card for one in board["lists"] for card in one["cards"]]
        things += [(n, "comment", text) for n, card in enumerate(cards) for text in card["comments"]]
    return [str(thing) for thing, times in Counter(things).items() if times > 1]


@pytest.fixture
def matrix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Matrix]:
    hurried = Hurried()
    clock = Clock(now=hurried.now, wall=time.time, sleep=hurried.sleep)
    monkeypatch.setattr(transport, "Clock", lambda **_: clock)
    monkeypatch.setattr(pacing.SHARED, "_clock", clock)
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    base = tmp_path / "base"
    base.mkdir()
    with Sandbox() as sandbox:
        (base / "posync.yaml").write_text(WORKSPACE.format(jira=sandbox.jira_url, trello=sandbox.trello_url))
        with open_workspace(base / "posync.yaml") as workspace:
            plan = few(workspace.plan(), 2)
        matrix = Matrix(sandbox, base, read_plan(plan.to_json()))
        matrix.undisturbed()
        yield matrix


FEW = ("unavailable after it was done", "conflict", "cut", "never arrives", "answer lost", "partly ranked")


def test_a_few_requests(matrix: Matrix) -> None:
    """Some kinds of fault, each at another request."""
    for n, kind in enumerate(FEW, 1):
        matrix.ends_well(FAULTS[kind], n * matrix.requests // len(FEW))


@pytest.mark.sweep
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", FAULTS)
def test_every_request(matrix: Matrix, kind: str) -> None:
    for at in range(1, matrix.requests + 1):
        matrix.ends_well(FAULTS[kind], at)
