"""The observed backlog of each tracker, as the last complete pull left it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError
from sqlalchemy import Column, Connection, select

from posync.errors import StateError
from posync.model.issue import UNREAD, Issue
from posync.model.observation import Aside, Memory
from posync.model.text import Text
from posync.state import tables
from posync.state.aside import NOTHING, pile
from posync.state.database import Database
from posync.state.documents import SHAPE, issues_from
from posync.state.sharing import alike
from posync.state.tables import AnyRow, issues, tombstones, trackers
from posync.uncollected import uncollected

if TYPE_CHECKING:
    from posync.model.backlog import Backlog

_CHUNK = 500


class Gone(NamedTuple):
    """An issue that left its tracker, or the scope posync looks at."""

    uid: str
    key: str
    reason: str
    when: datetime


class Pictures:
    """The pictures of one workspace's trackers; each method sees one moment, whatever is being pulled."""

    def __init__(self, database: Database, workspace_id: int) -> None:
        self._database, self._workspace = database, workspace_id

    def memory(self, tracker: str, *, unfinished: bool = False) -> Memory | None:
        """Return what the last complete pull left behind, and what `unfinished` ones have set aside."""
        with self._database.reading() as connection:
            row = self._row(connection, tracker)
            held = pile(connection, row) if unfinished and row is not None else NOTHING
            aside = Aside(held.note, held.found.keys()) if held.found else None
            if row is None or row.shape != SHAPE:
                return Memory("", {}, aside) if aside else None
            return Memory(row.cursor, {id_: r.key for id_, r in seen(connection, row).items()}, aside)

    def backlog(self, tracker: str, *, texts: bool) -> Backlog | None:
        """Return the picture in rank order."""
        from posync.model.backlog import Backlog  # noqa: PLC0415 - a pull makes none

        with self._database.reading() as connection:
            row = self._tracker(connection, tracker)
            if row is None:
                return None
            with uncollected():
                found = tuple(alike(_stream(connection, row, texts=texts)))
            return Backlog.model_construct(
                tracker=tracker,
                issues=found,
                complete=True,
                shown_by=row.shown_by,
                observed=row.observed,
            )

    def issues(self, tracker: str) -> Iterator[Issue]:
        """Yield the issues with their descriptions, in rank order."""
        with self._database.reading() as connection:
            row = self._tracker(connection, tracker)
            if row is not None:
                yield from _stream(connection, row, texts=True)

    def described(self, issues: Iterable[Issue], moments: Mapping[str, datetime]) -> Iterator[Issue]:
        """Yield these issues with their descriptions; `moments` says when each tracker's picture was seen."""
        with self._database.reading() as connection:
            sources = {name: self._source(connection, name, when) for name, when in moments.items()}
            for page in _pages(issues):
                unread = [issue for issue in page if issue.description is UNREAD]
                found: dict[str, Text] = {}
                for name in {issue.tracker for issue in unread}:
                    mine = [issue for issue in unread if issue.tracker == name]
                    found |= _descriptions(connection, *sources[name], mine)
                for issue in page:
                    text = found.get(issue.uid)
                    yield issue if text is None else issue.model_copy(update={"description": text})

    def _source(self, connection: Connection, name: str, when: datetime) -> tuple[AnyRow, Sequence[int]]:
        """Return the tracker's row and the rows of its issues by rank; raises StateError where it is another picture."""
        row = self._tracker(connection, name)
        if row is None or row.observed != when:
            raise StateError(f"{name} was pulled anew while its last picture was being read. Run this again.")
        return row, json.loads(row.ranking)

    def gone(self, tracker: str) -> tuple[Gone, ...]:
        """Return the issues that have left, newest first."""
        query = (
            select(tombstones)
            .join(trackers, trackers.c.id == tombstones.c.tracker_id)
            .where(trackers.c.workspace_id == self._workspace, trackers.c.name == tracker)
            .order_by(tombstones.c.gone.desc(), tombstones.c.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(Gone(f"{tracker}:{row.id}", row.key, row.reason, row.gone) for row in rows)

    def _tracker(self, connection: Connection, name: str) -> AnyRow | None:
        """Return the tracker's row where it has a picture in the form this posync reads."""
        row = self._row(connection, name)
        return row if row is not None and row.shape == SHAPE else None

    def _row(self, connection: Connection, name: str) -> AnyRow | None:
        query = select(trackers).where(trackers.c.workspace_id == self._workspace, trackers.c.name == name)
        return connection.execute(query).first()


def seen(connection: Connection, tracker: AnyRow) -> dict[str, AnyRow]:
    """Return (id, row, key, digest) of each issue in the tracker's picture, by id."""
    query = select(issues.c.id, issues.c.row, issues.c.key, issues.c.digest).where(
        issues.c.tracker_id == tracker.id, issues.c.row <= tracker.newest
    )
    found = connection.execute(query)
    if tracker.aside is None:  # then these rows are the picture's, and no others
        return {each.id: each for each in found}
    ranked = frozenset(json.loads(tracker.ranking or "[]"))
    return {each.id: each for each in found if each.row in ranked}


def _stream(connection: Connection, tracker: AnyRow, *, texts: bool) -> Iterator[Issue]:
    """Yield the tracker's issues in rank order, a chunk at a time."""
    ranking = json.loads(tracker.ranking)
    for start in range(0, len(ranking), _CHUNK):
        rows = ranking[start : start + _CHUNK]
        bodies = _values(connection, issues.c.document, tracker, rows)
        described = _values(connection, tables.texts.c.text, tracker, rows) if texts else {}
        with _undamaged(tracker):
            found = issues_from([(bodies[row], described.get(row)) for row in rows], first_rank=start + 1)
        yield from found


def _pages(issues: Iterable[Issue]) -> Iterator[list[Issue]]:
    rest = iter(issues)
    while page := list(islice(rest, _CHUNK)):
        yield page


def _descriptions(
    connection: Connection, tracker: AnyRow, ranking: Sequence[int], issues: Sequence[Issue]
) -> dict[str, Text]:
    """Return the description of each of these issues, by uid; one without a text has an empty one of its own."""
    rows = {ranking[issue.rank - 1]: issue.uid for issue in issues}
    described = _values(connection, tables.texts.c.text, tracker, list(rows))
    with _undamaged(tracker):
        return {
            uid: Text.model_validate_json(described[row]) if row in described else Text()
            for row, uid in rows.items()
        }


@contextmanager
def _undamaged(tracker: AnyRow) -> Iterator[None]:
    try:
        yield
    except (KeyError, ValidationError):
        raise StateError(
            f"the stored picture of {tracker.name} is damaged. Run `posync pull --full` to take it anew."
        ) from None


def issues_in(connection: Connection, tracker: AnyRow, rows: Sequence[int]) -> list[Issue]:
    """Return the issues in these rows with their descriptions; each has rank 1."""
    bodies = _values(connection, issues.c.document, tracker, rows)
    described = _values(connection, tables.texts.c.text, tracker, rows)
    with _undamaged(tracker):
        return [issues_from([(bodies[row], described.get(row))], first_rank=1)[0] for row in rows]


def _values(
    connection: Connection, column: Column[str], tracker: AnyRow, rows: Sequence[int]
) -> dict[int, str]:
    """Return one column of these rows, by row number."""
    table = column.table
    query = select(table.c.row, column).where(table.c.tracker_id == tracker.id, table.c.row.in_(rows))
    return {number: value for number, value in connection.execute(query)}  # noqa: C416  a result is no mapping
