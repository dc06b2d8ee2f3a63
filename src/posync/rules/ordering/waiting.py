"""What must stand above what: links between the open issues, what they hide, and where they go in circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from posync.model.backlog import Backlog
from posync.model.issue import Issue, LinkKind
from posync.rules.blockers import open_blockers
from posync.rules.ordering.precedence import Above, strong_groups, without_cycles


@dataclass(frozen=True, slots=True)
class Waiting:
    """Constraints among ranked issues, by their numbers.

    `above` has no cycles; `circles` lists those there were. `outside` names, for each issue, open blockers
    that have no place here: they are not taken into account, and said to be so.
    """

    above: Above = field(default_factory=dict)
    circles: tuple[tuple[int, ...], ...] = ()
    outside: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def waiting(ranked: Sequence[Issue], backlog: Backlog) -> Waiting:
    """Return the constraints among `ranked`, in whose order the members of a circle stay.

    A blocker that is done holds nothing up. One that is not ranked, or that no tracker here holds (so that
    nobody can say whether it is done), cannot be put above anything.
    """
    number = {issue.uid: n for n, issue in enumerate(ranked)}
    links: dict[int, set[int]] = {}
    outside: dict[int, tuple[str, ...]] = {}
    for uid, blockers in open_blockers(backlog).items():
        if uid in number:
            links[number[uid]] = {number[blocker] for blocker in blockers if blocker in number}
    for n, issue in enumerate(ranked):
        if issue.links and (keys := tuple(dict.fromkeys(_hidden(issue, backlog, number)))):
            outside[n] = keys
    above, circles = without_cycles(links)
    return Waiting(above, tuple(tuple(circle) for circle in circles), outside)


def _hidden(issue: Issue, backlog: Backlog, number: Mapping[str, int]) -> Iterator[str]:
    for link in issue.links:
        if link.kind is LinkKind.BLOCKED_BY:
            other = backlog.resolve(link.to, within=issue.tracker)
            if other is None or (other.is_open and other.uid not in number):
                yield link.to.key


def through(above: Above, passed: frozenset[int] | set[int]) -> dict[int, set[int]]:
    """Return the constraints among all but the `passed` issues, which hand theirs on."""
    handed: dict[int, set[int]] = {}
    for (node,) in strong_groups(list(above), above):
        needs: set[int] = set()
        for blocker in above.get(node, ()):
            needs |= handed.get(blocker, set()) if blocker in passed else {blocker}
        handed[node] = needs
    return {node: needs for node, needs in handed.items() if node not in passed and needs}
