"""Hear all evidence of a pack on one day, and say what no longer counts, what is unknown and what is disputed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.model.listing import few
from posync.rules.exact import shown
from posync.rules.signals.lines import Heard, Line, SignalValue
from posync.rules.signals.settings import SignalSource
from posync.rules.signals.voices import combined, dispute, provenance, said, speaking


@dataclass(frozen=True, slots=True)
class Signals:
    """All files of evidence of a pack, loaded; `lines` by signal name, in file order."""

    settings: Mapping[str, SignalSource] = field(default_factory=dict)
    lines: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)

    def heard(self, backlog: Backlog, today: date) -> Heard:
        """Return what counts on that day; pure. A line of a later day is not known yet."""
        values: dict[str, dict[str, SignalValue]] = {}
        sources: dict[str, dict[str, str]] = {}
        warnings: list[str] = []
        found = _Finder(backlog)
        for name, settings in sorted(self.settings.items()):
            lines = self.lines.get(name, ())
            counting = [line for line in lines if _counts(line, settings, today)]
            for issue, about in found.sorted_by_issue(counting):
                voices = speaking(about, settings)
                if not voices:
                    continue
                values.setdefault(issue.uid, {})[name] = combined(voices, settings.combined)
                sources.setdefault(issue.uid, {})[name] = provenance(voices, settings.combined)
                apart = dispute(voices, settings)
                if apart:
                    warnings.append(f"a question to settle: {name} of {issue.key}, {apart}: {said(voices)}")
            warnings.extend(_out_of_time(name, settings, lines, today))
            warnings.extend(found.unknown(name, lines))
            warnings.extend(_silent(name, settings, lines))
            warnings.extend(_overspent(name, settings, counting))
        return Heard(values, sources, tuple(warnings))


def _counts(line: Line, settings: SignalSource, today: date) -> bool:
    return not (_to_come(line, today) or _faded(line, settings, today))


def _to_come(line: Line, today: date) -> bool:
    return line.when is not None and line.when > today


def _faded(line: Line, settings: SignalSource, today: date) -> bool:
    return settings.fresh is not None and line.when is not None and (today - line.when).days > settings.fresh


def _out_of_time(name: str, settings: SignalSource, lines: Sequence[Line], today: date) -> Iterator[str]:
    """Yield a word on lines that no longer count, and on lines dated in the future."""
    faded = [line for line in lines if _faded(line, settings, today)]
    if faded:
        yield (
            f"{name}: lines older than {settings.fresh} days no longer count: "
            f"{few(f'{line.key} ({line.source})' for line in faded)}. Ask again, or raise `fresh`"
        )
    to_come = [line for line in lines if _to_come(line, today)]
    if to_come:
        yield (
            f"{name}: lines dated after {today} do not count yet: "
            f"{few(f'{line.key} ({line.source})' for line in to_come)}"
        )


def _silent(name: str, settings: SignalSource, lines: Sequence[Line]) -> Iterator[str]:
    voices = {line.who for line in lines}
    silent = sorted(person for person in settings.weights if person not in voices)
    if silent:
        yield f"{name}: {few(silent)} under `weights` says nothing in {settings.file}: is the name spelt the same?"


def _overspent(name: str, settings: SignalSource, lines: Sequence[Line]) -> Iterator[str]:
    """Yield a word on people who spent more than each was given; whoever did outvotes the others."""
    if settings.budget is None:
        return
    spent: dict[str, Fraction] = {}
    for line in lines:
        if isinstance(line.value, Fraction):
            spent[line.who] = spent.get(line.who, Fraction(0)) + line.value
    over = [
        f"{who or 'somebody'} {shown(sum_)}" for who, sum_ in sorted(spent.items()) if sum_ > settings.budget
    ]
    if over:
        yield f"{name}: each may spend {shown(settings.budget)}, but {few(over)} spent more: who overspends outvotes the others"


class _Finder:
    """Finds the issue a line speaks of: by key, by uid, or by `tracker:KEY` where two trackers share keys."""

    def __init__(self, backlog: Backlog) -> None:
        self._known: dict[str, Issue | None] = {}
        for issue in backlog.issues:
            self._known[f"{issue.tracker}:{issue.key}"] = issue
            self._known[issue.key] = None if issue.key in self._known else issue
        self._known |= backlog.by_uid

    def sorted_by_issue(self, lines: Sequence[Line]) -> list[tuple[Issue, list[Line]]]:
        """Return the lines of each issue, by key and uid, so that warnings read alike whatever the order."""
        about: dict[str, tuple[Issue, list[Line]]] = {}
        for line in lines:
            issue = self._known.get(line.key)
            if issue is not None:
                about.setdefault(issue.uid, (issue, []))[1].append(line)
        return sorted(about.values(), key=lambda each: (each[0].key, each[0].uid))

    def unknown(self, name: str, lines: Sequence[Line]) -> Iterator[str]:
        """Yield a word on lines that speak of no issue here, and on keys that two trackers share."""
        strange = [line for line in lines if line.key not in self._known]
        if strange:
            yield (
                f"{name}: lines about issues that are not in the backlog are left out: "
                f"{few(f'{line.key} ({line.place})' for line in strange)}"
            )
        shared = [line for line in lines if line.key in self._known and self._known[line.key] is None]
        if shared:
            yield (
                f"{name}: {few(f'{line.key} ({line.place})' for line in shared)}: more than one tracker has "
                "this key, so what is said of it is left out. Write tracker:KEY"
            )
