"""Puts all packs together: what they say of one backlog on one day, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from posync.errors import ConfigError, RuleError
from posync.model.backlog import Backlog, Described
from posync.model.issue import FieldValue
from posync.model.verdict import Flag, Managed, Missing, Place, Score, Verdicts, Warned
from posync.rules.blockers import open_blockers
from posync.rules.evidence import Evidence, gather
from posync.rules.expressions.vocabulary import enriched
from posync.rules.ordering.arranging import Arrangement, arrange
from posync.rules.ordering.settings import OrderSettings
from posync.rules.packs.misspelt_fields import expressions_of, misspelt
from posync.rules.packs.overwritten import overwritten
from posync.rules.packs.pack import Pack, WriteSettings
from posync.rules.readiness.base import Check, settled
from posync.rules.readiness.judging import flags_of
from posync.rules.releases.boarding import Released, assign
from posync.rules.scoring import Scored, score_all
from posync.rules.signals import Signals
from posync.uncollected import uncollected

Raised = tuple[Pack, Check, list[Flag]]
"""What one check of one pack finds."""


@dataclass(frozen=True, slots=True)
class RuleMemory:
    """What rules are told of earlier days, by (uid, check): when a flag first appeared, and which are accepted."""

    first_flagged: Mapping[tuple[str, str], date] = field(default_factory=dict)
    accepted: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts, and what led to them: for explaining and comparing.

    `backlog` is the one that was judged: in a canonical order, with goals and signals laid beside
    the issues' fields. `scored` and `arrangement` are None where no pack scores. `accepted` are the
    accepted flags, by (uid, check), of which the fault still stands.
    """

    verdicts: Verdicts
    backlog: Backlog
    evidence: Evidence
    scored: Scored | None = None
    arrangement: Arrangement | None = None
    released: Released = field(default_factory=Released)
    accepted: frozenset[tuple[str, str]] = frozenset()


def judge(packs: Sequence[Pack], backlog: Backlog, today: date, memory: RuleMemory | None = None) -> Verdicts:
    """Return what all packs say of one unified backlog on one day; pure, whatever the order of its issues.

    Raises ConfigError where more than one pack scores or releases, or one would overwrite its inputs, and
    RuleError, with pack and issue, where a pack asks what an issue does not say.
    """
    return judged(packs, backlog, today, memory).verdicts


@uncollected()
def judged(
    packs: Sequence[Pack],
    backlog: Backlog,
    today: date,
    memory: RuleMemory | None = None,
    *,
    signals: Signals | None = None,
    described: Described = iter,
) -> Judged:
    """Return the verdicts with what led to them; `signals` stand in for the packs' own files of evidence.

    The backlog may be without descriptions: `described` then gives them to the checks that read them, a few
    issues at a time.
    """
    scoring, releasing = _the_one(packs, "score"), _the_one(packs, "releases")
    ordered = _canonical(backlog)
    if problems := list(overwritten(packs, ordered)):
        raise ConfigError(problems)
    if _asked_beside_checks(packs):
        ordered = ordered.model_copy(update={"issues": tuple(described(ordered.issues))})
    goals = [goal for pack in packs for goal in pack.goals]
    evidence = gather(ordered, today, signals or _signals(packs), goals)
    world = enriched(ordered, evidence.added)
    scored = _scored(scoring, world, today, evidence)
    arrangement = _arranged(scoring, world, scored, today)
    raised = _raised(packs, world, today, described)
    flags = tuple(_flags(raised, today, memory or RuleMemory()))
    places = arrangement.places if arrangement else ()
    released = _released(releasing, world, places, today)
    said = [
        *_told(packs, evidence, scored, arrangement),
        *_budgets(scoring, scored, released),
        *misspelt(packs, ordered),
    ]
    verdicts = Verdicts(
        scores=scored.scores if scored else {},
        places=places,
        flags=flags,
        assignments=released.assignments,
        labels=released.labels,
        fields=_fields(scoring, world, scored, places),
        fix_versions=any(pack.releases is not None and pack.releases.fix_version for pack in packs),
        missing=_in_order((scored.missing if scored else ()), released.missing),
        warnings=tuple(dict.fromkeys(said)),
        managed=managed(packs),
    )
    accepted = memory.accepted if memory else frozenset()
    standing = accepted.intersection((flag.uid, flag.check) for _, _, found in raised for flag in found)
    return Judged(verdicts, world, evidence, scored, arrangement, released, standing)


def _the_one(packs: Sequence[Pack], part: str) -> Pack | None:
    """Return the only pack with this part; raises ConfigError naming both where two have it."""
    having = [pack for pack in packs if getattr(pack, part) is not None]
    if len(having) > 1:
        both = " and ".join(pack.file or pack.name for pack in having)
        raise ConfigError(
            f"{both} both have `{part}:`: one backlog takes only one, so keep it in one of them"
        )
    return having[0] if having else None


def _canonical(backlog: Backlog) -> Backlog:
    """Return the backlog in one order, whichever order its trackers were merged in."""
    issues = tuple(sorted(backlog.issues, key=lambda issue: (issue.tracker, issue.rank, issue.uid)))
    return backlog if issues == backlog.issues else backlog.model_copy(update={"issues": issues})


def _asked_beside_checks(packs: Sequence[Pack]) -> bool:
    """Whether a score, a goal or a release asks for descriptions: then every issue needs its own, all the time."""
    parts = (getattr(pack, name) for pack in packs for name in Pack.model_fields if name != "checks")
    return any("description" in each.names for part in parts for each in expressions_of(part))


