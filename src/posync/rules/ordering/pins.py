"""Whether every pin is met, and whose wish stands against it where one is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from posync.rules.ordering.grounds import Grounds
from posync.rules.ordering.precedence import ancestors


def unmet(grounds: Grounds) -> Iterator[tuple[int, str]]:
    """Yield each pinned issue that stands elsewhere than its pin says, with both sides of the conflict."""
    if not grounds.holding.pins:
        return
    length = Counter((issue.tracker, issue.lane) for issue in grounds.issues)
    for n, pin in sorted(grounds.holding.pins.items()):
        size = length[grounds.issues[n].tracker, grounds.issues[n].lane]
        if not min(pin.first, size) <= grounds.slot[n] <= min(pin.last, size):
            yield n, f"{pin.words}, but {_rival(grounds, n)}. Change or remove one of the two"


def _rival(grounds: Grounds, n: int) -> str:
    pins, above = grounds.holding.pins, grounds.waiting.above
    for blocker in sorted(ancestors(n, above)):
        said = f" (which is {pins[blocker].words})" if blocker in pins else ""
        if said or grounds.slot[n] > pins[n].last:
            return f"it waits for {grounds.key(blocker)}{said}, which must stand above it"
    for other in sorted(pins):
        if other != n and n in ancestors(other, above):
            return f"{grounds.key(other)}, which is {pins[other].words}, waits for it"
    for other in sorted(pins):
        near = pins[other].first <= pins[n].last and pins[n].first <= pins[other].last
        if other != n and near and _same_list(grounds, n, other):
            return f"{grounds.key(other)} is {pins[other].words}"
    return f"what other issues wait for needs that place (it comes to stand at {grounds.slot[n]})"


def _same_list(grounds: Grounds, one: int, other: int) -> bool:
    mine, theirs = grounds.issues[one], grounds.issues[other]
    return (mine.tracker, mine.lane) == (theirs.tracker, theirs.lane)
