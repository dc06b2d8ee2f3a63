"""What posync remembers between runs: the last complete picture, the journal, and what it has said before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from types import TracebackType

from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.model.observation import Memory
from posync.model.plan import Plan, Result, Write
from posync.model.run import Entry, Run, RunKind, RunOutcome
from posync.model.text import Text
from posync.model.verdict import Flag
from posync.state.lock import Fence
from posync.state.picture import Gone, Observing


class Store:
    """The memory of one workspace, in SQLite or PostgreSQL; safe to share between threads.

    Every method raises StateError, with what to do, where the state cannot be read or written.
    """

    @classmethod
    def open(cls, url: str, workspace: str) -> Store:
        """Open the state at a database URL, creating and migrating it as needed.

        `sqlite:///posync.db` (relative to the working directory), `sqlite:////var/lib/posync.db` or
        `postgresql+psycopg://host/name`. Raises ConfigError for another kind of URL, SchemaTooNew where
        a newer posync has written it.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Give back connections."""
        raise NotImplementedError

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # The observed picture

    def memory(self, tracker: str) -> Memory | None:
        """Return what the last complete pull left behind; None where everything must be pulled."""
        raise NotImplementedError

    def observing(self, tracker: str) -> AbstractContextManager[Observing]:
        """Take in one pull: `keep` pages as they arrive, `finish` makes them the picture, all at once.

        `with store.observing(name) as seen: changed = seen.finish(reader.pull(store.memory(name), seen.keep))`.
        Until `finish`, and after leaving without it, the last complete picture stays what it was.
        """
        raise NotImplementedError

    def backlog(self, tracker: str, *, texts: bool = True) -> Backlog | None:
        """Return the last complete picture in rank order; None where there is none.

        Without `texts` every description is empty: for large backlogs, whose texts are then read
        as a stream (`issues`) or a few at a time (`texts`).
        """
        raise NotImplementedError

    def issues(self, tracker: str) -> Iterator[Issue]:
        """Yield the same issues with their descriptions, in rank order, without holding them all."""
        raise NotImplementedError

    def texts(self, uids: Iterable[str]) -> dict[str, Text]:
        """Return the descriptions of these issues; unknown ones are absent."""
        raise NotImplementedError

    def gone(self, tracker: str) -> tuple[Gone, ...]:
        """Return the issues that have left the tracker or its scope, newest first."""
        raise NotImplementedError

    # The journal

    def begin(self, kind: RunKind, plan: Plan | None = None) -> str:
        """Start a run and return its id; a plan that is to be carried out is kept whole."""
        raise NotImplementedError

    def end(self, run: str, outcome: RunOutcome, *, changes: int, requests: int, detail: str = "") -> None:
        """Note how a run ended: `changes` made in trackers, `requests` sent."""
        raise NotImplementedError

    def runs(self, limit: int = 50) -> tuple[Run, ...]:
        """Return the latest runs, newest first."""
        raise NotImplementedError

    def plan_of(self, run: str) -> Plan | None:
        """Return the plan that a run carried out; None where it had none or there is no such run."""
        raise NotImplementedError

    def intend(self, run: str, write: Write) -> int:
        """Journal a write before it is sent and return its entry's id.

        Raises Locked where this run has lost the lock, StateError where it never held it.
        """
        raise NotImplementedError

    def settle(self, entry: int, results: Sequence[Result]) -> None:
        """Journal what became of a write; remembers the ids of comments from the receipts."""
        raise NotImplementedError

    def entries(self, run: str) -> tuple[Entry, ...]:
        """Return the writes of one run, in the order they were intended."""
        raise NotImplementedError

    def unsettled(self) -> tuple[Entry, ...]:
        """Return the writes of which nobody knows whether they arrived, oldest first."""
        raise NotImplementedError

    def settled(self, plan: str) -> dict[int, Result]:
        """Return the last known result per change id, over all runs of the plan with this checksum."""
        raise NotImplementedError

    # What was said before

    def comments(self) -> dict[str, tuple[str, str]]:
        """Return posync's comments by uid, each as (the vendor's id, the text without posync's marker)."""
        raise NotImplementedError

    def remember_comment(self, uid: str, comment_id: str | None, text: str = "") -> None:
        """Note the comment that stands on an issue; None where there is none any more."""
        raise NotImplementedError

    def first_flagged(self) -> dict[tuple[str, str], date]:
        """Return since when each flag that is still up has been up, by (uid, check)."""
        raise NotImplementedError

    def remember_flags(self, flags: Iterable[Flag], today: date) -> None:
        """Note all flags that are up today; those that are no longer among them are forgotten."""
        raise NotImplementedError

    def baseline(self) -> frozenset[tuple[str, str]]:
        """Return the flags, as (uid, check), that the team has accepted as they are."""
        raise NotImplementedError

    def set_baseline(self, flags: Iterable[tuple[str, str]]) -> None:
        """Accept exactly these flags, as (uid, check)."""
        raise NotImplementedError

    def accepted_packs(self) -> dict[str, str]:
        """Return the digest of each pack, by name, that a person has accepted for scheduled runs."""
        raise NotImplementedError

    def accept_packs(self, digests: Mapping[str, str]) -> None:
        """Accept exactly these packs, name to digest."""
        raise NotImplementedError

    # One run at a time

    def lock(self, holder: str) -> AbstractContextManager[Fence]:
        """Hold the workspace for one run; `holder` is shown to whoever comes second.

        Held again by the same Store, it is the same lock. Freed by the operating system or the database
        when the process dies. Raises Locked, which says who holds it and since when.
        """
        raise NotImplementedError
