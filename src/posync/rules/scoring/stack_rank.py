"""The order people gave: Jira's rank, Trello's position."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import ClassVar, Literal

from posync.model.issue import Issue
from posync.rules.scoring.base import Input, ScoreSettings, Value, Worked


class StackRank(ScoreSettings):
    """Keep the order people gave; the score is 1 / rank, so that the first issue of each tracker has 1.

    A rank is a place among the others, so the method is relative by definition. Trackers interleave:
    all firsts, then all seconds. Source: docs/sources.md, "Stack rank".
    """

    relative: ClassVar[bool] = True
    by_rank: ClassVar[bool] = True

    method: Literal["stack-rank"]

    def declared(self) -> tuple[Input, ...]:
        """Return no inputs: the order itself is the input."""
        return ()

    def work(self, values: Mapping[str, Value], issue: Issue) -> Worked:
        """Return 1 / rank, exactly."""
        del values
        value = Fraction(1, issue.rank)
        return Worked(value, f"stack rank {issue.rank}, the place people gave it", value)
