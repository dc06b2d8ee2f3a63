"""One run per workspace: a lock that dies with its process, and a token that outlives a lost one.

The lock itself is one the operating system (SQLite) or the server (PostgreSQL) lets go of when the
process is gone, so that no guess about stale locks is needed. The token guards the other case: a run
that lost its lock without noticing (a cut connection) finds a higher token and writes no more.
"""

from __future__ import annotations

import getpass
import os
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from posync.errors import Locked, StateError
from posync.state.database import LOCK_KIND, Database, create_private
from posync.state.failures import explained, explanation
from posync.state.tables import runs, workspaces

PATIENCE = "2s"
"""How long PostgreSQL waits for a lock that is taken: that of a killed process is, until the server notices."""

SIGNING_IN = 5.0
"""Seconds in which the holder of a lock has signed in, or has gone: a few thousandths, but on a busy machine."""

LOCK_NOT_AVAILABLE = "55P03"
"""What PostgreSQL calls an end of its patience; source: its manual, "PostgreSQL Error Codes"."""


class Fence(NamedTuple):
    """Proof of holding the workspace; a later holder always has the higher token."""

    token: int
    holder: str


class WorkspaceLock:
    """The lock of one workspace, as one Store sees it."""

    def __init__(self, database: Database, workspace: str, workspace_id: int) -> None:
        self._database, self._workspace, self._id = database, workspace, workspace_id
        self._mutex = threading.Lock()
        self._depth = 0
        self._fence: Fence | None = None
        self._guard: AbstractContextManager[None] | None = None

    @property
    def token(self) -> int | None:
        """The token of the lock held; None where none is."""
        return self._fence.token if self._fence else None

    @contextmanager
    def hold(self, holder: str) -> Iterator[Fence]:
        """Take the lock, or share it where this Store holds it already; raises Locked."""
        fence = self._enter(holder)
        try:
            yield fence
        finally:
            self._leave()

    def check(self, connection: Connection) -> None:
        """Raise unless the lock is still held, as of the transaction that `connection` is in."""
        if self._fence is None:
            raise StateError("a write may only be journalled under the workspace's lock")
        row = connection.execute(
            select(workspaces).where(workspaces.c.id == self._id).with_for_update()
        ).one()
        if row.fence != self._fence.token:
            raise Locked(self._workspace, _shown(row.holder, row.held_since))

    def _enter(self, holder: str) -> Fence:
        with self._mutex:
            if self._fence is None:
                guard = self._guarded()
                try:
                    self._fence = self._next_fence(holder)
                except BaseException:
                    guard.__exit__(None, None, None)
                    raise
                self._guard = guard
            self._depth += 1
            return self._fence

    def _leave(self) -> None:
        with self._mutex:
            self._depth -= 1
            if self._depth == 0 and self._guard is not None:
                try:
                    self._sign_out()
                finally:
                    self._guard.__exit__(None, None, None)
                    self._fence = self._guard = None

    def _next_fence(self, holder: str) -> Fence:
        """Raise the token, sign in, and mark what earlier holders left running as interrupted."""
        now = datetime.now(UTC)
        mine = workspaces.c.id == self._id
        # The first write that is journalled carries the token to the disk with it.
        with self._database.writing(repeatable=True) as connection:
            connection.execute(
                update(workspaces)
                .where(mine)
                .values(fence=workspaces.c.fence + 1, holder=holder, held_since=now)
            )
            token = connection.execute(select(workspaces.c.fence).where(mine)).scalar_one()
            connection.execute(
                update(runs)
                .where(runs.c.workspace_id == self._id, runs.c.outcome == "running", runs.c.fence < token)
                .values(outcome="interrupted", ended=now)
            )
        return Fence(token, holder)

    def _sign_out(self) -> None:
        """Take the holder's name away, so that whoever finds the lock taken next is not told of a run long over."""
        with suppress(StateError), self._database.writing(repeatable=True) as connection:
            connection.execute(
                update(workspaces)
                .where(workspaces.c.id == self._id, workspaces.c.fence == self.token)
                .values(holder="", held_since=None)
            )

    def _guarded(self) -> AbstractContextManager[None]:
        """Take the lock itself; one that is held without a name has just been taken, or is just let go of."""
        until = time.monotonic() + SIGNING_IN
        while True:
            guard = (
                _file_guard(self._database, self._id) if self._database.is_sqlite else self._session_guard()
            )
            try:
                guard.__enter__()
            except _HeldElsewhereError:
                if (holder := self._holder()) or time.monotonic() > until:
                    raise Locked(self._workspace, holder) from None
                time.sleep(0.02)
            else:
                return guard

    def _holder(self) -> str:
        with self._database.reading() as connection:
            row = connection.execute(select(workspaces).where(workspaces.c.id == self._id)).one()
        return _shown(row.holder, row.held_since)

    @contextmanager
    def _session_guard(self) -> Iterator[None]:
        """Hold an advisory lock, which PostgreSQL frees when the session ends, however it ends.

        It does so a moment after the session's client has gone: too late for a run that begins at
        once. So the lock is given back in so many words, and one that is taken is waited for a little.
        """
        key = {"kind": LOCK_KIND, "workspace": self._id}
        with explained(self._database.place):
            connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            with explained(self._database.place):
                _take(connection, key)
            try:
                yield
            finally:
                with suppress(SQLAlchemyError):  # the session, and the lock with it, may be gone already
                    connection.execute(text("SELECT pg_advisory_unlock(:kind, :workspace)"), key)
        finally:
            connection.invalidate()  # ends the session
            connection.close()


def _take(connection: Connection, key: Mapping[str, int]) -> None:
    # A client whose machine vanished is noticed within about a minute and a half.
    keepalives = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10"
    connection.execute(text(f"{keepalives}; SET lock_timeout = '{PATIENCE}'"))
    try:
        connection.execute(text("SELECT pg_advisory_lock(:kind, :workspace)"), key)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise _HeldElsewhereError from None
        raise


class _HeldElsewhereError(Exception):
    """Somebody else has the lock."""


@contextmanager
def _file_guard(database: Database, workspace_id: int) -> Iterator[None]:
    """Hold SQLite's own exclusive lock on an empty file beside the state, on any operating system.

    It is a lock of the operating system, freed when the process ends, however it ends.
    """
    path = Path(f"{database.place}-lock{workspace_id}")
    try:
        create_private(path)
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise StateError(
            f"the lock {path} cannot be opened: {error}. Check that you may write there."
        ) from None
    try:
        connection.execute("BEGIN EXCLUSIVE")
        yield
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise _HeldElsewhereError from None
        raise StateError(f"the lock {path} {explanation(error)}") from None
    finally:
        connection.close()


def _shown(holder: str, since: datetime | None) -> str:
    """Return who has signed in, and when; "" where nobody has."""
    return f"{holder}, since {since:%Y-%m-%d %H:%M} UTC" if since else ""


def this_process(pid: int | None = None) -> str:
    """Return who runs this process, where, and which it is: for whoever finds the lock taken.

    Where it works for another one, that is the one to name: `pid`.
    """
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # no name for this user id, as in some containers
        user = f"user {os.getuid()}"
    return f"{user} on {socket.gethostname()} (process {pid or os.getpid()})"
