"""One pull on its way in: pages set aside as they arrive, made the picture all at once at the end."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Table, delete, func, insert, select, update

from posync.errors import Incomplete
from posync.model.issue import Issue
from posync.model.observation import Observation
from posync.state.database import Database
from posync.state.documents import SHAPE, Document, document
from posync.state.picture import issues_in, seen
from posync.state.tables import AnyRow, issues, texts, tombstones, trackers

_CHUNK = 500
_ROWS = 160  # to a statement: SQLite before 3.32 takes 999 values, and an issue has six


class Observing:
    """One pull on its way in; nothing of it is visible until `finish`."""

    def __init__(
        self, database: Database, workspace_id: int, tracker: str, began: datetime | None = None
    ) -> None:
        """`began` is when the tracker was first asked, where that was before now."""
        self._database, self._name = database, tracker
        self._began = began or datetime.now(UTC)
        with database.alone(repeatable=True) as connection:
            self._tracker, self._before, self._start = _last_picture(connection, workspace_id, tracker)
        self._rows = {id_: found.row for id_, found in self._before.items()}
        self._handed: set[str] = set()
        self._first: int = self._tracker.newest
        self._last = self._start  # above the rows of a pull that may still be alive and take them for its own
        self._finished = False
        self._mutex = threading.Lock()

    def keep(self, page: Sequence[Issue]) -> None:
        """Set aside a page of issues; their `rank` is ignored, the observation's order counts.

        Pages may come from several threads. What is unchanged is not written again.
        """
        documents = {found.id: found for found in map(document, page)}
        with self._mutex:
            new = [d for d in documents.values() if not self._is_known(d)]
            numbered = list(enumerate(new, self._last + 1))
            if numbered:
                with self._database.writing(repeatable=True) as connection:
                    self._claim(connection)
                    _insert(connection, self._tracker.id, numbered)
            self._last += len(new)
            self._handed.update(documents)
            self._rows |= {id_: self._before[id_].row for id_ in documents if id_ in self._before}
            self._rows |= {d.id: row for row, d in numbered}

    def _is_known(self, found: Document) -> bool:
        return found.id in self._before and self._before[found.id].digest == found.digest

    def altered(self) -> Iterator[tuple[Issue, Issue]]:
        """Yield each issue that was handed over other than it stood in the last picture: (then, now).

        Raises StateError where the last picture is damaged.
        """
        known = [id_ for id_ in sorted(self._handed) if id_ in self._before]
        pairs = [(self._before[id_].row, self._rows[id_]) for id_ in known]
        changed = [(then, now) for then, now in pairs if then != now]
        for start in range(0, len(changed), _CHUNK):
            old, new = zip(*changed[start : start + _CHUNK], strict=True)
            with self._database.reading() as connection:
                before, after = (issues_in(connection, self._tracker, rows) for rows in (old, new))
            yield from zip(before, after, strict=True)

    def finish(self, observation: Observation) -> int:
        """Make this the picture and return how many issues are new, altered or gone.

        Raises Incomplete where the observation names issues that nobody handed over.
        """
        order = [uid.partition(":")[2] for uid in observation.order]
        self._verify(order, self._handed if observation.full else self._rows)
        ranking = [self._rows[id_] for id_ in order]
        staying = set(order)
        outdated = self._outdated(ranking)
        left = {id_: found.key for id_, found in self._before.items() if id_ not in staying}
        with self._database.writing(repeatable=True) as connection:
            self._claim(connection)
            _delete(connection, issues.c.row, self._tracker.id, outdated)
            _delete(connection, texts.c.row, self._tracker.id, outdated)
            self._bury(connection, left, order, observation.gone)
            values = {
                "cursor": observation.cursor,
                "shown_by": observation.shown_by,
                "observed": self._began,
                "shape": SHAPE,
                "ranking": json.dumps(ranking),
                "newest": self._last,
            }
            connection.execute(update(trackers).where(trackers.c.id == self._tracker.id).values(values))
        self._finished = True
        return len([row for row in ranking if row > self._first]) + len(left)

    def discard(self) -> None:
        """Forget what was set aside and never finished."""
        if self._finished or not self._own:
            return
        newest = select(trackers.c.newest).where(trackers.c.id == self._tracker.id)
        with self._database.writing(repeatable=True) as connection:
            if connection.execute(newest).scalar_one() == self._first:
                _discard(connection, self._tracker.id, self._own)

    def _verify(self, order: Sequence[str], known: Collection[str]) -> None:
        missing = [id_ for id_ in order if id_ not in known]
        if missing:
            some = ", ".join(missing[:5])
            raise self._incomplete(
                f"{len(missing)} of {len(order)} issues were listed but never read (ids {some})"
            )
        if len(set(order)) != len(order):
            raise self._incomplete("an issue was listed twice")

    def _claim(self, connection: Connection) -> None:
        """Raise unless this is the only pull of the tracker."""
        last = select(trackers.c.newest, trackers.c.observed).where(trackers.c.id == self._tracker.id)
        if connection.execute(last.with_for_update()).one() != (self._first, self._tracker.observed):
            raise self._incomplete("another pull of the same tracker has ended meanwhile")
        highest = _highest(connection, self._tracker.id)
        rival = highest != self._own[-1] if self._own else highest > self._first
        if rival:
            raise self._incomplete("another pull of the same tracker has begun meanwhile")

    def _outdated(self, ranking: Sequence[int]) -> list[int]:
        """Return the rows of the last picture and of this pull that the new picture does without."""
        staying = set(ranking)
        before = (found.row for found in self._before.values())
        return sorted(row for row in chain(before, self._own) if row not in staying)

    @property
    def _own(self) -> range:
        """The rows that this pull has set aside."""
        return range(self._start + 1, self._last + 1)

    def _bury(
        self,
        connection: Connection,
        left: Mapping[str, str],
        order: Sequence[str],
        reasons: Mapping[str, str],
    ) -> None:
        """Note when and why issues left; those that came back are no longer gone."""
        tracker = self._tracker.id
        buried = set(
            connection.execute(select(tombstones.c.id).where(tombstones.c.tracker_id == tracker)).scalars()
        )
        _delete(connection, tombstones.c.id, tracker, sorted(buried & (left.keys() | set(order))))
        if left:
            about = {"tracker_id": tracker, "gone": self._began}
            rows = [
                {
                    **about,
                    "id": id_,
                    "key": key,
                    "reason": reasons.get(f"{self._name}:{id_}", "no longer in scope"),
                }
                for id_, key in left.items()
            ]
            connection.execute(insert(tombstones), rows)

    def _incomplete(self, detail: str) -> Incomplete:
        return Incomplete(self._name, "pull", detail, remedy="Run `posync pull --full`.")


def _last_picture(
    connection: Connection, workspace_id: int, tracker: str
) -> tuple[AnyRow, dict[str, AnyRow], int]:
    """Return the tracker's row, the issues of its last picture by id, and the highest row number used so far."""
    mine = select(trackers).where(trackers.c.workspace_id == workspace_id, trackers.c.name == tracker)
    found = connection.execute(mine).first()
    if found is None:
        connection.execute(insert(trackers).values(workspace_id=workspace_id, name=tracker))
        return connection.execute(mine).one(), {}, 0
    highest = _highest(connection, found.id)
    if highest > found.newest:
        _discard(connection, found.id, range(found.newest + 1, highest + 1))  # what a pull that died has left
    return found, seen(connection, found), max(highest, found.newest)


