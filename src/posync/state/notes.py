"""What posync has said before, and what people have accepted: comments, flags, baseline, packs, touches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import Table, bindparam, delete, insert, select

from posync.model.verdict import Flag
from posync.state.database import Database
from posync.state.tables import AnyRow, baseline, comments, flags, packs, touches
from posync.state.touches import Touched

_CHUNK = 500
_Each = TypeVar("_Each")


class Notes:
    """The notes of one workspace."""

    def __init__(self, database: Database, workspace_id: int) -> None:
        self._database, self._workspace = database, workspace_id

    def comments(self) -> dict[str, tuple[str, str | None]]:
        """Return posync's comments by uid, each as (the vendor's id, text); no text where people have taken it over."""
        return {
            row.uid: (row.comment_id, row.text if row.comment_id else None) for row in self._rows(comments)
        }

    def remember_comment(self, uid: str, comment_id: str | None, text: str) -> None:
        """Note the comment that stands on an issue; None where there is none any more."""
        mine = (comments.c.workspace_id == self._workspace) & (comments.c.uid == uid)
        with self._database.writing() as connection:
            connection.execute(delete(comments).where(mine))
            if comment_id is not None:
                row = {"workspace_id": self._workspace, "uid": uid, "comment_id": comment_id, "text": text}
                connection.execute(insert(comments).values(row))

    def first_flagged(self, checks: Collection[str] | None) -> dict[tuple[str, str], date]:
        """Return since when each flag has been up, by (uid, check); only of these checks, where they are named."""
        query = select(flags).where(flags.c.workspace_id == self._workspace)
        if checks is not None:
            query = query.where(flags.c.check_name.in_(checks))
        with self._database.reading() as connection:
            return {(row.uid, row.check_name): row.since for row in connection.execute(query)}

    def touched(self) -> dict[str, Touched]:
        """Return when people last touched the issues that posync has written to, by uid."""
        return {row.uid: Touched(row.people, row.posync) for row in self._rows(touches)}

    def remember_flags(self, raised: Iterable[Flag], today: date) -> None:
        """Note the flags that are up; the ones that were up already keep their date.

        Only what differs is written: on most days nearly all flags are those of the day before.
        What people have taken over is theirs no more once nothing is to be said about that issue.
        """
        raised = tuple(raised)
        speaking = {flag.uid for flag in raised if flag.comment}
        theirs = [uid for uid, (_, text) in self.comments().items() if text is None]
        for uid in theirs:
            if uid not in speaking:
                self.remember_comment(uid, None, "")
        new = {(flag.uid, flag.check) for flag in raised}
        one = (flags.c.uid == bindparam("_uid")) & (flags.c.check_name == bindparam("_check"))
        with self._database.writing() as connection:
            known = select(flags.c.uid, flags.c.check_name).where(flags.c.workspace_id == self._workspace)
            gone = []
            for uid, check in connection.execute(known):
                if (uid, check) in new:
                    new.remove((uid, check))
                else:
                    gone.append({"_uid": uid, "_check": check})
            for part in _parts(gone):
                connection.execute(delete(flags).where(flags.c.workspace_id == self._workspace, one), part)
            about = {"workspace_id": self._workspace, "since": today}
            for some in _parts(sorted(new)):
                rows = [{**about, "uid": uid, "check_name": check} for uid, check in some]
                connection.execute(insert(flags), rows)

    def baseline(self) -> frozenset[tuple[str, str]]:
        """Return the accepted flags, as (uid, check)."""
        return frozenset((row.uid, row.check_name) for row in self._rows(baseline))

    def set_baseline(self, accepted: Iterable[tuple[str, str]]) -> None:
        """Accept exactly these flags."""
        self._replace(baseline, [{"uid": uid, "check_name": check} for uid, check in sorted(set(accepted))])

    def accepted_packs(self) -> dict[str, str]:
        """Return the accepted digest of each pack."""
        return {row.name: row.digest for row in self._rows(packs)}

    def accept_packs(self, digests: Mapping[str, str]) -> None:
        """Accept exactly these packs."""
        self._replace(packs, [{"name": name, "digest": digest} for name, digest in digests.items()])

    def _rows(self, table: Table) -> Sequence[AnyRow]:
        with self._database.reading() as connection:
            return connection.execute(select(table).where(table.c.workspace_id == self._workspace)).all()

    def _replace(self, table: Table, rows: list[dict[str, object]]) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(table).where(table.c.workspace_id == self._workspace))
            if rows:
                connection.execute(insert(table), [{"workspace_id": self._workspace, **row} for row in rows])


def _parts(every: Sequence[_Each]) -> Iterator[Sequence[_Each]]:
    """Yield a few at a time, so that no statement carries a hundred thousand rows."""
    return (every[start : start + _CHUNK] for start in range(0, len(every), _CHUNK))
