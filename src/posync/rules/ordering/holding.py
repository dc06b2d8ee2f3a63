"""Who keeps its place, and whom somebody has pinned to one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from posync.model.issue import Issue, State
from posync.model.label import HANDS_OFF, carries, folded
from posync.model.verdict import Score
from posync.rules.ordering.settings import OrderSettings, Pin


@dataclass(frozen=True, slots=True)
class Pinned:
    """A pin that counts today: places `first` to `last` of the issue's own list, and whose word it is."""

    first: int
    last: int
    words: str


@dataclass(frozen=True, slots=True)
class Holding:
    """By number: why an issue keeps the place it has, and the pins; `warnings` are for the plan."""

    kept: Mapping[int, str] = field(default_factory=dict)
    pins: Mapping[int, Pinned] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def holding(
    issues: Sequence[Issue],
    scores: Mapping[str, Score],
    settings: OrderSettings,
    today: date,
    left: Mapping[str, str] = MappingProxyType({}),
) -> Holding:
    """Return who is held; a pin of the pack outweighs a pin label, and either outweighs keeping a place.

    `left` says why an issue has no score, by uid.
    """
    warnings: list[str] = []
    pins = dict(_labelled(issues, settings.pin_label, warnings))
    pins.update(_named(issues, settings.pins, today, warnings))
    kept = {}
    for n, issue in enumerate(issues):
        because = None if n in pins else _keeps(issue, scores, settings, left)
        if because:
            kept[n] = because
    return Holding(kept, pins, tuple(warnings))


def _keeps(
    issue: Issue, scores: Mapping[str, Score], settings: OrderSettings, left: Mapping[str, str]
) -> str | None:
    for label in (settings.pin_label, HANDS_OFF):
        if carries(issue.labels, label):
            return f"label {label}"
    if settings.active_sprint == "keep" and issue.in_active_sprint and issue.sprint is not None:
        return f"in the active sprint {issue.sprint.name}"
    if settings.in_progress == "keep" and issue.state is State.IN_PROGRESS:
        return "in progress"
    if issue.uid not in scores:
        return left.get(issue.uid, "without a score")
    return None


def _named(
    issues: Sequence[Issue], pins: Sequence[Pin], today: date, warnings: list[str]
) -> Iterator[tuple[int, Pinned]]:
    for pin in pins:
        found = [n for n, issue in enumerate(issues) if issue.key == pin.issue]
        if pin.until is not None and pin.until < today:
            warnings.append(
                f"the pin on {pin.issue} by {pin.owner} ended on {pin.until} and no longer counts: "
                "renew it or take it out of the pack"
            )
        elif not found:
            warnings.append(
                f"the pin on {pin.issue} by {pin.owner} counts for nothing: no open issue has this key"
            )
        elif len(found) > 1:
            warnings.append(
                f"the pin on {pin.issue} by {pin.owner} counts for nothing: "
                f"{' and '.join(issues[n].tracker for n in found)} both have an issue with this key"
            )
        else:
            until = f" until {pin.until}" if pin.until else ""
            words = f"pinned to {_places(pin.first, pin.last)} by {pin.owner}{until}: {pin.because}"
            yield found[0], Pinned(pin.first, pin.last, words)


def _labelled(issues: Sequence[Issue], label: str, warnings: list[str]) -> Iterator[tuple[int, Pinned]]:
    begins = folded(f"{label}:")
    shape = re.compile(re.escape(begins) + r"(\d{1,6})(?:-(\d{1,6}))?")
    for n, issue in enumerate(issues):
        own = [name for name in issue.labels if folded(name).startswith(begins)]
        found = [match for name in own if (match := shape.fullmatch(folded(name)))]
        if len(own) > 1 or len(found) < len(own):
            warnings.append(
                f"{issue.key} has {' and '.join(own)}, which pins it to nothing: "
                f"write one label like {label}:3 or {label}:1-5"
            )
        elif found:
            first = int(found[0][1])
            last = int(found[0][2] or first)
            if 1 <= first <= last:
                yield n, Pinned(first, last, f"pinned to {_places(first, last)} by its label {own[0]}")
            else:
                warnings.append(
                    f"{issue.key} has {own[0]}, which names no place: places count from 1 upwards"
                )


def _places(first: int, last: int) -> str:
    return f"place {first}" if first == last else f"places {first} to {last}"
