"""What a tracker looks like right now, as far as a plan touches it; read again once it may be out of date."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from posync.applying.places import after
from posync.connectors.base import Reader
from posync.model.change import Change, Comment, Move
from posync.model.issue import Issue, State

LONG = 5000
"""An order of up to so many issues is read in one request, by both vendors."""

AHEAD = 100
"""So many issues are looked at in one request, even where Jira takes no more."""


class News(NamedTuple):
    """What a look has shown: the issues looked at, those gone or in another state, lists that people have changed."""

    issues: frozenset[str] = frozenset()
    turned: frozenset[str] = frozenset()
    lanes: frozenset[str] = frozenset()


class Present:
    """The issues, comments and orders that some changes touch; times are seconds of `clock`."""

    def __init__(self, reader: Reader, clock: Callable[[], float] = time.monotonic) -> None:
        self._reader, self._clock = reader, clock
        self.issues: dict[str, Issue | None] = {}
        self.comments: dict[str, tuple[str, str] | None] = {}
        self.orders: dict[str, tuple[str, ...]] = {}
        self._seen: dict[str, float] = {}
        self._lanes_seen: dict[str, float] = {}
        self._current: set[str] = set()  # lanes read since the last write

    def read(self, changes: Iterable[Change]) -> None:
        """Read all that these changes touch: the issues and the order of each lane in one look, and their comments."""
        changes = list(changes)
        self._look(changes, dict.fromkeys(c.lane for c in changes if isinstance(c, Move)))

    def renew(self, changes: Sequence[Change], coming: Iterable[Change], seconds: float) -> News:
        """Read again what is too old for these changes to be written; return what that has shown.

        Issues are too old after some seconds, and then as many of the `coming` ones are looked at as one
        request takes. An order is too old once anything was written: a label is added beside what people
        add, but a move would undo theirs. Only orders longer than a request are trusted for the seconds.
        """
        before = self._clock() - seconds
        lanes = {c.lane: None for c in changes if isinstance(c, Move) and self._is_outdated(c.lane, before)}
        looked: list[Change] = []
        if any(self._seen[c.uid] < before for c in changes):
            old = (*changes, *(c for c in coming if self._seen[c.uid] < before))
            near = set(list(dict.fromkeys(c.uid for c in old))[:AHEAD])
            looked = [c for c in old if c.uid in near]
        return self._look(looked, lanes) if looked or lanes else News()

    def moved(self, batch: Sequence[Move]) -> None:
        """Enter moves that posync has made into the order as it was read."""
        lane = batch[0].lane
        self.orders[lane] = tuple(after(self.orders[lane], batch))

    def forget_orders(self) -> None:
        """Note that a write was sent: people may have moved something meanwhile."""
        self._current.clear()

    def _is_outdated(self, lane: str, before: float) -> bool:
        if len(self.orders[lane]) > LONG:
            return self._lanes_seen[lane] < before
        return lane not in self._current

    def _look(self, changes: Sequence[Change], lanes: Iterable[str]) -> News:
        now = self._clock()
        uids, lanes = list(dict.fromkeys(change.uid for change in changes)), list(lanes)
        found = self._reader.survey(uids, lanes)
        new = {uid: found.issues.get(uid) for uid in uids}
        news = News(
            frozenset(uids),
            frozenset(uid for uid in uids if _state(new[uid]) != _state(self.issues.get(uid))),
            frozenset(lane for lane in lanes if found.orders[lane] != self.orders.get(lane)),
        )
        self.issues |= new
        self._seen |= dict.fromkeys(uids, now)
        self.orders |= {lane: found.orders[lane] for lane in lanes}
        self._lanes_seen |= dict.fromkeys(lanes, now)
        self._current |= set(lanes)
        self._read_comments([c.uid for c in changes if isinstance(c, Comment) and self.issues[c.uid]])
        return news

    def _read_comments(self, uids: list[str]) -> None:
        if uids:
            said: Mapping[str, tuple[str, str] | None] = self._reader.comments(uids)
            self.comments |= {uid: said.get(uid) for uid in uids}


def _state(issue: Issue | None) -> State | None:
    return issue.state if issue is not None else None
