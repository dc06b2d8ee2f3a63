"""The order that costs the least delay, over the issues that are free to move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.model.verdict import Score
from posync.rules.ordering.hierarchy import by_epic, epics
from posync.rules.ordering.least_delay import Block, Job, blocks, merged
from posync.rules.ordering.precedence import Above, followers, reached
from posync.rules.ordering.settings import OrderSettings
from posync.rules.ordering.waiting import through
from posync.rules.ordering.worth import Raised, Tie, by_ties, jobs, tie_columns, waited


@dataclass(frozen=True, slots=True)
class Weighed:
    """The wanted order of the free issues and what it rests on, all by number in the backlog.

    `worth` and `ties` go by the position in `free`; `blocks` holds those of several issues. `epic` names the epic an issue is ordered by, `epics` the units in
    order (an epic's uid, or None for an issue without one).
    """

    wanted: Sequence[int]
    free: Mapping[int, int]
    worth: Sequence[Job]
    blocks: Mapping[int, Block]
    ties: Sequence[Tie]
    older: Mapping[int, Raised]
    epic: Mapping[int, str] = field(default_factory=dict)
    epics: Sequence[str] = ()

    def block(self, n: int) -> Block:
        """Return what an issue stands together with, or the issue alone."""
        job = self.worth[self.free[n]]
        return self.blocks.get(n) or Block((n,), job.cost / job.size)


def weighed(
    issues: Sequence[Issue],
    scores: Mapping[int, Score],
    free: Sequence[int],
    above: Above,
    *,
    backlog: Backlog,
    settings: OrderSettings,
    today: date,
) -> Weighed:
    """Return the order of the `free` issues; those that are not free hand their constraints on."""
    own = [scores[n] for n in free]
    mine = [issues[n] for n in free]
    number = {n: at for at, n in enumerate(free)}
    bound = {n for node, needs in above.items() for n in (node, *needs)}
    handed = through(above, bound - number.keys())
    links = {number[n]: {number[blocker] for blocker in needs} for n, needs in handed.items()}
    older = waited(mine, own, {number[n] for n in above if n in number}, settings.aging, today)
    columns = tie_columns(mine, own, settings)
    ties = by_ties(_as_they_stand(mine, free, above, number), columns)
    worth = jobs(own, older, ties)
    epic = epics(mine, backlog) if settings.hierarchy == "epics" else [None] * len(free)
    inside = _in_one_epic(links, epic) if settings.hierarchy == "epics" else links
    found = blocks(worth, inside)
    way = merged(found, ties, inside)
    if settings.hierarchy == "epics":
        way = _by_epic(way, worth, links, issues=issues, scores=scores, free=free, epic=epic)
    named = {free[at]: uid for at, uid in enumerate(epic) if uid is not None}
    return Weighed(
        wanted=[free[at] for at in way],
        free=number,
        worth=worth,
        blocks={n: block for each in found if len(each.members) > 1 for n, block in _renamed(each, free)},
        ties=columns,
        older={free[at]: more for at, more in older.items()},
        epic=named,
        epics=list(dict.fromkeys(named[free[at]] for at in way if free[at] in named)),
    )


def _as_they_stand(
    mine: Sequence[Issue], free: Sequence[int], above: Above, number: Mapping[int, int]
) -> list[int]:
    """Return the free issues in their present order, but for those that links bind to somebody who is held.

    These may stand elsewhere than they are wanted, so that going by where they stand would move them,
    and with them their equals, again tomorrow; they go by their ids, below their equals.
    """
    held = {n for node, needs in above.items() for n in (node, *needs)} - number.keys()
    bound = reached(held, above) | reached(held, followers(above))
    return sorted(
        range(len(free)), key=lambda at: (free[at] in bound, mine[at].uid if free[at] in bound else "", at)
    )


def _renamed(block: Block, free: Sequence[int]) -> Iterator[tuple[int, Block]]:
    """Yield each member with its block, by number in the backlog."""
    whole = Block(tuple(free[at] for at in block.members), block.ratio)
    return ((n, whole) for n in whole.members)


def _in_one_epic(links: Above, epic: Sequence[str | None]) -> dict[int, set[int]]:
    inside = {
        at: {blocker for blocker in needs if epic[at] is not None and epic[blocker] == epic[at]}
        for at, needs in links.items()
    }
    return {at: needs for at, needs in inside.items() if needs}


def _by_epic(
    way: Sequence[int],
    worth: Sequence[Job],
    links: Above,
    *,
    issues: Sequence[Issue],
    scores: Mapping[int, Score],
    free: Sequence[int],
    epic: Sequence[str | None],
) -> list[int]:
    units: dict[str | int, list[int]] = defaultdict(list)
    for at, uid in enumerate(epic):
        units[at if uid is None else uid].append(at)
    scored = {issues[n].uid: score for n, score in scores.items() if issues[n].uid in units}
    own = {unit: scored[uid] for unit, uid in enumerate(units) if uid in scored}
    heads = {at for at, uid in enumerate(epic) if uid == issues[free[at]].uid}
    return by_epic(way, list(units.values()), worth, links, scores=own, heads=heads)
