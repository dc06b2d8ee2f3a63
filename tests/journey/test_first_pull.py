"""A first pull in processes of its own: whatever ends it, the next one finds the state in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from posync.sandbox.server import Sandbox
from tests.journey.conftest import Posync
from tests.shop import WORKSPACE

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs Linux and two cores"
)
SLOW = {"match": {"tracker": "jira", "path": "search"}, "do": "slow", "seconds": 3}
SPENT = {"match": {"path": "bulkfetch", "nth": 6}, "do": "429", "reason": "jira-quota-tenant-based"}


def start(workspace: Path, *command: str) -> subprocess.Popen[str]:
    """Start posync in a session of its own, as a terminal does."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "posync", *command, "-c", str(workspace)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def child(pulling: subprocess.Popen[str], state: Path) -> int:
    """Return the process that fills the state, once it has opened it and waits for pages."""
    for _ in range(200):
        if Path(f"{state}-lock1").exists():
            time.sleep(0.3)
            pids = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
            return next(pid for pid in pids if parent(pid) == pulling.pid)
        time.sleep(0.05)
    raise AssertionError("the state was never opened")


def parent(pid: int) -> int:
    """Return the parent of a process; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def test_ctrl_c_is_told_once_and_leaves_a_state_in_order(
    sandbox: Sandbox, workspace: Path, posync: Posync
) -> None:
    sandbox.faults.set([SLOW])
    pulling = start(workspace, "pull")
    other = child(pulling, workspace.with_name("posync.db"))
    os.killpg(pulling.pid, signal.SIGINT)
    out, err = pulling.communicate(timeout=30)
    assert (pulling.returncode, out, err.count("\n")) == (130, "", 1)
    assert err.startswith("Interrupted.")
    assert parent(other) == 0
    sandbox.faults.set([])
    assert posync("pull").code == 0


def test_ctrl_c_ends_a_long_pull_long_before_it_is_through(workspace: Path, posync: Posync) -> None:
    with Sandbox(issues=9000, cards=10, latency_ms=100) as large:
        large.limits.bulkfetch = 100
        file = workspace.with_name("large.yaml")
        file.write_text(WORKSPACE.format(jira=large.jira_url, trello=large.trello_url))
        pulling = start(file, "pull")
        for _ in range(200):
            if fetches(large):
                break
            time.sleep(0.05)
        os.killpg(pulling.pid, signal.SIGINT)
        assert pulling.communicate(timeout=30)[1].startswith("Interrupted.")
        assert 0 < fetches(large) < 45  # of 90


NO_PROCESS = """
import errno, os, sys

def none():
    raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

os.fork = none
sys.argv = ["posync", "pull", "-c", sys.argv[1]]
from posync.cli import main
main()
"""


def test_where_no_second_process_is_to_be_had_the_first_one_does_it_all(workspace: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", NO_PROCESS, str(workspace)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "40 issues" in done.stdout


def test_a_defect_of_the_second_process_is_told_with_its_own_place(workspace: Path) -> None:
    broken = workspace.with_name("broken") / "sqlalchemy.py"
    broken.parent.mkdir()
    broken.write_text("raise ZeroDivisionError\n")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "posync", "pull", "-c", str(workspace)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(broken.parent), *sys.path])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "posync has a defect: ZeroDivisionError in <module> at sqlalchemy.py:1." in done.stderr
    assert "Traceback" not in done.stderr


def test_where_the_process_that_fills_the_state_is_killed_the_pull_says_so(
    sandbox: Sandbox, workspace: Path, posync: Posync
) -> None:
    sandbox.faults.set([SLOW])
    pulling = start(workspace, "pull")
    os.kill(child(pulling, workspace.with_name("posync.db")), signal.SIGKILL)
    out, err = pulling.communicate(timeout=30)
    assert (pulling.returncode, out) == (1, "")
    assert "the process that fills the state has ended before its time" in err
    assert "Traceback" not in err
    sandbox.faults.set([])
    assert posync("pull").code == 0


def test_what_a_first_pull_has_read_when_its_quota_is_spent_is_not_read_again(
    workspace: Path, posync: Posync
) -> None:
    with Sandbox(issues=900, cards=10) as large:
        large.limits.bulkfetch = 100
        file = workspace.with_name("large.yaml")
        file.write_text(WORKSPACE.format(jira=large.jira_url, trello=large.trello_url))
        large.faults.set([SPENT])
        pulling = start(file, "pull")
        _, err = pulling.communicate(timeout=30)
        assert (pulling.returncode, "issues are read and set aside" in err) == (4, True), err
        large.faults.set([])
        before = fetches(large)
        assert posync("pull", "-c", file).code == 0
        assert fetches(large) - before < 9


def fetches(sandbox: Sandbox) -> int:
    return sum("bulkfetch" in one.path for one in sandbox.entries)


def test_what_is_configured_wrongly_leaves_no_state(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRELLO_TOKEN")
    pulling = start(workspace, "pull")
    _, err = pulling.communicate(timeout=30)
    assert (pulling.returncode, "TRELLO_TOKEN" in err) == (78, True)
    assert list(workspace.parent.glob("posync.db*")) == []


@pytest.mark.parametrize("others", [1, 3])
def test_of_first_pulls_at_once_one_is_at_work(sandbox: Sandbox, workspace: Path, others: int) -> None:
    sandbox.faults.set([SLOW])
    pulling = [start(workspace, "pull") for _ in range(1 + others)]
    said = [each.communicate(timeout=60)[1] for each in pulling]
    assert sorted(each.returncode for each in pulling) == [0] + [1] * others
    assert (
        sum("in use by " in one and any(f"process {each.pid})" in one for each in pulling) for one in said)
        == others
    )
