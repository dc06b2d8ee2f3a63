from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from posync.model.issue import Issue
from posync.model.observation import Observation
from posync.model.plan import Write
from posync.model.repeat import Repeat
from posync.state.database import PAGE_BYTES
from posync.state.store import Store


def page_size(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("PRAGMA page_size").fetchone()[0])
    finally:
        connection.close()


@pytest.mark.parametrize(("made_with", "has"), [(None, PAGE_BYTES), (4096, 4096)])
def test_a_new_file_has_large_pages_and_an_old_one_keeps_its_own(
    made_with: int | None, has: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "posync.db"
    url = f"sqlite:///{path}"
    if made_with:
        with monkeypatch.context() as before:
            before.setattr("posync.state.database.PAGE_BYTES", made_with)
            Store.open(url, "shop").close()
    with Store.open(url, "shop") as store, store.observing("jira") as seen:
        seen.keep([Issue(uid="jira:1", tracker="jira", key="SHOP-1", title="x" * 20_000)])
        seen.finish(Observation(order=("jira:1",), cursor="", shown_by="", full=True))
    assert page_size(path) == has
    with Store.open(url, "shop") as store:
        assert [one.title for one in store.issues("jira")] == ["x" * 20_000]


def test_of_many_that_open_a_new_file_at_once_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite lets one of them make the log, and refuses the others at once, however long they would wait."""
    asked: list[str] = []

    class Contended(sqlite3.Connection):
        def execute(self, statement: str, *given: object) -> sqlite3.Cursor:
            if "journal_mode" in statement:
                asked.append(statement)
                if len(asked) < 3:
                    busy = sqlite3.OperationalError("database is locked")
                    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
                    raise busy
            return super().execute(statement, *given)  # type: ignore[arg-type]

    plain = sqlite3.connect
    monkeypatch.setattr(
        "sqlite3.dbapi2.connect", lambda *given, **named: plain(*given, factory=Contended, **named)
    )
    Store.open(f"sqlite:///{tmp_path}/posync.db", "shop").close()
    assert len(asked) >= 3
    connection = plain(tmp_path / "posync.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere files have no such modes")
def test_a_file_is_its_owners_alone_even_behind_a_link_that_leads_to_nothing_yet(tmp_path: Path) -> None:
    (tmp_path / "posync.db").symlink_to("elsewhere.db")
    Store.open(f"sqlite:///{tmp_path}/posync.db", "shop").close()
    assert stat.S_IMODE((tmp_path / "elsewhere.db").stat().st_mode) == 0o600


def test_an_sqlite_that_knows_no_returning_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Systems of 2021 that are still looked after ship SQLite 3.34."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with Store.open(f"sqlite:///{tmp_path}/posync.db", "shop") as store:
        asked: list[str] = []
        event.listen(store._database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        with store.lock("ann") as fence, store.observing("jira") as seen:
            seen.keep([Issue(uid="jira:1", tracker="jira", key="SHOP-1")])
            seen.finish(Observation(order=("jira:1",), cursor="", shown_by="", full=True))
            run = store.begin("apply")
            entry = store.intend(
                run, Write(tracker="jira", method="PUT", route="x", repeat=Repeat.SAFE, changes=())
            )
        assert (fence.token, run, entry) == (1, "1", 1)
        assert [statement for statement in asked if "RETURNING" in statement] == []


def test_writes_of_unknown_fate_are_looked_up_among_those_of_years(tmp_path: Path) -> None:
    asked: list[str] = []
    with Store.open(f"sqlite:///{tmp_path}/posync.db", "shop") as store:
        event.listen(store._database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
        store.unsettled()
    plan = "EXPLAIN QUERY PLAN " + next(one for one in asked if "posync_entries" in one)
    with closing(sqlite3.connect(tmp_path / "posync.db")) as connection:
        steps = "\n".join(step[3] for step in connection.execute(plan, (1,)))
    assert "ix_posync_entries_unsettled" in steps


def test_a_write_to_a_thousand_issues_is_journalled_by_a_sqlite_that_takes_999_values(tmp_path: Path) -> None:
    touched = {f"jira:{n}": datetime(2026, 11, 22, tzinfo=UTC) for n in range(1000)}
    write = Write(tracker="jira", method="POST", route="/bulk", repeat=Repeat.SAFE, changes=())
    with Store.open(f"sqlite:///{tmp_path}/posync.db", "shop") as store, store.lock("ann"):
        with store._database.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
        store.intend(store.begin("apply"), write, touched)
        assert store.touched().keys() == touched.keys()
