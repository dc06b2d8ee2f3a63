"""All that decided an order, kept so that every place can be explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from posync.model.issue import Issue
from posync.model.verdict import Score
from posync.rules.exact import shown
from posync.rules.ordering.holding import Holding
from posync.rules.ordering.waiting import Waiting
from posync.rules.ordering.weighing import Weighed


@dataclass(frozen=True)
class Grounds:
    """What decided, by number of the issue in the present order.

    `way` is the final order; `stood` and `slot` are the places in the issue's own list, before and after;
    `names` are keys of epics by uid; `steadied` are those that stay because a better place is too near.
    """

    issues: Sequence[Issue]
    scores: Mapping[int, Score]
    waiting: Waiting
    holding: Holding
    weighed: Weighed
    way: Sequence[int]
    slot: Mapping[int, int]
    stood: Mapping[int, int]
    names: Mapping[str, str]
    steadied: frozenset[int] = frozenset()

    @cached_property
    def place(self) -> dict[int, int]:
        """The rank of each issue, from 1."""
        return {n: at for at, n in enumerate(self.way, 1)}

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each issue, by uid."""
        return {issue.uid: n for n, issue in enumerate(self.issues)}

    @cached_property
    def wanted(self) -> dict[int, int]:
        """The place of each free issue in the order that costs the least delay."""
        return {n: at for at, n in enumerate(self.weighed.wanted)}

    @cached_property
    def circle(self) -> dict[int, tuple[int, ...]]:
        """The circle each issue is in, if it is in one."""
        return {n: circle for circle in self.waiting.circles for n in circle}

    @cached_property
    def epic_place(self) -> dict[str, int]:
        """The place of each epic among the epics, from 1."""
        return {uid: at for at, uid in enumerate(self.weighed.epics, 1)}

    @cached_property
    def _special(self) -> set[int]:
        """Those of whom there is more to say than their score."""
        waiting, held = self.waiting, self.holding
        found = {*waiting.above, *waiting.outside, *self.circle, *held.kept, *held.pins, *self.steadied}
        return found.union(self.weighed.epic, self.weighed.older, self.weighed.blocks)

    def key(self, n: int) -> str:
        """Return the key people know the issue by."""
        return self.issues[n].key

    def keys(self, nodes: Sequence[int]) -> str:
        """Return several keys as people list them, at most eight."""
        names = [self.key(n) for n in nodes[:8]]
        if len(nodes) > len(names):
            names.append(f"{len(nodes) - len(names)} more")
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

    def reasons(self, n: int) -> tuple[str, ...]:
        """Return why an issue stands where it stands, the most important reason first."""
        if n not in self._special:
            return (self.scores[n].because,)
        said: list[str] = []
        if n in self.holding.pins:
            said.append(self.holding.pins[n].words)
        if n in self.holding.kept:
            here = self.stood[n] == self.slot[n]
            said.append(
                f"{self.holding.kept[n]}: {'keeps its place' if here else 'makes room for what must stand above it'}"
            )
        if n in self.weighed.epic:
            said.append(self._of_epic(n, self.weighed.epic[n]))
        if n in self.scores:
            said.append(self.scores[n].because)
        if n in self.weighed.older:
            said.append(str(self.weighed.older[n]))
        if n in self.steadied:
            said.append("its better place is too near to be worth a move")
        said.extend(self._links(n))
        return tuple(said)

    def _of_epic(self, n: int, uid: str) -> str:
        place = f"number {self.epic_place[uid]} of {len(self.epic_place)} epics"
        return place if self.issues[n].uid == uid else f"its epic {self.names.get(uid, uid)} is {place}"

    def _links(self, n: int) -> list[str]:
        said: list[str] = []
        if n in self.circle:
            said.append(f"{self.keys(self.circle[n])} wait for each other: they keep their present order")
        elif blockers := self.waiting.above.get(n):
            said.append(f"waits for {self.keys(sorted(blockers))}")
        block = self.weighed.blocks.get(n)
        if block and (behind := [b for b in block.members if n in self.waiting.above.get(b, ())]):
            verb = "waits" if len(behind) == 1 else "wait"
            said.append(f"{self.keys(behind)} {verb} for it: together worth {shown(block.ratio)}")
        if n in self.waiting.outside:
            hidden = ", ".join(self.waiting.outside[n])
            said.append(f"also waits for {hidden}, which has no place here and is not taken into account")
        return said
