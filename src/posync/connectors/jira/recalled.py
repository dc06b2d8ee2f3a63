"""What posync wrote from other machines: the journal tells where this one's own notes lack it."""

from __future__ import annotations

from posync.connectors.jira.ranked import Placed, recall
from posync.connectors.jira.site import Site
from posync.model.observation import Memory


def recall_writes(site: Site, memory: Memory | None, *, cloud: bool) -> None:
    """Remember of a site what the journal knows of the latest writes; asks nothing."""
    if memory is None or not memory.written:
        return
    from posync.connectors.jira.writes import RANK  # noqa: PLC0415 - most pulls find none
    from posync.model.change import Move  # noqa: PLC0415

    now, times, placed = site.transport.clock.wall(), dict[str, float](), list[Placed]()
    for when, write in memory.written:
        at = min(now, when.timestamp())  # the other machine's clock may be ahead
        ids = list(dict.fromkeys(_id(site, change.uid) for change in write.changes))
        if write.route == RANK and isinstance(first := write.changes[0], Move):
            placed.append(Placed(at, _id(site, first.anchor), first.side, ids))
        if cloud or write.route != RANK:  # a new rank is no update on Data Center
            times |= dict.fromkeys(ids, at)
    recall(site, placed)
    site.recall_written(times)


def _id(site: Site, uid: str) -> str:
    return uid.removeprefix(f"{site.name}:")
