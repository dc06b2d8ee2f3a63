"""What the product is meant to reach, which issues serve it, and which goals nobody works for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Day  # noqa: N812 - a goal has a field `date`
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from posync.documents import wrong
from posync.errors import RuleError
from posync.model.backlog import Backlog
from posync.model.base import Frozen
from posync.model.issue import Issue, IssueType
from posync.model.listing import few
from posync.rules.exact import Exact, fraction_of
from posync.rules.expressions.expression import Expression, IssueView
from posync.rules.lineage import ancestors


class Goal(Frozen):
    """One entry under `goals:`: specific (name), measured (measure, target), due (date).

    Issues serve it that are, or lie below, one of `epics` (keys); that carry one of `labels`; or for
    which `when` holds. Expressions see `issue.goals` (the names) and `issue.goal_weight` (the sum of
    the weights of the goals an issue serves, 0 for none).
    """

    model_config = ConfigDict(strict=False)

    name: Annotated[str, Field(min_length=1)]
    measure: Annotated[str, Field(min_length=1)]
    target: str | int | float
    date: Day
    weight: Exact = Fraction(1)
    epics: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    when: Expression | None = None

    @property
    def aim(self) -> str:
        """What is to be reached, and by when."""
        return f"{self.measure}, target {self.target}, by {self.date}"


def _told_apart(goals: tuple[Goal, ...]) -> tuple[Goal, ...]:
    names = [goal.name for goal in goals]
    for index, goal in enumerate(goals):
        if goal.name in names[:index]:
            raise wrong(f"two goals are called {goal.name!r}: give each a name of its own", index, "name")
        if not (goal.epics or goal.labels or goal.when):
            raise wrong("names no `epics`, `labels` or `when`: no issue can serve it", index, "name")
        if goal.weight < 0:
            raise wrong("a weight is not below zero", index, "weight")
    return goals


Goals = Annotated[tuple[Goal, ...], AfterValidator(_told_apart)]
"""What a pack says under `goals:`."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which goals each open issue serves, by uid; and what hangs in the air on both sides.

    `goals_without_issues` are names, in the pack's order. `issues_without_goal` are uids of open
    issues other than epics and sub-tasks, in rank order. `warnings` says both in sentences, and names
    goals whose day has passed and epics that are not in the backlog.
    """

    goals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    goals_without_issues: tuple[str, ...] = ()
    issues_without_goal: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def align(goals: Sequence[Goal], backlog: Backlog, today: Day) -> Alignment:
    """Return which open issues serve which goals; pure. Raises RuleError where a goal's `when` cannot be told."""
    if not goals:
        return Alignment()
    opened = sorted((i for i in backlog.issues if i.is_open), key=lambda issue: (issue.rank, issue.uid))
    served: dict[str, tuple[Goal, ...]] = {}
    for issue in opened:
        keys = {issue.key, *(above.key for above in ancestors(issue, backlog))}
        serving = tuple(goal for goal in goals if _serves(issue, keys, goal, today))
        if serving:
            served[issue.uid] = serving
    reached = {goal.name for serving in served.values() for goal in serving}
    unreached = tuple(goal.name for goal in goals if goal.name not in reached)
    adrift = [issue for issue in opened if issue.uid not in served and _of_its_own(issue)]
    return Alignment(
        goals={uid: tuple(goal.name for goal in serving) for uid, serving in served.items()},
        weights={uid: sum((g.weight for g in serving), Fraction(0)) for uid, serving in served.items()},
        goals_without_issues=unreached,
        issues_without_goal=tuple(issue.uid for issue in adrift),
        warnings=tuple(_told(goals, unreached, adrift, backlog, today)),
    )


@dataclass(frozen=True, slots=True)
class Pursued:
    """One goal and the work for it: the keys of the open issues that serve it, and their points."""

    name: str
    aim: str
    weight: Fraction
    date: Day
    overdue: bool
    issues: tuple[str, ...]
    points: Fraction
    unestimated: int


def pursued(goals: Sequence[Goal], alignment: Alignment, backlog: Backlog, today: Day) -> tuple[Pursued, ...]:
    """Return every goal, in the pack's order, with the stories and tasks that serve it, by rank."""
    found = []
    for goal in goals:
        work = [issue for issue in backlog.issues if goal.name in alignment.goals.get(issue.uid, ())]
        own = sorted(
            (issue for issue in work if _of_its_own(issue)), key=lambda issue: (issue.rank, issue.uid)
        )
        points = sum((fraction_of(issue.points) for issue in own if issue.points is not None), Fraction(0))
        unestimated = sum(issue.points is None for issue in own)
        keys = tuple(issue.key for issue in own)
        overdue = goal.date < today
        found.append(Pursued(goal.name, goal.aim, goal.weight, goal.date, overdue, keys, points, unestimated))
    return tuple(found)


def _serves(issue: Issue, keys: set[str], goal: Goal, today: Day) -> bool:
    if not keys.isdisjoint(goal.epics) or not set(goal.labels).isdisjoint(issue.labels):
        return True
    try:
        return goal.when is not None and goal.when.holds(IssueView(issue, today))
    except RuleError as error:
        raise RuleError(error.pack or "goals", issue.key, f"goal '{goal.name}': {error.detail}") from None


def _of_its_own(issue: Issue) -> bool:
    """Whether a goal is asked of the issue itself: epics are the goal's own, sub-tasks follow their story."""
    return issue.type not in (IssueType.EPIC, IssueType.SUBTASK)


def _told(
    goals: Sequence[Goal], unreached: Sequence[str], adrift: Sequence[Issue], backlog: Backlog, today: Day
) -> Iterator[str]:
    for name in unreached:
        yield f"goal '{name}': no open issue serves it"
    if adrift:
        yield f"no goal is served by {few(issue.key for issue in adrift)}"
    for goal in goals:
        if goal.date < today:
            yield f"goal '{goal.name}' was due on {goal.date}: has {goal.measure} reached {goal.target}?"
        strange = [key for key in goal.epics if key not in backlog.by_key]
        if strange:
            yield f"goal '{goal.name}': {', '.join(strange)} under `epics` is not in the backlog"
