from __future__ import annotations

import sqlite3
import stat
from pathlib import Path
from unittest.mock import Mock

import pytest
from sqlalchemy import event

from posync.errors import ConfigError, StateError
from posync.model.issue import Issue
from posync.model.observation import Observation
from posync.state.database import PAGE_BYTES
from posync.state.store import Store


def opened(path: Path) -> Store:
    return Store.open(f"sqlite:///{path}", "shop")


def test_only_the_owner_may_read_the_state(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "posync.db"
    with opened(path) as store, store.lock("ann"):
        store.begin("pull")
        files = list(path.parent.iterdir())
        assert {f.name for f in files} >= {"posync.db", "posync.db-wal", "posync.db-lock1"}
        assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("buy milk\n" * 500)
    with pytest.raises(StateError, match=r"notes.txt is not a posync state file\. Move it away"):
        opened(path)
    assert path.read_text() == "buy milk\n" * 500


def test_the_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (id)")
    connection.close()
    with pytest.raises(StateError, match="the database of another program"):
        opened(path)


def test_a_lock_that_cannot_be_taken_is_not_taken_for_another_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    connection = Mock(execute=Mock(side_effect=full))
    with opened(tmp_path / "posync.db") as store:
        monkeypatch.setattr("posync.state.lock.sqlite3.connect", lambda *_, **__: connection)
        with pytest.raises(StateError, match=r"lock1 cannot be written: the disk is full"), store.lock("ann"):
            pass


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"cannot be opened\. Check that its folder exists"):
        opened(tmp_path)


@pytest.mark.parametrize("first", [4096, PAGE_BYTES], ids=["the tables' names, too", "what is in the tables"])
def test_a_damaged_file(first: int, tmp_path: Path) -> None:
    path = tmp_path / "posync.db"
    with opened(path) as store, store.observing("jira") as seen:
        seen.keep(
            [Issue(uid=f"jira:{n}", tracker="jira", key=f"SHOP-{n}", title="x" * 900) for n in range(100)]
        )
    content = bytearray(path.read_bytes())
    for start in range(first, len(content), 4096):
        content[start : start + 200] = b"\xff" * 200
    path.write_bytes(content)
    with pytest.raises(StateError, match=r"posync.db is damaged\. Move it away and run `posync pull`"):
        opened(path)


def test_a_damaged_text_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "posync.db"
    with opened(path) as store, store.observing("jira") as seen:
        seen.keep([Issue(uid="jira:1", tracker="jira", key="SHOP-1", title="confidential")])
        seen.finish(Observation(order=("jira:1",), cursor="", shown_by="", full=True))
    path.write_bytes(path.read_bytes().replace(b"confidential", b"confidentia\xff"))
    with opened(path) as store, pytest.raises(StateError, match=r"posync.db is damaged\. Move it") as caught:
        list(store.issues("jira"))
    assert "confidentia" not in str(caught.value)


def test_a_full_disk(tmp_path: Path) -> None:
    """SQLite reports a database that may not grow just as it reports a disk that is full."""
    with opened(tmp_path / "posync.db") as store:
        listen = store._database.engine
        event.listen(listen, "begin", lambda c: c.exec_driver_sql("PRAGMA max_page_count = 60"))
        with (
            pytest.raises(StateError, match=r"the disk is full\. Free some space"),
            store.observing("jira") as seen,
        ):
            seen.keep(
                [
                    Issue(uid=f"jira:{n}", tracker="jira", key=f"SHOP-{n}", title="x" * 9000)
                    for n in range(100)
                ]
            )
        assert store.backlog("jira") is None


def test_a_state_that_may_not_be_written(tmp_path: Path) -> None:
    with opened(tmp_path / "posync.db") as store:
        event.listen(store._database.engine, "begin", lambda c: c.exec_driver_sql("PRAGMA query_only = 1"))
        with pytest.raises(StateError, match="it is read-only"):
            store.begin("pull")


@pytest.mark.parametrize(
    "url",
    ["", "posync.db", "sqlite://", "sqlite:///:memory:", "mysql://x/y", "oracle+nope://x", "http://x:y:z"],
)
def test_not_a_database_url(url: str) -> None:
    with pytest.raises(ConfigError, match="use sqlite:///FILE or postgresql"):
        Store.open(url, "shop")


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(StateError) as caught:
        Store.open("postgresql://ann:s3cret@127.0.0.1:1/posync?sslpassword=s3cret", "shop")
    assert "the state 127.0.0.1/posync cannot be used" in str(caught.value)
    assert "Check that the database runs" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None
