"""How near posync.order() comes to the optimum, that posync.moves() is it, and how long both take."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from _measuring import Targets

from posync import moves, order

CASES, SIZE = 200, 12
MEAN_AT_MOST = {5: 0.0005, 12: 0.002, 25: 0.006}  # per density in percent; share of the optimum
WORST = 0.13

Items = Mapping[str, tuple[int, int]]
Blockers = Mapping[str, Collection[str]]


def backlogs(percent: int) -> Iterator[tuple[Items, Blockers]]:
    """Yield random backlogs of 12 in which so many of all possible links are there."""
    dice = random.Random(percent)
    for _ in range(CASES):
        names = [f"i{n}" for n in range(SIZE)]
        items = {name: (dice.randint(1, 20), dice.randint(1, 13)) for name in names}
        blockers = {
            name: {other for other in names[:at] if dice.random() < percent / 100}
            for at, name in enumerate(names)
        }
        yield items, blockers


def delay(way: list[str], items: Items) -> int:
    """Return the weighted cost of delay of an order: the sum of cost * time of being done."""
    done = total = 0
    for name in way:
        cost, size = items[name]
        done += size
        total += cost * done
    return total


def least(items: Items, blockers: Blockers) -> int:
    """Return the least weighted cost of delay there is, over all sets of what is done first."""
    names = list(items)
    needs = [sum(1 << names.index(other) for other in blockers[name]) for name in names]
    sizes, costs = [items[name][1] for name in names], [items[name][0] for name in names]

    @cache
    def best(done: int) -> int:
        if done == (1 << len(names)) - 1:
            return 0
        time_ = sum(size for n, size in enumerate(sizes) if done >> n & 1)
        return min(
            costs[n] * (time_ + sizes[n]) + best(done | 1 << n)
            for n in range(len(names))
            if not done >> n & 1 and needs[n] & done == needs[n]
        )

    return best(0)


def broken(way: list[str], blockers: Blockers) -> int:
    """Return how many links an order violates."""
    place = {name: at for at, name in enumerate(way)}
    return sum(place[other] > place[name] for name, needs in blockers.items() for other in needs)


def distance(targets: Targets) -> None:
    """Compare with the optimum."""
    print("| links | mean extra cost | worst | exactly the least |\n|---|---|---|---|")
    violated, found = 0, []
    for percent, most in MEAN_AT_MOST.items():
        over = []
        for items, blockers in backlogs(percent):
            way = order(items, blockers)
            violated += broken(way, blockers)
            over.append(delay(way, items) / least(items, blockers) - 1)
        mean, worst = sum(over) / len(over), max(over)
        print(f"| {percent} % | {mean:.3%} | {worst:.2%} | {sum(one == 0 for one in over)} of {CASES} |")
        found.append((percent, mean, most, worst))
    print()
    for percent, mean, most, worst in found:
        targets.holds(f"mean extra cost of delay, {percent} % links", mean, most)
        targets.holds(f"worst extra cost of delay, {percent} % links", worst, WORST)
    targets.holds("violated links", violated, 0)


def took(ask: str, count: int) -> float:
    """Return the seconds of processor time to order, or to move, `count` issues."""
    dice = random.Random(count)
    names = [f"i{n}" for n in range(count)]
    target = dice.sample(names, count)
    items = {name: (dice.randint(1, 20), dice.randint(1, 13)) for name in names}
    blockers = {
        name: {names[dice.randrange(at)]} for at, name in enumerate(names) if at and dice.random() < 0.05
    }
    began = time.process_time()
    if ask == "order":
        order(items, blockers)
    else:
        moves(names, target, 50 if ask == "moves on Jira" else 1)
    return time.process_time() - began


def main() -> int:
    """Print the tables; 1 where a target is missed."""
    targets = Targets()
    distance(targets)
    print("\n| seconds | 1,000 | 5,000 | 50,000 |\n|---|---|---|---|")
    seconds = {
        ask: [took(ask, count) for count in (1_000, 5_000, 50_000)]
        for ask in ("order", "moves on Jira", "moves on Trello")
    }
    for ask, each in seconds.items():
        print(f"| {ask} | " + " | ".join(f"{one:.3f}" for one in each) + " |")
    print()
    for ask in ("moves on Jira", "moves on Trello"):
        targets.holds(f"seconds, 5,000 issues, {ask}", seconds[ask][1], 1.0)
    names = [f"i{n}" for n in range(1_000)]
    few = random.Random(3).sample(names, 20)
    rest = [name for name in names if name not in few]
    for name in few:
        rest.insert(random.Random(name).randrange(len(rest)), name)
    targets.holds(
        "rank calls, any reorder of 1,000", len(moves(names, random.Random(2).sample(names, 1_000), 50)), 20
    )
    targets.holds("rank calls, 20 of 1,000 moved", len(moves(names, rest, 50)), 20)
    targets.holds("Trello moves, 20 of 1,000 moved", len(moves(names, rest, 1)), 20)
    return targets.exit_code


if __name__ == "__main__":
    sys.exit(main())
