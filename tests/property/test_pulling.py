"""Whatever people do between and during pulls, what posync has stored is what the tracker holds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from posync.connectors.base import Reader
from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_jira, open_trello
from posync.connectors.profile import load_profile
from posync.connectors.transport import BasicAuth, TrelloAuth
from posync.errors import AccessRefused, Incomplete, QuotaSpent
from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.model.limits import Limits
from posync.observing import pull_all, quiet
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from posync.sandbox.trello.world import Board
from posync.state.observing import Observing
from posync.state.store import Store

MINUTE = 60_000
SILENT = {"votes", "watchers"}
"""What Jira changes without counting it as an update: a full pull brings it (docs/lifecycle.md)."""

HALF = Limits(min_issues="50%")

FIELDS = {
    "number": {"id": "5f00000000000000000000d1", "name": "Points", "type": "number"},
    "text": {"id": "5f00000000000000000000d2", "name": "Acceptance criteria", "type": "text"},
}
"""Custom fields of the board."""

who = st.integers(min_value=0, max_value=30)
words = st.text(alphabet="aäß 漢\u00a0-*{", min_size=1, max_size=9)


class Pulling(RuleBasedStateMachine):
    """People edit, posync pulls into its store; `truth` asks the same tracker anew."""

    sandbox: ClassVar[Sandbox]

    def __init__(self) -> None:
        super().__init__()
        self.sandbox.reset()
        self.sandbox.callbacks.clear()
        self.sandbox.limits.index_lag = 0
        self.folder = Path(tempfile.mkdtemp(prefix="posync-pulling-"))
        self.store = Store.open(f"sqlite:///{self.folder}/state.db", "shop")
        self.silent = False
        self.count = 0

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    # What each kind of tracker brings

    def reader(self) -> Reader:
        raise NotImplementedError

    def present(self) -> list[tuple[str, str]]:
        """Return id and title of everything in scope, in order, from the sandbox's own hands."""
        raise NotImplementedError

    def act(self, edit: Callable[[], None]) -> None:
        with self.sandbox.lock:
            edit()

    def edited(self, *edits: dict[str, Any]) -> None:
        self.act(lambda: human_edit(self.sandbox.world.jira, self.sandbox.trello, edits))

    # What posync does

    def pull(self, *, full: bool = False) -> None:
        """Pull; where half is lost, accept that."""
        try:
            self.pull_within(HALF, full=full)
        except Incomplete as refused:
            if "--accept-loss" not in str(refused):
                raise
            self.pull_within(None, full=full)

    def pull_within(self, limits: Limits | None, *, full: bool) -> None:
        reader = self.reader()
        try:
            pull_all({"here": reader}, self.store, limits, full=full, progress=quiet)
            self.silent = self.silent and not full
        finally:
            reader.close()

    def whole(self) -> list[Issue]:
        """Return what a posync that knows nothing yet sees."""
        with Store.open(f"sqlite:///{self.folder}/truth.db", "shop") as fresh:
            reader = self.reader()
            pull_all({"here": reader}, fresh, None, full=True, progress=quiet)
            reader.close()
            found = fresh.backlog("here")
        assert found is not None
        return list(found.issues)

    def compare_titles(self) -> Backlog:
        backlog = self.store.backlog("here")
        assert backlog is not None
        assert backlog.complete
        assert [(issue.id, issue.title) for issue in backlog.issues] == self.present()
        return backlog

    def compare(self) -> None:
        backlog = self.compare_titles()
        without = {"position"} | (SILENT if self.silent else set())
        dumped = [issue.model_dump(exclude=without) for issue in backlog.issues]
        assert dumped == [issue.model_dump(exclude=without) for issue in self.whole()]

    @initialize(full=st.booleans())
    def begin(self, full: bool) -> None:
        self.pull(full=full)

    def settle(self) -> None:
        """Let everything that runs late arrive."""

    @rule(full=st.sampled_from([False, False, False, True]))
    def pull_and_compare(self, full: bool) -> None:
        self.settle()
        self.pull(full=full)
        self.compare()

    def meanwhile(self, nth: int, edit: Callable[[], None]) -> None:
        """Pull while somebody edits at the nth request, then once more in peace."""
        begun = len(self.sandbox.entries)

        def happen(event: Any) -> None:
            if event.phase == "before" and event.number == begun + nth:
                edit()

        self.sandbox.callbacks.append(happen)
        with suppress(Incomplete):  # said so, and kept the last picture
            self.pull()
        self.sandbox.callbacks.clear()


