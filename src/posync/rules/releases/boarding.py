"""Puts every issue on the first release with room for it, walking down the desired order."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType
from posync.model.label import carries, folded
from posync.model.verdict import Assignment, Missing
from posync.rules.exact import shown
from posync.rules.expressions.expression import IssueView
from posync.rules.releases.train import PLACEHOLDER, Release, Releases

_NOT_PLANNED = frozenset({IssueType.EPIC, IssueType.SUBTASK})  # their points are those of the stories


@dataclass(frozen=True, slots=True)
class Released:
    """Who goes into which release; `labels` are those that should stand, also on issues that keep theirs.

    `kept` are the releases of the issues that keep what people gave them, by uid.
    """

    assignments: tuple[Assignment, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def release_of(self) -> Callable[[Issue], Sequence[str]]:
        """Return what tells in which releases an issue will be: as assigned, as kept, or as the tracker says."""
        found = {each.uid: (each.release,) if each.release else () for each in self.assignments}
        known: Mapping[str, Sequence[str]] = {**self.kept, **found}
        return lambda issue: known.get(issue.uid, issue.releases)


def assign(
    settings: Releases,
    backlog: Backlog,
    order: Sequence[str],
    waits: Mapping[str, Collection[str]],
    today: date,
) -> Released:
    """Return the release of every open issue that is planned; pure.

    `order` is the desired order by uid; issues that are not in it come after, by their rank. `waits`
    maps a uid to the uids of its open blockers: none is in a later release than what it blocks.
    """
    passengers = _Passengers(settings, backlog, today)
    boarding = _Boarding(settings, passengers, waits, today)
    for issue in passengers.kept:
        boarding.count(issue)
    place = {uid: index for index, uid in enumerate(order)}
    behind = len(place)
    planned = passengers.planned.values()
    for issue in sorted(planned, key=lambda each: (place.get(each.uid, behind), each.rank, each.uid)):
        boarding.settle(issue.uid)
    found = boarding.found
    return Released(
        tuple(found[uid] for uid in sorted(found)),
        dict(_labels(passengers, found.values())),
        tuple(sorted(boarding.missing, key=lambda each: each.uid)),
        {issue.uid: tuple(dict.fromkeys(passengers.releases(issue))) for issue in passengers.kept},
    )


def _labels(
    passengers: _Passengers, assignments: Iterable[Assignment]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the release labels that should stand: those kept issues already have, and the new ones."""
    label_of = {release: label for label, release in passengers.settings.labels.items()}
    for issue in passengers.kept:
        own = tuple(label for label in issue.labels if passengers.named_by(label) in label_of)
        if own:
            yield issue.uid, own
    for each in assignments:
        if each.release is not None and each.release in label_of:
            yield each.uid, (label_of[each.release],)


class _Passengers:
    """Who is to be planned, and who keeps what people gave them."""

    def __init__(self, settings: Releases, backlog: Backlog, today: date) -> None:
        self.settings, self.today = settings, today
        around = (settings.label or "").split(PLACEHOLDER)
        self._shape = re.compile("(.+)".join(map(re.escape, around)), re.IGNORECASE)
        self._train = {folded(name): name for name in settings.names}
        self.kept: list[Issue] = []
        self.planned: dict[str, Issue] = {}
        for issue in backlog.issues:
            if self._keeps(issue):
                self.kept.append(issue)
            elif issue.ranked and self._is_planned(issue):
                self.planned[issue.uid] = issue

    def _keeps(self, issue: Issue) -> bool:
        if not issue.is_open or carries(issue.labels, self.settings.ignore):
            return True
        return any(name not in self.settings.names for name in self.releases(issue))

    def _is_planned(self, issue: Issue) -> bool:
        if self.settings.when is None:
            return issue.type not in _NOT_PLANNED
        return self.settings.when.holds(IssueView(issue, self.today))

    def releases(self, issue: Issue) -> Iterator[str]:
        """Yield the releases the issue is in, by its fix versions and by its labels."""
        if self.settings.fix_version:
            yield from issue.releases
        yield from filter(None, map(self.named_by, issue.labels))

    def named_by(self, label: str) -> str | None:
        """Return the release a label names, in whatever letters it is written; None where it names none."""
        found = self._shape.fullmatch(label.strip()) if self.settings.label else None
        if found is None:
            return None
        name = found[1]
        return name if name in self.settings.names else self._train.get(folded(name), name)


