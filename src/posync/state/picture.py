"""The observed backlog of each tracker, as the last complete pull left it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from pydantic_core import SchemaValidator
from sqlalchemy import Column, Connection, Integer, String, select, type_coerce, update

from posync.errors import StateError
from posync.model.issue import UNREAD, Issue
from posync.model.observation import Aside, Memory
from posync.model.text import Text
from posync.state import tables
from posync.state.aside import NOTHING, ROWS, pile
from posync.state.database import Database
from posync.state.documents import SHAPE, issues_from
from posync.state.failures import UnreadableError, readable
from posync.state.lately import lately
from posync.state.sharing import alike
from posync.state.tables import AnyRow, issues, tombstones, trackers
from posync.uncollected import uncollected

if TYPE_CHECKING:
    from posync.model.backlog import Backlog

_CHUNK = 500
_RANKING = SchemaValidator(ROWS)


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
        """Return what the last complete pull left behind, and for the next one what `unfinished` ones have set aside.

        Nothing where that is damaged: everything is pulled anew then.
        """
        with self._database.reading() as connection, suppress(UnreadableError):
            row = self._row(connection, tracker)
            held = pile(connection, row) if unfinished and row is not None else NOTHING
            aside = Aside(held.note, held.found.keys()) if held.found else None
            written = lately(connection, self._workspace, tracker) if unfinished else ()
            known = {id_: r.key for id_, r in seen(connection, row).items()} if row is not None else {}
            if row is not None and row.shape == SHAPE:
                return Memory(row.cursor or "", known, aside, written=written)
            # An older posync's issues are read anew, but which there were is known.
            return Memory("", known, aside, written=written) if known or aside or written else None
        return None

    def backlog(self, tracker: str, *, texts: bool) -> Backlog | None:
        """Return the picture in rank order."""
        from posync.model.backlog import Backlog  # noqa: PLC0415 - a pull makes none

        with self._database.reading() as connection, self._undamaged(tracker):
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
        with self._database.reading() as connection, self._undamaged(tracker):
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
                    with self._undamaged(name):
                        found |= _descriptions(connection, *sources[name], mine)
                for issue in page:
                    text = found.get(issue.uid)
                    yield issue if text is None else issue.model_copy(update={"description": text})

    def _source(self, connection: Connection, name: str, when: datetime) -> tuple[AnyRow, Sequence[int]]:
        """Return the tracker's row and the rows of its issues by rank; raises StateError where it is another picture."""
        with self._undamaged(name):
            row = self._tracker(connection, name)
            if row is not None and row.observed == when:
                return row, ranked(row)
        raise StateError(f"{name} was pulled anew while its last picture was being read. Run this again.")

    def gone(self, tracker: str) -> tuple[Gone, ...]:
        """Return the issues that have left, newest first."""
        query = (
            select(tombstones)
            .join(trackers, trackers.c.id == tombstones.c.tracker_id)
            .where(trackers.c.workspace_id == self._workspace, trackers.c.name == tracker)
            .order_by(tombstones.c.gone.desc(), tombstones.c.id)
        )
        with self._database.reading() as connection, self._undamaged(tracker):
            rows = connection.execute(query).all()
        return tuple(Gone(f"{tracker}:{row.id}", row.key, row.reason, row.gone) for row in rows)

    def _tracker(self, connection: Connection, name: str) -> AnyRow | None:
        """Return the tracker's row where it has a picture in the form this posync reads."""
        row = self._row(connection, name)
        if row is None or row.shape != SHAPE:
            return None
        if row.observed is None or row.shown_by is None:
            raise UnreadableError
        return row

    def _row(self, connection: Connection, name: str) -> AnyRow | None:
        query = select(trackers).where(trackers.c.workspace_id == self._workspace, trackers.c.name == name)
        return connection.execute(query).first()

    @contextmanager
    def _undamaged(self, tracker: str) -> Iterator[None]:
        """Tell people what to do where the tracker's picture cannot be read, and see to it that doing so helps."""
        try:
            yield
        except UnreadableError:
            with suppress(StateError), self._database.writing(repeatable=True) as connection:
                _distrust(connection, self._workspace)
            raise StateError(
                f"the stored picture of {tracker} is damaged. Run `posync pull --full` to take it anew."
            ) from None