class JiraPulling(Pulling):
    """A Jira site; its search index may lag behind by minutes."""

    scope: ClassVar[JiraScope]
    with_fields: ClassVar[int] = 100  # issues a page that brings their fields

    def __init__(self) -> None:
        super().__init__()
        world = self.world
        world.boards[1].jql = "project = SHOP AND labels = web"
        if "OTHER" not in world.projects:
            other = type(world.projects["SHOP"])("20000", "OTHER", "Other")
            other.raw = world.projects["SHOP"].raw | {"key": "OTHER", "id": "20000", "name": "Other"}
            world.projects["OTHER"] = other

    @property
    def world(self) -> Any:
        return self.sandbox.world.jira

    def reader(self) -> Reader:
        cloud = self.sandbox.flavour == "cloud"
        return open_jira(
            "here",
            url=self.sandbox.jira_url,
            auth=BasicAuth("po@shop.example", "sandbox-jira-token"),
            scope=self.scope,
            profile=load_profile("jira-cloud" if cloud else "jira-data-center", Path()),
            workspace="shop",
            cache=self.folder / "cache",
        )

    def present(self) -> list[tuple[str, str]]:
        issues = [self.world.issues[one] for one in self.world.order()]
        return [(one.id, one.fields["summary"]) for one in issues if self.in_scope(one)]

    def in_scope(self, issue: Any) -> bool:
        here = self.scope.jql is not None or issue.key.startswith("SHOP-")
        labelled = "web" in {label.lower() for label in issue.fields["labels"]}
        return here and (self.scope.project is not None or labelled)

    def key(self, at: int) -> str:
        order = self.world.order()
        return str(self.world.issues[order[at % len(order)]].key)

    @rule(at=who, title=words)
    def title(self, at: int, title: str) -> None:
        self.edited({"issue": self.key(at), "set": {"summary": title}})

    @rule(
        at=who,
        label=st.sampled_from(["web", "Web", "späť"]),
        verb=st.sampled_from(["add_label", "remove_label"]),
    )
    def label(self, at: int, label: str, verb: str) -> None:
        self.edited({"issue": self.key(at), verb: label})

    @rule(at=who, to=who, verb=st.sampled_from(["rank_before", "rank_after"]))
    def rank(self, at: int, to: int, verb: str) -> None:
        self.edited({"issue": self.key(at), verb: self.key(to)})

    @rule(at=who, to=who)
    def rank_without_a_trace(self, at: int, to: int) -> None:
        """On Data Center a new rank is no update."""

        def move() -> None:
            moved, anchor = self.world.find(self.key(at)), self.world.find(self.key(to))
            if moved is not anchor:
                self.world.reorder([moved], before=anchor)
                self.world.revision += 1

        self.act(move)

    @rule(at=who)
    def vote(self, at: int) -> None:
        def add() -> None:
            issue = self.world.find(self.key(at))
            votes = issue.fields.get("votes") or {"votes": 0}
            issue.fields["votes"] = votes | {"votes": votes["votes"] + 1}
            issue.encoded.clear()
            self.world.revision += 1

        self.act(add)
        self.silent = True

    @rule(at=who, to=st.sampled_from(["SHOP", "OTHER"]))
    def move(self, at: int, to: str) -> None:
        if to == "SHOP" or len(self.present()) > 2:
            self.edited({"issue": self.key(at), "move_to": to})

    @rule(at=who)
    def delete(self, at: int) -> None:
        if len(self.present()) > 2:
            self.edited({"issue": self.key(at), "delete": True})

    @rule()
    def add(self) -> None:
        self.count += 1
        self.edited({"add_issue": {"project": "SHOP", "summary": f"New {self.count}", "labels": ["web"]}})

    @rule(
        minutes=st.integers(1, 14), at=who, verb=st.sampled_from(["title", "add", "delete", "move", "label"])
    )
    def edit_that_the_index_shows_late(self, minutes: int, at: int, verb: str) -> None:
        self.sandbox.limits.index_lag = self.world.index_lag = minutes * 60
        self.change(verb, at)
        self.sandbox.limits.index_lag = self.world.index_lag = 0
        with suppress(Incomplete):
            self.pull()

    def change(self, verb: str, at: int) -> None:
        steps: dict[str, Callable[[], None]] = {
            "title": lambda: self.title(at, f"Late {at}"),
            "add": self.add,
            "delete": lambda: self.delete(at),
            "move": lambda: self.move(at, "OTHER"),
            "label": lambda: self.label(at, "web", "add_label"),
            "rank": lambda: self.rank(at, at + 3, "rank_before"),
        }
        steps[verb]()

    @rule(
        nth=st.integers(1, 5),
        at=who,
        verb=st.sampled_from(["title", "add", "delete", "move", "label", "rank"]),
    )
    def pull_while_somebody_edits(self, nth: int, at: int, verb: str) -> None:
        self.meanwhile(nth, partial(self.change, verb, at))

    @rule(
        nth=st.integers(1, 3),
        times=st.integers(1, 3),
        at=who,
        verb=st.sampled_from(["title", "add", "label"]),
    )
    def pull_while_an_issue_is_withheld(self, nth: int, times: int, at: int, verb: str) -> None:
        """From the nth question by id on one issue is left out: the picture stays whole, or is refused."""
        self.settle()
        self.change(verb, at)
        changed = max(self.world.issues.values(), key=lambda issue: (issue.updated, issue.number)).key
        path = "bulkfetch" if self.sandbox.flavour == "cloud" else "/search$"
        match = [{"path": path, "nth": nth + more} for more in range(times)]
        self.sandbox.faults.set([{"match": one, "do": "omit", "keys": [changed]} for one in match])
        try:
            self.pull()
            self.compare_titles()
        except Incomplete:  # said so, and kept the last picture
            pass
        finally:
            self.sandbox.faults.set([])

    @rule(minutes=st.integers(1, 40))
    def time_passes(self, minutes: int) -> None:
        self.act(lambda: self.pass_time(minutes))

    def pass_time(self, minutes: int) -> None:
        clock = self.sandbox.world.clock
        clock.last = clock.now() + minutes * MINUTE

    @precondition(lambda self: self.world.stale)
    @rule()
    def index_catches_up(self) -> None:
        self.act(lambda: self.pass_time(15))

    def settle(self) -> None:
        """Let the search index catch up."""
        if self.world.stale:
            self.act(lambda: self.pass_time(15))


