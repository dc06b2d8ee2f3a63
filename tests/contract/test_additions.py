"""What posync has put on issues, by the journal, on every database the state can live in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from posync.model.change import AddLabel, RemoveLabel, SetReleases
from posync.model.plan import Outcome
from posync.model.run import RunKind
from posync.state.store import Store
from tests.contract.test_stores import done, empty_url, plan, postgresql, store, url, write

__all__ = ["empty_url", "postgresql", "store", "url"]  # fixtures

ABOUT: Any = {"id": 1, "tracker": "jira", "issue": "SHOP-1", "uid": "jira:1"}


def add(label: str) -> AddLabel:
    return AddLabel(**ABOUT, label=label)


def remove(label: str) -> RemoveLabel:
    return RemoveLabel(**ABOUT, label=label)


def ran(store: Store, *changes: Any, kind: RunKind = "run", outcome: Outcome = Outcome.DONE) -> str:
    """Carry out changes one by one, each in a write of its own, and return the run."""
    with store.lock("test"):
        run = store.begin(kind, plan(*changes))
        for change in changes:
            store.settle(store.intend(run, write(change)), [done(outcome=outcome)])
        return run


def labels(store: Store, *but: str) -> dict[str, dict[str, str]]:
    return store.put_on("label", but)


def test_a_label_stands_from_the_run_that_put_it_on_until_it_is_taken_off(store: Store) -> None:
    run = ran(store, add("x"), add("y"))
    assert labels(store) == {"jira:1": {"x": run, "y": run}}
    assert labels(store, "x", "z") == {"jira:1": {"y": run}}
    ran(store, remove("x"))
    assert labels(store) == {"jira:1": {"y": run}}
    later = ran(store, add("x"), kind="apply")
    assert labels(store, "y") == {"jira:1": {"x": later}}


def test_only_what_was_done_counts(store: Store) -> None:
    for outcome in (Outcome.ALREADY, Outcome.SKIPPED, Outcome.FAILED):
        ran(store, add("x"), outcome=outcome)
    assert labels(store) == {}


def test_what_an_undo_puts_back_is_whose_it_was_before(store: Store) -> None:
    ran(store, remove("theirs"))
    ran(store, add("theirs"), kind="undo")
    assert labels(store) == {}
    run = ran(store, add("x"))
    ran(store, remove("x"), kind="undo")
    assert labels(store) == {}
    ran(store, add("x"), kind="undo")
    assert labels(store) == {"jira:1": {"x": run}}


def test_a_label_that_shows_in_other_letters_is_taken_off_all_the_same(store: Store) -> None:
    run = ran(store, add("Needs"), add("needs"))
    ran(store, remove("needs"))
    assert labels(store) == {"jira:1": {"Needs": run}}, "on Jira these are two"
    ran(store, remove("NEEDS "))
    assert labels(store) == {}


def test_releases_are_told_by_what_differs(store: Store) -> None:
    run = ran(store, SetReleases(**ABOUT, before=("a", "b"), after=("b", "c")))
    assert store.put_on("release", ()) == {"jira:1": {"c": run}}
    assert labels(store) == {}
    ran(store, SetReleases(**ABOUT, before=("b", "c"), after=("b",)))
    assert store.put_on("release", ()) == {}


def test_workspaces_are_strangers(store: Store, url: str) -> None:
    ran(store, add("x"))
    with Store.open(url, "other") as other:
        assert labels(other) == {}


def test_an_older_state_learns_it_from_its_journal(store: Store, url: str) -> None:
    run = ran(store, add("x"), add("y"), SetReleases(**ABOUT, before=(), after=("a",)))
    ran(store, remove("y"), remove("theirs"))
    ran(store, add("theirs"), kind="undo")
    ran(store, add("z"), outcome=Outcome.FAILED)
    with store.lock("test"):
        store.intend(store.begin("run", plan()), write(add("open")))
    with store._database.writing() as connection:
        connection.execute(text("DROP TABLE posync_additions"))
        connection.execute(text("DROP INDEX ix_posync_entries_unsettled"))
        for later_column in ("aside", "aside_at"):
            connection.execute(text(f"ALTER TABLE posync_trackers DROP COLUMN {later_column}"))
        connection.execute(text("UPDATE posync_version SET version_num = '0003'"))
    with Store.open(url, "shop") as brought_up:
        assert labels(brought_up) == {"jira:1": {"x": run}}
        assert brought_up.put_on("release", ()) == {"jira:1": {"a": run}}
        later = ran(brought_up, add("y"), kind="undo")
        assert labels(brought_up) == {"jira:1": {"x": run, "y": run}}
        assert later != run
