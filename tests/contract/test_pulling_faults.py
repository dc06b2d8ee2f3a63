"""Whichever fault meets whichever request of a pull: the picture is whole or the last one, and the next pull mends it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_jira, open_trello
from posync.connectors.profile import load_profile
from posync.connectors.transport import BasicAuth, TrelloAuth, pacing, transport
from posync.connectors.transport.clock import Clock
from posync.errors import PosyncError
from posync.model.limits import Limits
from posync.observing import pull_all, quiet
from posync.sandbox.edits import human_edit
from posync.sandbox.house import Event
from posync.sandbox.server import Sandbox
from posync.state.store import Store
from tests.contract.test_fault_matrix import FAULTS as COMMON
from tests.contract.test_fault_matrix import Hurried

FAULTS: dict[str, dict[str, Any]] = COMMON | {
    "a spent quota": {"do": "429", "retry_after": 5, "reason": "jira-quota-tenant-based"},
    "too long a question": {"do": "414"},
    "one left out": {"do": "omit", "keys": ["edited"]},
    "a new one left out": {"do": "omit", "keys": ["new"]},
    "no issues": {"do": "patch", "body": {"issues": []}},
    "a warning": {"do": "patch", "body": {"warningMessages": ["left out"]}},
}
JIRA_ONLY = {"one left out", "a new one left out", "no issues", "a warning", "a spent quota", "partly ranked"}
FLAVOURS = ("cloud", "dc", "trello")
CHANGED = {"cold": 0, "small increment": 3, "large increment": 120, "full": 3}
MOST_REQUESTS = 60

CASES = [
    (flavour, kind) for flavour in FLAVOURS for kind in FAULTS if flavour != "trello" or kind not in JIRA_ONLY
]
FEW = ("unavailable", "not found", "broken off", "answer lost", "one left out", "a new one left out")


class Site:
    """A tracker of one kind whose people edit it, and the pictures posync keeps of it."""

    def __init__(self, flavour: str, sandbox: Sandbox, folder: Path) -> None:
        self.flavour, self.sandbox, self.folder = flavour, sandbox, folder
        limits = sandbox.limits
        limits.search_page, limits.server_page, limits.bulkfetch = 100, 60, 100
        limits.trello_nested_cards = 100
        self.stores = iter(range(10**6))

    def fresh(self, changed: int) -> Store:
        """Return a store that knows the tracker as it was before so many edits; none at all for 0."""
        self.sandbox.callbacks.clear()
        self.sandbox.reset()
        self.cache = self.folder / f"cache-{next(self.stores)}"
        store = Store.open(f"sqlite:///{self.cache}.db", "shop")
        if changed:
            self.pull(store)
            self.edit(changed)
        return store

    def titles(self) -> dict[str, str]:
        if self.flavour == "trello":
            cards = self.sandbox.world.trello.boards["shopboard"].cards
            return {number: card["name"] for number, card in cards.items()}
        return {number: one.fields["summary"] for number, one in self.sandbox.world.jira.issues.items()}

    def edit(self, count: int) -> None:
        edits: list[dict[str, Any]]
        some = list(self.titles())[:count]
        if self.flavour == "trello":
            edits = [{"card": one, "set": {"name": "edited"}} for one in some]
            edits.append({"add_card": {"list": "Backlog", "name": "added"}})
        else:
            edits = [{"issue": one, "set": {"summary": "edited"}} for one in some]
            edits.append({"add_issue": {"project": "SHOP", "summary": "added"}})
        with self.sandbox.lock:
            human_edit(self.sandbox.world.jira, self.sandbox.trello, edits)

    def pull(self, store: Store, *, full: bool = False) -> None:
        reader = self.reader()
        try:
            pull_all({"here": reader}, store, Limits(), full=full, progress=quiet)
        finally:
            reader.close()

    def refused(self, store: Store, *, full: bool) -> int | None:
        """Pull and return the exit code of the error it ended in, None where it ended well."""
        try:
            self.pull(store, full=full)
        except PosyncError as error:
            return error.exit_code
        return None

    def reader(self) -> Any:
        if self.flavour == "trello":
            auth = TrelloAuth("sandbox-trello-key", "sandbox-trello-token")
            return open_trello(
                "here",
                url=self.sandbox.trello_url,
                auth=auth,
                board="shopboard",
                profile=load_profile("trello", Path()),
                workspace="shop",
            )
        profile = "jira-cloud" if self.flavour == "cloud" else "jira-data-center"
        return open_jira(
            "here",
            url=self.sandbox.jira_url,
            auth=BasicAuth("po@shop.example", "sandbox-jira-token"),
            scope=JiraScope(project="SHOP"),
            profile=load_profile(profile, Path()),
            workspace="shop",
            cache=self.cache,
        )

    def meets(self, fault: Mapping[str, Any], at: int, mode: str) -> bool:
        """Pull with one fault at one request and once more without; False where there was no such request."""
        store = self.fresh(CHANGED[mode])
        before, struck = stored(store), self.strike(fault, len(self.sandbox.entries) + at)
        where = (self.flavour, mode, dict(fault), at)
        refused = self.refused(store, full=mode == "full")
        assert refused in (None, 4), where
        kept = stored(store)
        if refused:
            assert kept == before, where
        elif self.hides_changes(fault, mode):
            assert (kept or {}).keys() == self.titles().keys(), where
        else:
            assert kept == self.titles(), where
        self.sandbox.callbacks.clear()
        pacing.SHARED._limiters.clear()  # as another process has
        self.pull(store)
        assert stored(store) == self.titles(), where
        store.close()
        return bool(struck)

    def hides_changes(self, fault: Mapping[str, Any], mode: str) -> bool:
        """Whether Cloud may leave a change out unseen: its search tells no total, so the next pull must bring it."""
        leaves_out = fault["do"] == "omit" or fault == FAULTS["no issues"]
        return self.flavour == "cloud" and "increment" in mode and leaves_out

    def strike(self, fault: Mapping[str, Any], number: int) -> list[Event]:
        named = {"edited": next(iter(self.titles())), "new": list(self.titles())[-1]}
        rule = dict(fault)
        if "keys" in rule:
            rule["keys"] = [named[one] for one in rule["keys"]]
        struck: list[Event] = []

        def strike(event: Event) -> dict[str, Any] | None:
            if event.phase != "before" or event.number != number or struck:
                return None
            struck.append(event)
            return rule

        self.sandbox.on_request(strike)
        return struck


def stored(store: Store) -> dict[str, str] | None:
    backlog = store.backlog("here", texts=False)
    return None if backlog is None else {issue.id: issue.title for issue in backlog.issues}


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    hurried = Hurried()
    clock = Clock(now=hurried.now, wall=time.time, sleep=hurried.sleep)
    monkeypatch.setattr(transport, "Clock", lambda **_: clock)
    monkeypatch.setattr(pacing, "SHARED", pacing.Pacing(clock))
    flavour = request.param
    with Sandbox(issues=160, cards=130, flavour="dc" if flavour == "dc" else "cloud") as sandbox:
        yield Site(flavour, sandbox, tmp_path)


@pytest.mark.parametrize("site", FLAVOURS, indirect=True)
def test_a_few_faults(site: Site) -> None:
    """Some kinds of fault, each at another request of another pull."""
    for n, kind in enumerate(kind for kind in FEW if (site.flavour, kind) in CASES):
        for mode in ("large increment", "full") if n % 2 else ("cold", "small increment"):
            assert site.meets(FAULTS[kind], 1, mode)
            site.meets(FAULTS[kind], 2 + n % 2, mode)


@pytest.mark.parametrize("site", ["cloud"], indirect=True)
def test_changes_that_were_listed_for_nobody_are_asked_for_again(site: Site) -> None:
    met = [site.meets({"do": "anonymous"}, at, "small increment") for at in range(1, 6)]
    assert all(met)


@pytest.mark.sweep
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("site", "kind"), CASES, indirect=["site"])
@pytest.mark.parametrize("mode", CHANGED)
def test_every_request(site: Site, kind: str, mode: str) -> None:
    met = list(takewhile(lambda at: site.meets(FAULTS[kind], at, mode), range(1, MOST_REQUESTS)))
    assert 0 < len(met) < MOST_REQUESTS - 1
