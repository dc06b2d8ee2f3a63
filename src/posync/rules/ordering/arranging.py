"""Where every open issue should stand, over all trackers as one backlog, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from posync.errors import RuleError
from posync.model.backlog import Backlog
from posync.model.listing import few
from posync.model.verdict import Place, Score, Warned
from posync.rules.ordering.deciding import decided
from posync.rules.ordering.grounds import Grounds
from posync.rules.ordering.pins import unmet
from posync.rules.ordering.settings import OrderSettings
from posync.rules.ordering.settling import settled
from posync.rules.ordering.worth import unknown_ties


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The desired order with its reasons.

    `places` holds every open, ranked issue of the backlog exactly once, in the desired order, ranks from
    1; those that keep their place (in progress, in the active sprint, without a score) are among them, at
    a rank that leaves them where they stand in their own list. `grounds` is for `why_above`.
    """

    places: tuple[Place, ...]
    warnings: tuple[Warned, ...] = ()
    grounds: Grounds | None = field(default=None, repr=False, compare=False)


def arrange(
    backlog: Backlog,
    scores: Mapping[str, Score],
    settings: OrderSettings,
    today: date,
    *,
    pack: str = "",
    left: Mapping[str, str] = MappingProxyType({}),
) -> Arrangement:
    """Return the desired order of the open, ranked issues of one unified backlog; pure.

    An issue that is absent from `scores` keeps its place; one whose score is None stands below all
    others. `left` says why an issue has no score, by uid; `pack` names the policy in warnings and errors.
    Raises RuleError where a pin cannot be met; the error names both sides.
    """
    ranked = (issue for issue in backlog.issues if issue.is_open and issue.ranked)
    issues = sorted(ranked, key=lambda issue: (issue.tracker, issue.rank, issue.uid))
    grounds = settled(backlog, issues, scores, settings, today, left=left)
    for n, because in unmet(grounds):
        raise RuleError(pack, grounds.key(n), because)
    found = enumerate(grounds.way, 1)
    places = tuple(Place(grounds.issues[n].uid, at, grounds.reasons(n)) for at, n in found)
    warned = tuple(Warned(pack, because) for because in _warnings(grounds, settings))
    return Arrangement(places, warned, grounds)


def why_above(arrangement: Arrangement, above: str, below: str) -> str:
    """Return the term, tie or constraint that decides why the uid `above` stands above `below`.

    A clause without its subject ("score 5 against 3"); where `above` stands below, it begins with that. Raises
    ValueError where one of the two has no place.
    """
    grounds = arrangement.grounds
    if grounds is None or above not in grounds.number or below not in grounds.number:
        lost = next(uid for uid in (above, below) if grounds is None or uid not in grounds.number)
        raise ValueError(f"{lost} has no place in this order: it is done, not ranked, or not in the backlog")
    one, other = grounds.number[above], grounds.number[below]
    if one == other:
        raise ValueError(f"{grounds.key(one)} cannot stand above itself")
    high, low = sorted((one, other), key=grounds.place.__getitem__)
    why = decided(grounds, high, low)
    return why if high == one else f"it stands below, for the other way round: {why}"


def _warnings(grounds: Grounds, settings: OrderSettings) -> Iterator[str]:
    yield from grounds.holding.warnings
    for circle in grounds.waiting.circles:
        yield f"{grounds.keys(circle)} wait for each other: they keep their present order until one link is taken away"
    if outside := sorted(grounds.waiting.outside):
        waits = few((f"{grounds.key(n)} for {grounds.waiting.outside[n][0]}" for n in outside), 3)
        yield f"some issues wait for others that have no place in this backlog, which is not taken into account: {waits}"
    for name in unknown_ties(list(grounds.scores.values()), settings):
        yield f"ties: nothing is called {name.removeprefix('-')}, neither an input of the score nor a trait of an issue"
