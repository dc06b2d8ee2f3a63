"""Bring together what a formula needs for each issue: its own inputs, its epic's, or what the policy says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from posync.errors import RuleError
from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.rules.expression import IssueView
from posync.rules.lineage import ancestors
from posync.rules.scoring.base import Input, ScoreSettings, Value
from posync.rules.scoring.reading import Reader, Reading


@dataclass(frozen=True, slots=True)
class Collected:
    """The inputs of one issue, one per column of the method.

    `values` is what the formula uses, None where the policy is not to use anything. `own` is what the
    issue itself says. `giver` is the ancestor from which the inherited columns come, if any. `lacking`
    are the columns for which nothing was found, with the policy that applies ("" where the formula can
    do without).
    """

    issue: Issue
    values: tuple[Value | None, ...]
    own: tuple[Reading, ...]
    giver: Issue | None = None
    lacking: tuple[tuple[int, Fraction | str], ...] = ()


class Collector:
    """Collects the inputs of every issue that a method concerns, in backlog order."""

    def __init__(self, scoring: ScoreSettings, backlog: Backlog, reader: Reader, pack: str) -> None:
        self._scoring, self._backlog, self._reader, self._pack = scoring, backlog, reader, pack
        self._inherited = tuple(column for column, each in enumerate(reader.inputs) if each.inherited)
        self._policies = [_policy(scoring, each) for each in reader.inputs]
        self._read: dict[str, tuple[Reading, ...]] = {}

    def collect(self) -> Iterator[Collected]:
        """Yield the open issues for which `when` holds; raises RuleError where an input is of the wrong type."""
        for issue in self._backlog.issues:
            if issue.is_open and self._concerned(issue):
                own = self._reader.read(issue)
                values = tuple([reading.value for reading in own])
                yield Collected(issue, values, own) if None not in values else self._completed(issue, own)

    def _concerned(self, issue: Issue) -> bool:
        when = self._scoring.when
        if when is None:
            return True
        try:
            return when.holds(IssueView(issue, self._reader.today))
        except RuleError as error:
            raise RuleError(error.pack or self._pack, issue.key, f"when: {error.detail}") from None

    def _completed(self, issue: Issue, own: tuple[Reading, ...]) -> Collected:
        values = [reading.value for reading in own]
        giver = self._giver(issue, own)
        if giver is not None:
            for column in self._inherited:
                values[column] = self._of(giver)[column].value
        lacking = [(column, self._policies[column]) for column, value in enumerate(values) if value is None]
        for column, policy in lacking:
            values[column] = None if policy in ("last", "block", "") else policy
        return Collected(issue, tuple(values), own, giver, tuple(lacking))

    def _giver(self, issue: Issue, own: tuple[Reading, ...]) -> Issue | None:
        """Return the nearest ancestor whose inherited columns are complete, where the issue's own are not."""
        if not self._scoring.inherit or all(own[column].value is not None for column in self._inherited):
            return None
        for above in ancestors(issue, self._backlog):
            theirs = self._of(above)
            if all(theirs[column].value is not None for column in self._inherited):
                return above
        return None

    def _of(self, above: Issue) -> tuple[Reading, ...]:
        if above.uid not in self._read:
            self._read[above.uid] = self._reader.read(above)
        return self._read[above.uid]


def _policy(scoring: ScoreSettings, spec: Input) -> Fraction | str:
    return scoring.missing.get(spec.name, "last" if spec.needed else "")