def _distrust(connection: Connection, workspace: int) -> None:
    """Have the next pull read everything, and nothing that is stored pass for known: damage seldom comes alone."""
    mine = trackers.c.workspace_id == workspace
    connection.execute(update(trackers).where(mine).values(cursor=""))
    theirs = issues.c.tracker_id.in_(select(trackers.c.id).where(mine))
    connection.execute(update(issues).where(theirs).values(digest=""))


def ranked(tracker: AnyRow) -> Sequence[int]:
    """Return the rows of the tracker's picture in rank order; raises UnreadableError."""
    if tracker.ranking is None:
        return ()
    with readable():
        rows: list[int] = _RANKING.validate_json(tracker.ranking)
    if len(set(rows)) < len(rows):
        raise UnreadableError
    return rows


_SEEN = (
    type_coerce(issues.c.id, String),
    type_coerce(issues.c.row, Integer),
    type_coerce(issues.c.key, String),
)
"""What is read of every issue at every pull: its kind is looked at for all at once, which takes less time."""


def seen(connection: Connection, tracker: AnyRow) -> dict[str, AnyRow]:
    """Return (id, row, key, digest) of each issue in the tracker's picture, by id; raises UnreadableError."""
    query = select(*_SEEN, type_coerce(issues.c.digest, String)).where(
        issues.c.tracker_id == tracker.id, issues.c.row <= tracker.newest
    )
    ranking, rows = ranked(tracker), connection.execute(query).all()
    if tracker.aside is not None:  # else these rows are the picture's, and no others
        pictured = frozenset(ranking)
        rows = [each for each in rows if each.row in pictured]
    found = {each.id: each for each in rows}
    kinds = {*map(type, found), *map(type, map(itemgetter(2), found.values()))}
    if len(found) != len(ranking) or not kinds <= {str}:  # half a picture would make what it lacks look gone
        raise UnreadableError
    return found


def _stream(connection: Connection, tracker: AnyRow, *, texts: bool) -> Iterator[Issue]:
    """Yield the tracker's issues in rank order, a chunk at a time; raises UnreadableError."""
    if tracker.ranking is None:
        raise UnreadableError
    ranking = ranked(tracker)
    for start in range(0, len(ranking), _CHUNK):
        rows = ranking[start : start + _CHUNK]
        bodies = _values(connection, issues.c.document, tracker, rows)
        described = _values(connection, tables.texts.c.text, tracker, rows) if texts else {}
        with readable():
            found = issues_from([(bodies[row], described.get(row)) for row in rows], first_rank=start + 1)
        yield from found


def _pages(issues: Iterable[Issue]) -> Iterator[list[Issue]]:
    rest = iter(issues)
    while page := list(islice(rest, _CHUNK)):
        yield page


def _descriptions(
    connection: Connection, tracker: AnyRow, ranking: Sequence[int], issues: Sequence[Issue]
) -> dict[str, Text]:
    """Return the description of each of these issues, by uid; one without a text has an empty one of its own.

    Raises UnreadableError.
    """
    rows = {ranking[issue.rank - 1]: issue.uid for issue in issues}
    described = _values(connection, tables.texts.c.text, tracker, list(rows))
    with readable():
        return {
            uid: Text.model_validate_json(described[row]) if row in described else Text()
            for row, uid in rows.items()
        }


def issues_in(connection: Connection, tracker: AnyRow, rows: Sequence[int]) -> list[Issue]:
    """Return the issues in these rows with their descriptions; each has rank 1. Raises UnreadableError."""
    bodies = _values(connection, issues.c.document, tracker, rows)
    described = _values(connection, tables.texts.c.text, tracker, rows)
    with readable():
        return [issues_from([(bodies[row], described.get(row))], first_rank=1)[0] for row in rows]


def _values(
    connection: Connection, column: Column[str], tracker: AnyRow, rows: Sequence[int]
) -> dict[int, str]:
    """Return one column of these rows, by row number."""
    table = column.table
    query = select(table.c.row, column).where(table.c.tracker_id == tracker.id, table.c.row.in_(rows))
    return {number: value for number, value in connection.execute(query)}  # noqa: C416  a result is no mapping
