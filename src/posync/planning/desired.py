"""Fold verdicts into the backlog as it should be: orders per lane, labels, releases, fields, comments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from posync.model.backlog import Backlog
from posync.model.issue import FieldValue, Issue
from posync.model.label import folded
from posync.model.verdict import Flag, Verdicts
from posync.planning.orphans import NONE, Orphans


@dataclass(frozen=True, slots=True)
class Traits:
    """What planning must know of a tracker.

    `rank_batch` is how many issues one rank write moves (0: it cannot rank), `has_releases` whether it
    has releases of its own, `labels_fold` whether label names that differ by case or blanks around them are
    one label, `label_blanks` whether they may hold blanks, `writable` whether anything is ever written.
    `forbidden` maps what the account may not do (rank, label, release, field, comment) to the reason.
    """

    name: str
    rank_batch: int
    has_releases: bool = False
    labels_fold: bool = False
    label_blanks: bool = True
    writable: bool = True
    forbidden: Mapping[str, str] = field(default_factory=dict)

    def same_label(self, label: str) -> str:
        """Return what two names of one label have in common in this tracker."""
        return folded(label) if self.labels_fold else label

    def takes(self, label: str) -> bool:
        """Whether the tracker can hold a label of this name."""
        return self.label_blanks or not any(map(str.isspace, label))


@dataclass(frozen=True, slots=True)
class Lane:
    """One ordered list of a tracker: `now` is all that stands in it, `wanted` the order of those with a place.

    What has no place (done issues, a board's separators) is never moved. With `slots` it also keeps
    its number, and the others share out the rest; without, they are put in order past it.
    """

    tracker: str
    lane: str
    name: str
    now: tuple[str, ...]
    wanted: tuple[str, ...]
    slots: bool = False

    @property
    def placed(self) -> tuple[str, ...]:
        """The issues that have a place, as they stand now."""
        having = set(self.wanted)
        return tuple(uid for uid in self.now if uid in having)

    def target(self) -> tuple[str, ...]:
        """Return the whole list as it should be, where what has no place keeps its number."""
        having, wanted = set(self.wanted), iter(self.wanted)
        return tuple(next(wanted) if uid in having else uid for uid in self.now)


@dataclass(frozen=True, slots=True)
class Desired:
    """What should stand on each issue, by uid; an issue that is absent is left alone.

    `refused` are labels that a tracker cannot hold, by tracker and name, and how many issues lack them.
    """

    lanes: tuple[Lane, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    releases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, FieldValue]] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[tuple[str, str], int] = field(default_factory=dict)


def fold(
    backlog: Backlog,
    verdicts: Verdicts,
    traits: Mapping[str, Traits],
    only: Collection[str] = (),
    orphans: Orphans = NONE,
) -> Desired:
    """Return the desired state of one unified backlog; with `only`, nothing but these keys changes.

    Issues of trackers without traits, and of trackers that cannot be written to, are left out.
    """
    writable = [i for i in backlog.issues if i.tracker in traits and traits[i.tracker].writable]
    lanes = _lanes(writable, verdicts, traits)
    if only:
        chosen = {issue.uid for issue in writable if issue.key in only}
        lanes = (replace(lane, wanted=_moving_only(chosen, lane)) for lane in lanes)
    labels = _labels(writable, verdicts, traits)
    return Desired(
        lanes=tuple(lane for lane in lanes if lane.placed != lane.wanted),
        labels={
            i.uid: tuple(label for label in labels[i.uid] if traits[i.tracker].takes(label)) for i in writable
        },
        releases=_releases(writable, verdicts, traits, orphans),
        fields={i.uid: verdicts.fields[i.uid] for i in writable if i.uid in verdicts.fields},
        comments=_comments(writable, verdicts.flags),
        refused=Counter(
            (i.tracker, label)
            for i in writable
            for label in labels[i.uid]
            if not traits[i.tracker].takes(label)
        ),
    )


def _lanes(issues: Iterable[Issue], verdicts: Verdicts, traits: Mapping[str, Traits]) -> Iterator[Lane]:
    """Yield each lane's order as induced by the unified one.

    A write that moves one issue can as well go around a board's separators. One that moves fifty would
    be cut to pieces by the done issues that lie between in a Jira rank, which no backlog shows.
    """
    place = {p.uid: n for n, p in enumerate(verdicts.places)}
    lanes: dict[tuple[str, str], list[Issue]] = defaultdict(list)
    for issue in issues:
        if traits[issue.tracker].rank_batch and (
            issue.ranked or issue.is_open
        ):  # archived cards stand nowhere
            lanes[issue.tracker, issue.lane].append(issue)
    for (tracker, lane), members in lanes.items():
        now = tuple(i.uid for i in sorted(members, key=lambda i: i.rank))
        wanted = tuple(sorted((uid for uid in now if uid in place), key=place.__getitem__))
        yield Lane(tracker, lane, members[0].lane_name, now, wanted, slots=traits[tracker].rank_batch == 1)


def _moving_only(chosen: Collection[str], lane: Lane) -> tuple[str, ...]:
    """Return the lane's order with the chosen issues below their wanted predecessor, the rest as it is."""
    order = [uid for uid in lane.placed if uid not in chosen]
    predecessors = dict(zip(lane.wanted[1:], lane.wanted, strict=False))
    for uid in lane.wanted:
        if uid in chosen:  # the lane holds it, or it would have no wanted place
            before = predecessors.get(uid)
            order.insert(order.index(before) + 1 if before is not None else 0, uid)
    return tuple(order)


def _labels(
    issues: Iterable[Issue], verdicts: Verdicts, traits: Mapping[str, Traits]
) -> dict[str, tuple[str, ...]]:
    """Return the managed labels that should stand on each issue, each once, in a stable order."""
    flagged: dict[str, list[str]] = defaultdict(list)
    for flag in verdicts.flags:
        if flag.label:
            flagged[flag.uid].append(flag.label)
    wanted: dict[str, tuple[str, ...]] = {}
    for issue in issues:
        same = traits[issue.tracker].same_label
        names = [*flagged.get(issue.uid, ()), *verdicts.labels.get(issue.uid, ())]
        wanted[issue.uid] = tuple({same(name): name for name in sorted(names, reverse=True)}.values())
    return wanted


def _releases(
    issues: Iterable[Issue], verdicts: Verdicts, traits: Mapping[str, Traits], orphans: Orphans
) -> dict[str, tuple[str, ...]]:
    """Return the whole list of releases of each assigned issue: managed ones replaced, people's kept.

    Where no pack sets releases any more, those that posync has set are left to people.
    """
    if not verdicts.fix_versions:
        return {}
    assigned = {a.uid: a.release for a in verdicts.assignments}
    wanted: dict[str, tuple[str, ...]] = {}
    for issue in issues:
        off = orphans.releases.get(issue.uid, {})
        if not (off or issue.uid in assigned) or not traits[issue.tracker].has_releases:
            continue
        release = assigned.get(issue.uid)
        others = off.keys() | (verdicts.managed.releases if issue.uid in assigned else ())
        kept = [r for r in issue.releases if r not in others or r == release]
        wanted[issue.uid] = (*kept, release) if release and release not in kept else tuple(kept)
    return wanted


def _comments(issues: Iterable[Issue], flags: Iterable[Flag]) -> dict[str, str]:
    """Return posync's one comment per flagged issue: each finding with what to do about it."""
    spoken: dict[str, list[Flag]] = defaultdict(list)
    for flag in flags:
        if flag.comment:
            spoken[flag.uid].append(flag)
    here = {issue.uid for issue in issues}
    return {
        uid: "\n".join(f"- {f.because}. {f.remedy}".rstrip() for f in sorted(said, key=lambda f: f.check))
        for uid, said in spoken.items()
        if uid in here
    }
