"""The whole order as one list over all trackers, with what each place rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from posync.model.verdict import Place, Score
from posync.rules.explaining import firmness
from posync.rules.judge import Judged
from posync.rules.packs.pack import Pack
from posync.rules.scoring.moscow import Moscow, efforts
from posync.rules.scoring.value_effort import QUADRANTS, ValueEffort


@dataclass(frozen=True, slots=True)
class RankedIssue:
    """One open issue of the unified order; `stood` is its rank in its own tracker today."""

    place: int
    tracker: str
    list: str
    issue: str
    title: str
    stood: int
    score: Fraction | None
    because: tuple[str, ...]
    release: str | None = None
    goals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """The effort of one release ("" for none) by promise, in the unit of the pack."""

    release: str
    effort: Mapping[str, Fraction]

    @property
    def total(self) -> Fraction:
        """The effort of all promises."""
        return sum(self.effort.values(), Fraction(0))

    def share(self, promise: str) -> Fraction:
        """Return the promise's share of all effort, in percent."""
        return 100 * self.effort.get(promise, Fraction(0)) / self.total if self.total else Fraction(0)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order a workspace's packs want.

    `squares` are the keys in each square of the two-by-two, for value/effort; `budgets` the effort per
    release, for MoSCoW. `firm` says what one step on one input would change about the top.
    """

    method: str | None
    standings: tuple[RankedIssue, ...]
    squares: Mapping[str, tuple[str, ...]]
    budgets: tuple[Budget, ...]
    firm: str | None


def ranking(judged: Judged, packs: Sequence[Pack], today: date) -> Ranking:
    """Return the desired order over all trackers, with the method's own view of it."""
    scoring = next((pack.score for pack in packs if pack.score is not None), None)
    firm = firmness(judged, packs, today)
    rated = judged.scored.rated if judged.scored else ()
    budgets: Mapping[str, Mapping[str, Fraction]] = {}
    if isinstance(scoring, Moscow):
        budgets = efforts(rated, judged.released.release_of())
    return Ranking(
        method=scoring.title if scoring else None,
        standings=tuple(_standings(judged)),
        squares=_squares(judged) if isinstance(scoring, ValueEffort) else {},
        budgets=tuple(Budget(release, effort) for release, effort in sorted(budgets.items())),
        firm=str(firm) if firm else None,
    )


def _standings(judged: Judged) -> Iterator[RankedIssue]:
    verdicts, known = judged.verdicts, judged.backlog.by_uid
    assigned = {each.uid: each.release for each in verdicts.assignments}
    goals = judged.evidence.alignment.goals
    for place in verdicts.places:
        issue = known[place.uid]
        yield RankedIssue(
            place.rank,
            issue.tracker,
            issue.lane_name,
            issue.key,
            issue.title,
            issue.rank,
            _value(verdicts.scores, place),
            place.because,
            assigned.get(place.uid),
            goals.get(place.uid, ()),
        )


def _value(scores: Mapping[str, Score], place: Place) -> Fraction | None:
    return scores[place.uid].value if place.uid in scores else None


def _squares(judged: Judged) -> dict[str, tuple[str, ...]]:
    """Return the keys in each square, in the desired order."""
    found: dict[str, list[str]] = defaultdict(list)
    for place in judged.verdicts.places:
        score = judged.verdicts.scores.get(place.uid)
        for term in score.terms if score else ():
            if term.name == "square":
                found[str(term.value)].append(judged.backlog.by_uid[place.uid].key)
    return {square: tuple(found[square]) for square in QUADRANTS}
