"""Which part of Trello a tracker is: one board, or some of its lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple
from urllib.parse import quote

from posync.connectors.trello.frame import BoardList, Frame
from posync.errors import NotFound


class TrelloScope(NamedTuple):
    """A board by id or short link, and lists by name (letter case ignored) or id; none means all."""

    board: str
    lists: Sequence[str] = ()

    def lanes(self, frame: Frame, tracker: str) -> Mapping[str, BoardList]:
        """Return the lists in scope, in board order; raises NotFound for a name that no list has."""
        if not self.lists:
            return frame.lists
        wanted = {_plain(name): name for name in self.lists}
        found = {
            lane.id: lane
            for lane in frame.lists.values()
            if lane.id in self.lists or (_plain(lane.name) in wanted and not lane.closed)
        }
        named = {_plain(lane.name) for lane in found.values()} | set(found)
        for plain, name in wanted.items():
            if plain not in named and name not in named:
                raise NotFound(
                    tracker, "pull the board", f"the board has no list {name!r}", remedy=_hint(name, frame)
                )
        return found


def board_in(text: str) -> str:
    """Return what Trello's routes call a board: its id or short link, also where its whole address was given."""
    found = re.match(r"https?://[^/]+/b/([0-9A-Za-z]+)", text.strip())
    return found.group(1) if found else quote(text.strip(), safe="")


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _hint(name: str, frame: Frame) -> str:
    open_lists = [lane.name for lane in frame.lists.values() if not lane.closed]
    close = get_close_matches(name, open_lists, n=1)
    if close:
        return f"Did you mean {close[0]!r}? Mend scope.lists in the workspace file."
    return f"Its lists are: {', '.join(map(repr, open_lists[:20]))}. Mend scope.lists in the workspace file."
