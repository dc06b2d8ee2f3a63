"""A whole Jira pull that a spent quota ends goes on where it was, and ends as if nobody had disturbed it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.base import Reader
from posync.connectors.jira.cloud import CloudSearch
from posync.connectors.jira.scope import JiraScope
from posync.connectors.jira.search import Question, Raw
from posync.connectors.open import open_jira
from posync.connectors.profile import load_profile
from posync.connectors.transport import BasicAuth
from posync.errors import Incomplete, QuotaSpent
from posync.model.limits import Limits
from posync.observing import Progress, Pulled, pull_all, quiet
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from posync.state.store import Store

ISSUES, PART = 700, 100
QUOTA = {"do": "429", "retry_after": 0, "reason": "jira-quota-tenant-based"}


class Shop:
    """A project of 700 issues, read 100 at a time; a store that observes it, and one that nobody disturbs."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox, self.folder = sandbox, folder
        self.store = Store.open(f"sqlite:///{folder}/state.db", "shop")
        self.truth = Store.open(f"sqlite:///{folder}/truth.db", "shop")
        self.jql = "project = SHOP"
        self.read: list[str] = []  # ids, as often as they were handed out
        other = type(sandbox.world.jira.projects["SHOP"])("20000", "OTHER", "Other")
        about = {"key": "OTHER", "id": "20000", "name": "Other"}
        other.raw = sandbox.world.jira.projects["SHOP"].raw | about
        sandbox.world.jira.projects["OTHER"] = other

    def reader(self) -> Reader:
        return open_jira(
            "shop",
            url=self.sandbox.jira_url,
            auth=BasicAuth("po@shop.example", "sandbox-jira-token"),
            scope=JiraScope(jql=self.jql),
            profile=load_profile("jira-cloud", Path()),
            workspace="shop",
            cache=self.folder / "cache",
        )

    def pull(
        self,
        *,
        full: bool = False,
        parts: int | None = None,
        truth: bool = False,
        limits: Limits | None = Limits(),  # noqa: B008 - frozen
        progress: Progress = quiet,
    ) -> Pulled:
        """Pull; where `parts` says so, the quota holds for so many questions of 100 issues."""
        fault = {"match": {"path": "bulkfetch", "nth": (parts or 0) + 1}} | QUOTA
        self.sandbox.faults.set([] if parts is None else [fault])
        store, reader = self.truth if truth else self.store, self.reader()
        try:
            (pulled,) = pull_all({"shop": reader}, store, limits, full=full, progress=progress)
        finally:
            reader.close()
            self.sandbox.faults.set([])
        return pulled

    def spend(self, *, full: bool = False, parts: int = 3) -> str:
        """Pull until the quota is spent, and return what posync says then."""
        with pytest.raises(QuotaSpent) as caught:
            self.pull(full=full, parts=parts)
        return str(caught.value)

    def asked(self, pull: Callable[[], object]) -> list[str]:
        """Return the ids of the issues that were read in a pull, as often as they were."""
        begun = len(self.read)
        pull()
        return self.read[begun:]

    def agrees(self) -> bool:
        """Whether the state holds what that of a pull does which nobody disturbs."""
        self.pull(full=True, truth=True)
        return stands(self.store) == stands(self.truth)

    def edit(self, *edits: dict[str, Any]) -> None:
        with self.sandbox.lock:
            human_edit(self.sandbox.world.jira, self.sandbox.trello, edits)

    def change(self, count: int = ISSUES) -> None:
        """Edit so many issues at once."""
        self.edit(*({"issue": f"SHOP-{at}", "add_label": "bulk"} for at in range(1, count + 1)))

    def pass_hours(self, hours: float) -> None:
        with self.sandbox.lock:
            clock = self.sandbox.world.clock
            clock.last = clock.now() + int(hours * 3_600_000)


