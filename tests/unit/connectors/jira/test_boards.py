"""A board is its filter and its sub-query, which people change: whole pulls and checks ask for them anew."""

from __future__ import annotations

from typing import Any

import pytest

from posync.connectors.jira.scope import JiraScope
from posync.errors import NotFound, TrackerError
from posync.model.issue import Issue
from posync.model.observation import Memory, Observation

both = pytest.mark.parametrize("site", ["cloud", "dc"], indirect=True)
FEWER = "type != Epic"


class Pulled:
    """A board, and what a store would remember of it."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.board = next(iter(site.sandbox.world.jira.boards.values()))
        self.known: dict[str, str] = {}
        self.last: Observation | None = None

    def reader(self) -> Any:
        return self.site.open(scope=JiraScope(board=self.board.id))

    def pull(self, reader: Any = None, *, full: bool = False) -> Observation:
        memory = Memory("" if full else self.last.cursor, self.known) if self.last else None
        handed: list[Issue] = []
        seen: Observation = (reader or self.reader()).pull(memory, handed.extend)
        keys = self.known | {issue.id: issue.key for issue in handed}
        ids = [uid.partition(":")[2] for uid in seen.order]
        self.known, self.last = {one: keys[one] for one in ids}, seen
        return seen

    @property
    def keys(self) -> list[str]:
        return list(self.known.values())

    def narrowed(self) -> list[str]:
        """Narrow the board's sub-query, and return the keys that it shows now."""
        self.board.sub_query = FEWER
        world = self.site.sandbox.world.jira
        kinds = {key: world.find(key).fields["issuetype"]["name"] for key in self.site.truth()}
        return [key for key, kind in kinds.items() if kind != "Epic"]

    def delete(self) -> None:
        with self.site.sandbox.lock:
            del self.site.sandbox.world.jira.boards[self.board.id]
            self.site.sandbox.world.jira.revision += 1


@pytest.fixture
def pulled(site: Any) -> Pulled:
    first = Pulled(site)
    first.pull()
    assert first.keys == site.truth()
    return first


@both
def test_a_whole_pull_asks_for_the_board_anew(pulled: Pulled) -> None:
    shown = pulled.narrowed()
    pulled.pull(full=True)
    assert pulled.keys == shown


@both
def test_so_does_a_check_and_the_next_pull_of_any_kind_knows(pulled: Pulled) -> None:
    shown = pulled.narrowed()
    pulled.reader().capabilities()
    assert pulled.pull().full
    assert pulled.keys == shown


@both
def test_a_pull_of_what_changed_asks_once_an_hour(pulled: Pulled, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = pulled.reader()
    pulled.pull(reader)
    asked = reader.requests
    assert asked <= 2
    shown = pulled.narrowed()
    monkeypatch.setattr("posync.connectors.jira.boards.HOUR", 0.0)
    pulled.pull(reader)  # one that is asked again and again, as by a service
    assert pulled.keys == shown
    again = pulled.reader()
    pulled.pull(again)
    assert again.requests == asked + 1


@both
@pytest.mark.parametrize("full", [False, True])
def test_a_board_that_is_gone_is_named(pulled: Pulled, *, full: bool) -> None:
    pulled.delete()
    with pytest.raises(NotFound, match=f"read the configuration of board {pulled.board.id}: "):
        pulled.pull(full=full)


@both
def test_a_board_that_was_given_another_filter_while_its_old_one_was_deleted_is_pulled_by_it(
    pulled: Pulled,
) -> None:
    world, of = pulled.site.sandbox.world.jira, pulled.board
    world.boards[of.id] = type("Other", (type(of),), {"filter_id": "10099"})(
        of.id, of.name, of.project, jql=f"project = SHOP AND {FEWER}"
    )
    world.revision += 1
    pulled.pull()
    assert 0 < len(pulled.keys) < len(pulled.site.truth())


@both
@pytest.mark.parametrize("full", [False, True])
def test_a_filter_that_cannot_be_used_is_told_as_the_boards(pulled: Pulled, *, full: bool) -> None:
    pulled.site.faults({"match": {"path": "/search"}, "do": "400"})
    with pytest.raises(TrackerError) as caught:
        pulled.pull(full=full)
    said = str(caught.value)
    assert f"board {pulled.board.id} cannot be searched by its filter {pulled.board.filter_id}" in said
    assert "not be shared with this account" in said
    assert caught.value.status == 400