class CloudProject(JiraPulling):
    """A Cloud project."""

    scope = JiraScope(project="SHOP")


class CloudInBulk(CloudProject):
    """A Cloud project in which more changes than come with their fields at once."""

    with_fields = 1


class CloudByQuota(CloudProject):
    """A Cloud project whose whole pulls a spent quota ends again and again, and now and then a kill."""

    with_fields = 1
    bulk = 2

    @initialize(full=st.booleans(), ended=st.lists(st.integers(1, 3), max_size=3))
    def begin(self, full: bool, ended: list[int]) -> None:
        for nth in ended:
            self.pull_until_the_quota_is_spent(full, nth)
        self.pull(full=full)

    def pull(self, *, full: bool = False) -> None:
        memory, silent = self.store.memory("here", unfinished=True), self.silent
        super().pull(full=full)
        if memory is not None and memory.aside:  # may be of before the vote
            self.silent = silent

    @rule(full=st.sampled_from([True, True, True, False]), nth=st.integers(1, 5))
    def pull_until_the_quota_is_spent(self, full: bool, nth: int) -> None:
        before = self.store.backlog("here")
        try:
            with suppress(Incomplete):
                self.broken_off(full, nth, {"do": "429", "retry_after": 0, "reason": "jira-quota-tenant"})
        except QuotaSpent:
            assert self.store.backlog("here") == before

    @rule(full=st.booleans(), nth=st.integers(1, 5))
    def pull_until_killed(self, full: bool, nth: int) -> None:
        """What is killed tidies nothing up."""
        with (
            mock.patch.object(Observing, "discard"),
            suppress(Incomplete, AccessRefused),
        ):
            self.broken_off(full, nth, {"do": "403"})

    def broken_off(self, full: bool, nth: int, fault: dict[str, Any]) -> None:
        self.sandbox.faults.set([{"match": {"path": "bulkfetch", "nth": nth}} | fault])
        try:
            self.pull(full=full)
        finally:
            self.sandbox.faults.set([])

    @rule(
        nth=st.integers(1, 5),
        edits=st.lists(
            st.tuples(who, st.sampled_from(["title", "move", "rank", "delete", "add"])), max_size=3
        ),
    )
    def whole_in_several_tries(self, nth: int, edits: list[tuple[int, str]]) -> None:
        self.settle()
        for at, verb in edits:
            self.pull_until_the_quota_is_spent(full=True, nth=nth)
            self.change(verb, at)
        self.pull(full=True)
        self.compare()


