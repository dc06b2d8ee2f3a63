"""Score a whole backlog by one method: collect the inputs, do the sums, and hear the guards."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from posync.documents import did_you_mean
from posync.errors import RuleError
from posync.model.backlog import Backlog
from posync.model.verdict import Missing, Score, Term, Warned
from posync.rules.evidence import Evidence, gather
from posync.rules.exact import shown
from posync.rules.expressions.vocabulary import enriched
from posync.rules.goals import Goal
from posync.rules.scoring.base import Rated, ScoreSettings, Value, Worked
from posync.rules.scoring.collecting import Collected, Collector
from posync.rules.scoring.oddities import Oddities
from posync.rules.scoring.reading import Reader
from posync.rules.signals import Signals

_REMEMBERED = 20_000  # distinct sets of terms; most issues share theirs


@dataclass(frozen=True, slots=True)
class Scored:
    """What a method says of a backlog.

    `scores` holds the issues to be ranked, by uid; a `value` of None stands below every number
    (policy `last`). `left` holds the issues that keep the place they have, with the reason: an input
    is missing under policy `block`, or the method leaves them out (Won't, Kano's reverse). Done
    issues and those outside `when` are in neither. `rated` are the inputs of all that could be worked out.
    """

    scores: Mapping[str, Score] = field(default_factory=dict)
    left: Mapping[str, Score] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()
    warnings: tuple[Warned, ...] = ()
    rated: Sequence[Rated] = field(default=(), repr=False, compare=False)


def score_all(
    scoring: ScoreSettings,
    backlog: Backlog,
    today: date,
    signals: Signals | None = None,
    *,
    goals: Sequence[Goal] = (),
    evidence: Evidence | None = None,
    pack: str = "",
) -> Scored:
    """Return the score of every open issue that the method concerns; pure, whatever the issues' order.

    Give `signals` and `goals`; or, where they have been gathered already, the `evidence` and a backlog
    enriched with it, and then what the evidence warns of is not repeated. `pack` is the name under
    which warnings and errors speak (the method's, without one). Raises RuleError naming the issue
    where an input is of the wrong type.
    """
    told: tuple[str, ...] = ()
    if evidence is None:
        evidence = gather(backlog, today, signals, goals)
        backlog, told = enriched(backlog, evidence.added), evidence.warnings
    scorer = _Scorer(scoring, backlog, today, evidence, pack or scoring.method)
    return scorer.scored((*told, *_undeclared(scoring, evidence.declared)))


def _undeclared(scoring: ScoreSettings, declared: Collection[str]) -> Iterator[str]:
    """Yield a word on every signal that an input reads and no pack declares."""
    for spec in scoring.declared():
        for name in spec.expression.names:
            signal = name.removeprefix("signals.")
            if signal != name and signal not in declared:
                hint = did_you_mean(signal, declared)
                yield f"{spec.spoken} reads issue.{name}, but no pack declares the signal {signal!r}{hint}"


class _Scorer:
    """One run over one backlog; remembers every distinct sum, since most issues share theirs with others."""

    def __init__(
        self, scoring: ScoreSettings, backlog: Backlog, today: date, evidence: Evidence, pack: str
    ) -> None:
        self._scoring, self._pack = scoring, pack
        self._inputs = scoring.declared()
        self._names = tuple(each.name for each in self._inputs)
        self._reader = Reader(self._inputs, today, evidence.origin, pack)
        self._collector = Collector(scoring, backlog, self._reader, pack)
        self._worked: dict[Any, tuple[Mapping[str, Value], Worked]] = {}
        self._terms: dict[Any, tuple[Term, ...]] = {}

    def scored(self, told: Sequence[str]) -> Scored:
        scores: dict[str, Score] = {}
        left: dict[str, Score] = {}
        rated: list[Rated] = []
        missing: list[Missing] = []
        oddities = Oddities(self._inputs)
        for each in self._collector.collect():
            oddities.see(each)
            missing.extend(self._missing(each))
            if each.lacking and self._unscored(each, scores, left):
                continue
            values, worked = self._work(each)
            rated.append(Rated(each.issue, values, worked, each.giver is None))
            (scores if worked.value is not None else left)[each.issue.uid] = self._score(each, worked)
        told = [*told, *oddities.told(), *self._scoring.guards(rated)]
        warned = tuple(Warned(self._pack, because) for because in told)
        return Scored(scores, left, tuple(missing), warned, rated)

    def _work(self, each: Collected) -> tuple[Mapping[str, Value], Worked]:
        key = each.issue.rank if self._scoring.by_rank else each.used
        done = self._worked.get(key)
        if done is None:
            pairs = zip(self._names, each.used, strict=True)
            values = {name: reading.value for name, reading in pairs if reading.value is not None}
            try:
                done = values, self._scoring.work(values, each.issue)
            except ValueError as error:
                raise RuleError(self._pack, each.issue.key, str(error)) from None
            self._worked[key] = done
        return done

    def _unscored(self, each: Collected, scores: dict[str, Score], left: dict[str, Score]) -> bool:
        """Whether a policy keeps the issue from being scored; then note where it stands instead."""
        policies = {policy for _, policy in each.lacking}
        names = " and ".join(
            self._inputs[column].spoken for column, policy in each.lacking if policy in ("last", "block")
        )
        if "block" in policies:
            because = f"{self._scoring.title}: {names} missing, so the issue is left where it stands"
            left[each.issue.uid] = Score(each.issue.uid, None, because, self._terms_of(each))
        elif "last" in policies:
            because = f"{self._scoring.title}: {names} missing, so the issue stands below all scored ones"
            scores[each.issue.uid] = Score(each.issue.uid, None, because, self._terms_of(each))
        return bool(policies & {"last", "block"})

    def _score(self, each: Collected, worked: Worked) -> Score:
        terms = self._terms_of(each, worked)
        because = worked.because if each.giver is None and not each.lacking else self._told(each, worked)
        return Score(each.issue.uid, worked.value, because, terms, worked.cost_of_delay, worked.size)

    def _told(self, each: Collected, worked: Worked) -> str:
        parts = [worked.because]
        if each.giver is not None:
            parts.append(f"{self._scoring.heritage or 'inputs'} inherited from {each.giver.key}")
        parts.extend(
            f"{self._inputs[column].spoken} missing, {_spelt(policy)} in its stead"
            for column, policy in each.lacking
            if policy != ""
        )
        return "; ".join(parts)

    def _terms_of(self, each: Collected, worked: Worked | None = None) -> tuple[Term, ...]:
        sources = self._reader.sources(each.issue)
        if each.giver is not None:
            theirs = self._reader.sources(each.giver)
            sources = tuple(
                theirs[column] if spec.inherited else sources[column]
                for column, spec in enumerate(self._inputs)
            )
        key = (each.used, sources, each.giver and each.giver.key)
        terms = self._terms.get(key)
        if terms is None:
            if len(self._terms) >= _REMEMBERED:
                self._terms.clear()
            terms = self._terms[key] = tuple(self._made(each, sources, worked))
        return terms

    def _made(self, each: Collected, sources: Sequence[str], worked: Worked | None) -> Iterator[Term]:
        lacking = dict(each.lacking)
        for column, (spec, reading) in enumerate(zip(self._inputs, each.used, strict=True)):
            value = reading.value
            if value is None:
                continue
            source = sources[column]
            notes = [worked.notes.get(spec.name, "") if worked else ""]
            if column in lacking:
                source = "the pack, under missing"
                notes.append("missing on the issue")
            elif each.giver is not None and spec.inherited:
                notes.append(f"inherited from {each.giver.key}")
            notes.append(reading.odd)
            yield Term(spec.name, _plain(value), source, "; ".join(filter(None, notes)), spec.unit)
        for name, result in (worked.derived if worked else {}).items():
            yield Term(name, result)

    def _missing(self, each: Collected) -> Iterator[Missing]:
        for column, policy in each.lacking:
            yield Missing(each.issue.uid, self._names[column], _spelt(policy) or "nothing")


def _spelt(policy: Fraction | str) -> str:
    return shown(policy) if isinstance(policy, Fraction) else policy


def _plain(value: Value) -> Fraction | str:
    return ", ".join(value) if isinstance(value, tuple) else value
