"""What the product is meant to reach, which issues serve it, and which goals nobody works for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Day  # noqa: N812 - a goal has a field `date`
from fractions import Fraction

from pydantic import ConfigDict

from posync.model.backlog import Backlog
from posync.model.base import Frozen
from posync.rules.exact import Exact
from posync.rules.expression import Expression


class Goal(Frozen):
    """One entry under `goals:`: specific (name), measured (measure, target), due (date).

    Issues serve it that are, or lie below, one of `epics` (keys); that carry one of `labels`; or for
    which `when` holds. Expressions see `issue.goals` (the names) and `issue.goal_weight` (the sum of
    the weights of the goals an issue serves, 0 for none).
    """

    model_config = ConfigDict(strict=False)

    name: str
    measure: str
    target: str | int | float
    date: Day
    weight: Exact = Fraction(1)
    epics: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which goals each open issue serves, by uid; and what hangs in the air on both sides."""

    goals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    goals_without_issues: tuple[str, ...] = ()
    issues_without_goal: tuple[str, ...] = ()


def align(goals: Sequence[Goal], backlog: Backlog, today: Day) -> Alignment:
    """Return which open issues serve which goals; pure."""
    raise NotImplementedError
