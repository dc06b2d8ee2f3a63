"""Pulls of trackers that have lost issues: what refuses them, what they ask, and what `--accept-loss` accepts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.base import Reader
from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_export, open_jira, open_trello
from posync.connectors.profile import load_profile
from posync.connectors.transport import BasicAuth, TrelloAuth
from posync.errors import Incomplete
from posync.model.limits import Limits
from posync.observing import Pulled, pull_all, quiet
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from posync.sandbox.settings import Flavour
from posync.state.store import Store

NINETY = Limits()
NOBODY_LEFT = Limits(min_issues="0%")
both = pytest.mark.parametrize("flavour", ["cloud", "dc"])
either_way = pytest.mark.parametrize("full", [False, True])


class Tracker:
    """One tracker of a sandbox, and a store that observes it."""

    def __init__(self, sandbox: Sandbox, store: Store) -> None:
        self.sandbox, self.store = sandbox, store
        self.scope = JiraScope(project="SHOP")
        self.lists: tuple[str, ...] | None = None  # of the board; None for Jira
        self.asked: list[str] = []

    @property
    def board(self) -> Any:
        return next(iter(self.sandbox.world.trello.boards.values()))

    def reader(self) -> Reader:
        if self.lists is not None:
            return open_trello(
                "here",
                url=self.sandbox.trello_url,
                auth=TrelloAuth("sandbox-trello-key", "sandbox-trello-token"),
                board=self.board.id,
                lists=self.lists,
                profile=load_profile("trello", Path()),
                workspace="shop",
            )
        profile = "jira-cloud" if self.sandbox.flavour == "cloud" else "jira-data-center"
        return open_jira(
            "here",
            url=self.sandbox.jira_url,
            auth=BasicAuth("po@shop.example", "sandbox-jira-token"),
            scope=self.scope,
            profile=load_profile(profile, Path()),
            workspace="shop",
        )

    def pull(self, limits: Limits | None = NINETY, *, full: bool = False) -> Pulled:
        reader, before = self.reader(), len(self.sandbox.entries)
        try:
            return pull_all({"here": reader}, self.store, limits, full=full, progress=quiet)[0]
        finally:
            reader.close()
            self.asked = [entry.path for entry in self.sandbox.entries[before:]]

    def refused(self, limits: Limits = NINETY, *, full: bool = False) -> str:
        with pytest.raises(Incomplete) as error:
            self.pull(limits, full=full)
        return str(error.value)

    def edit(self, *edits: dict[str, Any]) -> None:
        with self.sandbox.lock:
            human_edit(self.sandbox.world.jira, self.sandbox.trello, edits)

    def remove(self, count: int) -> None:
        """Delete so many issues or cards, the last ones."""
        with self.sandbox.lock:
            if self.lists is None:
                for issue in list(self.sandbox.world.jira.issues.values())[-count:]:
                    self.sandbox.world.jira.remove(issue)
            else:
                for card in list(self.board.cards.values())[-count:]:
                    self.sandbox.world.trello.remove_card(self.board, card)

    def reasons(self) -> dict[str, str]:
        return {one.key: one.reason for one in self.store.gone("here")}


@contextmanager
def tracker(
    folder: Path, flavour: Flavour = "cloud", *, trello: bool = False, count: int = 30
) -> Iterator[Tracker]:
    issues, cards = (0, count) if trello else (count, 0)
    with (
        Sandbox(flavour=flavour, issues=issues, cards=cards) as sandbox,
        Store.open(f"sqlite:///{folder}/state.db", "shop") as store,
    ):
        made = Tracker(sandbox, store)
        made.lists = () if trello else None
        yield made


@both
@either_way
def test_what_the_index_hides_is_not_lost_though_losses_are_accepted(
    tmp_path: Path, flavour: Flavour, *, full: bool
) -> None:
    with tracker(tmp_path, flavour) as jira:
        jira.pull()
        world = jira.sandbox.world.jira
        with jira.sandbox.lock:
            hidden, removed = world.find("SHOP-4"), world.find("SHOP-8")
            assert hidden is not None
            assert removed is not None
            world.stale[hidden.id] = (world.clock.now() + 3_600_000, None)
            world.remove(removed)
        if flavour == "cloud":  # which brings its index up to date for issues that are named
            assert jira.pull(None, full=full).issues == 29
            assert jira.reasons() == {"SHOP-8": "deleted or archived, or hidden from this account"}
        else:
            with pytest.raises(Incomplete, match="SHOP-4"):
                jira.pull(None, full=full)


@either_way
@pytest.mark.parametrize("emptied", [False, True])
def test_a_picture_of_an_older_posync_still_tells_which_issues_there_were(
    tmp_path: Path, *, emptied: bool, full: bool
) -> None:
    with tracker(tmp_path) as jira:
        jira.pull()
        with sqlite3.connect(tmp_path / "state.db") as state:
            state.execute("UPDATE posync_trackers SET shape = 'of an older posync'")
        memory = jira.store.memory("here")
        assert memory is not None
        assert (memory.cursor, len(memory.known)) == ("", 30)
        jira.remove(30 if emptied else 20)
        assert "of the 30 issues of the last complete picture" in jira.refused(full=full)
        assert jira.pull(None, full=full).issues == (0 if emptied else 10)
        assert set(jira.reasons().values()) == {"deleted or archived, or hidden from this account"}


@either_way
@pytest.mark.parametrize("kind", ["cloud", "dc", "trello"])
def test_an_emptied_tracker_is_refused_whatever_the_limit_and_accepted_on_demand(
    tmp_path: Path, kind: str, *, full: bool
) -> None:
    with tracker(tmp_path, "dc" if kind == "dc" else "cloud", trello=kind == "trello") as emptied:
        emptied.pull()
        emptied.remove(30)
        said = emptied.refused(NOBODY_LEFT, full=full)
        assert "of the 30 issues of the last complete picture none is left: 30 deleted" in said
        assert emptied.pull(None, full=full).issues == 0
        assert len(emptied.reasons()) == 30


def test_an_emptied_file_is_refused_whatever_the_limit(tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    reader = open_export("file", path=saved, profile=load_profile("jira-cloud", Path()), workspace="shop")
    with Store.open(f"sqlite:///{tmp_path}/state.db", "shop") as store:

        def pull(count: int, limits: Limits | None) -> int:
            issues = [{"id": str(n), "key": f"A-{n}", "fields": {"summary": "One"}} for n in range(count)]
            saved.write_text(json.dumps({"issues": issues}))
            return pull_all({"file": reader}, store, limits, full=False, progress=quiet)[0].issues

        pull(3, NOBODY_LEFT)
        with pytest.raises(Incomplete, match="none is left: 3 no longer in the file"):
            pull(0, NOBODY_LEFT)
        assert pull(0, None) == 0


@either_way
def test_a_card_that_leaves_a_short_list_is_not_lost(tmp_path: Path, *, full: bool) -> None:
    with tracker(tmp_path, trello=True, count=3) as board:
        first, second = (one["id"] for one in board.board.lists[:2])
        cards = list(board.board.cards)
        board.edit(*({"card": card, "set": {"idList": first}} for card in cards))
        board.lists = (first,)
        assert board.pull().issues == 3
        board.edit({"card": cards[0], "set": {"idList": second}})
        assert board.pull(full=full).issues == 2
        board.edit({"card": cards[1], "delete": True})
        assert "1 is left, where limits.min_issues asks for 2: 1 deleted" in board.refused(full=full)
        board.edit({"card": cards[2], "set": {"idList": second}})
        assert "none is left: 1 " in board.refused(full=full)


@both
def test_an_issue_that_moves_out_of_a_small_project_is_not_lost_and_a_deleted_one_is(
    tmp_path: Path, flavour: Flavour
) -> None:
    with tracker(tmp_path, flavour, count=4) as jira:
        projects = jira.sandbox.world.jira.projects
        other = type(projects["SHOP"])("20000", "OPS", "Operations")
        other.raw = projects["SHOP"].raw | {"key": "OPS", "id": "20000"}
        projects["OPS"] = other
        jira.pull()
        jira.edit({"issue": "SHOP-2", "move_to": "OPS"})
        assert jira.pull().issues == 3
        jira.edit({"issue": "SHOP-3", "delete": True})
        said = jira.refused()
        assert "2 are left, where limits.min_issues asks for 3: 1 deleted or archived, or hidden" in said
        assert "Among them: SHOP-3. " in said


@either_way
def test_data_center_asks_for_none_of_very_many_where_the_pull_is_refused_anyway(
    tmp_path: Path, *, full: bool
) -> None:
    with tracker(tmp_path, "dc", count=200) as jira:
        jira.pull()
        jira.remove(80)
        said = jira.refused(full=full)
        assert "80 not known to the search index, and not asked for one by one" in said
        assert not [path for path in jira.asked if "/issue/" in path]
        jira.pull(None, full=full)
        assert len([path for path in jira.asked if "/issue/" in path]) == 80
        assert set(jira.reasons().values()) == {"deleted or archived, or hidden from this account"}


def test_data_center_asks_for_a_few_even_then_for_their_index_may_be_late(tmp_path: Path) -> None:
    with tracker(tmp_path, "dc") as jira:
        jira.pull()
        world = jira.sandbox.world.jira
        with jira.sandbox.lock:
            for issue in list(world.issues.values())[:5]:
                world.stale[issue.id] = (world.clock.now() + 3_600_000, None)
        assert "5 issues of project SHOP exist, but no search lists them" in jira.refused()


def test_trello_asks_for_no_more_cards_once_too_many_are_lost(tmp_path: Path) -> None:
    with tracker(tmp_path, trello=True, count=300) as board:
        board.pull()
        board.remove(250)
        said = board.refused()
        assert "170 no longer on the board, and not asked for" in said
        assert "80 deleted, or moved to a board this account may not see" in said
        assert (
            len([path for path in board.asked if path.endswith("/batch")]) == 1 + 8
        )  # one asks for the board
        assert board.pull(None).issues == 50
