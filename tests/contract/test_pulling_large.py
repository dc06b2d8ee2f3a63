"""Large trackers and long pulls: nothing is lost whatever happens meanwhile, and no allowance is overdrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_jira, open_trello
from posync.connectors.profile import load_profile
from posync.connectors.transport import BasicAuth, Clock, Pacing, TrelloAuth, in_parallel
from posync.errors import Incomplete, QuotaSpent
from posync.model.limits import Limits
from posync.observing import pull_all, quiet
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from posync.state.store import Store
from tests.turns import Turns, both_clocks

WORLDS: dict[str, dict[str, Any]] = {
    "cloud-600": {"issues": 600},
    "dc-1300": {"issues": 1300, "flavour": "dc"},
    "trello-1100": {"cards": 1100},
}
LARGE: dict[str, dict[str, Any]] = {
    "cloud-12000": {"issues": 12_000},
    "dc-12000": {"issues": 12_000, "flavour": "dc"},
    "trello-1500": {"cards": 1500},
    "trello-11000": {"cards": 11_000},
}
FAULTS: tuple[dict[str, Any], ...] = (
    {"do": "drop_before"},
    {"do": "drop_after"},
    {"do": "truncate"},
    {"do": "cut"},
    {"do": "503"},
    {"do": "500"},
    {"do": "429", "retry_after": 0},
    {"do": "slow", "seconds": 0.05},
)


class Large:
    """A tracker of one kind, and a store that observes it."""

    def __init__(self, kind: str, sandbox: Sandbox, folder: Path) -> None:
        self.kind, self.sandbox, self.folder = kind.partition("-")[0], sandbox, folder
        self.store = Store.open(f"sqlite:///{folder}/state.db", "shop")

    def reader(self) -> Any:
        if self.kind == "trello":
            return open_trello(
                "here",
                url=self.sandbox.trello_url,
                auth=TrelloAuth("sandbox-trello-key", "sandbox-trello-token"),
                board="shopboard",
                profile=load_profile("trello", Path()),
                workspace="shop",
            )
        return open_jira(
            "here",
            url=self.sandbox.jira_url,
            auth=BasicAuth("po@shop.example", "sandbox-jira-token"),
            scope=JiraScope(project="SHOP"),
            profile=load_profile("jira-cloud" if self.kind == "cloud" else "jira-data-center", Path()),
            workspace="shop",
            cache=self.folder / "cache",
        )

    def pull(self, *, full: bool = False) -> None:
        pull_all({"here": self.reader()}, self.store, Limits(), full=full, progress=quiet)

    def titles(self) -> dict[str, str]:
        """Return what the tracker holds, from the sandbox's own hands."""
        with self.sandbox.lock:
            if self.kind == "trello":
                board = self.sandbox.world.trello.boards["shopboard"]
                return {one: card["name"] for one, card in board.cards.items()}
            issues = self.sandbox.world.jira.issues
            return {one: issue.fields["summary"] for one, issue in issues.items()}

    def stored(self) -> dict[str, str]:
        backlog = self.store.backlog("here", texts=False)
        assert backlog is not None
        return {issue.id: issue.title for issue in backlog.issues}

    def edit(self, number: int) -> None:
        """Rename one, add one, delete one and drag one, each somewhere else every time."""
        with self.sandbox.lock:
            ids = list(self.titles())
            picked = [ids[(number * 7919 + at * 104_729) % len(ids)] for at in range(4)]
            picked = list(dict.fromkeys(picked))
            edits: list[dict[str, Any]]
            if self.kind == "trello":
                edits = [
                    {"card": picked[0], "set": {"name": f"Renamed {number}"}},
                    {"card": picked[-1], "set": {"pos": 5.0 + number}},
                    {"add_card": {"list": "Backlog", "name": f"New {number}"}},
                    {"card": picked[1], "delete": True},
                ]
            else:
                edits = [
                    {"issue": picked[0], "set": {"summary": f"Renamed {number}"}},
                    {"issue": picked[-1], "rank_before": picked[2 % len(picked)]},
                    {"add_issue": {"project": "SHOP", "summary": f"New {number}"}},
                    {"issue": picked[1], "delete": True},
                ]
            human_edit(self.sandbox.world.jira, self.sandbox.trello, edits)


