"""What an issue counts for in the order: its score, raised by age, and what decides between equals."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import chain

from posync.model.issue import Issue
from posync.model.verdict import Score
from posync.rules.exact import shown
from posync.rules.ordering.least_delay import Job, places, ranks, timed
from posync.rules.ordering.settings import Aging, OrderSettings

TRAITS = ("created", "updated", "due", "points", "votes", "watchers", "comments")
"""Traits of an issue that may decide a tie; dates count in days, later is more."""

OF_SCORE = ("size", "cost_of_delay")
"""What every score has besides its inputs."""


@dataclass(frozen=True, slots=True)
class Raised:
    """How much waiting has added: `days` waited, the factor it gives, and the score with it."""

    days: int
    factor: Fraction
    value: Fraction

    def __str__(self) -> str:
        """Return the sentence for the reasons."""
        return f"waited {self.days} days: raised by {shown((self.factor - 1) * 100)} % to {shown(self.value)}"


@dataclass(frozen=True, slots=True)
class Tie:
    """One column that decides between equals; `keys` sort upwards, `values` are for reading."""

    name: str
    keys: Sequence[int]
    values: Sequence[Fraction | int | None]


def raised(issue: Issue, score: Score, aging: Aging, today: date) -> Raised | None:
    """Return what age adds to a score, or None where it adds nothing.

    The formula is that of `Aging`.
    """
    since = issue.state_since or issue.created
    if since is None or score.value is None or score.value <= 0:
        return None
    days = (today - since.date()).days
    share = min(Fraction(max(days - aging.grace, 0), aging.over), Fraction(1))
    factor = 1 + Fraction(str(aging.at_most)) * share
    return Raised(days, factor, score.value * factor) if share else None


def jobs(scores: Sequence[Score], older: Mapping[int, Raised], ties: Sequence[int]) -> list[Job]:
    """Return each scored issue as the arithmetic of the order sees it; the unscored stand below all others."""
    sizes = timed([score.size for score in scores])
    costs: list[Fraction | None] = []
    for n, score in enumerate(scores):
        cost = score.value if score.cost_of_delay is None else score.cost_of_delay
        if n in older and cost is not None:
            cost *= older[n].factor
        costs.append(None if score.value is None else cost)
    below = (
        cost / size
        for cost, size in zip(costs, sizes, strict=True)
        if cost is not None and cost.numerator < 0
    )
    lowest = min(below, default=Fraction(0))
    return [
        Job(lowest * size if cost is None else cost, size, tie)
        for cost, size, tie in zip(costs, sizes, ties, strict=True)
    ]


def tie_columns(issues: Sequence[Issue], scores: Sequence[Score], settings: OrderSettings) -> list[Tie]:
    """Return what decides between equals, most important first: unscored last, the pack's ties, then the older."""
    names = list(settings.ties)
    if not {"created", "-created"} & set(names):
        names.append("-created")
    unscored = [int(score.value is None) for score in scores]
    columns = [_column(name, issues, scores) for name in names]
    return [
        Tie("score", unscored, [None] * len(scores)),
        *(c for c in columns if any(v is not None for v in c.values)),
    ]


def unknown_ties(scores: Collection[Score], settings: OrderSettings) -> list[str]:
    """Return the ties a pack names that are neither inputs of its score nor traits of an issue."""
    if "ties" not in settings.model_fields_set or not scores:
        return []
    terms = set(chain.from_iterable((term.name for term in score.terms) for score in scores))
    return [name for name in settings.ties if name.removeprefix("-") not in {*terms, *TRAITS, *OF_SCORE}]


def by_ties(way: Sequence[int], columns: Sequence[Tie]) -> list[int]:
    """Return each number's place among all by the columns; what no column decides stands as in `way`."""
    way = list(way)
    for column in reversed(columns):
        way.sort(key=column.keys.__getitem__)
    return places(way)


def _column(name: str, issues: Sequence[Issue], scores: Sequence[Score]) -> Tie:
    values = _values(name.removeprefix("-"), issues, scores)
    known = [n for n, value in enumerate(values) if value is not None]
    rank = ranks([value for value in values if value is not None])
    sign = 1 if name.startswith("-") else -1
    keys = [len(values)] * len(values)
    for n, at in zip(known, rank, strict=True):
        keys[n] = sign * at
    return Tie(name, keys, values)


def _values(name: str, issues: Sequence[Issue], scores: Sequence[Score]) -> list[Fraction | int | None]:
    """Return one column: an input of the score, else a side of its ratio, else a trait of the issue."""
    alike: dict[int, Fraction | int | None] = {}
    for score in scores:  # many issues share their terms
        if id(score.terms) not in alike:
            alike[id(score.terms)] = _term(name, score)
    if any(value is not None for value in alike.values()):
        return [alike[id(score.terms)] for score in scores]
    if name == "size":
        return [score.size for score in scores]
    if name == "cost_of_delay":
        return [score.cost_of_delay for score in scores]
    return [_trait(getattr(issue, name)) if name in TRAITS else None for issue in issues]


def _term(name: str, score: Score) -> Fraction | None:
    value = next((term.value for term in score.terms if term.name == name), None)
    return value if isinstance(value, Fraction) else None


def _trait(value: datetime | date | float | None) -> Fraction | int | None:
    if isinstance(value, datetime):
        return int(value.timestamp() * 1_000_000)
    if isinstance(value, date):
        return value.toordinal()
    return None if value is None else Fraction(value)


def spoken(tie: Tie, one: int, other: int) -> str:
    """Return how a tie decides between two numbers, in words."""
    names = {"-created": "it is older", "created": "it is newer", "-size": "it is smaller"}
    if tie.name in names:
        return names[tie.name]
    mine, theirs = tie.values[one], tie.values[other]
    name = tie.name.removeprefix("-").replace("_", " ")
    return f"{name} {_or_none(mine)} against {_or_none(theirs)}"


def _or_none(value: Fraction | int | None) -> str:
    return "none" if value is None else shown(Fraction(value))


def waited(
    issues: Sequence[Issue],
    scores: Sequence[Score],
    held_up: Collection[int],
    aging: Aging | None,
    today: date,
) -> dict[int, Raised]:
    """Return what age adds, by number; whoever waits for another issue does not age."""
    found: Iterator[tuple[int, Raised | None]] = (
        (n, raised(issue, score, aging, today))
        for n, (issue, score) in enumerate(zip(issues, scores, strict=True))
        if aging is not None and n not in held_up
    )
    return {n: more for n, more in found if more is not None}