class CloudQuery(JiraPulling):
    """JQL on Cloud that issues come to and leave by a label."""

    scope = JiraScope(jql="labels = web ORDER BY created")


class CloudBoard(JiraPulling):
    """A board on Cloud, whose filter issues come to and leave by a label."""

    scope = JiraScope(board=1)


class DataCenterProject(JiraPulling):
    """A Data Center project."""

    scope = JiraScope(project="SHOP")


class DataCenterQuery(JiraPulling):
    """JQL on Data Center."""

    scope = JiraScope(jql="labels = web")


class DataCenterBoard(JiraPulling):
    """A board on Data Center."""

    scope = JiraScope(board=1)


class TrelloPulling(Pulling):
    """A Trello board, of which some lists may be in scope only; cards go to another board and come back."""

    some: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.other = Board({"id": "5f00000000000000000000b9", "name": "Other", "shortLink": "othrbord"})
        self.other.lists.append(
            {"id": "5f00000000000000000000c9", "name": "There", "closed": False, "pos": 1}
        )
        self.sandbox.world.trello.add_board(self.other)
        self.board.custom_fields.extend(FIELDS.values())

    def chosen(self) -> tuple[str, ...]:
        """Return the ids of the lists in scope; by id, an archived list stays in it."""
        return tuple(self.board.lists[at]["id"] for at in (0, 2)) if self.some else ()

    @property
    def board(self) -> Any:
        return next(iter(self.sandbox.world.trello.boards.values()))

    def reader(self) -> Reader:
        return open_trello(
            "here",
            url=self.sandbox.trello_url,
            auth=TrelloAuth("sandbox-trello-key", "sandbox-trello-token"),
            board=self.board.id,
            lists=self.chosen(),
            profile=load_profile("trello", Path()),
            workspace="shop",
        )

    def present(self) -> list[tuple[str, str]]:
        chosen = self.chosen()
        lists = {one["id"]: one for one in self.board.lists if not chosen or one["id"] in chosen}
        cards = [card for card in self.board.cards.values() if card["idList"] in lists]

        def stands(card: dict[str, Any]) -> tuple[Any, ...]:
            lane = lists[card["idList"]]
            return card["closed"] or lane["closed"], lane["pos"], lane["id"], card["pos"], card["id"]

        return [(card["id"], card["name"]) for card in sorted(cards, key=stands)]

    def card(self, at: int) -> str:
        cards = list(self.board.cards)
        return str(cards[at % len(cards)])

    @rule(at=who, title=words)
    def title(self, at: int, title: str) -> None:
        self.edited({"card": self.card(at), "set": {"name": f"{title}!"}})

    @rule(at=who, pos=st.floats(1, 2**47))
    def drag(self, at: int, pos: float) -> None:
        self.edited({"card": self.card(at), "set": {"pos": pos}})

    @rule(at=who, to=st.integers(0, 3))
    def to_list(self, at: int, to: int) -> None:
        self.edited({"card": self.card(at), "set": {"idList": self.board.lists[to]["id"]}})

    @rule(at=who, closed=st.booleans())
    def archive(self, at: int, closed: bool) -> None:
        self.edited({"card": self.card(at), "set": {"closed": closed}})

    @rule(at=who, label=st.sampled_from(["bug", "brand new"]))
    def label(self, at: int, label: str) -> None:
        self.edited({"card": self.card(at), "add_label": label})

    @rule(at=who)
    def comment(self, at: int) -> None:
        self.edited({"card": self.card(at), "comment": "A word"})

    @rule(at=who)
    def away(self, at: int) -> None:
        if len(self.board.cards) > 2:
            self.edited({"card": self.card(at), "move_to": self.other.id})

    @precondition(lambda self: self.other.cards)
    @rule()
    def back(self) -> None:
        self.edited({"card": next(iter(self.other.cards)), "move_to": self.board.id})

    @rule(at=who, members=st.sets(st.integers(0, 2)))
    def assign(self, at: int, members: set[int]) -> None:
        ids = [one["id"] for nth, one in enumerate(self.board.members) if nth in members]
        self.edited({"card": self.card(at), "set": {"idMembers": ids}})

    @rule(at=who, field=st.sampled_from(["number", "text"]), value=st.integers(0, 13))
    def fill_in(self, at: int, field: str, value: int) -> None:
        """Fill in a custom field."""

        def fill(card: dict[str, Any]) -> None:
            others = [one for one in card.get("customFieldItems") or [] if one["id"] != f"i-{field}"]
            item = {"id": f"i-{field}", "idCustomField": FIELDS[field]["id"], "value": {field: str(value)}}
            card["customFieldItems"] = [*others, item]

        self.touch(at, fill)

    @rule(at=who, words=words, done=st.booleans())
    def list_to_check(self, at: int, words: str, done: bool) -> None:
        """Begin a checklist."""

        def begin(card: dict[str, Any]) -> None:
            self.count += 1
            item = {
                "id": f"k{self.count}",
                "name": words,
                "pos": 1,
                "state": "complete" if done else "incomplete",
            }
            begun = {
                "id": f"l{self.count}",
                "name": "Acceptance criteria",
                "idCard": card["id"],
                "pos": self.count,
            }
            self.board.checklists.append(begun | {"checkItems": [item]})
            card["idChecklists"] = [*(card.get("idChecklists") or []), begun["id"]]

        self.touch(at, begin)

    def touch(self, at: int, edit: Callable[[dict[str, Any]], None]) -> None:
        def act() -> None:
            card = self.board.cards[self.card(at)]
            edit(card)
            self.sandbox.world.trello.changed(self.board, card)

        self.act(act)

    @rule(at=who)
    def delete(self, at: int) -> None:
        if len(self.board.cards) > 2:
            self.edited({"card": self.card(at), "delete": True})

    @rule()
    def add(self) -> None:
        self.count += 1
        self.edited({"add_card": {"list": self.board.lists[0]["id"], "name": f"New {self.count}"}})

    @rule(at=st.integers(0, 3), closed=st.booleans())
    def archive_list(self, at: int, closed: bool) -> None:
        """Archiving a list leaves no trace on the board's date."""
        self.act(lambda: self.board.lists[at].update(closed=closed))

    @rule(at=st.integers(0, 4), name=words)
    def rename_label(self, at: int, name: str) -> None:
        self.act(lambda: self.board.labels[at].update(name=name))

    @rule(
        nth=st.integers(1, 3),
        at=who,
        verb=st.sampled_from(["title", "add", "delete", "drag", "archive", "away"]),
    )
    def pull_while_somebody_edits(self, nth: int, at: int, verb: str) -> None:
        steps: dict[str, Callable[[], None]] = {
            "title": lambda: self.title(at, f"Late {at}"),
            "add": self.add,
            "delete": lambda: self.delete(at),
            "drag": lambda: self.drag(at, 1.0 + at),
            "archive": lambda: self.archive(at, closed=True),
            "away": lambda: self.away(at),
        }
        self.meanwhile(nth, steps[verb])


