"""Everything that decided about one issue: its score, its place, its release, and each check's conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from posync.model.issue import Issue
from posync.model.verdict import Assignment, Missing, Place, Score
from posync.rules.arranging import why_above
from posync.rules.judge import Judged
from posync.rules.pack import Pack
from posync.rules.readiness.base import Condition


@dataclass(frozen=True, slots=True)
class Explained:
    """What `posync explain` shows; `of` is how many issues have a place, `above` answers `--above`."""

    issue: Issue
    of: int
    score: Score | None = None
    place: Place | None = None
    missing: tuple[Missing, ...] = ()
    assignment: Assignment | None = None
    checks: tuple[Condition, ...] = ()
    above: str | None = None


def explained(
    judged: Judged, packs: Sequence[Pack], issue: Issue, today: date, above: Issue | None = None
) -> Explained:
    """Return all that decided about `issue`, and why it stands above (or below) `above`."""
    verdicts, uid = judged.verdicts, issue.uid
    places = {place.uid: place for place in verdicts.places}
    return Explained(
        issue=issue,
        of=len(places),
        score=verdicts.scores.get(uid),
        place=places.get(uid),
        missing=tuple(m for m in verdicts.missing if m.uid == uid),
        assignment=next((a for a in verdicts.assignments if a.uid == uid), None),
        checks=tuple(
            c.explain(judged.backlog.by_uid[uid], judged.backlog, today) for p in packs for c in p.checks
        ),
        above=_between(judged, issue, above, places) if above is not None else None,
    )


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
