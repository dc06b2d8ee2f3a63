"""What a tracker looks like right now, as far as a plan touches it; read again once it may be out of date."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from posync.connectors.base import Reader
from posync.model.change import Change, Comment, Move
from posync.model.issue import Issue


class Present:
    """The issues, comments and orders that some changes touch; times are seconds of `clock`."""

    def __init__(self, reader: Reader, clock: Callable[[], float] = time.monotonic) -> None:
        self._reader, self._clock = reader, clock
        self.issues: dict[str, Issue | None] = {}
        self.comments: dict[str, tuple[str, str] | None] = {}
        self.orders: dict[str, tuple[str, ...]] = {}
        self._seen: dict[str, float] = {}
        self._lanes_seen: dict[str, float] = {}

    def read(self, changes: Iterable[Change]) -> None:
        """Read all that these changes touch: one look at the issues, one order per lane, their comments."""
        changes = list(changes)
        now = self._clock()
        uids = list(dict.fromkeys(change.uid for change in changes))
        if uids:
            found = self._reader.look(uids)
            self.issues |= {uid: found.get(uid) for uid in uids}
            self._seen |= dict.fromkeys(uids, now)
        self._read_comments([c.uid for c in changes if isinstance(c, Comment) and self.issues[c.uid]])
        for lane in dict.fromkeys(c.lane for c in changes if isinstance(c, Move)):
            self.orders[lane] = self._reader.order(lane)
            self._lanes_seen[lane] = now

    def _read_comments(self, uids: list[str]) -> None:
        if uids:
            said: Mapping[str, tuple[str, str] | None] = self._reader.comments(uids)
            self.comments |= {uid: said.get(uid) for uid in uids}

    def is_older(self, changes: Iterable[Change], seconds: float) -> bool:
        """Whether anything these changes touch was read longer ago than that."""
        before = self._clock() - seconds
        return any(
            self._seen[change.uid] < before
            or (isinstance(change, Move) and self._lanes_seen[change.lane] < before)
            for change in changes
        )
