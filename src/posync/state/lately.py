"""What posync wrote so lately, from whichever machine, that a tracker's search may not show it yet."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from posync.model.observation import LATELY, Written
from posync.state.failures import UnreadableError, readable
from posync.state.tables import AnyRow, entries, runs


def lately(connection: Connection, workspace: int, tracker: str) -> tuple[Written, ...]:
    """Return the latest writes to a tracker, oldest first; where the journal is damaged, none."""
    since = datetime.now(UTC) - LATELY
    # Entries are numbered as they come: what is older is looked at once, from the newest backwards.
    older = select(entries.c.id).where(entries.c.intended < since).order_by(entries.c.id.desc()).limit(1)
    try:
        last = connection.execute(older).scalar() or 0
        query = (
            select(entries.c.write, entries.c.intended, entries.c.settled)
            .join(runs, runs.c.id == entries.c.run_id)
            .where(entries.c.id > last, runs.c.workspace_id == workspace)
            .order_by(entries.c.id)
        )
        rows = connection.execute(query).all()
        return tuple(each for row in rows if (each := _written(row)).write.tracker == tracker)
    except UnreadableError:
        return ()


def _written(row: AnyRow) -> Written:
    from posync.model.plan import Write  # noqa: PLC0415 - most pulls find none

    with readable():
        return Written(row.settled or row.intended, Write.model_validate_json(row.write))
