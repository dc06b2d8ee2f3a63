"""Where every open issue should stand, over all trackers as one backlog, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from posync.errors import RuleError
from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.model.verdict import Place, Score, Warned
from posync.rules.deciding import decided
from posync.rules.filling import filled, reserved
from posync.rules.grounds import Grounds
from posync.rules.holding import Holding, holding
from posync.rules.ordering import OrderSettings
from posync.rules.pins import unmet
from posync.rules.steadiness import steadied, still
from posync.rules.waiting import Waiting, waiting
from posync.rules.weighing import weighed
from posync.rules.worth import unknown_ties

_TURNS = 12
"""How often an order is asked again at most; two or three times are the rule."""

_PATIENCE = 60_000
"""Issues that may be arranged again in all; a larger backlog takes what the first turn gives."""


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
    backlog: Backlog, scores: Mapping[str, Score], settings: OrderSettings, today: date, *, pack: str = ""
) -> Arrangement:
    """Return the desired order of the open, ranked issues of one unified backlog; pure.

    An issue that is absent from `scores` keeps its place; one whose score is None stands below all
    others. `pack` names the policy in warnings and errors. Raises RuleError where a pin cannot be met;
    the error names both sides.
    """
    ranked = (issue for issue in backlog.issues if issue.is_open and issue.ranked)
    issues = sorted(ranked, key=lambda issue: (issue.tracker, issue.rank, issue.uid))
    grounds = _settled(backlog, issues, scores, settings, today)
    lanes = _lanes(grounds.issues)
    size = {n: len(members) for members in lanes.values() for n in members}
    for n, because in unmet(grounds, size):
        raise RuleError(pack, grounds.key(n), because)
    found = enumerate(grounds.way, 1)
    stood = {issues[n].uid: at for members in _lanes(issues).values() for at, n in enumerate(members, 1)}
    places = tuple(Place(grounds.issues[n].uid, at, grounds.reasons(n, stood)) for at, n in found)
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


def _settled(
    backlog: Backlog,
    issues: Sequence[Issue],
    scores: Mapping[str, Score],
    settings: OrderSettings,
    today: date,
) -> Grounds:
    """Return the grounds of an order that, once carried out, leaves nothing to move.

    Equals stand as they stand, and small moves count from where issues are: where somebody had to give way,
    the new order may therefore ask for another one. So it is asked again as if it had been carried out,
    until an order comes back; of those that follow each other in a ring, the first by uid is taken.
    """
    seen: dict[tuple[str, ...], Grounds] = {}
    found = _grounds(backlog, issues, scores, settings, today)
    for _ in range(min(_TURNS, _PATIENCE // max(len(issues), 1))):
        if not settings.stability and _undisturbed(found):
            return found
        order = tuple(found.issues[n].uid for n in found.way)
        if order in seen:
            ring = list(seen)[list(seen).index(order) :]
            return seen[min(ring)]
        seen[order] = found
        found = _grounds(backlog, _relisted(found), scores, settings, today)
    return found


def _undisturbed(grounds: Grounds) -> bool:
    """Whether the free issues stand as wanted and all others where they stood; such an order stays as it is."""
    free = [n for n in grounds.way if n in grounds.weighed.free]
    lanes = _lanes(grounds.issues)
    stood = {n: at for lane in lanes.values() for at, n in enumerate(lane, 1)}
    return free == list(grounds.weighed.wanted) and all(
        grounds.slot[n] == stood[n] for n in grounds.holding.kept
    )


def _relisted(grounds: Grounds) -> list[Issue]:
    """Return the issues as they would be numbered once the order was carried out, list by list."""
    now, wanted = _lanes(grounds.issues), _lanes(grounds.issues, grounds.way)
    issues = list(grounds.issues)
    for lane, members in now.items():
        for at, n in zip(members, wanted[lane], strict=True):
            issues[at] = grounds.issues[n]
    return issues


def _grounds(
    backlog: Backlog,
    issues: Sequence[Issue],
    scores: Mapping[str, Score],
    settings: OrderSettings,
    today: date,
) -> Grounds:
    """Weigh the free issues, steady them, and fill the lists around whoever holds a place."""
    held = holding(issues, scores, settings, today)
    waits = waiting(issues, backlog) if settings.blockers == "above" else Waiting()
    lanes = _lanes(issues)
    scored = {n: scores[issue.uid] for n, issue in enumerate(issues) if issue.uid in scores}
    fixed = {*held.kept, *(n for n, pin in held.pins.items() if pin.first == pin.last)}
    free = [n for n in scored if n not in fixed]
    worth = weighed(issues, scored, free, waits.above, backlog=backlog, settings=settings, today=today)
    steady, stays = _steady(issues, worth.wanted, held, settings.stability)
    slots = {n: at for lane in lanes.values() for at, n in enumerate(lane, 1)}
    members = list(lanes.values())
    due = reserved(members, {n: slots[n] for n in held.kept}, held.pins, waits.above)
    first = {n: min(pin.first, len(lanes[_lane(issues[n])])) for n, pin in held.pins.items()}
    way = filled(members, {n: at for at, n in enumerate(steady)}, due, first, waits.above)
    slot = {n: at for lane in _lanes(issues, way).values() for at, n in enumerate(lane, 1)}
    names = {uid: issue.key for uid in worth.epics if (issue := backlog.by_uid.get(uid))}
    return Grounds(issues, scored, waits, held, worth, stays, way, slot, names)


def _steady(
    issues: Sequence[Issue], wanted: Sequence[int], held: Holding, stability: int
) -> tuple[list[int], frozenset[int]]:
    """Return the wanted order without small moves within a list, and the issues that stay because of that."""
    if not stability:
        return list(wanted), frozenset()
    lanes = _lanes(issues, [n for n in wanted if n not in held.pins])
    steady = {lane: steadied(sorted(nodes), nodes, stability) for lane, nodes in lanes.items()}
    stays = frozenset(n for lane, nodes in lanes.items() for n in still(sorted(nodes), nodes, steady[lane]))
    turn = {lane: iter(nodes) for lane, nodes in steady.items()}
    return [n if n in held.pins else next(turn[_lane(issues[n])]) for n in wanted], stays


def _lane(issue: Issue) -> tuple[str, str]:
    return issue.tracker, issue.lane


def _lanes(issues: Sequence[Issue], way: Sequence[int] | None = None) -> dict[tuple[str, str], list[int]]:
    """Return the lists people see, as numbers: in their present order, or in the order `way`."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for n in range(len(issues)) if way is None else way:
        found[issues[n].tracker, issues[n].lane].append(n)
    return found


def _warnings(grounds: Grounds, settings: OrderSettings) -> Iterator[str]:
    yield from grounds.holding.warnings
    for circle in grounds.waiting.circles:
        yield f"{grounds.keys(circle)} wait for each other: they keep their present order until one link is taken away"
    if outside := sorted(grounds.waiting.outside):
        some = ", ".join(f"{grounds.key(n)} for {grounds.waiting.outside[n][0]}" for n in outside[:3])
        more = f" and {len(outside) - 3} more" if len(outside) > 3 else ""
        yield (
            f"some issues wait for others that have no place in this backlog, which is not taken into account: {some}{more}"
        )
    for name in unknown_ties(list(grounds.scores.values()), settings):
        yield f"ties: nothing is called {name.removeprefix('-')}, neither an input of the score nor a trait of an issue"