@contextmanager
def opened(kind: str, world: dict[str, Any], folder: Path) -> Iterator[Large]:
    with Sandbox(**world) as sandbox:
        sandbox.limits.trello_per_token = sandbox.limits.trello_per_key = 10**6
        sandbox.limits.jira_per_second = dict.fromkeys(("GET", "POST", "PUT"), 10**6)
        large = Large(kind, sandbox, folder)
        yield large
        large.store.close()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait hardly at all before trying again."""
    for name in ("BASE", "BROKEN_LINE"):
        monkeypatch.setattr(f"posync.connectors.transport.retry.{name}", 0.001)


def sizes(test: Callable[..., None]) -> Any:
    """Run a test over middling worlds always and over large ones in the long sweeps."""
    return pytest.mark.parametrize(
        ("kind", "world"),
        [
            *WORLDS.items(),
            *(
                pytest.param(*one, marks=[pytest.mark.sweep, pytest.mark.timeout(1800)])
                for one in LARGE.items()
            ),
        ],
        ids=[*WORLDS, *LARGE],
    )(test)


@sizes
def test_nothing_is_lost_while_people_edit_during_the_pull(
    kind: str, world: dict[str, Any], tmp_path: Path
) -> None:
    with opened(kind, world, tmp_path) as large:
        large.sandbox.callbacks.append(
            lambda event: large.edit(event.number) if event.phase == "before" else None
        )
        large.pull()
        before = large.stored()
        large.pull()
        large.sandbox.callbacks.clear()
        assert abs(len(before) - len(large.titles())) <= 40  # what was added and deleted meanwhile
        large.pull()
        assert large.stored() == large.titles()


@sizes
def test_nothing_is_lost_whatever_fault_meets_any_request(
    kind: str, world: dict[str, Any], tmp_path: Path
) -> None:
    with opened(kind, world, tmp_path) as large:
        large.pull()
        for at, fault in enumerate(FAULTS):
            large.sandbox.faults.set([{"match": {"nth": at % 3 + 1}} | fault])
            large.pull(full=True)
            assert large.stored() == large.titles()


@sizes
def test_nothing_is_lost_to_an_index_that_lags(kind: str, world: dict[str, Any], tmp_path: Path) -> None:
    with opened(kind, world, tmp_path) as large:
        large.pull()
        jira = large.sandbox.world.jira
        large.sandbox.limits.index_lag = jira.index_lag = 600
        for number in range(5):
            large.edit(number)
        large.pull()
        assert len(large.stored()) >= len(large.titles()) - 5  # new ones may still be hidden
        large.sandbox.limits.index_lag = jira.index_lag = 0
        large.sandbox.world.clock.last += 700_000
        large.pull()
        assert large.stored() == large.titles()


@pytest.mark.parametrize("together", [10_500, 10_000, 4_990])
def test_data_center_issues_of_one_and_the_same_minute_are_read_whole(together: int, tmp_path: Path) -> None:
    with opened("dc", {"issues": 11_000, "flavour": "dc"}, tmp_path) as large:
        world = large.sandbox.world.jira
        moment = next(iter(world.issues.values())).created
        world.import_at(moment, islice(world.issues.values(), together))
        large.pull()
        assert large.stored() == large.titles()
        large.pull()
        assert large.stored() == large.titles()


def test_more_issues_of_one_minute_than_data_center_shows_are_refused_by_name(tmp_path: Path) -> None:
    with opened("dc", {"issues": 20_001, "flavour": "dc"}, tmp_path) as large:
        world = large.sandbox.world.jira
        world.import_at(1_760_000_000_000, world.issues.values())
        with pytest.raises(Incomplete, match=r"20001 issues were created within one minute") as told:
            large.pull()
        assert "Divide the scope" in str(told.value)


# Pacing


def fresh_pacing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posync.connectors.transport.pacing.SHARED", Pacing(Clock()))


def asking(kind: str, reader: Any, sandbox: Sandbox) -> Callable[[], object]:
    """Return what asks one small question."""
    if kind == "trello":
        lane = sandbox.world.trello.boards["shopboard"].lists[0]["id"]
        return partial(reader.api.get, f"/lists/{lane}/cards", {"fields": "id"}, operation="look")
    route = "/search" if kind == "dc" else "/search/jql"
    return partial(reader.site.ask, route, {"jql": "project = SHOP"}, operation="search")


@both_clocks
@pytest.mark.parametrize(
    ("kind", "allowed", "interval", "asked"),
    [("cloud", 50, 1.0, 250), ("dc", 50, 1.0, 250), ("trello", 60, 10.0, 250)],
)
def test_a_long_pull_uses_nine_tenths_of_the_allowance_without_a_refusal(
    kind: str,
    allowed: int,
    interval: float,
    asked: int,
    real: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turns = Turns(monkeypatch, real=real)
    with Sandbox(issues=5, cards=5, flavour="dc" if kind == "dc" else "cloud") as sandbox:
        turns.told_to(sandbox)
        sandbox.limits.trello_per_token = allowed
        sandbox.limits.jira_per_second = {"GET": 100, "POST": allowed, "PUT": 50}
        reader = Large(kind, sandbox, tmp_path).reader()
        reader.order(sandbox.world.trello.boards["shopboard"].lists[0]["id"])  # learns the allowance
        ask = asking(kind, reader, sandbox)
        began = turns.clock.now()

        def work(_: int) -> float:
            ask()
            return turns.clock.now() - began

        done = list(in_parallel(work, range(asked), turns.workers))
    assert not [status for _, _, status in sandbox.log if status == 429]
    windows = int(max(done) / interval)
    assert windows >= 3
    assert len([when for when in done if when <= windows * interval]) >= 0.9 * allowed * windows


def test_a_whole_pull_stays_below_a_tight_allowance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh_pacing(monkeypatch)
    with Sandbox(issues=2500) as sandbox:
        sandbox.limits.enforce = True
        sandbox.limits.bulkfetch = 100
        sandbox.limits.jira_per_second = {"GET": 20, "POST": 20, "PUT": 20}
        large = Large("cloud", sandbox, tmp_path)
        large.pull()
        assert large.stored() == large.titles()
        assert not [status for _, _, status in sandbox.log if status == 429]
        large.store.close()


def test_a_spent_quota_ends_the_pull_and_the_next_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened("cloud-600", WORLDS["cloud-600"], tmp_path) as large:
        large.pull()
        before = large.stored()
        large.edit(1)
        large.sandbox.faults.set([{"do": "429", "retry_after": 1800, "reason": "jira-quota-tenant-based"}])
        with pytest.raises(QuotaSpent) as caught:
            large.pull()
        assert caught.value.exit_code == 4
        assert "1800 s" in str(caught.value)
        assert "posync again" in str(caught.value)
        assert large.stored() == before
        large.sandbox.faults.set([])
        fresh_pacing(monkeypatch)  # as another process has
        large.pull()
        assert large.stored() == large.titles()
