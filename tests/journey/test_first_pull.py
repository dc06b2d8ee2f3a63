"""A first pull in processes of its own: whatever ends it, the next one finds the state in order."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Event
from typing import TypeVar

import pytest

from posync.sandbox.server import Sandbox
from tests.journey.conftest import Posync
from tests.shop import WORKSPACE

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs Linux and two cores"
)
T = TypeVar("T")
SEARCH = {"tracker": "jira", "path": "search"}
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


@pytest.fixture
def held(sandbox: Sandbox) -> Iterator[Event]:
    """Hold Jira's answers about the scope until this is set, so that pulls are at work for as long as a test likes."""
    answer = Event()
    sandbox.faults.set([{"match": SEARCH, "do": "slow", "seconds": 120, "until": answer}])
    yield answer
    answer.set()


def soon(seen: Callable[[], T]) -> T:
    """Return what is seen as soon as there is something."""
    until = time.monotonic() + 60
    while not (found := seen()) and time.monotonic() < until:
        time.sleep(0.02)
    assert found, "never seen"
    return found


def child(pulling: subprocess.Popen[str], sandbox: Sandbox, state: Path) -> int:
    """Return the process that fills the state, once it has locked it and waits for pages."""
    soon(lambda: signed_in(state))
    soon(lambda: any("search" in one.path for one in sandbox.entries))
    return children(pulling)[0]


def children(pulling: subprocess.Popen[str]) -> list[int]:
    """Return the processes that this one has started."""
    pids = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
    return [pid for pid in pids if parent(pid) == pulling.pid]


def opened(pulling: subprocess.Popen[str], state: Path) -> bool:
    """Whether the process that is to fill the state has opened it."""
    with suppress(OSError):
        return any(
            each.readlink() == state
            for pid in children(pulling)
            for each in Path(f"/proc/{pid}/fd").iterdir()
        )
    return False


def signed_in(state: Path) -> bool:
    """Whether somebody has locked the state, and said so."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{state}?mode=ro", uri=True)) as connection:
        return bool(connection.execute("SELECT holder FROM posync_workspaces WHERE holder <> ''").fetchall())
    return False


def parent(pid: int) -> int:
    """Return the parent of a process; 0 where it has ended."""
    return int(said_of(pid)[1])


def said_of(pid: int) -> list[str]:
    """Return what the system says of a process from its state on, "Z" for one that has ended but for its name."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ["Z", "0"]


def test_ctrl_c_is_told_once_and_leaves_a_state_in_order(
    sandbox: Sandbox, held: Event, workspace: Path, posync: Posync
) -> None:
    pulling = start(workspace, "pull")
    other = child(pulling, sandbox, workspace.with_name("posync.db"))
    os.killpg(pulling.pid, signal.SIGINT)
    time.sleep(1)  # it ends with the next answer, which is to come after the signal
    held.set()
    out, err = pulling.communicate(timeout=60)
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
        soon(lambda: fetches(large))
        os.killpg(pulling.pid, signal.SIGINT)
        assert pulling.communicate(timeout=60)[1].startswith("Interrupted.")
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
    sandbox: Sandbox, held: Event, workspace: Path, posync: Posync
) -> None:
    pulling = start(workspace, "pull")
    other = child(pulling, sandbox, workspace.with_name("posync.db"))
    os.kill(other, signal.SIGKILL)
    soon(lambda: said_of(other)[0] == "Z")
    held.set()
    out, err = pulling.communicate(timeout=60)
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
        _, err = pulling.communicate(timeout=60)
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
    _, err = pulling.communicate(timeout=60)
    assert (pulling.returncode, "TRELLO_TOKEN" in err) == (78, True)
    assert list(workspace.parent.glob("posync.db*")) == []


@pytest.mark.parametrize("others", [1, 3])
def test_of_first_pulls_at_once_one_is_at_work(held: Event, workspace: Path, others: int) -> None:
    state = workspace.with_name("posync.db")
    pulling = [start(workspace, "pull") for _ in range(1 + others)]
    soon(lambda: signed_in(state) and all(opened(each, state) or each.poll() is not None for each in pulling))
    time.sleep(2)  # who has opened it asks for its lock next
    held.set()
    said = [each.communicate(timeout=60)[1] for each in pulling]
    assert sorted(each.returncode for each in pulling) == [0] + [1] * others
    assert (
        sum("in use by " in one and any(f"process {each.pid})" in one for each in pulling) for one in said)
        == others
    )
