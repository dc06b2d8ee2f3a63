"""Tries a pack's own examples: what it makes of each tiny backlog, beside what its author expects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from posync.errors import RuleError
from posync.model.backlog import Backlog
from posync.model.verdict import Verdicts
from posync.rules.exact import fraction_of, shown
from posync.rules.judge import judged
from posync.rules.packs.cases import TRACKER, Case, Said
from posync.rules.packs.pack import Pack
from posync.rules.signals import Line, Signals


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How one example went; `differences` holds a line for everything that is not as expected."""

    pack: str
    case: str
    differences: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the pack does what its author expects."""
        return not self.differences


def try_pack(pack: Pack) -> tuple[CaseResult, ...]:
    """Return how each of the pack's examples went, in the order of the file."""
    return tuple(CaseResult(pack.name, case.case, tuple(differences(pack, case))) for case in pack.tests)


def differences(pack: Pack, case: Case) -> Iterator[str]:
    """Yield a line for everything the pack makes of a case that its author does not expect."""
    try:
        found = judged([_tried(pack, case)], given(case), case.today, signals=_voices(pack, case)).verdicts
    except RuleError as error:
        if case.expect.error is None:
            yield f"error: {error}"
        elif case.expect.error not in str(error):
            yield f"error: expected {case.expect.error!r} in {str(error)!r}"
        return
    if case.expect.error is not None:
        yield f"error: expected {case.expect.error!r}, but every issue could be judged"
    else:
        yield from _compared(case, found)


def _tried(pack: Pack, case: Case) -> Pack:
    if case.steady or pack.order is None:
        return pack
    return pack.model_copy(update={"order": pack.order.model_copy(update={"stability": 0})})


def given(case: Case) -> Backlog:
    """Return the backlog of a case, in the order its issues are listed."""
    issues = tuple(each.issue(rank, case.today) for rank, each in enumerate(case.given, 1))
    observed = datetime.combine(case.today, time(), UTC)
    return Backlog(
        tracker=TRACKER, issues=issues, complete=True, shown_by="written in the pack", observed=observed
    )


def _compared(case: Case, found: Verdicts) -> Iterator[str]:
    expect = case.expect
    if expect.order is not None:
        order = [key for key in map(_key, (place.uid for place in found.places)) if key in expect.order]
        yield from _differ("order", list(expect.order), order)
    for key, score in expect.scores.items():
        yield from _differ(f"score of {key}", _number(score), _number(_score(found, key)))
    seen = _by_key((flag.uid, flag.check) for flag in found.flags)
    for key, checks in expect.flags.items():
        yield from _differ(f"flags of {key}", sorted(checks), sorted(seen.get(key, ())))
    assigned = {_key(each.uid): each.release for each in found.assignments}
    for key, release in expect.releases.items():
        yield from _differ(f"release of {key}", release, assigned.get(key))
    for key, labels in expect.labels.items():
        yield from _differ(f"labels of {key}", sorted(labels), sorted(_labels(found, key)))
    for key, fields in expect.fields.items():
        written = found.fields.get(f"{TRACKER}:{key}", {})
        for name, value in fields.items():
            yield from _differ(f"field {name!r} of {key}", value, written.get(name))
    lacking = _by_key((each.uid, each.input) for each in found.missing)
    for key, inputs in expect.missing.items():
        yield from _differ(f"missing inputs of {key}", sorted(inputs), sorted(lacking.get(key, ())))
    yield from _unsaid(case, found)


def _unsaid(case: Case, found: Verdicts) -> Iterator[str]:
    for key, parts in case.expect.because.items():
        said = list(_reasons(found, f"{TRACKER}:{key}"))
        for part in [parts] if isinstance(parts, str) else parts:
            if not any(part in reason for reason in said):
                yield f"because of {key}: expected {part!r} in one of {said}"
    warned = [warning.because for warning in found.warnings]
    for part in case.expect.warnings:
        if not any(part in warning for warning in warned):
            yield f"warnings: expected {part!r} in one of {warned}"


def _differ(what: str, expected: Any, got: Any) -> Iterator[str]:
    if expected != got:
        yield f"{what}: expected {_said(expected)}, got {_said(got)}"


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return "none" if value is None else str(value)


def _number(value: Any) -> str | None:
    """Return a score as people read it: what looks the same is the same."""
    return None if value is None else shown(fraction_of(value))


def _score(found: Verdicts, key: str) -> Any:
    score = found.scores.get(f"{TRACKER}:{key}")
    return None if score is None else score.value


def _labels(found: Verdicts, key: str) -> set[str]:
    uid = f"{TRACKER}:{key}"
    return {flag.label for flag in found.flags if flag.uid == uid and flag.label} | set(
        found.labels.get(uid, ())
    )


def _reasons(found: Verdicts, uid: str) -> Iterator[str]:
    if uid in found.scores:
        yield found.scores[uid].because
    for place in found.places:
        if place.uid == uid:
            yield from place.because
    yield from (flag.because for flag in found.flags if flag.uid == uid)
    yield from (each.because for each in found.assignments if each.uid == uid)


def _key(uid: str) -> str:
    return uid.removeprefix(f"{TRACKER}:")


def _by_key(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for uid, value in pairs:
        found.setdefault(_key(uid), []).append(value)
    return found


def _voices(pack: Pack, case: Case) -> Signals:
    """Return the evidence of a case, as if it had been read from the pack's files."""
    lines = {name: tuple(_lines(pack, name, about)) for name, about in case.signals.items()}
    return Signals(pack.signals, lines)


def _lines(pack: Pack, name: str, about: Mapping[str, Said | Mapping[str, Said]]) -> Iterator[Line]:
    weights = pack.signals[name].weights if name in pack.signals else {}
    for key, said in about.items():
        voices = said if isinstance(said, Mapping) else {"": said}
        for who, value in voices.items():
            plain = value if isinstance(value, str | bool) else fraction_of(value)
            yield Line(key, plain, "tests", who, weight=weights.get(who, fraction_of(1)))
