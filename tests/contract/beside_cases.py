"""A first pull filled by a process of its own: the same picture, whatever becomes of either process.

Run by test_beside, in a process without threads: a lock that one of them holds would never be given
back in a copy.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from posync.errors import Incomplete, Locked, PosyncError, SchemaTooNew, StateError
from posync.model.observation import Observation
from posync.state.beside import Beside, Defect, Taking
from posync.state.lock import this_process
from posync.state.observing import Observing
from posync.state.store import Store
from tests.contract import test_stores as stores

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BOTH = Observation(order=("jira:a", "jira:b"), cursor="c1", shown_by="all of them", full=True)


class FilledBeside(Store):
    """A store whose first pull of each tracker goes through another process."""

    url = ""

    @contextmanager
    def observing(self, tracker: str, began: datetime | None = None) -> Iterator[Any]:
        """Take in a pull, the first one beside."""
        if self.memory(tracker, unfinished=True) is not None or multiprocessing.active_children():
            with super().observing(tracker, began) as seen:
                yield seen
            return
        with (
            Beside(self.url, "shop") as beside,
            beside.opened(),
            beside.observing(tracker, began or datetime.now(UTC)) as seen,
        ):
            yield seen


@pytest.fixture(autouse=True)
def _alone() -> None:
    """See that nothing else runs in this process: it is about to be copied."""
    assert len(list(Path("/proc/self").glob("task/*"))) == 1


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the URL of a state that is not there yet."""
    return f"sqlite:///{tmp_path}/posync.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with FilledBeside.open(url, "shop") as opened:
        assert isinstance(opened, FilledBeside)
        opened.url = url
        yield opened


class TestFilledBeside(stores.TestPictures):
    """What is true of any first pull is true of one filled beside, which holds the lock: none is beside it."""

    test_of_two_pulls_at_once_the_later_goes_on = None  # type: ignore[assignment]
    test_two_pulls_at_once_do_not_take_the_same_rows = None  # type: ignore[assignment]


class TestFilledBesideWithoutAnEnd(stores.TestAside):
    """So is what is true of pulls that a spent quota ends: the first one sets aside what it has read."""


def rows(url: str) -> list[int]:
    """Return how many issues, and trackers with a picture, a state has."""
    engine = create_engine(url)
    with engine.connect() as connection:
        asked = ("SELECT count(*) FROM posync_issues", "SELECT count(cursor) FROM posync_trackers")
        found = [connection.execute(text(each)).scalar_one() for each in asked]
    engine.dispose()
    return found


def pull_again(url: str) -> None:
    """Pull as the next run would: under the lock, in one process."""
    with Store.open(url, "shop") as store, store.lock("next"), store.observing("jira") as seen:
        seen.keep([stores.issue("a"), stores.issue("b")])
        assert seen.finish(BOTH) == 2


def keep_on(seen: Taking, pages: int) -> None:
    for _ in range(pages):
        seen.keep([stores.issue("b", title="x" * 1000)])


def ended(pid: int) -> bool:
    """Whether a process ends within ten seconds; one that nobody waits for any more has ended too."""
    for _ in range(200):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_trackers_are_taken_in_at_once_and_each_has_its_own_error(url: str) -> None:
    ended: dict[str, Any] = {}

    def pull(beside: Beside, tracker: str, order: Sequence[str]) -> None:
        try:
            with beside.observing(tracker, NOW) as seen:
                for number in range(20):
                    seen.keep([stores.issue(f"{number}", title="x" * 100_000)])
                uids = tuple(f"{tracker}:{each}" for each in order)
                ended[tracker] = seen.finish(Observation(uids, "", "", full=True))
        except PosyncError as error:
            ended[tracker] = type(error)

    with Beside(url, "shop") as beside, beside.opened():
        asked = {"jira": range(20), "trello": range(21), "more": range(5)}
        pulls = [
            threading.Thread(target=pull, args=(beside, name, list(map(str, order))))
            for name, order in asked.items()
        ]
        for each in pulls:
            each.start()
        for each in pulls:
            each.join(30)
    assert ended == {"jira": 20, "trello": Incomplete, "more": 5}
    with Store.open(url, "shop") as store:
        assert store.backlog("trello") is None
    assert rows(url) == [25, 2]


def test_the_lock_is_held_in_the_name_of_the_pulling_process(url: str) -> None:
    with Beside(url, "shop") as first, first.opened():
        with Beside(url, "shop") as second, pytest.raises(Locked) as refused, second.opened():
            pass
        with Store.open(url, "shop") as store, pytest.raises(Locked), store.lock("third"):
            pass
    assert this_process() in str(refused.value)
    assert refused.value.workspace == "shop"
    pull_again(url)


