"""Pulling all trackers into the state: a full pull says what the pulls before it had missed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import wait
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from posync.connectors.base import Reader, known_until, latest_seen
from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_export, open_jira, open_trello
from posync.connectors.profile import load_profile
from posync.connectors.transport import BasicAuth, TrelloAuth
from posync.errors import Incomplete, Locked
from posync.model.issue import Issue
from posync.model.limits import Limits
from posync.model.observation import Observation
from posync.observing import Pulled, pull_all, pull_first, quiet
from posync.sandbox.clock import jira_time, trello_time
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from posync.state.store import Store

HOUR = 3_600_000
OFTEN = "The picture has them now. If this happens often, run `posync pull --full` more often."


class Shop:
    """A small Jira project, and a store that observes it."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.store = Store.open(f"sqlite:///{folder}/state.db", "shop")

    def reader(self, profile: str = "jira-cloud") -> Reader:
        return open_jira(
            "shop",
            url=self.sandbox.jira_url,
            auth=BasicAuth("po@shop.example", "sandbox-jira-token"),
            scope=JiraScope(project="SHOP"),
            profile=load_profile(profile, Path()).with_fields(["Team"] if profile == "extended" else []),
            workspace="shop",
        )

    def pull(self, *, full: bool = False, limits: Limits | None = Limits()) -> Pulled:  # noqa: B008 - frozen
        (pulled,) = pull_all({"shop": self.reader()}, self.store, limits, full=full, progress=quiet)
        return pulled

    def edit(self, *edits: dict[str, Any]) -> None:
        with self.sandbox.lock:
            human_edit(self.sandbox.world.jira, self.sandbox.trello, edits)

    def edit_unseen(self, key: str, hours: int, **fields: Any) -> None:
        """Change fields and say that it was hours ago, as an index does that lags behind by hours."""
        with self.sandbox.lock:
            issue = self.sandbox.world.jira.find(key)
            assert issue is not None
            issue.fields |= fields
            if hours:
                issue.updated -= issue.updated - (self.sandbox.world.clock.now() - hours * HOUR)
                issue.fields["updated"] = jira_time(issue.updated)
            issue.encoded.clear()
            self.sandbox.world.jira.revision += 1


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with Sandbox(issues=30) as sandbox:
        made = Shop(sandbox, tmp_path)
        yield made
        made.store.close()


def test_a_full_pull_names_what_the_pulls_before_it_had_missed(shop: Shop) -> None:
    shop.pull()
    shop.edit({"issue": "SHOP-1", "add_label": "web"})
    shop.pull()
    shop.edit_unseen("SHOP-7", hours=1, summary="Renamed while the index slept", labels=["late"])
    assert shop.pull().changed == 0
    assert shop.pull(full=True).warnings == (
        f"1 issue had been missed by the pulls since the last full one: SHOP-7 (title, labels). {OFTEN}",
    )
    assert shop.pull(full=True).warnings == ()


def test_what_was_missed_goes_by_the_clock_of_a_tracker_that_is_hours_ahead(shop: Shop) -> None:
    with shop.sandbox.lock:
        shop.sandbox.world.clock.last = shop.sandbox.world.clock.now() + 5 * HOUR
    shop.pull()
    shop.edit({"issue": "SHOP-1", "add_label": "web"})
    shop.pull()
    shop.edit_unseen("SHOP-7", hours=1, summary="Renamed while the index slept")
    shop.edit_unseen("SHOP-9", hours=0, summary="Renamed just now")
    shop.edit({"issue": "SHOP-9", "add_label": "web"})
    assert shop.pull(full=True).warnings == (
        f"1 issue had been missed by the pulls since the last full one: SHOP-7 (title). {OFTEN}",
    )


