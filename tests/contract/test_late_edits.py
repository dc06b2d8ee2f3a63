"""An edit that the index shows late, just before a bulk change: the next pulls bring it, or a full one names it."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_jira
from posync.connectors.profile import load_profile
from posync.connectors.transport import BasicAuth
from posync.model.limits import Limits
from posync.observing import Pulled, pull_all, quiet
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from posync.state.store import Store

MINUTE = 60_000
BULK = 110
LATE = f"SHOP-{BULK + 1}"


class Shop:
    """A Jira project, and a store that observes it."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.store = Store.open(f"sqlite:///{folder}/state.db", "shop")
        self.profile = "jira-cloud" if sandbox.flavour == "cloud" else "jira-data-center"

    def pull(self, *, full: bool = False) -> Pulled:
        reader = open_jira(
            "shop",
            url=self.sandbox.jira_url,
            auth=BasicAuth("po@shop.example", "sandbox-jira-token"),
            scope=JiraScope(project="SHOP"),
            profile=load_profile(self.profile, Path()),
            workspace="shop",
        )
        (pulled,) = pull_all({"shop": reader}, self.store, Limits(), full=full, progress=quiet)
        reader.close()
        return pulled

    def pass_minutes(self, minutes: int) -> None:
        with self.sandbox.lock:
            clock = self.sandbox.world.clock
            clock.last = clock.now() + minutes * MINUTE

    def change_many(self, late: int) -> None:
        """Rename an issue, which the index shows so many minutes late, and label many others at once."""
        limits, world = self.sandbox.limits, self.sandbox.world.jira
        with self.sandbox.lock:
            limits.index_lag = world.index_lag = late * 60
            human_edit(world, self.sandbox.trello, [{"issue": LATE, "set": {"summary": "Late"}}])
            limits.index_lag = world.index_lag = 0
            labelled = [{"issue": f"SHOP-{at}", "add_label": "bulk"} for at in range(1, BULK + 1)]
            human_edit(world, self.sandbox.trello, labelled)

    def seen(self) -> bool:
        """Whether the picture shows the new name."""
        backlog = self.store.backlog("shop")
        assert backlog is not None
        return any(issue.title == "Late" for issue in backlog.issues)


@pytest.fixture(params=["cloud", "dc"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with Sandbox(flavour=request.param, issues=BULK + 10) as sandbox:
        made = Shop(sandbox, tmp_path)
        made.pass_minutes(60)
        made.pull()
        made.pass_minutes(60)
        yield made
        made.store.close()


def test_an_index_that_is_twenty_minutes_late_hides_nothing_from_the_next_pulls(shop: Shop) -> None:
    shop.change_many(late=20)
    for minutes in (0, 17):
        shop.pass_minutes(minutes)
        assert not shop.seen()
        shop.pull()
    shop.pass_minutes(10)
    shop.pull()
    assert shop.seen()


@pytest.mark.parametrize("shop", ["dc"], indirect=True)
def test_a_proxy_whose_clock_is_hours_ahead_takes_nothing_from_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ahead(at: float, **how: Any) -> str:
        return formatdate(at + 3 * 3600, **how)

    monkeypatch.setattr("posync.sandbox.house.formatdate", ahead)
    shop.change_many(late=5)
    shop.pull()
    assert not shop.seen()
    shop.pass_minutes(6)
    shop.pull()
    assert shop.seen()


@pytest.mark.parametrize("shop", ["cloud"], indirect=True)
def test_what_comes_later_than_anybody_looks_back_is_named_by_the_next_full_pull(shop: Shop) -> None:
    shop.change_many(late=50)
    for minutes in (0, 17, 17, 30):
        shop.pass_minutes(minutes)
        shop.pull()
    assert not shop.seen()
    (warning,) = shop.pull(full=True).warnings
    assert f"1 issue had been missed by the pulls since the last full one: {LATE} (title)." in warning
