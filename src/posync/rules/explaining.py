"""Everything that decided about one issue: its score, its place, its release, and each check's conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from posync.model.issue import Issue
from posync.model.verdict import Assignment, Missing, Place, Score
from posync.rules.judge import Judged
from posync.rules.ordering.arranging import why_above
from posync.rules.packs.pack import Pack
from posync.rules.readiness.base import Condition
from posync.rules.scoring.sensitivity import Sensitivity, sensitivity


@dataclass(frozen=True, slots=True)
class Explained:
    """What `posync explain` shows; `of` is how many issues have a place, `above` answers `--above`.

    `goals` are those the issue serves, None where no pack names goals. `steps` say what one step on one
    input would change about the top of the order, as far as it concerns this issue.
    """

    issue: Issue
    of: int
    score: Score | None = None
    place: Place | None = None
    missing: tuple[Missing, ...] = ()
    assignment: Assignment | None = None
    checks: tuple[Condition, ...] = ()
    above: str | None = None
    goals: tuple[str, ...] | None = None
    steps: tuple[str, ...] = ()


def explained(
    judged: Judged, packs: Sequence[Pack], issue: Issue, today: date, above: Issue | None = None
) -> Explained:
    """Return all that decided about `issue`, which has its description, and why it stands above (or below) `above`."""
    verdicts, uid = judged.verdicts, issue.uid
    places = {place.uid: place for place in verdicts.places}
    return Explained(
        issue=issue,
        of=len(places),
        score=_score(judged, uid),
        place=places.get(uid),
        missing=tuple(m for m in verdicts.missing if m.uid == uid),
        assignment=next((a for a in verdicts.assignments if a.uid == uid), None),
        checks=tuple(_checks(judged, packs, issue, today)),
        above=_between(judged, issue, above, places) if above is not None else None,
        goals=_goals(judged, packs, issue),
        steps=_steps(judged, packs, issue, today),
    )


def _checks(judged: Judged, packs: Sequence[Pack], issue: Issue, today: date) -> Iterator[Condition]:
    """Yield the ticked tree of every check; an accepted fault says that it is."""
    read = judged.backlog.by_uid[issue.uid].model_copy(update={"description": issue.description})
    for check in (check for pack in packs for check in pack.checks):
        found = check.explain(read, judged.backlog, today)
        accepted = (issue.uid, check.check) in judged.accepted
        yield replace(found, detail=f"{found.detail} (accepted as it is)") if accepted else found


def _score(judged: Judged, uid: str) -> Score | None:
    """Return an issue's score, or why it has none: left out by the method, or by what it lacks."""
    left = judged.scored.left if judged.scored else {}
    return judged.verdicts.scores.get(uid) or left.get(uid)


def _goals(judged: Judged, packs: Sequence[Pack], issue: Issue) -> tuple[str, ...] | None:
    goals = {goal.name: goal for pack in packs for goal in pack.goals}
    if not goals or not issue.is_open:
        return None
    served = judged.evidence.alignment.goals.get(issue.uid, ())
    return tuple(f"{name}: {goals[name].aim}" for name in served)


def _steps(judged: Judged, packs: Sequence[Pack], issue: Issue, today: date) -> tuple[str, ...]:
    found = firmness(judged, packs, today)
    if found is None:
        return ()
    keys = judged.backlog.by_uid
    about = [step for step in found.steps if issue.uid in {step.issue.uid, *step.leaves, *step.enters}]
    about.sort(key=lambda step: step.issue.uid != issue.uid)
    return tuple(step.told(lambda uid: keys[uid].key, found.n) for step in about)


def firmness(judged: Judged, packs: Sequence[Pack], today: date, n: int = 10) -> Sensitivity | None:
    """Return what one step on one input would change about the first `n`; None where no pack reads inputs."""
    for pack in packs:
        if pack.score is not None and not pack.score.by_rank:
            return sensitivity(
                pack.score, judged.backlog, today, evidence=judged.evidence, n=n, pack=pack.name
            )
    return None


def _between(judged: Judged, issue: Issue, other: Issue, places: dict[str, Place]) -> str:
    """Return what decides between two issues, whichever of them stands above."""
    for one in (issue, other):
        if one.uid not in places:
            return f"{one.key} has no place in the order: it is done, or nothing to be ranked"
    if judged.arrangement is None:
        return "no pack of this workspace ranks issues"
    first, second = sorted((issue, other), key=lambda one: places[one.uid].rank)
    why = why_above(judged.arrangement, first.uid, second.uid)
    turned = "" if first is issue else f"{issue.key} does not stand above {other.key}. "
    return f"{turned}{first.key} stands above {second.key}: {why}"
