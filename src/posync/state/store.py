"""What posync remembers between runs: the last complete picture, the journal, and what it has said before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import select

from posync.model.issue import Issue
from posync.model.observation import Memory
from posync.state.database import Database
from posync.state.lock import Fence, WorkspaceLock
from posync.state.observing import Observing, observing
from posync.state.picture import Gone, Pictures
from posync.state.schema import prepare
from posync.state.tables import added, workspaces

if TYPE_CHECKING:
    from posync.model.backlog import Backlog, Described
    from posync.model.claim import Claim
    from posync.model.plan import Plan, Result, Write
    from posync.model.run import Entry, Run, RunKind, RunOutcome
    from posync.model.verdict import Flag
    from posync.state.additions import Kind
    from posync.state.journal import Journal
    from posync.state.notes import Notes
    from posync.state.touches import Touched


class Store:
    """The memory of one workspace, in SQLite or PostgreSQL; safe to share between threads.

    Every method raises StateError, with what to do, where the state cannot be read or written.
    """

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self._workspace = _registered(database, workspace)
        self._lock = WorkspaceLock(database, workspace, self._workspace)
        self._pictures = Pictures(database, self._workspace)

    @classmethod
    def open(cls, url: str, workspace: str) -> Store:
        """Open the state at a database URL, creating and migrating it as needed.

        `sqlite:///posync.db` (relative to the working directory), `sqlite:////var/lib/posync.db` or
        `postgresql+psycopg://host/name`. Raises ConfigError for another kind of URL, SchemaTooNew where
        a newer posync has written it.
        """
        database = Database(url)
        try:
            prepare(database)
            return cls(database, workspace)
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        """Give back connections."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # A pull journals nothing and says nothing: it is over before plans and verdicts would be loaded.

    @cached_property
    def _journal(self) -> Journal:
        from posync.state.journal import Journal  # noqa: PLC0415

        return Journal(self._database, self._workspace, self._lock)

    @cached_property
    def _notes(self) -> Notes:
        from posync.state.notes import Notes  # noqa: PLC0415

        return Notes(self._database, self._workspace)

    # The observed picture

    def memory(self, tracker: str, *, unfinished: bool = False) -> Memory | None:
        """Return what the last complete pull left behind; None where everything must be pulled.

        For the next pull also what `unfinished` ones have set aside, and what was written lately: without a picture
        its cursor is empty then.
        """
        return self._pictures.memory(tracker, unfinished=unfinished)

    def observing(self, tracker: str, began: datetime | None = None) -> AbstractContextManager[Observing]:
        """Take in one pull: `keep` pages as they arrive, `finish` makes them the picture, all at once.

        `began` is when the tracker was first asked, where that was before now.

        `with store.observing(name) as seen: changed = seen.finish(reader.pull(store.memory(name), seen.keep))`.
        Until `finish`, and after leaving without it, the last complete picture stays what it was. Whoever
        leaves with `set_aside` keeps what was read for the next pull.
        """
        return observing(self._database, self._workspace, tracker, began)

    def backlog(self, tracker: str, *, texts: bool = True) -> Backlog | None:
        """Return the last complete picture in rank order; None where there is none.

        Without `texts` every description is empty: for large backlogs, whose texts are then read
        as a stream (`issues`), or for whichever issues need them (`describing`).
        """
        return self._pictures.backlog(tracker, texts=texts)

    def describing(self, backlogs: Iterable[Backlog]) -> Described:
        """Return what gives issues of these pictures their descriptions, a few hundred at a time.

        Issues that have theirs pass unchanged. What is returned raises StateError where a pull has replaced
        one of the pictures meanwhile: its texts would be those of another moment.
        """
        moments = {backlog.tracker: backlog.observed for backlog in backlogs}
        return lambda issues: self._pictures.described(issues, moments)

    def issues(self, tracker: str) -> Iterator[Issue]:
        """Yield the same issues with their descriptions, in rank order, without holding them all."""
        return self._pictures.issues(tracker)

    def gone(self, tracker: str) -> tuple[Gone, ...]:
        """Return the issues that have left the tracker or its scope, newest first."""
        return self._pictures.gone(tracker)

    # The journal

    def begin(self, kind: RunKind, plan: Plan | None = None) -> str:
        """Start a run and return its id; a plan that is to be carried out is kept whole."""
        return self._journal.begin(kind, plan)

    def end(self, run: str, outcome: RunOutcome, *, changes: int, requests: int, detail: str = "") -> None:
        """Note how a run ended: `changes` made in trackers, `requests` sent."""
        self._journal.end(run, outcome, changes, requests, detail)

    def runs(self, limit: int = 50) -> tuple[Run, ...]:
        """Return the latest runs, newest first."""
        return self._journal.runs(limit)

    def run(self, run: str) -> Run | None:
        """Return one run, however old; None where there is no such run."""
        return self._journal.run(run)

    def plan_of(self, run: str) -> Plan | None:
        """Return the plan that a run carried out; None where it had none or there is no such run."""
        return self._journal.plan_of(run)

    def intend(self, run: str, write: Write, updated: Mapping[str, datetime] | None = None) -> int:
        """Journal a write before it is sent and return its entry's id.

        `updated` says by uid when its issues were last updated, so that this write is not taken for people's.
        Raises Locked where this run has lost the lock, StateError where it never held it.
        """
        return self._journal.intend(run, write, updated or {})

    def settle(self, entry: int, results: Sequence[Result]) -> None:
        """Journal what became of a write; remembers the ids of comments from the receipts, and markers that stand."""
        self._journal.settle(entry, results)

    def entries(self, run: str) -> tuple[Entry, ...]:
        """Return the writes of one run, in the order they were intended."""
        return self._journal.entries(run)

    def unsettled(self) -> tuple[Entry, ...]:
        """Return the writes of which nobody knows whether they arrived, oldest first."""
        return self._journal.unsettled()

    def settled(self, plan: str) -> dict[int, Result]:
        """Return the last known result per change id, over all runs of the plan with this checksum."""
        return self._journal.settled(plan)

    def set_aside(self, run: str, changes: Collection[int]) -> None:
        """Note changes, by id, that this run leaves alone because people have overtaken them."""
        self._journal.set_aside(run, changes)

    def aside(self, plan: str) -> frozenset[int]:
        """Return the changes that runs of the plan with this checksum have left alone."""
        return self._journal.aside(plan)

    def put_on(self, kind: Kind, but: Collection[str]) -> dict[str, dict[str, str]]:
        """Return which labels or releases posync's runs put on issues and never took off, but for these names.

        By uid and name, the latest run that put it on. What people have taken off since is among them.
        """
        return self._journal.put_on(kind, but)

    def claims(self) -> dict[tuple[str, str], Claim]:
        """Return the claims whose markers this workspace has left and nobody was seen to remove, by (tracker, place)."""
        return self._journal.claims()

    def forget_claim(self, tracker: str, place: str) -> None:
        """Note that a marker stands no more, so that the next plan leaves it again."""
        self._journal.forget_claim(tracker, place)

    # What was said before

    def comments(self) -> dict[str, tuple[str, str | None]]:
        """Return posync's comments by uid, each as (the vendor's id, the text without posync's marker).

        The text is None where people have taken the comment over.
        """
        return self._notes.comments()

    def remember_comment(self, uid: str, comment_id: str | None, text: str = "") -> None:
        """Note the comment that stands on an issue; None where there is none any more."""
        self._notes.remember_comment(uid, comment_id, text)

    def leave_comment(self, uid: str) -> None:
        """Note that people have edited or deleted posync's comment: it is theirs while flags have something to say."""
        self._notes.remember_comment(uid, "", "")

    def first_flagged(self, checks: Collection[str] | None = None) -> dict[tuple[str, str], date]:
        """Return since when each flag (of these checks, if named) that is still up has been up, by (uid, check)."""
        return self._notes.first_flagged(checks)

    def touched(self) -> dict[str, Touched]:
        """Return when people last touched the issues that posync has written to, by uid."""
        return self._notes.touched()

    def remember_flags(self, flags: Iterable[Flag], today: date) -> None:
        """Note all flags that are up today; those that are no longer among them are forgotten.

        Comments that people have taken over are posync's again where no flag has anything to say.
        """
        self._notes.remember_flags(flags, today)

    def baseline(self) -> frozenset[tuple[str, str]]:
        """Return the flags, as (uid, check), that the team has accepted as they are."""
        return self._notes.baseline()

    def set_baseline(self, flags: Iterable[tuple[str, str]]) -> None:
        """Accept exactly these flags, as (uid, check)."""
        self._notes.set_baseline(flags)

    def accepted_packs(self) -> dict[str, str]:
        """Return the digest of each pack, by name, that a person has accepted for scheduled runs."""
        return self._notes.accepted_packs()

    def accept_packs(self, digests: Mapping[str, str]) -> None:
        """Accept exactly these packs, name to digest."""
        self._notes.accept_packs(digests)

    # One run at a time

    def lock(self, holder: str) -> AbstractContextManager[Fence]:
        """Hold the workspace for one run; `holder` is shown to whoever comes second.

        Held again by the same Store, it is the same lock. Freed by the operating system or the database
        when the process dies. Raises Locked, which says who holds it and since when.
        """
        return self._lock.hold(holder)


def _registered(database: Database, workspace: str) -> int:
    """Return the workspace's number, new where it is."""
    query = select(workspaces.c.id).where(workspaces.c.name == workspace)
    with database.reading() as connection:
        found = connection.execute(query).scalar()
    if found is not None:
        return int(found)
    with database.alone(repeatable=True) as connection:
        found = connection.execute(query).scalar()
        if found is None:
            found = added(connection, workspaces, {"name": workspace})
        return int(found)
