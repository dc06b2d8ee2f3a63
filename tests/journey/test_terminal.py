"""What somebody at a terminal sees beside the answer: bars on long work; and nothing of them anywhere else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journey.conftest import Posync


def seen(*words: str, columns: int = 80) -> str:
    """Run a command with stderr on a terminal and return what that terminal was shown."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "posync", *words],
        stdout=subprocess.DEVNULL,
        stderr=follower,
        env={**os.environ, "COLUMNS": str(columns), "TERM": "xterm"},
    ) as process:
        os.close(follower)
        shown = b""
        try:
            while part := os.read(leader, 65536):
                shown += part
        except OSError:  # the terminal's other end was closed
            pass
        os.close(leader)
    assert process.returncode == 0, shown.decode(errors="replace")
    return shown.decode(errors="replace")


def test_a_terminal_sees_bars(workspace: Path) -> None:
    shown = seen("pull")
    assert "pull shop-jira" in shown
    assert "━" in shown


@pytest.mark.parametrize("quiet", [["--json"], ["--log-format", "json"]])
def test_nobody_else_does(workspace: Path, quiet: list[str], posync: Posync) -> None:
    assert "━" not in seen("pull", *quiet)
    piped = posync("pull", "--full")
    assert "━" not in piped.out + piped.err
