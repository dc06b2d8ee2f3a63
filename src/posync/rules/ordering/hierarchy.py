"""Stories by the place of their epic first, then within it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType
from posync.model.verdict import Score
from posync.rules.lineage import ancestors
from posync.rules.ordering.least_delay import Job, blocks, merged, places, timed
from posync.rules.ordering.precedence import Above, between, without_cycles


def epics(issues: Sequence[Issue], backlog: Backlog) -> list[str | None]:
    """Return the uid of the open epic that each issue belongs to or is, nearest first; None without one."""
    known: dict[tuple[str, str | None, str], str | None] = {}
    found: list[str | None] = []
    for issue in issues:
        if issue.type is IssueType.EPIC:
            found.append(issue.uid)
        elif issue.parent is None:
            found.append(None)
        else:
            parent = (issue.tracker, issue.parent.uid, issue.parent.key)
            if parent not in known:
                known[parent] = _epic_of(issue, backlog)
            found.append(known[parent])
    return found


def _epic_of(issue: Issue, backlog: Backlog) -> str | None:
    above = (each.uid for each in ancestors(issue, backlog) if each.type is IssueType.EPIC and each.is_open)
    return next(above, None)


def by_epic(
    inner: Sequence[int],
    units: Sequence[Sequence[int]],
    jobs: Sequence[Job],
    above: Above,
    *,
    scores: Mapping[int, Score],
    heads: Collection[int],
) -> list[int]:
    """Return the order `inner`, regrouped by unit (an epic with its issues, or an issue without one).

    `scores` gives, by unit, the epic's own score; an epic without one counts as all its issues together.
    `heads` are the epics among the issues: each stands on top of its own.
    Where stories of two epics wait for each other, neither epic waits for the other.
    """
    ties = [min(jobs[node].tie for node in unit) for unit in units]
    whole = []
    for at, unit in enumerate(units):
        cost, size = _worth(unit, jobs, scores.get(at))
        whole.append(Job(cost, size, ties[at]))
    waits, circles = without_cycles(between(units, above))
    chained = _unchained(waits, circles)
    place = places(merged(blocks(whole, chained), ties, chained))
    home = {node: at for at, unit in enumerate(units) for node in unit}
    return sorted(inner, key=lambda node: (place[home[node]], node not in heads))


def _worth(unit: Collection[int], jobs: Sequence[Job], score: Score | None) -> tuple[Fraction, Fraction]:
    if score is not None and score.value is not None:
        cost = score.value if score.cost_of_delay is None else score.cost_of_delay
        return cost, timed([score.size])[0]
    if len(unit) == 1:  # most issues of a backlog without epics
        return jobs[next(iter(unit))].cost, jobs[next(iter(unit))].size
    return sum((jobs[n].cost for n in unit), Fraction(0)), sum((jobs[n].size for n in unit), Fraction(0))


def _unchained(waits: Above, circles: Sequence[Sequence[int]]) -> dict[int, set[int]]:
    """Return the constraints without the chains that circles were turned into: epics need no such order."""
    home = {node: at for at, circle in enumerate(circles) for node in circle}
    return {
        node: {b for b in needs if node not in home or home.get(b) != home[node]}
        for node, needs in waits.items()
    }
