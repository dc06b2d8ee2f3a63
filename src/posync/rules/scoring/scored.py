"""Score a whole backlog by one method: read the inputs, apply the policies, do the sums, hear the guards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from posync.model.backlog import Backlog
from posync.model.verdict import Missing, Score, Warned
from posync.rules.goals import Goal
from posync.rules.scoring.base import ScoreSettings
from posync.rules.signals import Signals


@dataclass(frozen=True, slots=True)
class Scored:
    """What a method says of a backlog.

    `scores` holds the issues to be ranked, by uid; a `value` of None stands below every number
    (policy `last`). `left` holds the issues that keep the place they have, with the reason: an input
    is missing under policy `block`, or the method leaves them out (Won't, Kano's reverse). Done
    issues and those outside `when` are in neither.
    """

    scores: Mapping[str, Score] = field(default_factory=dict)
    left: Mapping[str, Score] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()
    warnings: tuple[Warned, ...] = ()


def score_all(
    scoring: ScoreSettings,
    backlog: Backlog,
    today: date,
    signals: Signals | None = None,
    *,
    goals: Sequence[Goal] = (),
    pack: str = "",
) -> Scored:
    """Return the score of every open issue that the method concerns; pure, whatever the issues' order.

    `pack` is the name under which warnings and errors speak (the method's, without one). Raises
    RuleError naming the issue where an input is of the wrong type.
    """
    raise NotImplementedError