def stands(store: Store) -> tuple[object, ...]:
    """Return all that the state says of the tracker, but for how and when it was read."""
    backlog, memory = store.backlog("shop"), store.memory("shop", unfinished=True)
    assert backlog is not None
    assert memory is not None
    assert memory.aside is None
    cursor = json.loads(memory.cursor)
    cursor["seen"] = {one: at for one, at in cursor["seen"].items() if one in memory.known}
    gone = sorted((each.uid, each.key, each.reason) for each in store.gone("shop"))
    return backlog.issues, memory.known, cursor, gone


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    once = CloudSearch._bulk_once
    with Sandbox(issues=ISSUES) as sandbox:
        sandbox.limits.bulkfetch = PART
        sandbox.limits.jira_per_second = dict.fromkeys(("GET", "POST", "PUT"), 10**6)
        made = Shop(sandbox, tmp_path)

        def noted(search: CloudSearch, question: Question, ids: list[str]) -> list[Raw]:
            found = once(search, question, ids)
            made.read.extend(ids)
            return found

        monkeypatch.setattr(CloudSearch, "_bulk_once", noted)
        monkeypatch.setattr("posync.connectors.jira.cloud.WORKERS", 1)  # nothing is under way beside
        yield made
        made.store.close()
        made.truth.close()


@pytest.fixture(params=["first", "full", "changed"])
def how(request: pytest.FixtureRequest, shop: Shop) -> dict[str, Any]:
    """Return how to pull: for the first time, all again, or what changed, which is every issue."""
    if request.param == "first":
        return {}
    for truth in (True, False):
        shop.pull(truth=truth)
    shop.pass_hours(1)
    if request.param == "full":
        return {"full": True}
    shop.change()
    shop.pass_hours(1)
    return {}


@pytest.mark.parametrize("how", ["first", "full"], indirect=True)
def test_each_try_asks_only_for_what_is_missing(shop: Shop, how: dict[str, Any]) -> None:
    before = shop.store.backlog("shop")
    tries = [shop.asked(lambda: shop.spend(**how)) for _ in range(2)]
    assert shop.store.backlog("shop") == before
    tries.append(shop.asked(lambda: shop.pull(**how)))
    assert min(map(len, tries)) >= PART
    assert sorted(one for each in tries for one in each) == sorted(shop.sandbox.world.jira.issues)
    assert shop.agrees()


READ, UNREAD, ONE_MORE = "SHOP-3", "SHOP-600", "SHOP-60"
CASES: dict[str, list[dict[str, Any]]] = {
    "edited": [{"issue": one, "set": {"summary": "Renamed"}} for one in (READ, UNREAD)],
    "deleted": [{"issue": one, "delete": True} for one in (READ, UNREAD)],
    "moved away": [{"issue": one, "move_to": "OTHER"} for one in (READ, UNREAD)],
    "created": [{"add_issue": {"project": "SHOP", "summary": "New"}}],
    "dragged": [
        {"issue": READ, "rank_after": UNREAD},
        {"issue": "SHOP-601", "rank_before": ONE_MORE},
    ],
    "created and deleted": [
        {"add_issue": {"project": "SHOP", "summary": "New"}},
        {"issue": f"SHOP-{ISSUES + 1}", "delete": True},
    ],
}


@pytest.mark.parametrize("case", CASES)
def test_what_people_do_between_the_tries_is_right_in_the_end(
    shop: Shop, how: dict[str, Any], case: str
) -> None:
    shop.spend(**how)
    shop.pass_hours(1)
    shop.edit(*CASES[case])
    shop.pass_hours(1)
    shop.spend(**how, parts=1)
    shop.pass_hours(1)
    shop.edit({"issue": "SHOP-4", "set": {"summary": "Late"}}, {"issue": ONE_MORE, "add_label": "late"})
    shop.pull(**how)
    assert shop.agrees()


def test_what_went_and_came_back_between_the_tries_is_read_anew(shop: Shop, how: dict[str, Any]) -> None:
    shop.spend(**how)
    for to in ("OTHER", "SHOP"):  # it is found by its former keys, too
        shop.pass_hours(1)
        shop.edit({"issue": READ, "move_to": to})
        if to == "OTHER":
            shop.spend(**how, parts=1)
    shop.pull(**how)
    assert shop.agrees()


def test_what_a_try_did_not_come_to_read_again_is_read_by_the_next(shop: Shop, how: dict[str, Any]) -> None:
    first, *_, last = shop.sandbox.world.jira.order()
    shop.spend(**how)
    shop.pass_hours(1)
    shop.edit({"issue": first, "set": {"summary": "Renamed"}, "rank_after": last})
    shop.pass_hours(1)
    shop.spend(**how, parts=1)
    shop.pass_hours(1)
    shop.pull(**how)
    assert shop.agrees()


