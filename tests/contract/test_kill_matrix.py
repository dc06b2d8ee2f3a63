"""Killed at any request and any entry of the journal, a rerun ends where an undisturbed run ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from posync.model.change import Move
from posync.model.plan import Plan
from posync.sandbox.picture import state
from posync.sandbox.server import Sandbox
from posync.service import open_workspace
from tests.shop import SECRETS, WORKSPACE


@dataclass
class Matrix:
    """A sandbox, a plan over it, and a process that can be killed while it carries the plan out."""

    sandbox: Sandbox
    base: Path
    child: subprocess.Popen[str]
    calm: Any = None
    points: int = 0

    def fresh(self, name: str) -> Path:
        """Put both trackers and the state back to where the plan was made, in a folder of its own."""
        self.sandbox.reset()
        folder = tempfile.mkdtemp(prefix=f"{name}-", dir=self.base.parent)
        return Path(shutil.copytree(self.base, folder, dirs_exist_ok=True))

    def go(self, folder: Path, do: str, kill: int = 0) -> dict[str, Any]:
        """Let the process do a job."""
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write(json.dumps({"folder": str(folder), "do": do, "kill": kill}) + "\n")
        self.child.stdin.flush()
        answer: dict[str, Any] = json.loads(self.child.stdout.readline())
        return answer

    def shown(self) -> Any:
        """Return all a person would see in both trackers."""
        return state(self.sandbox.world.jira, self.sandbox.world.trello)

    def undisturbed(self, do: str) -> None:
        """Do the job once without a kill, and remember how it ends."""
        answer = self.go(self.fresh(f"{do}-calm"), do)
        assert answer["passed"], answer["said"]
        self.calm, self.points = self.shown(), answer["passed"]

    def survives(self, do: str, kill: int) -> None:
        """Kill the job at a point, do it again, and compare."""
        folder = self.fresh(f"{do}-{kill}")
        self.go(folder, do, kill)
        again = self.go(folder, do)
        assert again["passed"], f"killed at {kill}: {again['said']}"
        assert self.shown() == self.calm, f"killed at {kill}"
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    base = tmp_path_factory.mktemp("matrix") / "base"
    base.mkdir()
    environment = {**os.environ, **SECRETS, "PYTHONHASHSEED": "0"}
    with (
        Sandbox() as sandbox,
        subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("kill_child.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        ) as child,
    ):
        (base / "posync.yaml").write_text(WORKSPACE.format(jira=sandbox.jira_url, trello=sandbox.trello_url))
        try:
            yield Matrix(sandbox, base, child)
        finally:
            child.kill()


@pytest.fixture
def planned(matrix: Matrix, monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], Plan]:
    """Return what makes a plan with at most so many changes of each kind per tracker, all moves included."""

    def make(most: int | None) -> Plan:
        for name, secret in SECRETS.items():
            monkeypatch.setenv(name, secret)
        matrix.sandbox.reset()
        (matrix.base / "posync.db").unlink(missing_ok=True)
        with open_workspace(matrix.base / "posync.yaml") as workspace:
            plan = workspace.plan()
            workspace.store.accept_packs(plan.packs)
        chosen = few(plan, most) if most is not None else plan
        (matrix.base / "a.plan.json").write_text(chosen.to_json())
        return chosen

    return make


def few(plan: Plan, most: int) -> Plan:
    seen: Counter[tuple[str, str]] = Counter()
    chosen = []
    for change in plan.changes:
        seen[change.tracker, change.kind] += 1
        if isinstance(change, Move) or seen[change.tracker, change.kind] <= most:
            chosen.append(change)
    return plan.model_copy(update={"changes": tuple(chosen)}).sealed()


def test_a_few_points(matrix: Matrix, planned: Callable[[int | None], Plan]) -> None:
    plan = planned(2)
    assert {change.kind for change in plan.changes} >= {"move", "add_label", "set_releases", "comment"}
    matrix.undisturbed("apply")
    for kill in range(3, matrix.points + 1, max(1, matrix.points // 10)):
        matrix.survives("apply", kill)


@pytest.mark.sweep
@pytest.mark.timeout(3600)
def test_every_point_of_applying_a_plan(matrix: Matrix, planned: Callable[[int | None], Plan]) -> None:
    planned(2)
    matrix.undisturbed("apply")
    for kill in range(1, matrix.points + 1):
        matrix.survives("apply", kill)


@pytest.mark.sweep
@pytest.mark.timeout(3600)
def test_every_third_point_of_a_scheduled_run(matrix: Matrix, planned: Callable[[int | None], Plan]) -> None:
    """The rerun pulls and plans anew: what the first run did and nobody saw is found by looking."""
    planned(None)
    matrix.undisturbed("run")
    for kill in range(1, matrix.points + 1, 3):
        matrix.survives("run", kill)
