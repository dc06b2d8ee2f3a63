"""Bring together what a formula needs for each issue: its own inputs, its epic's, or what the policy says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from posync.errors import RuleError
from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.rules.expressions.expression import IssueView
from posync.rules.lineage import ancestors
from posync.rules.scoring.base import Input, ScoreSettings
from posync.rules.scoring.reading import Reader, Reading

_NOT_USED = ("last", "block", "")


@dataclass(frozen=True, slots=True)
class Collected:
    """The inputs of one issue, one per column of the method.

    `used` is what the formula uses, without a value where the policy is not to use anything. `own` is
    what the issue itself says. `giver` is the ancestor from which the inherited columns come, if any. `lacking`
    are the columns for which nothing was found, with the policy that applies ("" where the formula can
    do without).
    """

    issue: Issue
    used: tuple[Reading, ...]
    own: tuple[Reading, ...]
    giver: Issue | None = None
    lacking: tuple[tuple[int, Fraction | str], ...] = ()


class Collector:
    """Collects the inputs of every issue that a method concerns, by rank."""

    def __init__(self, scoring: ScoreSettings, backlog: Backlog, reader: Reader, pack: str) -> None:
        self._scoring, self._backlog, self._reader, self._pack = scoring, backlog, reader, pack
        self._inherited = tuple(column for column, each in enumerate(reader.inputs) if each.inherited)
        self._policies = [_policy(scoring, each) for each in reader.inputs]
        self._instead = [Reading(None if policy in _NOT_USED else policy) for policy in self._policies]
        self._read: dict[str, tuple[Reading, ...]] = {}

    def collect(self) -> Iterator[Collected]:
        """Yield the open issues for which `when` holds, by rank and uid whatever order they come in.

        Raises RuleError where an input is of the wrong type.
        """
        for issue in sorted(self._backlog.issues, key=lambda issue: (issue.rank, issue.uid)):
            if issue.is_open and self._concerned(issue):
                own = self._reader.read(issue)
                complete = all(reading.value is not None for reading in own)
                yield Collected(issue, own, own) if complete else self._completed(issue, own)

    def _concerned(self, issue: Issue) -> bool:
        when = self._scoring.when
        if when is None:
            return True
        try:
            return when.holds(IssueView(issue, self._reader.today))
        except RuleError as error:
            raise RuleError(error.pack or self._pack, issue.key, f"when: {error.detail}") from None

    def _completed(self, issue: Issue, own: tuple[Reading, ...]) -> Collected:
        used = list(own)
        giver = self._giver(issue, own)
        if giver is not None:
            for column in self._inherited:
                used[column] = self._of(giver)[column]
        lacking = tuple(column for column, reading in enumerate(used) if reading.value is None)
        for column in lacking:
            used[column] = self._instead[column]
        return Collected(issue, tuple(used), own, giver, tuple((c, self._policies[c]) for c in lacking))

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
