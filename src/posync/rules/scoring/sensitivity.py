"""How firmly the top of the backlog stands: what one step on one input would change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.rules.evidence import Evidence, gather
from posync.rules.exact import shown
from posync.rules.expressions.vocabulary import enriched
from posync.rules.goals import Goal
from posync.rules.scoring.base import Input, ScoreSettings, Value
from posync.rules.scoring.collecting import Collected, Collector
from posync.rules.scoring.reading import Reader, Reading
from posync.rules.signals import Signals

Uids = tuple[str, ...]
Values = tuple[Value | None, ...]
Way = tuple[int, Value, Fraction | None]
"""One step: the column, the value it leads to, and the score that follows (None: left out of ranking)."""
Standing = tuple[Fraction, int, str]
"""Where an issue stands by score alone: minus the score, then rank and uid between equals."""

_NOWHERE: Standing = (Fraction(1), 0, "")  # below every score, since none is below zero


@dataclass(frozen=True, slots=True)
class Step:
    """One step on one input of one issue that changes who is in the top: by uid, who leaves and who enters."""

    issue: Issue
    input: str
    before: Value
    after: Value
    leaves: Uids
    enters: Uids

    def told(self, named: Callable[[str], str], n: int) -> str:
        """Return it as a clause; `named` gives the key people know a uid by."""
        enters, leaves = (", ".join(map(named, uids)) for uids in (self.enters, self.leaves))
        return (
            f"{self.input.replace('_', ' ')} of {self.issue.key} from {_said(self.before)} to {_said(self.after)} "
            f"puts {enters} into the top {n} by score, and {leaves} out of it"
        )


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What single steps would change about the first `n` by score alone, before blockers, pins and stability.

    `top` are their uids, in order; `steps` those that change who is among them, in the order of the
    issues; `tried` counts all steps.
    """

    n: int
    top: tuple[str, ...]
    steps: tuple[Step, ...]
    tried: int

    @property
    def most(self) -> int:
        """How many of the top the weightiest single step changes."""
        return max((len(step.leaves) for step in self.steps), default=0)

    @property
    def fragile(self) -> tuple[str, ...]:
        """The uids in the top that some single step puts out of it, in order."""
        leaving = {uid for step in self.steps for uid in step.leaves}
        return tuple(uid for uid in self.top if uid in leaving)

    def __str__(self) -> str:
        """Return it as one sentence."""
        if not self.steps:
            return f"no single step on any input changes the top {self.n} ({self.tried} steps tried)"
        worst = next(step for step in self.steps if len(step.leaves) == self.most)
        return (
            f"one step on any input changes at most {self.most} of the top {self.n}, and {len(self.fragile)} of "
            f"them hang on a single step; the weightiest: {worst.input.replace('_', ' ')} of {worst.issue.key} "
            f"from {_said(worst.before)} to {_said(worst.after)}"
        )


def sensitivity(
    scoring: ScoreSettings,
    backlog: Backlog,
    today: date,
    signals: Signals | None = None,
    *,
    goals: Sequence[Goal] = (),
    evidence: Evidence | None = None,
    n: int = 10,
    pack: str = "",
) -> Sensitivity:
    """Return what one step on any one input would change about the first `n` by score.

    A step goes to the next value on the input's scale, by 1 on a range, by a tenth of the value where
    no scale is declared. A step on an epic's input moves all issues that inherit it. `evidence`, and
    what is raised, as for `score_all`.
    """
    if evidence is None:
        evidence = gather(backlog, today, signals, goals)
        backlog = enriched(backlog, evidence.added)
    name = pack or scoring.method
    reader = Reader(scoring.declared(), today, evidence.origin, name)
    collector = Collector(scoring, backlog, reader, name)
    return _Probe(scoring, collector.collect(), n).sensitivity()