class TrelloBoard(TrelloPulling):
    """A whole board."""


class TrelloLists(TrelloPulling):
    """Two lists of a board."""

    some = True


MACHINES = (
    CloudProject,
    CloudInBulk,
    CloudByQuota,
    CloudQuery,
    CloudBoard,
    DataCenterProject,
    DataCenterQuery,
    DataCenterBoard,
    TrelloBoard,
    TrelloLists,
)


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[dict[str, Sandbox]]:
    with Sandbox(issues=9, cards=9) as cloud, Sandbox(flavour="dc", issues=9) as dc:
        for one in (cloud, dc):  # a test has no time to be paced
            one.limits.trello_per_token = one.limits.trello_per_key = 10**6
            one.limits.jira_per_second = dict.fromkeys(("GET", "POST", "PUT"), 10**6)
        yield {"Data": dc, "Clou": cloud, "Trel": cloud}


def run(machine: type[Pulling], sandboxes: dict[str, Sandbox], examples: int, steps: int) -> None:
    machine.sandbox = sandboxes[machine.__name__[:4]]
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    cloud = "posync.connectors.jira.cloud"
    with (
        mock.patch(f"{cloud}.WITH_FIELDS", getattr(machine, "with_fields", 100)),
        mock.patch(f"{cloud}.BULK", getattr(machine, "bulk", 1000)),
    ):
        run_state_machine_as_test(machine, settings=chosen)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.__name__)
def test_what_is_stored_is_what_is_there(machine: type[Pulling], sandboxes: dict[str, Sandbox]) -> None:
    run(machine, sandboxes, examples=5, steps=14)


@pytest.mark.sweep
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.__name__)
def test_what_is_stored_is_what_is_there_at_length(
    machine: type[Pulling], sandboxes: dict[str, Sandbox]
) -> None:
    run(machine, sandboxes, examples=120, steps=40)