def test_an_edit_that_the_index_shows_late_is_not_lost_between_the_tries(
    shop: Shop, how: dict[str, Any]
) -> None:
    jira = shop.sandbox.world.jira
    shop.spend(**how)
    shop.pass_hours(1)
    shop.sandbox.limits.index_lag = jira.index_lag = 600
    shop.edit({"issue": READ, "set": {"summary": "Renamed"}})
    shop.pass_hours(0.1)
    shop.spend(**how, parts=1)
    shop.sandbox.limits.index_lag = jira.index_lag = 0
    shop.pass_hours(1)
    shop.pull(**how)
    assert shop.agrees()


def test_what_the_index_hides_is_read_anew(shop: Shop) -> None:
    jira = shop.sandbox.world.jira
    for truth in (True, False):
        shop.pull(truth=truth)
    shop.pass_hours(1)
    shop.spend(full=True)
    shop.pass_hours(1)
    shop.sandbox.limits.index_lag = jira.index_lag = 600
    with shop.sandbox.lock:
        hidden = jira.find(READ)
        assert hidden is not None
        jira.remember(hidden, new=True)
    shop.edit({"issue": READ, "set": {"summary": "Renamed"}})
    shop.pull(full=True)
    shop.sandbox.limits.index_lag = jira.index_lag = 0
    shop.pass_hours(1)
    assert shop.agrees()


def test_a_pull_of_what_changed_gets_through_by_itself_and_the_next_one_asks_for_nothing_more(
    shop: Shop,
) -> None:
    shop.pull()
    shop.pull(truth=True)
    shop.pass_hours(1)
    shop.change(500)
    shop.pass_hours(1)
    said = shop.spend()
    assert "issues are read and set aside, and the next pull asks only for the others" in said
    shop.pass_hours(1)
    assert 0 < len(shop.asked(shop.pull)) < 200
    assert shop.agrees()
    start = len(shop.sandbox.entries)
    assert shop.pull().changed == 0
    assert len(shop.sandbox.entries) - start == 2


def test_a_full_pull_goes_on_where_one_of_what_changed_ended(shop: Shop) -> None:
    shop.pull()
    shop.pull(truth=True)
    shop.pass_hours(1)
    shop.change(500)
    shop.pass_hours(1)
    shop.spend()
    shop.pass_hours(1)
    assert len(shop.asked(lambda: shop.pull(full=True))) < ISSUES - 300
    assert shop.agrees()


def test_what_changed_is_no_loss_to_a_full_pull_that_is_not_through(shop: Shop) -> None:
    shop.pull()
    shop.pull(truth=True)
    shop.pass_hours(1)
    shop.spend(full=True)
    shop.pass_hours(1)
    shop.change(500)
    shop.pass_hours(1)
    shop.spend()
    shop.pass_hours(1)
    assert 0 < len(shop.asked(shop.pull)) < 200
    assert len(shop.asked(lambda: shop.pull(full=True))) < ISSUES
    assert shop.agrees()


def test_an_increment_leaves_alone_what_was_set_aside_before_the_picture(shop: Shop) -> None:
    shop.pull()
    shop.pull(truth=True)
    shop.pass_hours(1)
    shop.spend(full=True)
    shop.pass_hours(1)
    shop.change(1)
    shop.pull()
    shop.pass_hours(1)
    start = len(shop.sandbox.entries)
    assert shop.pull().changed == 0
    assert len(shop.sandbox.entries) - start == 2


def test_ordinary_pulls_go_on_beside_a_full_one_that_is_not_through(shop: Shop) -> None:
    shop.pull()
    shop.pull(truth=True)
    shop.pass_hours(1)
    shop.spend(full=True)
    for number, key in enumerate((READ, UNREAD)):
        shop.pass_hours(1)
        shop.edit(
            {"issue": key, "set": {"summary": f"Renamed {number}"}},
            {"issue": f"SHOP-{9 + number}", "delete": True},
        )
        assert shop.pull().changed == 2
    asked = shop.asked(lambda: shop.pull(full=True))
    assert len(asked) < ISSUES - 2 * PART
    backlog = shop.store.backlog("shop")
    assert backlog is not None
    shop.pull(full=True, truth=True)
    assert backlog.issues == shop.truth.backlog("shop").issues  # type: ignore[union-attr]  # there is one