def _signals(packs: Sequence[Pack]) -> Signals:
    return Signals(
        {name: source for pack in packs for name, source in pack.evidence.settings.items()},
        {name: lines for pack in packs for name, lines in pack.evidence.lines.items()},
    )


def _scored(pack: Pack | None, world: Backlog, today: date, evidence: Evidence) -> Scored | None:
    if pack is None or pack.score is None:
        return None
    return score_all(pack.score, world, today, evidence=evidence, pack=pack.name)


def _arranged(pack: Pack | None, world: Backlog, scored: Scored | None, today: date) -> Arrangement | None:
    if pack is None or scored is None:
        return None
    left = {uid: score.because for uid, score in scored.left.items()}
    return arrange(world, scored.scores, pack.order or OrderSettings(), today, pack=pack.name, left=left)


def _released(pack: Pack | None, world: Backlog, places: Iterable[Place], today: date) -> Released:
    if pack is None or pack.releases is None:
        return Released()
    try:
        return assign(pack.releases, world, [place.uid for place in places], open_blockers(world), today)
    except RuleError as error:
        raise _of(pack, error) from None


def _raised(packs: Sequence[Pack], world: Backlog, today: date, described: Described) -> list[Raised]:
    """Return every check of every pack with what it finds, before grace and baseline."""
    found: list[Raised] = []
    for pack in packs:
        try:
            flags = flags_of(pack.checks, world, today, described)
        except RuleError as error:
            raise _of(pack, error) from None
        found += [(pack, check, told) for check, told in zip(pack.checks, flags, strict=True)]
    return found


def _flags(raised: Iterable[Raised], today: date, memory: RuleMemory) -> Iterator[Flag]:
    """Yield all flags, in order of issue and check; a check that two packs share speaks once."""
    found: dict[tuple[str, str], Flag] = {}
    for _, check, flags in raised:
        for flag in settled(check, flags, today, memory.first_flagged, memory.accepted):
            found[flag.uid, flag.check] = flag
    yield from (found[key] for key in sorted(found))


def _of(pack: Pack, error: RuleError) -> RuleError:
    """Return the error with the pack it happened in."""
    return RuleError(error.pack or pack.name, error.issue, error.detail)


def _fields(
    pack: Pack | None, world: Backlog, scored: Scored | None, places: Sequence[Place]
) -> dict[str, dict[str, FieldValue]]:
    """Return the values of the fields a pack writes, and where nothing is to stand any more what is to be emptied."""
    if pack is None or pack.write is None or scored is None:
        return {}
    values: dict[str, dict[str, FieldValue]] = {}
    if (field := pack.write.score_field) is not None:
        stale = (i.uid for i in world.issues if i.is_open and i.ranked and i.fields.get(field) is not None)
        for uid in stale:
            values.setdefault(uid, {})[field] = None
        for uid, score in scored.scores.items():
            values.setdefault(uid, {})[field] = _rounded(score, pack.write)
    if (field := pack.write.rank_field) is not None:
        for uid in (i.uid for i in world.issues if i.ranked and i.fields.get(field) is not None):
            values.setdefault(uid, {})[field] = None
        for place in places[: pack.write.rank_top]:
            values.setdefault(place.uid, {})[field] = place.rank
    return dict(sorted(values.items()))


def _rounded(score: Score, write: WriteSettings) -> float | None:
    """Return a score with the pack's decimals, halves to the even digit; a whole number stays one."""
    if score.value is None:
        return None
    value = round(Fraction(score.value), write.decimals)
    return int(value) if value.denominator == 1 else float(value)


def _in_order(*parts: Iterable[Missing]) -> tuple[Missing, ...]:
    """Return everything missing once: what scoring already lists is not listed again for releases."""
    found = {(each.uid, each.input): each for part in reversed(parts) for each in part}
    return tuple(found[key] for key in sorted(found))


def _told(
    packs: Sequence[Pack], evidence: Evidence, scored: Scored | None, arrangement: Arrangement | None
) -> Iterator[Warned]:
    """Yield what evidence, scoring and ordering warn of."""
    speaking = " + ".join(pack.name for pack in packs if pack.signals or pack.goals)
    yield from (Warned(speaking, because) for because in evidence.warnings)
    for part in (scored, arrangement):
        yield from part.warnings if part else ()


def _budgets(pack: Pack | None, scored: Scored | None, released: Released) -> Iterator[Warned]:
    """Yield what the method says of each release as it is planned."""
    if pack is not None and pack.score is not None and scored is not None:
        told = pack.score.release_guards(scored.rated, released.release_of())
        yield from (Warned(pack.name, because) for because in told)


def managed(packs: Sequence[Pack]) -> Managed:
    """Return what belongs to posync: exactly what the packs name, so that people's labels are never touched."""
    checks = [check for pack in packs for check in pack.checks]
    trains = [pack.releases for pack in packs if pack.releases is not None]
    labels = {check.label for check in checks if check.label is not None}
    return Managed(
        labels=frozenset(labels | {label for train in trains for label in train.labels}),
        releases=frozenset(name for train in trains if train.fix_version for name in train.names),
        fields=frozenset(name for pack in packs if pack.write is not None for name in pack.write.fields),
        numbers=frozenset(
            pack.write.rank_field for pack in packs if pack.write is not None and pack.write.rank_field
        ),
        ignored=Managed().ignored | {each.ignore for each in (*checks, *trains)},
        comments=any(check.comment for check in checks),
        order=any(pack.score is not None for pack in packs),
    )