@dataclass(slots=True)
class _Car:
    """One release while it is being filled; points are decimals, exact as people write them."""

    release: Release
    capacity: Decimal | None
    closed: bool
    load: Decimal = Decimal(0)

    def holds(self, points: Decimal) -> bool:
        return not self.closed and (self.capacity is None or self.load + points <= self.capacity)

    def take(self, points: Decimal) -> str:
        room = "" if self.capacity is None else f" of {_said(self.capacity)}"
        because = f"{_said(self.load)} + {_said(points)}{room} points in {self.release.name}"
        self.load += points
        return because


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def _said(points: Decimal) -> str:
    return shown(Fraction(points))


def _counted(points: Decimal) -> str:
    return f"{_said(points)} point{'' if points == 1 else 's'}"


class _Boarding:
    """One train on one day."""

    def __init__(
        self, settings: Releases, passengers: _Passengers, waits: Mapping[str, Collection[str]], today: date
    ) -> None:
        self.settings, self.passengers, self.waits, self.today = settings, passengers, waits, today
        self.cars = [
            _Car(each, None if each.capacity is None else _decimal(each.capacity), each.date < today)
            for each in settings.train
        ]
        self.at = {car.release.name: index for index, car in enumerate(self.cars)}
        self.assumed = None if settings.missing == "skip" else _decimal(settings.missing)
        self.found: dict[str, Assignment] = {}
        self.missing: list[Missing] = []
        self._refusals: dict[tuple[Decimal, int, tuple[Decimal, ...]], str] = {}  # most read alike

    def count(self, issue: Issue) -> None:
        """Take what a kept issue weighs off the capacity of the release it is in."""
        named = [self.at[name] for name in self.passengers.releases(issue) if name in self.at]
        if named and issue.type not in _NOT_PLANNED:
            self.cars[named[0]].load += _points(issue) or self.assumed or 0

    def settle(self, uid: str) -> None:
        """Assign an issue, and before it every planned issue it waits for; in a circle nobody waits."""
        work = [uid]
        entered: set[str] = set()
        while work:
            current = work[-1]
            ahead = [b for b in self._blockers(current) if b not in self.found and b not in entered]
            entered.add(current)
            if ahead and current not in self.found:
                work.extend(reversed(ahead))
                continue
            work.pop()
            if current not in self.found:
                self.found[current] = self._assigned(self.passengers.planned[current])

    def _blockers(self, uid: str) -> Sequence[str]:
        if uid not in self.waits:
            return ()
        return sorted(each for each in self.waits[uid] if each in self.passengers.planned and each != uid)

    def _assigned(self, issue: Issue) -> Assignment:
        points = _points(issue)
        if points is None:
            points = self.assumed
            used = "no release" if points is None else _said(points)
            self.missing.append(Missing(issue.uid, "points", used))
        if points is None:
            return Assignment(issue.uid, None, "has no points: estimate it, and it gets a release")
        first, held = self._earliest(issue.uid)
        if first is None:
            return Assignment(issue.uid, None, held)
        return self._seated(issue.uid, points, first, held)

    def _seated(self, uid: str, points: Decimal, first: int, held: str) -> Assignment:
        for index in range(first, len(self.cars)):
            car = self.cars[index]
            if car.holds(points):
                later = f", not before {held}" if index == first and held else ""
                return Assignment(uid, car.release.name, car.take(points) + later)
            if self.settings.gaps == "leave":
                car.closed = True
        state = (points, first, tuple([car.load for car in self.cars]))
        if state not in self._refusals:
            self._refusals[state] = self._no_room(points, self.cars[first:])
        return Assignment(uid, None, self._refusals[state])

    def _earliest(self, uid: str) -> tuple[int | None, str]:
        """Return the first release the issue's blockers allow, and who says so; None where none does."""
        first, held = 0, ""
        for each in self._blockers(uid):
            other = self.found.get(each)
            if other is None:  # a circle: nobody can say who comes first
                continue
            key = self.passengers.planned[each].key
            if other.release is None:
                return None, f"waits for {key}, which is in no release"
            if self.at[other.release] > first:
                first, held = self.at[other.release], f"{key}, which it waits for"
        return first, held

    def _no_room(self, points: Decimal, cars: Sequence[_Car]) -> str:
        running = [car for car in cars if car.release.date >= self.today]
        if not running:
            last = self.cars[-1].release
            return f"no release is left: the last, {last.name}, was on {last.date}"
        largest = max(car.capacity or Decimal(0) for car in running)
        if points > largest:
            return f"{_counted(points)} fit into no release, the largest has {_said(largest)}: split it"
        full = ", ".join(
            f"{_said(car.load)} of {_said(car.capacity or Decimal(0))} in {car.release.name}"
            for car in running
        )
        return f"no room for {_counted(points)}: {full}"


def _points(issue: Issue) -> Decimal | None:
    """Return an issue's points; None where it has none that can be counted."""
    if issue.points is None or not math.isfinite(issue.points) or issue.points < 0:
        return None
    return Decimal(str(issue.points))
