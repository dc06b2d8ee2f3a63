"""One database, SQLite or PostgreSQL: short transactions to write, a steady snapshot to read."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from posync.errors import ConfigError, StateError
from posync.state.failures import explained

BUSY_SECONDS = 30.0
"""How long a writer waits for another one; each transaction of posync lasts far shorter."""

PAGE_BYTES = 8192
"""The page of a new SQLite file, where 4096 is usual: an issue takes about 1000, and many to a page are fewer writes."""

PAGES_BETWEEN_CHECKPOINTS = 2500
"""Pages after which SQLite moves its log into the file: a usual pull is moved once, at its end."""

LOCK_KIND = 7360
"""The first half of posync's advisory locks on PostgreSQL; the second is 0, or a workspace's number."""


class Database:
    """Hands out transactions; `place` names the database in messages, without any secret."""

    def __init__(self, url: str) -> None:
        self.url = _known(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.place = str(self.url.database)
            try:
                create_private(Path(self.place))
            except OSError as error:
                raise StateError(
                    f"the state {self.place} cannot be opened: {error.strerror}. "
                    "Check that you may write there, or name another file under `state:`."
                ) from None
        else:
            self.place = f"{self.url.host or 'on this machine'}/{self.url.database}"
        self.engine = self._connected()
        snapshot = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reader = self.engine.execution_options(**snapshot)
        self._writer = self.engine.execution_options(posync_writes=True)
        self._gatherer = self.engine.execution_options(posync_writes=True, posync_repeatable=True)
        self._turn = threading.Lock()

    def _connected(self) -> Engine:
        if self.is_sqlite:
            engine = create_engine(self.url, connect_args={"timeout": BUSY_SECONDS})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        try:
            return create_engine(
                self.url,
                paramstyle="format",  # by position, as SQLite has them: rows are tuples
                pool_pre_ping=True,
                connect_args={"connect_timeout": 10},
            )
        except ModuleNotFoundError:
            raise StateError(
                "the state is on PostgreSQL, but its driver is not installed. Run `pip install 'posync[postgresql]'`."
            ) from None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction in which every query sees the same moment."""
        with explained(self.place), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self, *, repeatable: bool = False) -> Iterator[Connection]:
        """Open a transaction that is kept whole or not at all.

        `repeatable` is for what the next run would simply do again: a power cut may take it back.
        """
        writer = self._gatherer if repeatable else self._writer
        with self._in_turn(), explained(self.place), writer.begin() as connection:
            yield connection

    def _in_turn(self) -> AbstractContextManager[object]:
        """Let this process's threads write one after the other: SQLite would have them sleep and try again."""
        return self._turn if self.is_sqlite else nullcontext()

    @contextmanager
    def alone(self, *, repeatable: bool = False) -> Iterator[Connection]:
        """Write while no other posync does, for what must be made once and never twice."""
        with self.writing(repeatable=repeatable) as connection:
            if not self.is_sqlite:  # where `writing` is alone already
                connection.execute(text("SELECT pg_advisory_xact_lock(:kind, 0)"), {"kind": LOCK_KIND})
            yield connection

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def _known(url: str) -> URL:
    """Return the parsed URL; raises ConfigError, without repeating it, where it is none of ours."""
    usage = "use sqlite:///FILE or postgresql+psycopg://HOST/DATABASE."
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError, NoSuchModuleError):
        raise ConfigError(f"state: this is not a database URL; {usage}") from None
    if backend == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed.set(drivername="sqlite+pysqlite")
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise ConfigError(f"state: posync cannot keep its state in {backend!r} at this place; {usage}")


def create_private(path: Path) -> None:
    """Create the file, where there is none, so that only its owner may read it; SQLite's side files follow suit.

    One that is there is left alone: closing it would let go of every lock that this process holds on it,
    SQLite's own among them (source: sqlite.org/howtocorrupt.html, "Posix advisory locks canceled").
    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = path.resolve()  # where a link leads to nothing yet
    with suppress(FileExistsError):
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite alone
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # only where the file is still empty
    _write_ahead(connection)
    connection.execute(f"PRAGMA wal_autocheckpoint = {PAGES_BETWEEN_CHECKPOINTS}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let the file have a log, waiting for others that ask the same of a new file: SQLite refuses all but one at once."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: a transaction that reads first and writes later could fail half-way.

    What the journal holds survives a power cut; what is repeatable does not wait for the disk
    (source: sqlite.org/pragma.html, "synchronous": in WAL mode NORMAL stays consistent, and may roll back).
    """
    options = connection.get_execution_options()
    connection.exec_driver_sql(
        f"PRAGMA synchronous = {'NORMAL' if options.get('posync_repeatable') else 'FULL'}"
    )
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("posync_writes") else "BEGIN")
