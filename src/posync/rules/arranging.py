"""Where every open issue should stand, over all trackers as one backlog, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from posync.model.backlog import Backlog
from posync.model.verdict import Place, Score, Warned
from posync.rules.ordering import OrderSettings


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The desired order with its reasons.

    `places` holds every open, ranked issue of the backlog exactly once, in the desired order, ranks from
    1; those that keep their place (in progress, in the active sprint, pinned, without a score) are
    among them, at a rank that leaves them where they stand in their own list.
    """

    places: tuple[Place, ...]
    warnings: tuple[Warned, ...] = ()


def arrange(
    backlog: Backlog, scores: Mapping[str, Score], settings: OrderSettings, today: date, *, pack: str = ""
) -> Arrangement:
    """Return the desired order of the open, ranked issues of one unified backlog; pure.

    `pack` names the policy in warnings and errors. Raises RuleError where a pin cannot be met; the
    error names both sides.
    """
    raise NotImplementedError


def why_above(arrangement: Arrangement, above: str, below: str) -> str:
    """Return the term, tie or constraint that decides why one uid stands above another."""
    raise NotImplementedError