class Board:
    """A Trello board of the sandbox, and a store that observes it."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.store = Store.open(f"sqlite:///{folder}/board.db", "shop")
        (shown,) = (
            one for one in sandbox.world.trello.boards.values() if one.raw["shortLink"] == "shopboard"
        )
        self.cards = list(shown.cards.values())

    def pull(self, *, full: bool = False) -> Pulled:
        reader = open_trello(
            "board",
            url=self.sandbox.trello_url,
            auth=TrelloAuth("sandbox-trello-key", "sandbox-trello-token"),
            board="shopboard",
            lists=(),
            profile=load_profile("trello", Path()),
            workspace="shop",
            writable=False,
        )
        (pulled,) = pull_all({"board": reader}, self.store, Limits(), full=full, progress=quiet)
        reader.close()
        return pulled

    def edit(self, card: int) -> None:
        with self.sandbox.lock:
            known = {"card": self.cards[card]["id"], "set": {"name": "Renamed before everybody's eyes"}}
            human_edit(self.sandbox.world.jira, self.sandbox.trello, [known])

    def edit_unseen(self, card: int) -> str:
        """Rename a card an hour ago by Trello's clock, and let its board stand still; return the card's key."""
        with self.sandbox.lock:
            when = trello_time(self.sandbox.world.clock.now() - HOUR)
            self.cards[card] |= {"name": "Renamed while the board slept", "dateLastActivity": when}
            self.sandbox.world.trello.forget([self.cards[card]])
            return str(self.cards[card]["shortLink"])


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    with Sandbox() as sandbox:
        made = Board(sandbox, tmp_path)
        yield made
        made.store.close()


def test_what_was_missed_on_trello_goes_by_its_clock_too(board: Board) -> None:
    with board.sandbox.lock:
        board.sandbox.world.clock.last = board.sandbox.world.clock.now() + 5 * HOUR
    board.edit(0)
    board.pull()
    missed = board.edit_unseen(1)
    board.edit(2)
    assert board.pull(full=True).warnings == (
        f"1 issue had been missed by the pulls since the last full one: {missed} (title). {OFTEN}",
    )


def test_a_board_that_seems_to_stand_still_is_known_up_to_the_last_look_at_it(board: Board) -> None:
    board.pull()
    assert board.pull().changed == 0
    missed = board.edit_unseen(1)
    assert board.pull().changed == 0
    assert board.pull(full=True).warnings == (
        f"1 issue had been missed by the pulls since the last full one: {missed} (title). {OFTEN}",
    )


@pytest.mark.parametrize(
    ("cursor", "latest"),
    [
        ('{"latest": 1767225600000}', datetime(2026, 1, 1, tzinfo=UTC)),
        ('{"latest": 0}', None),
        ('{"latest": "soon"}', None),
        ('{"latest": 99999999999999999999}', None),
        ("[]", None),
        ("no JSON", None),
    ],
)
def test_the_newest_update_that_a_cursor_notes(cursor: str, latest: datetime | None) -> None:
    assert latest_seen(cursor) == latest


@pytest.mark.parametrize(
    ("cursor", "until"),
    [
        ('{"latest": 1767225630500}', datetime(2025, 12, 31, 23, 45, tzinfo=UTC)),
        ('{"latest": 1767225630500, "spent": false}', datetime(2025, 12, 31, 23, 45, tzinfo=UTC)),
        ('{"latest": 1767225630500, "spent": true}', datetime(2026, 1, 1, 0, 1, tzinfo=UTC)),
        ('{"spent": true}', None),
    ],
)
def test_until_when_the_next_pull_asks_for_nothing_again(cursor: str, until: datetime | None) -> None:
    assert known_until(cursor) == until


def test_a_full_pull_names_what_changed_without_being_updated(shop: Shop) -> None:
    shop.pull()
    shop.edit_unseen("SHOP-7", hours=0, votes={"votes": 12})
    shop.edit_unseen("SHOP-9", hours=0, votes={"votes": 3}, watches={"watchCount": 4})
    pulled = shop.pull(full=True)
    assert pulled.changed == 2
    (warning,) = pulled.warnings
    assert warning.startswith("2 issues had changed without counting as updated")
    assert warning.endswith(": SHOP-7 (votes); SHOP-9 (votes, watchers). The picture has them now.")


def test_many_issues_are_named_by_what_is_other_about_them(shop: Shop) -> None:
    shop.pull()
    shop.edit_unseen("SHOP-2", hours=0, votes={"votes": 3}, watches={"watchCount": 4})
    for number in range(5, 20):
        shop.edit_unseen(f"SHOP-{number}", hours=0, votes={"votes": 50})
    (warning,) = shop.pull(full=True).warnings
    assert warning == (
        "16 issues had changed without counting as updated, which only a full pull shows: "
        "SHOP-5, SHOP-6, SHOP-7, SHOP-8, SHOP-9, SHOP-10, SHOP-11, SHOP-12, SHOP-13, SHOP-14 and 5 more (votes); "
        "SHOP-2 (votes, watchers). The picture has them now."
    )


def test_a_full_pull_has_nothing_to_say_where_nothing_was_missed(shop: Shop) -> None:
    assert shop.pull(full=True).warnings == ()
    shop.edit({"issue": "SHOP-1", "add_label": "web"}, {"issue": "SHOP-2", "delete": True})
    shop.edit({"add_issue": {"project": "SHOP", "summary": "New"}})
    pulled = shop.pull(full=True)
    assert pulled.changed == 3
    assert pulled.warnings == ()


def test_another_profile_is_another_picture_and_nothing_was_missed(shop: Shop) -> None:
    shop.pull()
    reader = shop.reader()
    reader.profile = reader.profile.with_fields(["Team"])  # type: ignore[attr-defined]  # a Jira reader has one
    (pulled,) = pull_all({"shop": reader}, shop.store, Limits(), full=True, progress=quiet)
    assert pulled.warnings == ()


def test_a_saved_file_that_changed_had_not_been_missed(tmp_path: Path) -> None:
    saved, store = tmp_path / "saved.json", Store.open(f"sqlite:///{tmp_path}/state.db", "shop")
    reader = open_export("file", path=saved, profile=load_profile("jira-cloud", Path()), workspace="shop")
    for title in ("As it was", "As it is"):
        about = {"summary": title, "updated": "2026-01-05T08:00:00.000+0000"}
        saved.write_text(json.dumps({"issues": [{"id": "1", "key": "A-1", "fields": about}]}))
        (pulled,) = pull_all({"file": reader}, store, Limits(), full=True, progress=quiet)
        assert (pulled.changed, pulled.warnings) == (1, ())
    store.close()


def test_an_issue_that_the_index_hides_is_not_lost_by_a_full_pull(shop: Shop) -> None:
    shop.pull()
    shop.sandbox.limits.index_lag = shop.sandbox.world.jira.index_lag = 600
    with shop.sandbox.lock:
        issue = shop.sandbox.world.jira.find("SHOP-3")
        assert issue is not None
        shop.sandbox.world.jira.remember(issue, new=True)
    pulled = shop.pull(full=True)
    assert pulled.issues == 30


def test_an_emptied_project_is_accepted_only_on_demand(shop: Shop) -> None:
    shop.pull()
    with shop.sandbox.lock:
        for issue in list(shop.sandbox.world.jira.issues.values()):
            shop.sandbox.world.jira.remove(issue)
    for full in (False, True):
        with pytest.raises(Incomplete, match="--accept-loss"):
            shop.pull(full=full)
    assert shop.pull(full=True, limits=None).issues == 0


def test_a_first_pull_asks_trackers_while_its_state_is_being_made(shop: Shop) -> None:
    reader = shop.reader()
    asked: list[datetime] = []

    @contextmanager
    def opened() -> Iterator[Store]:
        for _ in range(6000):
            if reader.requests:
                break
            time.sleep(0.01)
        assert reader.requests
        asked.append(datetime.now(UTC))
        yield shop.store

    before = datetime.now(UTC)
    (pulled,) = pull_first({"shop": reader}, opened(), quiet)
    assert (pulled.issues, pulled.changed, pulled.complete) == (30, 30, True)
    backlog = shop.store.backlog("shop")
    assert backlog is not None
    assert len(backlog.issues) == 30
    assert before <= backlog.observed <= asked[0]


def test_a_first_pull_ends_where_its_state_cannot_be_had(shop: Shop) -> None:
    @contextmanager
    def taken() -> Iterator[Store]:
        raise Locked("shop", "somebody else")
        yield shop.store

    with pytest.raises(Locked):
        pull_first({"shop": shop.reader()}, taken(), quiet)
    assert shop.store.backlog("shop") is None


def test_a_first_pull_ends_where_the_system_starts_no_second_thread(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def one_alone(thread: threading.Thread) -> None:
        if thread.name == "pull_1":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", one_alone)
    with pytest.raises(RuntimeError, match="new thread"):
        pull_first({"shop": shop.reader(), "more": shop.reader()}, nullcontext(shop.store), quiet)


@pytest.mark.parametrize("first", [True, False])
def test_who_interrupts_a_pull_waits_for_no_further_page_and_holds_the_state_until_then(
    shop: Shop, first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, begun, interrupted, ended, closed = shop.reader(), Event(), Event(), Event(), Event()
    handed: list[int] = []

    def endless(_: object, keep: Callable[[Sequence[Issue]], None]) -> None:
        begun.set()
        try:
            assert interrupted.wait(10)
            for number in range(1000):
                keep([])
                handed.append(number)
                time.sleep(0.001)
        finally:
            ended.set()

    def ctrl_c(_: object) -> None:
        monkeypatch.setattr("posync.observing.wait", wait)
        assert begun.wait(10)
        threading.Timer(0.05, interrupted.set).start()
        raise KeyboardInterrupt

    @contextmanager
    def opened() -> Iterator[Store]:
        try:
            yield shop.store
        finally:
            assert ended.is_set()

    monkeypatch.setattr(reader, "pull", endless)
    monkeypatch.setattr("posync.observing.wait", ctrl_c)
    readers = {"shop": reader}
    pull = (
        partial(pull_first, readers, opened(), quiet)
        if first
        else partial(pull_all, readers, shop.store, Limits(), full=False, progress=quiet)
    )
    monkeypatch.setattr(reader, "close", closed.set)
    with pytest.raises(KeyboardInterrupt):
        pull()
    assert (handed, closed.is_set()) == ([], True)


def test_a_pull_that_somebody_interrupts_is_not_made_the_picture(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, begun, closed = shop.reader(), Event(), Event()

    def answered_last(_: object, keep: Callable[[Sequence[Issue]], None]) -> Observation:
        keep([])
        begun.set()
        assert closed.wait(10)
        return Observation(order=(), cursor="{}", shown_by="", full=True)

    def ctrl_c(_: object) -> None:
        monkeypatch.setattr("posync.observing.wait", wait)
        assert begun.wait(10)
        raise KeyboardInterrupt

    monkeypatch.setattr(reader, "pull", answered_last)
    monkeypatch.setattr(reader, "close", closed.set)
    monkeypatch.setattr("posync.observing.wait", ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        pull_all({"shop": reader}, shop.store, None, full=False, progress=quiet)
    assert shop.store.memory("shop") is None