def _highest(connection: Connection, tracker: int) -> int:
    rows = select(func.max(issues.c.row)).where(issues.c.tracker_id == tracker)
    return connection.execute(rows).scalar() or 0


def _insert(connection: Connection, tracker: int, numbered: Sequence[tuple[int, Document]]) -> None:
    _add(connection, issues, [(tracker, row, d.id, d.key, d.digest, d.body) for row, d in numbered])
    _add(connection, texts, [(tracker, row, d.text) for row, d in numbered if d.text])


def _add(connection: Connection, table: Table, rows: Sequence[tuple[int | str, ...]]) -> None:
    """Insert rows, each in the order of the table's columns, of values that the driver takes as they are.

    SQLAlchemy, given the rows, would look at each of their values: that takes as long as storing them. Many go
    with one statement, for at each of them the driver lets other threads work, and then waits for its turn.
    """
    into, row = _insertion(table, connection.dialect)
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        connection.exec_driver_sql(into + ", ".join([row] * len(some)), tuple(chain(*some)))


@lru_cache(maxsize=8)
def _insertion(table: Table, dialect: Dialect) -> tuple[str, str]:
    """Return the statement up to its first row, and a row of it."""
    before, values, row = str(insert(table).compile(dialect=dialect)).rpartition("VALUES ")
    return before + values, row


def _discard(connection: Connection, tracker: int, rows: range) -> None:
    for table in (issues, texts):
        these = table.c.row.between(rows[0], rows[-1])
        connection.execute(delete(table).where(table.c.tracker_id == tracker, these))


def _delete(connection: Connection, column: Column[Any], tracker: int, values: Sequence[object]) -> None:
    """Delete a tracker's rows by these values of one column."""
    table = column.table
    for start in range(0, len(values), _CHUNK):
        part = values[start : start + _CHUNK]
        connection.execute(delete(table).where(table.c.tracker_id == tracker, column.in_(part)))


@contextmanager
def observing(
    database: Database, workspace_id: int, tracker: str, began: datetime | None = None
) -> Iterator[Observing]:
    """Take in one pull; what it has set aside is gone afterwards, finished or not."""
    pull = Observing(database, workspace_id, tracker, began)
    try:
        yield pull
    finally:
        pull.discard()
