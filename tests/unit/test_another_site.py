"""A tracker whose url changes is another site: pulled anew, and nothing of the one before remains."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from posync.connectors.base import Reader
from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_jira, open_trello
from posync.connectors.profile import load_profile
from posync.connectors.transport import BasicAuth, TrelloAuth
from posync.errors import Incomplete, QuotaSpent
from posync.model.limits import Limits
from posync.observing import Pulled, pull_all, quiet
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from posync.sandbox.settings import Flavour
from posync.state.store import Store

Opened = Callable[[Sandbox], Reader]
QUOTA = {"do": "429", "retry_after": 0, "reason": "jira-quota-tenant-based"}


def jira(sandbox: Sandbox) -> Reader:
    cloud = sandbox.flavour == "cloud"
    return open_jira(
        "here",
        url=sandbox.jira_url,
        auth=BasicAuth("po@shop.example", "sandbox-jira-token"),
        scope=JiraScope(project="SHOP"),
        profile=load_profile("jira-cloud" if cloud else "jira-data-center", Path()),
        workspace="shop",
    )


def trello(sandbox: Sandbox) -> Reader:
    return open_trello(
        "here",
        url=sandbox.trello_url,
        auth=TrelloAuth("sandbox-trello-key", "sandbox-trello-token"),
        board="shopboard",
        lists=(),
        profile=load_profile("trello", Path()),
        workspace="shop",
        writable=False,
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/state.db", "shop") as opened:
        yield opened


def pull(store: Store, reader: Reader, *, full: bool = False, limits: Limits | None = Limits()) -> Pulled:  # noqa: B008
    (pulled,) = pull_all({"here": reader}, store, limits, full=full, progress=quiet)
    reader.close()
    return pulled


def titles(store: Store) -> list[str]:
    backlog = store.backlog("here")
    assert backlog is not None
    return [issue.title for issue in backlog.issues]


def edit(sandbox: Sandbox, *edits: dict[str, object]) -> None:
    with sandbox.lock:
        human_edit(sandbox.world.jira, sandbox.trello, edits)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("flavour", ["cloud", "dc"])
def test_of_another_jira_site_everything_is_read_and_nothing_of_the_one_before_is_known(
    store: Store, flavour: Flavour, *, full: bool
) -> None:
    with Sandbox(flavour=flavour, issues=30) as staging, Sandbox(flavour=flavour, issues=28) as real:
        edit(staging, {"issue": "SHOP-7", "set": {"summary": "Only on staging"}})
        pull(store, jira(staging))
        here = jira(real)
        pulled = pull(store, here, full=full)
        assert (pulled.issues, pulled.changed) == (28, 30)
        assert not any("/issue/" in one.path and "bulkfetch" not in one.path for one in real.entries)
        old, new = jira(staging).place, here.place
        assert pulled.warnings == (
            f"Pulled anew from {new}: the picture until now was of {old}, and nothing of it remains.",
        )
        assert "Only on staging" not in titles(store)
        assert {one.reason for one in store.gone("here")} == {f"of {old}, and this tracker is {new} now"}
        again = pull(store, jira(real))
        assert (again.changed, again.warnings) == (0, ())


@pytest.mark.parametrize("full", [False, True])
def test_of_another_trello_everything_is_read_and_nothing_of_the_one_before_is_known(
    store: Store, *, full: bool
) -> None:
    with Sandbox() as staging, Sandbox() as real:
        one = next(iter(staging.world.trello.boards["shopboard"].cards.values()))
        edit(staging, {"card": one["id"], "set": {"name": "Only on staging"}})
        edit(staging, {"add_card": {"list": "Backlog", "name": "Staging alone"}})
        pull(store, trello(staging))
        pulled = pull(store, trello(real), full=full)
        assert len(pulled.warnings) == 1
        assert "nothing of it remains" in pulled.warnings[0]
        assert not {"Only on staging", "Staging alone"} & set(titles(store))
        reasons = {one.reason for one in store.gone("here")}
        assert reasons == {f"of {trello(staging).place}, and this tracker is {trello(real).place} now"}
        assert pulled.requests == 1  # no card is asked for by itself
        assert pull(store, trello(real)).changed == 0


@pytest.mark.parametrize("full", [False, True])
def test_a_far_smaller_site_is_refused_as_any_loss_is(store: Store, *, full: bool) -> None:
    with Sandbox(issues=30) as staging, Sandbox(issues=5) as real:
        pull(store, jira(staging))
        said = f"where limits.min_issues asks for 27: 25 of {jira(staging).place}, and this tracker is"
        with pytest.raises(Incomplete, match=said):
            pull(store, jira(real), full=full)
        assert len(titles(store)) == 30
        assert pull(store, jira(real), full=full, limits=None).issues == 5
        assert len(titles(store)) == 5


def test_what_a_spent_quota_left_of_one_site_is_not_gone_on_with_on_another(store: Store) -> None:
    with Sandbox(issues=300) as staging, Sandbox(issues=300) as real:
        with staging.lock:
            for issue in staging.world.jira.issues.values():
                issue.fields["summary"] = "Only on staging"
                issue.encoded.clear()
        staging.limits.bulkfetch = 100
        staging.faults.set([{"match": {"path": "bulkfetch", "nth": 4}} | QUOTA])
        with pytest.raises(QuotaSpent, match="are read and set aside"):
            pull(store, jira(staging))
        assert pull(store, jira(real)).issues == 300
        assert "Only on staging" not in titles(store)


def test_a_picture_from_before_sites_were_noted_loses_nothing(store: Store) -> None:
    with Sandbox(issues=30) as sandbox:
        reader = jira(sandbox)
        pull(store, reader)
        memory = store.memory("here")
        assert memory is not None
        note = json.loads(memory.cursor)
        del note["site"]
        old = memory._replace(cursor=json.dumps(note | {"means": "another"}))
        edit(sandbox, {"issue": "SHOP-7", "delete": True})
        with store.observing("here") as seen:
            observation = jira(sandbox).pull(old, seen.keep)
            seen.finish(observation)
        assert observation.full
        assert [one.reason for one in store.gone("here")] == [
            "deleted or archived, or hidden from this account"
        ]
