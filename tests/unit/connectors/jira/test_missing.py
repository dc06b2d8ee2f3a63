"""Issues that exist and that no search lists: waited for while the index may only be late, and then left out by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest

from posync.connectors.jira.scope import JiraScope
from posync.errors import Incomplete
from posync.model.issue import Issue
from posync.model.observation import Memory, Observation
from posync.sandbox.jira.world import JiraWorld

both = pytest.mark.parametrize("site", ["cloud", "dc"], indirect=True)
PROJECT, BOARD = JiraScope(project="SHOP"), JiraScope(board=1)
JQL = JiraScope(jql="project = SHOP ORDER BY key")


class Pulled:
    """A scope, what a store would remember of it, and issues that no search lists, not even when they are named."""

    def __init__(self, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.site, self.scope = site, PROJECT
        self.known: dict[str, str] = {}
        self.last: Observation | None = None
        self.handed: list[Issue] = []
        self.reader: Any = None
        self._unlisted: Collection[str] = ()
        indexed = JiraWorld.searchable

        def searchable(world: JiraWorld, fresh: Iterable[str] = ()) -> list[Any]:
            return [one for one in indexed(world, fresh) if one.key not in self._unlisted]

        monkeypatch.setattr(JiraWorld, "searchable", searchable)

    def pull(self, *, full: bool = False) -> Observation:
        memory = Memory("" if full else self.last.cursor, self.known) if self.last else None
        self.handed, self.reader = [], self.site.open(scope=self.scope)
        seen: Observation = self.reader.pull(memory, self.handed.extend)
        keys = self.known | {issue.id: issue.key for issue in self.handed}
        self.known = {one: keys[one] for one in (uid.partition(":")[2] for uid in seen.order)}
        self.last = seen
        return seen

    @property
    def keys(self) -> list[str]:
        return list(self.known.values())

    def unlist(self, *keys: str) -> None:
        with self.site.sandbox.lock:
            self._unlisted = keys
            self.site.sandbox.world.jira.revision += 1

    def wait(self, minutes: int) -> None:
        with self.site.sandbox.lock:
            clock = self.site.sandbox.world.clock
            clock.last = clock.now() + minutes * 60_000


@pytest.fixture
def pulled(site: Any, monkeypatch: pytest.MonkeyPatch) -> Pulled:
    return Pulled(site, monkeypatch)


@pytest.mark.parametrize(
    ("site", "scope", "words"),
    [
        ("cloud", PROJECT, "project SHOP"),
        ("dc", PROJECT, "project SHOP"),
        ("dc", BOARD, "board 1"),
        ("dc", JQL, "the given JQL"),
    ],
    indirect=["site"],
)
@pytest.mark.parametrize("full", [False, True])
def test_what_stays_unlisted_is_left_out_after_a_quarter_of_an_hour_and_comes_back_when_listed(
    pulled: Pulled, scope: JiraScope, words: str, *, full: bool
) -> None:
    pulled.scope = scope
    pulled.pull()
    whole, key = pulled.keys, pulled.keys[5]
    pulled.unlist(key)
    for minutes in (0, 7, 7):
        pulled.wait(minutes)
        with pytest.raises(Incomplete) as late:
            pulled.pull(full=full)
    assert f"1 issue of {words} exists, but no search lists it: {key}. " in str(late.value)
    assert "left out by itself 15 minutes after" in str(late.value)
    pulled.wait(2)
    seen = pulled.pull(full=full)
    assert pulled.keys == [one for one in whole if one != key]
    [reason] = seen.gone.values()
    assert reason.startswith("exists, but Jira's search has not listed it since 20")
    assert reason.endswith(" UTC: archived, or lost by its index")
    [warning] = seen.warnings
    assert warning.startswith(f"1 issue is left out that Jira still has: {key}. ")
    again = pulled.pull()
    assert (again.gone, again.warnings, pulled.handed) == ({}, (), [])
    assert pulled.reader.requests <= 2
    pulled.unlist()
    pulled.pull()
    assert (pulled.keys, [issue.key for issue in pulled.handed]) == (whole, [key])


@both
def test_what_was_listed_in_between_is_waited_for_anew(pulled: Pulled) -> None:
    pulled.pull()
    key = pulled.keys[5]
    for _ in range(2):
        pulled.unlist(key)
        with pytest.raises(Incomplete, match=key):
            pulled.pull()
        pulled.wait(20)
        pulled.unlist()
        pulled.pull()
        assert key in pulled.keys


@both
def test_each_waits_for_itself_and_five_are_named(pulled: Pulled) -> None:
    pulled.pull()
    first, *others = pulled.keys[:7]
    pulled.unlist(first)
    with pytest.raises(Incomplete, match=first):
        pulled.pull()
    pulled.wait(20)
    pulled.unlist(first, *others)
    with pytest.raises(Incomplete) as late:
        pulled.pull()
    by_number = sorted(others, key=lambda key: int(pulled.site.sandbox.world.jira.find(key).id))
    said = ", ".join(by_number[:5])
    assert f"6 issues of project SHOP exist, but no search lists them: {said} and 1 more. " in str(late.value)
    pulled.wait(20)
    [warning] = pulled.pull().warnings
    assert warning.startswith("7 issues are left out that Jira still has: ")


@both
@pytest.mark.parametrize("scope", [PROJECT, BOARD, JQL])
def test_what_says_that_it_is_archived_has_left_at_once(pulled: Pulled, scope: JiraScope) -> None:
    pulled.scope = scope
    pulled.pull()
    key, other = pulled.keys[5:7]
    for one, when in ((key, "2026-11-20T10:00:00.000+0000"), (other, "of old")):
        pulled.site.edit({"issue": one, "set": {"archiveddate": when}})
    pulled.unlist(key, other)
    seen = pulled.pull()
    assert sorted(seen.gone.values()) == ["archived", "archived on 2026-11-20"]
    assert seen.warnings == ()
    assert not {key, other} & set(pulled.keys)