def test_a_full_pull_in_several_tries_names_what_had_been_missed(shop: Shop) -> None:
    shop.pull()
    shop.pass_hours(1)
    with shop.sandbox.lock:  # votes are no update
        for key in (READ, UNREAD):
            found = shop.sandbox.world.jira.find(key)
            assert found is not None
            found.fields["votes"] = {"votes": 77}
            found.encoded.clear()
        shop.sandbox.world.jira.revision += 1
    shop.spend(full=True)
    pulled = shop.pull(full=True)
    assert pulled.changed == 2
    (warning,) = pulled.warnings
    assert f"{READ}, {UNREAD} (votes)" in warning


def test_any_loss_is_accepted_on_top_of_what_was_set_aside(shop: Shop) -> None:
    shop.pull()
    shop.pass_hours(1)
    shop.spend(full=True)
    with shop.sandbox.lock:
        for found in list(shop.sandbox.world.jira.issues.values())[:500]:
            shop.sandbox.world.jira.remove(found)
    with pytest.raises(Incomplete, match="--accept-loss"):
        shop.pull(full=True)
    asked = shop.asked(lambda: shop.pull(full=True, limits=None))
    left = [one for one in asked if one in shop.sandbox.world.jira.issues]
    assert 0 < len(left) < 200  # some of those left had been read before
    backlog = shop.store.backlog("shop")
    assert backlog is not None
    assert [one.id for one in backlog.issues] == list(shop.sandbox.world.jira.order())


@pytest.mark.parametrize("odd", ["scope", "clock"])
def test_what_was_set_aside_is_read_anew_where_it_may_not_fit(shop: Shop, odd: str) -> None:
    shop.pass_hours(5)
    shop.spend()
    if odd == "scope":
        shop.jql = 'project = "SHOP"'
    else:
        with shop.sandbox.lock:
            shop.sandbox.world.clock.last = 0
    asked = shop.asked(shop.pull)
    assert sorted(asked) == sorted(shop.sandbox.world.jira.issues)
    assert shop.agrees()


def test_of_two_pulls_that_go_on_at_once_one_ends_and_the_picture_is_whole(shop: Shop) -> None:
    shop.spend(parts=2)
    asked: list[int] = []

    def second(_what: str, done: int, _of: int | None) -> None:
        asked.append(done)
        if len(asked) == 1:
            shop.pull()

    with pytest.raises(Incomplete, match="another pull of the same tracker has ended"):
        shop.pull(progress=second)
    assert asked == [PART]
    assert shop.agrees()


# What posync says


def test_it_is_said_how_a_whole_pull_goes_on(shop: Shop) -> None:
    said = shop.spend()
    memory = shop.store.memory("shop", unfinished=True)
    assert memory is not None
    assert memory.aside is not None
    assert f"{len(memory.aside.ids)} issues are read and set aside" in said
    assert "begins anew" in shop.spend(parts=0)  # of this try nothing is kept, for it has read nothing
    shop.pull()
    with Store.open(f"sqlite:///{shop.folder}/state.db", "shop") as store:
        backlog = store.backlog("shop")
    assert backlog is not None
    assert backlog.shown_by.endswith(
        "none missing, the others read by pulls before that a spent quota had ended"
    )


@pytest.mark.parametrize("kind", ["increment", "dc"])
def test_it_is_said_where_a_pull_begins_anew(kind: str, tmp_path: Path) -> None:
    with (
        Sandbox(issues=9, flavour="dc" if kind == "dc" else "cloud") as sandbox,
        Store.open(f"sqlite:///{tmp_path}/state.db", "shop") as store,
    ):
        sandbox.limits.server_page = 3
        reader = opened(kind, sandbox, tmp_path)
        if kind == "increment":
            pull_all({"shop": reader}, store, Limits(), full=False, progress=quiet)
        sandbox.faults.set([{"match": {"path": "/search", "nth": 2}} | QUOTA])
        with pytest.raises(QuotaSpent, match="begins anew"):
            pull_all({"shop": reader}, store, Limits(), full=False, progress=quiet)
        assert store.memory("shop", unfinished=True) == store.memory("shop")
        reader.close()


def opened(kind: str, sandbox: Sandbox, folder: Path) -> Reader:
    return open_jira(
        "shop",
        url=sandbox.jira_url,
        auth=BasicAuth("po@shop.example", "sandbox-jira-token"),
        scope=JiraScope(project="SHOP"),
        profile=load_profile("jira-data-center" if kind == "dc" else "jira-cloud", Path()),
        workspace="shop",
        cache=folder / "cache",
    )
