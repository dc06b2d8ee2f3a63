"""Fills a train of releases in the desired order, until each has as many points as its team can carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from posync.documents import wrong
from posync.model.backlog import Backlog
from posync.model.base import Frozen
from posync.model.issue import Issue, IssueType
from posync.model.verdict import Assignment, Missing, Warned
from posync.rules.exact import Exact, shown
from posync.rules.expression import Expression, IssueView

_PLACEHOLDER = "{name}"
_NOT_PLANNED = frozenset({IssueType.EPIC, IssueType.SUBTASK})  # their points are those of the stories


class Release(Frozen):
    """One entry of a train: closed after `date`; `capacity` is in points, without it there is no limit."""

    name: Annotated[str, Field(min_length=1)]
    date: date
    capacity: Exact | None = None


class Releases(Frozen):
    """What a pack says under `releases:`.

    `label` is the managed label of an assigned issue, with {name} for the release; `fix_version` also
    sets Jira's fix version. `when` narrows which open issues are planned (else all but epics and
    sub-tasks). `missing: skip` leaves an issue without points out of every release; a number counts
    in their stead. `gaps: fill` lets a smaller issue use what a larger one left over; `leave` closes a
    release to everything below the first issue that no longer fits.

    Whoever is done, carries the label `ignore`, or is in a release that is not in the train keeps what
    it has. Releases of the past stay in the train, so that what is still open in them moves on.
    """

    label: str | None = None
    fix_version: bool = False
    train: Annotated[tuple[Release, ...], Field(min_length=1)]
    when: Expression | None = None
    missing: Literal["skip"] | Exact = "skip"
    gaps: Literal["fill", "leave"] = "fill"
    ignore: str = "posync-ignore"

    @model_validator(mode="after")
    def _has_an_effect(self) -> Self:
        if self.label is None and not self.fix_version:
            raise wrong("a train without `label` and `fix_version` shows nowhere: write one of them")
        if self.label is not None and self.label.count(_PLACEHOLDER) != 1:
            raise wrong("must hold {name} once, as in 'release:{name}'", "label")
        return self

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        seen: set[str] = set()
        for index, release in enumerate(self.train):
            if release.name in seen:
                raise wrong(f"release {release.name!r} is in the train twice", "train", index, "name")
            if release.capacity is not None and release.capacity < 0:
                raise wrong("must be at least 0 points", "train", index, "capacity")
            seen.add(release.name)
        for index, (earlier, later) in enumerate(pairwise(self.train), 1):
            if later.date <= earlier.date:
                message = (
                    f"must be later than {earlier.date}, the date of {earlier.name}: a train runs forward"
                )
                raise wrong(message, "train", index, "date")
        return self

    @property
    def names(self) -> frozenset[str]:
        """The names of all releases of the train."""
        return frozenset(release.name for release in self.train)

    def label_of(self, release: str) -> str | None:
        """Return the label of one release, None where the pack writes none."""
        return None if self.label is None else self.label.replace(_PLACEHOLDER, release)

    @property
    def labels(self) -> Mapping[str, str]:
        """The release of each managed label."""
        return {} if self.label is None else {str(self.label_of(name)): name for name in self.names}


@dataclass(frozen=True, slots=True)
class Released:
    """Who goes into which release: `labels` are those that should stand, also on issues that keep theirs."""

    assignments: tuple[Assignment, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()
    warnings: tuple[Warned, ...] = ()


def assign(
    settings: Releases,
    backlog: Backlog,
    order: Sequence[str],
    waits: Mapping[str, Iterable[str]],
    today: date,
) -> Released:
    """Return the release of every open issue that is planned; pure.

    `order` is the desired order by uid; issues that are not in it come after, by their rank. `waits`
    maps a uid to the uids of its open blockers: none is in a later release than what it blocks.
    """
    return _Filling(settings, backlog, waits, today).filled(order)


@dataclass(slots=True)
class _Car:
    """One release while it is being filled, in points."""

    release: Release
    closed: bool
    load: Fraction = Fraction(0)

    def holds(self, points: Fraction) -> bool:
        return not self.closed and (
            self.release.capacity is None or self.load + points <= self.release.capacity
        )

    def take(self, points: Fraction) -> str:
        before, self.load = self.load, self.load + points
        room = "" if self.release.capacity is None else f" of {shown(self.release.capacity)}"
        return f"{shown(before)} + {shown(points)}{room} points in {self.release.name}"


class _Filling:
    """One train on one day."""

    def __init__(
        self, settings: Releases, backlog: Backlog, waits: Mapping[str, Iterable[str]], today: date
    ) -> None:
        self.settings, self.backlog, self.waits, self.today = settings, backlog, waits, today
        self.cars = [_Car(release, closed=release.date < today) for release in settings.train]
        self.at = {car.release.name: index for index, car in enumerate(self.cars)}
        self.found: dict[str, Assignment] = {}
        self.missing: list[Missing] = []

    def filled(self, order: Sequence[str]) -> Released:
        kept = {issue.uid: issue for issue in self.backlog.issues if self._keeps(issue)}
        for issue in kept.values():
            self._count(issue)
        self.planned = {issue.uid: issue for issue in self.backlog.issues if self._is_planned(issue, kept)}
        place = {uid: index for index, uid in enumerate(order)}
        for uid in sorted(self.planned, key=lambda uid: (place.get(uid, len(place)), self._standing(uid))):
            self._settle(uid)
        assignments = tuple(self.found[uid] for uid in sorted(self.found))
        return Released(
            assignments, dict(self._labels(kept.values())), tuple(sorted(self.missing, key=_by_uid))
        )

    def _standing(self, uid: str) -> tuple[int, str]:
        return self.planned[uid].rank, uid

    def _keeps(self, issue: Issue) -> bool:
        """Whether posync leaves the releases of this issue to people."""
        if not issue.is_open or self.settings.ignore in issue.labels:
            return True
        return any(name not in self.at for name in self._releases(issue))

    def _releases(self, issue: Issue) -> Iterator[str]:
        """Yield the releases the issue is in, by its fix versions and by its labels."""
        if self.settings.fix_version:
            yield from issue.releases
        if self.settings.label is not None:
            before, after = self.settings.label.split(_PLACEHOLDER)
            for label in issue.labels:
                if (
                    label.startswith(before)
                    and label.endswith(after)
                    and len(label) > len(before) + len(after)
                ):
                    yield label[len(before) : len(label) - len(after)]

    def _is_planned(self, issue: Issue, kept: Mapping[str, Issue]) -> bool:
        if issue.uid in kept or not issue.ranked:
            return False
        if self.settings.when is None:
            return issue.type not in _NOT_PLANNED
        return self.settings.when.holds(IssueView(issue, self.today))

    def _count(self, issue: Issue) -> None:
        """Take what a kept issue weighs off the capacity of its release."""
        named = [self.at[name] for name in self._releases(issue) if name in self.at]
        if named and issue.type not in _NOT_PLANNED:
            self.cars[named[0]].load += self._points(issue) or 0

    def _points(self, issue: Issue) -> Fraction | None:
        if issue.points is not None:
            return Fraction(str(issue.points))
        return None if self.settings.missing == "skip" else Fraction(self.settings.missing)

    def _settle(self, uid: str) -> None:
        """Assign an issue, and before it every planned issue it waits for; in a cycle nobody waits."""
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
                self.found[current] = self._assigned(self.planned[current])

    def _blockers(self, uid: str) -> list[str]:
        return sorted(
            blocker for blocker in self.waits.get(uid, ()) if blocker in self.planned and blocker != uid
        )

    def _assigned(self, issue: Issue) -> Assignment:
        points = self._points(issue)
        if points is None:
            self.missing.append(Missing(issue.uid, "points", "no release"))
            return Assignment(issue.uid, None, "has no points: estimate it, and it gets a release")
        if issue.points is None:
            self.missing.append(Missing(issue.uid, "points", shown(points)))
        first, held = self._earliest(issue)
        if first is None:
            return Assignment(issue.uid, None, held)
        for index in range(first, len(self.cars)):
            if self.cars[index].holds(points):
                because = self.cars[index].take(points)
                later = f", not before {held}" if index == first and held else ""
                return Assignment(issue.uid, self.cars[index].release.name, because + later)
            if self.settings.gaps == "leave":
                self.cars[index].closed = True
        return Assignment(issue.uid, None, self._no_room(points, self.cars[first:]))

    def _earliest(self, issue: Issue) -> tuple[int | None, str]:
        """Return the first release the issue's blockers allow, and which blocker says so; None where none does."""
        first, held = 0, ""
        for uid in self._blockers(issue.uid):
            other = self.found.get(uid)
            if other is None:  # a cycle: nobody can say who comes first
                continue
            blocker = self.planned[uid].key
            if other.release is None:
                return None, f"waits for {blocker}, which is in no release"
            if self.at[other.release] > first:
                first, held = self.at[other.release], f"{blocker}, which it waits for"
        return first, held

    def _no_room(self, points: Fraction, cars: Sequence[_Car]) -> str:
        open_cars = [car for car in cars if car.release.date >= self.today]
        if not open_cars:
            return f"no release is left: the last, {self.cars[-1].release.name}, was on {self.cars[-1].release.date}"
        largest = max(car.release.capacity or Fraction(0) for car in open_cars)
        if points > largest:
            return f"{shown(points)} points fit into no release, the largest has {shown(largest)}: split it"
        return f"no room for {shown(points)} points: {', '.join(_fullness(car) for car in open_cars)}"

    def _labels(self, kept: Iterable[Issue]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the release labels that should stand: new ones, and those that kept issues already have."""
        managed = self.settings.labels
        for issue in kept:
            own = tuple(label for label in issue.labels if label in managed)
            if own:
                yield issue.uid, own
        for assignment in self.found.values():
            label = self.settings.label_of(assignment.release) if assignment.release is not None else None
            if label is not None:
                yield assignment.uid, (label,)


def _fullness(car: _Car) -> str:
    assert car.release.capacity is not None
    return f"{shown(car.load)} of {shown(car.release.capacity)} in {car.release.name}"


def _by_uid(missing: Missing) -> str:
    return missing.uid
