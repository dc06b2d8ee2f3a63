"""Weighted shortest job first: what costs most to delay, for its size, goes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import ClassVar, Literal

from posync.model.issue import Issue
from posync.model.listing import few
from posync.rules.exact import shown
from posync.rules.expressions.expression import Expression
from posync.rules.scoring.base import Input, Rated, ScoreSettings, Settings, Value, Worked
from posync.rules.scoring.numbers import number
from posync.rules.scoring.scales import steps

COST_OF_DELAY = ("business_value", "time_criticality", "risk_reduction")
SAFE = steps(1, 2, 3, 5, 8, 13, 20)


class WsjfInputs(Settings):
    """Where the four columns of a WSJF table are read."""

    business_value: Expression
    time_criticality: Expression
    risk_reduction: Expression
    job_size: Expression


class Wsjf(ScoreSettings):
    """WSJF = (business value + time criticality + risk reduction or opportunity enablement) / job size.

    Relative points, each column on 1, 2, 3, 5, 8, 13, 20 with its smallest item at 1.
    Source: Scaled Agile Framework, "WSJF"; docs/sources.md, "WSJF".
    """

    heritage: ClassVar[str] = "cost of delay"

    method: Literal["wsjf"]
    inputs: WsjfInputs
    inherit: bool = True

    def declared(self) -> tuple[Input, ...]:
        """Return the three parts of the cost of delay, then the job size."""
        columns = [
            Input(name, getattr(self.inputs, name), self.scales.get(name, SAFE), inherited=True)
            for name in COST_OF_DELAY
        ]
        size = Input("job_size", self.inputs.job_size, self.scales.get("job_size", SAFE), above_zero=True)
        return (*columns, size)

    def work(self, values: Mapping[str, Value], issue: Issue) -> Worked:
        """Return the exact ratio and both of its sides."""
        del issue
        parts = [number(values, name) for name in COST_OF_DELAY]
        delay, size = sum(parts, Fraction(0)), number(values, "job_size")
        formula = f"({' + '.join(map(shown, parts))}) / {shown(size)}"
        return Worked(delay / size, f"WSJF {shown(delay / size)} = {formula}", delay, size)

    def guards(self, rated: Sequence[Rated]) -> Iterator[str]:
        """Yield the columns without a 1, and the mix of own and inherited cost of delay."""
        own = [row for row in rated if row.own]
        for name in (*COST_OF_DELAY, "job_size"):
            rows = rated if name == "job_size" else own
            if rows and all(row.values[name] != 1 for row in rows):
                yield (
                    f"no issue has {name.replace('_', ' ')} 1: each WSJF column starts at 1 with its smallest "
                    "item, and the others are estimated against that one"
                )
        yield from _mixed_levels(own, inherited=len(rated) - len(own))


def _mixed_levels(own: Sequence[Rated], inherited: int) -> Iterator[str]:
    below = [row.issue.key for row in own if row.issue.parent is not None]
    if below and inherited:
        yield (
            f"issues below an epic have a cost of delay of their own ({few(below)}) beside {inherited} that inherit "
            "theirs: two levels on one relative scale. Estimate either epics or stories"
        )
