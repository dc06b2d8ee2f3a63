"""The order around whoever holds a place, found so that nothing is left to move once it is carried out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.model.verdict import Score
from posync.rules.ordering.filling import filled, reserved
from posync.rules.ordering.grounds import Grounds
from posync.rules.ordering.holding import Holding, holding
from posync.rules.ordering.settings import OrderSettings
from posync.rules.ordering.steadiness import steadied, still
from posync.rules.ordering.waiting import Waiting, waiting
from posync.rules.ordering.weighing import weighed

_TURNS = 12
"""How often an order is asked again at most; two or three times are the rule."""

_PATIENCE = 60_000
"""Issues that may be arranged again in all; a larger backlog takes what the first turn gives."""


def settled(
    backlog: Backlog,
    issues: Sequence[Issue],
    scores: Mapping[str, Score],
    settings: OrderSettings,
    today: date,
    *,
    left: Mapping[str, str],
) -> Grounds:
    """Return the grounds of an order that, once carried out, leaves nothing to move.

    Equals stand as they stand, and small moves count from where issues are: where somebody had to give way,
    the new order may therefore ask for another one. So it is asked again as if it had been carried out,
    until an order comes back; of those that follow each other in a ring, the first by uid is taken.
    """
    found = _unchanging(backlog, issues, scores, settings, today, left=left)
    if found.issues is not issues:
        stood = {issues[n].uid: at for members in lists(issues).values() for at, n in enumerate(members, 1)}
        found = replace(found, stood={n: stood[issue.uid] for n, issue in enumerate(found.issues)})
    return replace(found, steadied=_stays(issues, found)) if settings.stability else found


def _stays(issues: Sequence[Issue], grounds: Grounds) -> frozenset[int]:
    """Return who need not be moved among its neighbours though the least delay wants it elsewhere."""
    present, wanted = lists(issues), lists(grounds.issues, grounds.weighed.wanted)
    found: set[int] = set()
    for lane, way in lists(grounds.issues, grounds.way).items():
        free = set(wanted.get(lane, ()))
        now = (grounds.number[issues[n].uid] for n in present[lane])
        found |= still([n for n in now if n in free], wanted.get(lane, ()), [n for n in way if n in free])
    return frozenset(found)


def _unchanging(
    backlog: Backlog,
    issues: Sequence[Issue],
    scores: Mapping[str, Score],
    settings: OrderSettings,
    today: date,
    *,
    left: Mapping[str, str],
) -> Grounds:
    seen: dict[tuple[str, ...], Grounds] = {}
    found = _grounds(backlog, issues, scores, settings, today, left=left)
    for _ in range(min(_TURNS, _PATIENCE // max(len(issues), 1))):
        if not settings.stability and _undisturbed(found):
            return found
        order = tuple(found.issues[n].uid for n in found.way)
        if order in seen:
            ring = list(seen)[list(seen).index(order) :]
            return seen[min(ring)]
        seen[order] = found
        found = _grounds(backlog, _relisted(found), scores, settings, today, left=left)
    return found


def _undisturbed(grounds: Grounds) -> bool:
    """Whether the free issues stand as wanted and all others where they stood; such an order stays as it is."""
    free = [n for n in grounds.way if n in grounds.weighed.free]
    return free == list(grounds.weighed.wanted) and all(
        grounds.slot[n] == grounds.stood[n] for n in grounds.holding.kept
    )


def _relisted(grounds: Grounds) -> list[Issue]:
    """Return the issues as they would be numbered once the order was carried out, list by list."""
    now, wanted = lists(grounds.issues), lists(grounds.issues, grounds.way)
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
    *,
    left: Mapping[str, str],
) -> Grounds:
    """Weigh the free issues, steady them, and fill the lists around whoever holds a place."""
    held = holding(issues, scores, settings, today, left)
    waits = waiting(issues, backlog) if settings.blockers == "above" else Waiting()
    lanes = lists(issues)
    scored = {n: scores[issue.uid] for n, issue in enumerate(issues) if issue.uid in scores}
    fixed = {*held.kept, *(n for n, pin in held.pins.items() if pin.first == pin.last)}
    free = [n for n in scored if n not in fixed]
    worth = weighed(issues, scored, free, waits.above, backlog=backlog, settings=settings, today=today)
    steady = _steady(issues, worth.wanted, held, settings.stability)
    stood = {n: at for lane in lanes.values() for at, n in enumerate(lane, 1)}
    members = list(lanes.values())
    due = reserved(members, {n: stood[n] for n in held.kept}, held.pins, waits.above)
    first = {n: min(pin.first, len(lanes[_list(issues[n])])) for n, pin in held.pins.items()}
    way = filled(members, {n: at for at, n in enumerate(steady)}, due, first, waits.above)
    slot = {n: at for lane in lists(issues, way).values() for at, n in enumerate(lane, 1)}
    names = {uid: issue.key for uid in worth.epics if (issue := backlog.by_uid.get(uid))}
    return Grounds(issues, scored, waits, held, worth, way, slot, stood, names)


def _steady(issues: Sequence[Issue], wanted: Sequence[int], held: Holding, stability: int) -> list[int]:
    """Return the wanted order without small moves within a list."""
    if not stability:
        return list(wanted)
    members = lists(issues, [n for n in wanted if n not in held.pins])
    turn = {name: iter(steadied(sorted(nodes), nodes, stability)) for name, nodes in members.items()}
    return [n if n in held.pins else next(turn[_list(issues[n])]) for n in wanted]


def _list(issue: Issue) -> tuple[str, str]:
    return issue.tracker, issue.lane


def lists(issues: Sequence[Issue], way: Sequence[int] | None = None) -> dict[tuple[str, str], list[int]]:
    """Return the lists people see, as numbers: in their present order, or in the order `way`."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for n in range(len(issues)) if way is None else way:
        found[issues[n].tracker, issues[n].lane].append(n)
    return found