def test_a_newer_schema_is_refused_as_ever(url: str) -> None:
    Store.open(url, "shop").close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE posync_version SET version_num = '9999'"))
    engine.dispose()
    with Beside(url, "shop") as beside, pytest.raises(SchemaTooNew) as there, beside.opened():
        pass
    with pytest.raises(SchemaTooNew) as here:
        Store.open(url, "shop")
    assert str(there.value) == str(here.value)


def test_a_place_that_cannot_be_written_is_refused_as_ever(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    odd = f"sqlite:///{tmp_path}/file/posync.db"
    with Beside(odd, "shop") as beside, pytest.raises(StateError) as there, beside.opened():
        pass
    with pytest.raises(StateError) as here:
        Store.open(odd, "shop")
    assert str(there.value) == str(here.value)


def test_a_full_disk_is_told_while_pages_are_still_coming(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StateError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Observing, "take", full)
        with Beside(url, "shop") as beside, beside.opened(), beside.observing("jira", NOW) as seen:
            seen.keep([stores.issue("a")])
            with pytest.raises(StateError, match="the disk is full"):
                keep_on(seen, pages=3)
    pull_again(url)


def test_a_defect_is_told_with_where_it_is(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: dict[str, str] = {}
    monkeypatch.setattr(Observing, "take", lambda *_: nothing["no such thing"])
    with Beside(url, "shop") as beside, beside.opened(), beside.observing("jira", NOW) as seen:
        seen.keep([stores.issue("a")])
        with pytest.raises(Defect, match=r"(?s)Traceback.*beside_cases.*KeyError: 'no such thing'") as told:
            seen.finish(BOTH)
    kind, place = told.value.there
    assert (kind, Path(place.filename)) == ("KeyError", Path(__file__))


def test_what_cannot_be_loaded_there_is_told_when_it_is_opened(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "posync.state.store", None)
    with Beside(url, "shop") as beside, pytest.raises(Defect) as told, beside.opened():
        pass
    assert told.value.there[0] == "ModuleNotFoundError"


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.ENOMEM])
def test_where_no_process_is_to_be_had_nothing_is_left_of_it(
    url: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fork", none)
    beside = Beside(url, "shop")
    with pytest.raises(OSError, match=os.strerror(number)), beside:
        pass
    assert beside._line.closed
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert multiprocessing.active_children() == []


def test_it_is_done_with_where_ended_processes_are_told_to_nobody(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        with Beside(url, "shop") as beside, beside.opened():
            [other] = multiprocessing.active_children()
        assert other.pid is not None
        assert not Path(f"/proc/{other.pid}").exists()
    finally:
        signal.signal(signal.SIGCHLD, before)
        multiprocessing.process._children.clear()  # type: ignore[attr-defined]  # which it would wait for
    pull_again(url)


@pytest.mark.parametrize("pages", [0, 1, 3])
def test_where_the_other_process_is_killed_nothing_is_lost_but_the_pull(url: str, pages: int) -> None:
    with Beside(url, "shop") as beside, beside.opened(), beside.observing("jira", NOW) as seen:
        for _ in range(pages):
            seen.keep([stores.issue("a")])
        [other] = multiprocessing.active_children()
        other.kill()
        with pytest.raises(StateError, match=r"ended before its time.*Run `posync pull` again"):
            keep_on(seen, pages=1000)  # a full pipe is noticed too
    assert multiprocessing.active_children() == []
    pull_again(url)
    assert rows(url) == [2, 1]


PULLING = """
import multiprocessing, os, sys, time
from datetime import UTC, datetime
from posync.model.issue import Issue
from posync.state.beside import Beside

print("said once")
with Beside(sys.argv[1], "shop") as beside, beside.opened(), beside.observing("jira", datetime.now(UTC)) as seen:
    for _ in range(3):
        seen.keep([Issue(uid="jira:a", tracker="jira", key="SHOP-a")])
    [other] = multiprocessing.active_children()
    print(other.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_where_the_pulling_process_is_stopped_the_other_one_ends_and_leaves_nothing(
    url: str, how: signal.Signals
) -> None:
    pulling = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PULLING, url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert pulling.stdout is not None
    assert pulling.stdout.readline() == "said once\n"
    other = int(pulling.stdout.readline())
    if how is signal.SIGINT:
        os.killpg(pulling.pid, how)  # as a terminal sends Ctrl-C
    else:
        pulling.send_signal(how)
    out, err = pulling.communicate(timeout=60)
    assert out == ""
    assert err.count("Traceback") == (how is signal.SIGINT)  # of the pulling process alone
    assert ended(other)
    assert rows(url) == [0, 0]
    pull_again(url)


def test_the_other_process_keeps_no_end_of_the_pipe_open(url: str) -> None:
    with Beside(url, "shop") as beside, beside.opened():
        [other] = multiprocessing.active_children()
        mine = Path(f"/proc/self/fd/{beside._line.fileno()}").readlink()
        theirs = [each.readlink() for each in Path(f"/proc/{other.pid}/fd").iterdir()]
    assert str(mine).startswith("socket:")
    assert mine not in theirs
