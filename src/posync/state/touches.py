"""When people last touched an issue: trackers count posync's own writes as touches, too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from posync.state.rows import parts
from posync.state.tables import touches

CLOCKS_DIFFER = timedelta(minutes=2)
"""What a tracker calls updated so long after posync's write is that write; what is later is people's."""


@dataclass(frozen=True, slots=True)
class Touched:
    """When people last touched an issue, and when posync wrote to it after that."""

    people: datetime
    posync: datetime

    def by_people(self, updated: datetime) -> datetime:
        """Return when people last touched the issue, of which the tracker says when it was updated."""
        return min(self.people, updated) if updated <= self.posync + CLOCKS_DIFFER else updated


def intended(connection: Connection, workspace: int, updated: Mapping[str, datetime], now: datetime) -> None:
    """Note that posync is about to write to these issues, and when the tracker says they were updated."""
    for uids in parts(list(updated)):
        mine = (touches.c.workspace_id == workspace) & touches.c.uid.in_(uids)
        known = {r.uid: Touched(r.people, r.posync) for r in connection.execute(select(touches).where(mine))}
        connection.execute(delete(touches).where(mine))
        about = {"workspace_id": workspace, "posync": now}
        rows = [
            {
                **about,
                "uid": uid,
                "people": known[uid].by_people(updated[uid]) if uid in known else updated[uid],
            }
            for uid in uids
        ]
        connection.execute(insert(touches), rows)


def arrived(connection: Connection, workspace: int, uids: Collection[str], now: datetime) -> None:
    """Note that posync's write to these issues has taken effect by now."""
    for some in parts(list(uids)):
        mine = (touches.c.workspace_id == workspace) & touches.c.uid.in_(some)
        connection.execute(update(touches).where(mine).values(posync=now))
