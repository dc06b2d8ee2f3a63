"""The command line against the sandbox, as a user would drive it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from posync.cli.app import run
from posync.connectors.transport import Clock, Pacing
from posync.sandbox.server import Sandbox
from tests.shop import SECRETS, WORKSPACE


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return stdout as JSON."""
        return json.loads(self.out)


Posync = Callable[..., Done]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve a fresh shop."""
    with Sandbox() as server:
        yield server


@pytest.fixture
def workspace(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a workspace over the sandbox and stand in its folder."""
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "posync.yaml"
    file.write_text(WORKSPACE.format(jira=sandbox.jira_url, trello=sandbox.trello_url))
    return file


@pytest.fixture
def posync(capsys: pytest.CaptureFixture[str]) -> Posync:
    """Run a command in this process."""

    def command(*words: object) -> Done:
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return command


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every wait for a tracker pass at once, as if the clock had leapt."""
    leapt = 0.0

    def sleep(seconds: float) -> None:
        nonlocal leapt
        leapt += seconds

    clock = Clock(now=lambda: time.monotonic() + leapt, wall=time.time, sleep=sleep)
    monkeypatch.setattr("posync.connectors.transport.transport.Clock", lambda **_: clock)
    monkeypatch.setattr("posync.connectors.transport.pacing.SHARED", Pacing(clock))
