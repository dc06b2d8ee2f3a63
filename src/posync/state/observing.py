"""One pull on its way in: pages set aside as they arrive, made the picture all at once at the end."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from posync.errors import Incomplete
from posync.model.issue import Issue
from posync.model.observation import Aside, Observation
from posync.state.aside import NOTHING, Pile, noted, pile
from posync.state.database import Database
from posync.state.documents import SHAPE, Document, document
from posync.state.failures import UnreadableError
from posync.state.picture import issues_in, seen
from posync.state.rows import delete_by, delete_range, delete_rows, highest, insert_rows
from posync.state.tables import AnyRow, issues, texts, tombstones, trackers

_CHUNK = 500


class Observing:
    """One pull on its way in; nothing of it is visible until `finish`."""

    def __init__(
        self, database: Database, workspace_id: int, tracker: str, began: datetime | None = None
    ) -> None:
        """`began` is when the tracker was first asked, where that was before now."""
        self._database, self._name = database, tracker
        self._began = began or datetime.now(UTC)
        with database.alone(repeatable=True) as connection:
            found = _last_picture(connection, workspace_id, tracker)
        self._tracker, self._before, self._pile, self._start = found
        self._rows = {id_: found.row for id_, found in self._before.items()}
        self._handed: set[str] = set()
        self._first: int = self._tracker.newest
        aside = (each.row for each in self._pile.found.values())
        self._top: int = max(self._first, *aside, 0)  # of the rows that another pull may find
        self._last = self._start  # above the rows of a pull that may still be alive and take them for its own
        self._finished = False
        self._mutex = threading.Lock()

    def keep(self, page: Sequence[Issue]) -> None:
        """Set aside a page of issues; their `rank` is ignored, the observation's order counts.

        Pages may come from several threads. What is unchanged is not written again.
        """
        self.take([document(issue) for issue in page])

    def take(self, page: Sequence[Document]) -> None:
        """Set aside a page of issues in the form in which they are kept."""
        documents = {found.id: found for found in page}
        with self._mutex:
            new = [d for d in documents.values() if not self._is_known(d)]
            numbered = list(enumerate(new, self._last + 1))
            if numbered:
                with self._database.writing(repeatable=True) as connection:
                    self._claim(connection)
                    insert_rows(connection, self._tracker.id, numbered)
            self._last += len(new)
            self._handed.update(documents)
            self._rows |= {id_: self._before[id_].row for id_ in documents if id_ in self._before}
            self._rows |= {d.id: row for row, d in numbered}

    def _is_known(self, found: Document) -> bool:
        return found.id in self._before and self._before[found.id].digest == found.digest

    def resume(self, note: str, ids: Iterable[str]) -> None:
        """Take those of these issues for handed over that earlier pulls have set aside under this note.

        Raises Incomplete where that is there no more.
        """
        if self._pile.note != note:
            raise self._incomplete("what earlier pulls had set aside is no longer there")
        for id_ in ids:
            found, known = self._pile.found.get(id_), self._before.get(id_)
            if found is not None and id_ not in self._handed:
                self._rows[id_] = known.row if known and known.digest == found.digest else found.row
                self._handed.add(id_)

    def set_aside(self, aside: Aside) -> None:
        """Keep what was handed over of these issues for the next pull; the picture stays what it was.

        Raises Incomplete where another pull of the tracker has begun or ended meanwhile.
        """
        if aside.after:
            self.resume(aside.after, aside.ids)
        rows = {self._rows[id_] for id_ in aside.ids if id_ in self._handed}
        with self._database.writing(repeatable=True) as connection:
            self._claim(connection)
            delete_rows(connection, self._tracker.id, self._outdated(rows | self._pictured))
            values = {"aside": noted(aside.note, rows), "aside_at": datetime.now(UTC)}
            connection.execute(update(trackers).where(trackers.c.id == self._tracker.id).values(values))
        self._finished = True

    def altered(self) -> Iterator[tuple[Issue | None, Issue]]:
        """Yield each issue that was handed over other than it stood in the last picture: (then, now).

        `then` is None for what the last picture lacks. Raises StateError where it is damaged.
        """
        handed = sorted(self._handed)
        new = [self._rows[id_] for id_ in handed if id_ not in self._before]
        for start in range(0, len(new), _CHUNK):
            with self._database.reading() as connection:
                yield from (
                    (None, now) for now in issues_in(connection, self._tracker, new[start : start + _CHUNK])
                )
        pairs = [(self._before[id_].row, self._rows[id_]) for id_ in handed if id_ in self._before]
        changed = [(then, now) for then, now in pairs if then != now]
        for start in range(0, len(changed), _CHUNK):
            old, now = zip(*changed[start : start + _CHUNK], strict=True)
            with self._database.reading() as connection:
                before, after = (issues_in(connection, self._tracker, rows) for rows in (old, now))
            yield from zip(before, after, strict=True)

    def finish(self, observation: Observation) -> int:
        """Make this the picture and return how many issues are new, altered or gone.

        Raises Incomplete where the observation names issues that nobody handed over.
        """
        order = [uid.partition(":")[2] for uid in observation.order]
        self._verify(order, self._handed if observation.full else self._rows)
        ranking = [self._rows[id_] for id_ in order]
        staying = set(order)
        used_up = observation.full or observation.used_up
        beside = set() if used_up else {each.row for each in self._pile.found.values()}
        outdated = self._outdated(beside.union(ranking))
        left = {id_: found.key for id_, found in self._before.items() if id_ not in staying}
        with self._database.writing(repeatable=True) as connection:
            self._claim(connection)
            delete_rows(connection, self._tracker.id, outdated)
            self._bury(connection, left, order, observation.gone)
            values: dict[str, Any] = {
                "cursor": observation.cursor,
                "shown_by": observation.shown_by,
                "observed": self._began,
                "shape": SHAPE,
                "ranking": json.dumps(ranking),
                "newest": self._last,
            }
            if used_up:
                values |= {"aside": None, "aside_at": None}
            connection.execute(update(trackers).where(trackers.c.id == self._tracker.id).values(values))
        self._finished = True
        pictured = self._pictured
        return len([row for row in ranking if row not in pictured]) + len(left)

    def discard(self) -> None:
        """Forget what was set aside and never finished."""
        if self._finished or not self._own:
            return
        newest = select(trackers.c.newest).where(trackers.c.id == self._tracker.id)
        with self._database.writing(repeatable=True) as connection:
            if connection.execute(newest).scalar_one() == self._first:
                delete_range(connection, self._tracker.id, self._own)

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
        mine = self._tracker
        last = select(trackers.c.newest, trackers.c.observed, trackers.c.aside_at)
        found = connection.execute(last.where(trackers.c.id == mine.id).with_for_update()).one()
        if found != (self._first, mine.observed, mine.aside_at):
            raise self._incomplete("another pull of the same tracker has ended meanwhile")
        last_row = highest(connection, self._tracker.id)
        rival = last_row != self._own[-1] if self._own else last_row > self._top
        if rival:
            raise self._incomplete("another pull of the same tracker has begun meanwhile")

    def _outdated(self, staying: Collection[int]) -> list[int]:
        """Return the rows of the last picture, of this pull and of earlier ones that are not among those staying."""
        aside = (each.row for each in self._pile.found.values())
        return sorted(self._pictured.union(self._own, aside).difference(staying))

    @property
    def _pictured(self) -> set[int]:
        """The rows of the last picture."""
        return {found.row for found in self._before.values()}

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
        buried = _buried(connection, tracker)
        delete_by(connection, tombstones.c.id, tracker, sorted(buried & (left.keys() | set(order))))
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
) -> tuple[AnyRow, dict[str, AnyRow], Pile, int]:
    """Return the tracker's row, its last picture, what is set aside, and the highest row number used so far.

    Where any of it is damaged, the tracker counts as never pulled.
    """
    its = (trackers.c.workspace_id == workspace_id) & (trackers.c.name == tracker)
    mine = select(trackers).where(its)
    try:
        found = connection.execute(mine.with_for_update()).first()  # no pull ends while this looks
        if found is not None:
            return _left_behind(connection, found)
    except UnreadableError:
        connection.execute(delete(trackers).where(its))
    connection.execute(insert(trackers).values(workspace_id=workspace_id, name=tracker))
    new = connection.execute(mine).one()
    for table in (issues, texts, tombstones):  # a damaged state may hold rows that were nobody's
        connection.execute(delete(table).where(table.c.tracker_id == new.id))
    return new, {}, NOTHING, 0


def _left_behind(connection: Connection, found: AnyRow) -> tuple[AnyRow, dict[str, AnyRow], Pile, int]:
    """Return what `_last_picture` does for a tracker's row; raises UnreadableError."""
    last = highest(connection, found.id)
    before, aside = seen(connection, found), pile(connection, found)
    if found.aside is not None:
        delete_rows(connection, found.id, _left_over(connection, found.id, before, aside.found))
    elif last > found.newest:
        left = range(found.newest + 1, last + 1)  # by a pull that died
        delete_range(connection, found.id, left)
    if found.aside is not None and not aside.found:
        nothing = {"aside": None, "aside_at": None}
        connection.execute(update(trackers).where(trackers.c.id == found.id).values(nothing))
        found = connection.execute(select(trackers).where(trackers.c.id == found.id)).one()
    return found, before, aside, max(last, found.newest)


def _buried(connection: Connection, tracker: int) -> set[str]:
    """Return the ids of the issues that have left; what cannot be read of them is forgotten."""
    mine = tombstones.c.tracker_id == tracker
    try:
        return {row.id for row in connection.execute(select(tombstones).where(mine))}
    except UnreadableError:
        connection.execute(delete(tombstones).where(mine))
        return set()


def _left_over(connection: Connection, tracker: int, *used: Mapping[str, AnyRow]) -> list[int]:
    """Return the rows of pulls that died, and those set aside that are of no use any more."""
    rows = connection.execute(select(issues.c.row).where(issues.c.tracker_id == tracker)).scalars()
    return sorted(set(rows).difference(*({found.row for found in each.values()} for each in used)))


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
