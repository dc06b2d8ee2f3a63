from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from posync.model.issue import Issue
from posync.model.observation import Observation
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
