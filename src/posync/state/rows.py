"""The rows of issues in the state: added many at a time, and taken out by their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Dialect, Table, delete, func, insert, select

from posync.state.documents import Document
from posync.state.tables import issues, texts

_CHUNK = 500
_Each = TypeVar("_Each")
_ROWS = 160  # to a statement: SQLite before 3.32 takes 999 values, and an issue has six


def highest(connection: Connection, tracker: int) -> int:
    """Return the highest row number of a tracker's issues, 0 where there are none."""
    rows = select(func.max(issues.c.row)).where(issues.c.tracker_id == tracker)
    return connection.execute(rows).scalar() or 0


def insert_rows(connection: Connection, tracker: int, numbered: Sequence[tuple[int, Document]]) -> None:
    """Add issues in these rows."""
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


def delete_range(connection: Connection, tracker: int, rows: range) -> None:
    """Delete the issues in a range of rows, in one statement."""
    for table in (issues, texts):
        these = table.c.row.between(rows[0], rows[-1])
        connection.execute(delete(table).where(table.c.tracker_id == tracker, these))


def delete_rows(connection: Connection, tracker: int, rows: Sequence[int]) -> None:
    """Delete the issues in these rows."""
    for column in (issues.c.row, texts.c.row):
        delete_by(connection, column, tracker, rows)


def delete_by(connection: Connection, column: Column[Any], tracker: int, values: Sequence[object]) -> None:
    """Delete a tracker's rows by these values of one column."""
    table = column.table
    for part in parts(values):
        connection.execute(delete(table).where(table.c.tracker_id == tracker, column.in_(part)))


def parts(values: Sequence[_Each]) -> Iterator[Sequence[_Each]]:
    """Yield a few hundred values at a time, as every SQLite takes them in one statement."""
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
