"""Clocks for tests of allowances: the machine's own, or one on which only waiting takes time."""

from __future__ import annotations

import pytest

from posync.connectors.transport import WORKERS, Clock, Pacing
from posync.sandbox.server import Sandbox
from tests.unit.connectors.transport.conftest import Leaping


class Turns:
    """How posync and a sandbox tell time, and how many questions are under way at once.

    Without `real` it is one question at a time, each of which takes two thousandths of a second:
    what is measured is how long posync waits for its turn, and that is the same on every machine.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, real: bool) -> None:
        self.real = real
        self.clock = Clock() if real else Leaping().clock
        self.workers = WORKERS if real else 1
        monkeypatch.setattr("posync.connectors.transport.pacing.SHARED", Pacing(self.clock))
        monkeypatch.setattr("posync.connectors.transport.transport.Clock", lambda **_: self.clock)
        monkeypatch.setattr("posync.connectors.jira.cloud.WORKERS", self.workers)

    def told_to(self, sandbox: Sandbox) -> None:
        """Let a sandbox enforce its allowances by this clock."""
        sandbox.limits.enforce = True
        if not self.real:
            sandbox.allowances.now = self.clock.now
            sandbox.on_request(lambda _: self.clock.sleep(0.001))  # there, and back


REAL = pytest.param(True, marks=pytest.mark.sweep, id="real")
"""The machine's own clock: a busy machine may be too slow for a tracker's allowance."""

both_clocks = pytest.mark.parametrize("real", [pytest.param(False, id="leaping"), REAL])