class _Probe:
    """Tries every step; issues with the same inputs share their sums."""

    def __init__(self, scoring: ScoreSettings, collected: Iterable[Collected], n: int) -> None:
        self._scoring, self._inputs, self._n = scoring, scoring.declared(), n
        self._sums: dict[tuple[Value | None, ...], Fraction | None] = {}
        self._ways: dict[tuple[Reading, ...], tuple[Way, ...]] = {}
        rows = [
            (self._standing(each.issue, _values(each.used)), each) for each in collected if _complete(each)
        ]
        self._rows = sorted((row for row in rows if row[0] is not None), key=lambda row: row[0] or _NOWHERE)
        self._top = tuple(each.issue.uid for _, each in self._rows[:n])
        self._tried = 0

    def sensitivity(self) -> Sensitivity:
        steps = [*self._alone(), *self._together()] if len(self._rows) > self._n else []
        steps.sort(key=lambda step: (step.issue.rank, step.issue.uid))
        return Sensitivity(self._n, self._top, tuple(steps), self._tried)

    def _alone(self) -> Iterator[Step]:
        """Yield the steps on inputs that only their own issue uses: at most one issue leaves."""
        givers = {each.giver.uid for _, each in self._rows if each.giver is not None}
        top = set(self._top)
        (last, last_in), (first, first_out) = self._rows[self._n - 1], self._rows[self._n]
        assert last is not None
        assert first is not None
        for _, each in self._rows:
            uid = each.issue.uid
            for column, after, value in self._own_ways(each, giving=uid in givers):
                self._tried += 1
                standing = _NOWHERE if value is None else (-value, each.issue.rank, uid)
                if uid in top and standing > first:
                    yield self._step(each.issue, each, column, after, out=(uid,), into=(first_out.issue.uid,))
                elif uid not in top and standing < last:
                    yield self._step(each.issue, each, column, after, out=(last_in.issue.uid,), into=(uid,))

    def _own_ways(self, each: Collected, *, giving: bool) -> Iterator[Way]:
        not_own = {column for column, _ in each.lacking}
        if each.giver is not None or giving:
            not_own |= {column for column, spec in enumerate(self._inputs) if spec.inherited}
        if each.used not in self._ways:
            self._ways[each.used] = tuple(self._moved(each))
        return (way for way in self._ways[each.used] if way[0] not in not_own)

    def _moved(self, each: Collected) -> Iterator[Way]:
        """Yield every step on these inputs, with the score it leads to."""
        values = _values(each.used)
        for column, spec in enumerate(self._inputs):
            for after in _beside(spec, values[column]):
                yield column, after, self._sum(each.issue, _with(values, column, after))

    def _together(self) -> Iterator[Step]:
        """Yield the steps on inputs of an epic that other issues inherit."""
        heirs: dict[str, list[Collected]] = {}
        own = {each.issue.uid: each for _, each in self._rows}
        for _, each in self._rows:
            if each.giver is not None:
                heirs.setdefault(each.giver.uid, []).append(each)
        for uid, family in heirs.items():
            moving = [*family, own[uid]] if uid in own else family
            for column, spec in enumerate(self._inputs):
                for after in _beside(spec, family[0].used[column].value) if spec.inherited else ():
                    self._tried += 1
                    yield from self._if_moved(moving, column, after)

    def _if_moved(self, moving: Sequence[Collected], column: int, after: Value) -> Iterator[Step]:
        """Yield the step if the top is another one once all these issues have the new value."""
        family = {each.issue.uid for each in moving}
        new = [self._standing(each.issue, _with(_values(each.used), column, after)) for each in moving]
        near = self._rows[: self._n + len(moving)]
        standings = [standing for standing, each in near if each.issue.uid not in family] + new
        first = sorted(standing for standing in standings if standing is not None)[: self._n]
        was, now = set(self._top), {standing[2] for standing in first}
        giver = moving[0].giver
        if was != now and giver is not None:
            out, into = tuple(sorted(was - now)), tuple(sorted(now - was))
            yield self._step(giver, moving[0], column, after, out=out, into=into)

    def _step(self, issue: Issue, of: Collected, column: int, after: Value, *, out: Uids, into: Uids) -> Step:
        before = of.used[column].value
        assert before is not None
        return Step(issue, self._inputs[column].name, before, after, out, into)

    def _standing(self, issue: Issue, values: Values) -> Standing | None:
        value = self._sum(issue, values)
        return None if value is None else (-value, issue.rank, issue.uid)

    def _sum(self, issue: Issue, values: Values) -> Fraction | None:
        if self._scoring.by_rank:
            return self._scoring.work({}, issue).value
        if values not in self._sums:
            pairs = zip(self._inputs, values, strict=True)
            known = {spec.name: value for spec, value in pairs if value is not None}
            self._sums[values] = self._scoring.work(known, issue).value
        return self._sums[values]


def _complete(each: Collected) -> bool:
    return not any(policy in ("last", "block") for _, policy in each.lacking)


def _values(used: Sequence[Reading]) -> Values:
    return tuple([reading.value for reading in used])


def _with(values: Values, column: int, after: Value) -> Values:
    return (*values[:column], after, *values[column + 1 :])


def _beside(spec: Input, value: Value | None) -> tuple[Value, ...]:
    return () if value is None else spec.beside(value)


def _said(value: Value) -> str:
    return shown(value) if isinstance(value, Fraction) else str(value)
