"""The order of plain items that costs the least delay."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from posync.rules.ordering.least_delay import Job, Number, blocks, exactly, merged, places, ranks, timed
from posync.rules.ordering.precedence import without_cycles


def order(items: Mapping[str, tuple[Number, Number]], blockers: Mapping[str, Collection[str]]) -> list[str]:
    """Return the ids so that blockers stand above what they block and delay costs the least.

    `items` maps an id to (cost of delay, size), `blockers` maps an id to the ids that must stand above
    it; ids that are no items are ignored. An issue of size 0 stands as if it took next to no time. Equals
    stand smaller size first, then by id. Nobody can say who comes first in a cycle: its members stand
    among themselves in the order in which `items` names them, and the other constraints hold. Raises
    ValueError on a negative size or a number that is not finite.
    """
    ids = list(items)
    at = {name: n for n, name in enumerate(ids)}
    above, _ = without_cycles(
        {at[name]: {at[b] for b in needs if b in at} for name, needs in blockers.items() if name in at}
    )
    costs = [exactly(cost) for cost, _ in items.values()]
    sizes = timed([exactly(size) for _, size in items.values()])
    by_size = ranks(sizes)
    ties = places(sorted(range(len(ids)), key=lambda n: (by_size[n], ids[n])))
    jobs = [Job(*job) for job in zip(costs, sizes, ties, strict=True)]
    return [ids[n] for n in merged(blocks(jobs, above), ties, above)]
