"""The difference between a backlog as observed and as desired, as changes in the order they are written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import TypedDict

from posync.model.backlog import Backlog
from posync.model.change import (
    AddLabel,
    Change,
    Comment,
    Move,
    RemoveLabel,
    SetField,
    SetReleases,
    Standing,
    Was,
)
from posync.model.issue import FieldValue, Issue
from posync.model.verdict import Flag, Verdicts
from posync.planning.desired import Desired, Lane, Traits
from posync.planning.moves import moves
from posync.planning.orphans import NONE, Orphans


def difference(
    backlog: Backlog,
    desired: Desired,
    verdicts: Verdicts,
    traits: Mapping[str, Traits],
    comments: Mapping[str, str | None],
    *,
    orphans: Orphans = NONE,
) -> tuple[Change, ...]:
    """Return every change, numbered from 1 in the order of writing.

    Moves come first, lane by lane; then each issue's labels, releases, fields and comment.
    `comments` holds the text of posync's comment on each issue that has one, None where people have edited
    or deleted it, `orphans` what comes off because no pack declares it any more.
    """
    return tuple(_Difference(backlog, desired, verdicts, traits, comments, orphans=orphans).changes())


class _Common(TypedDict):
    """What every change is told about itself."""

    id: int
    tracker: str
    issue: str
    title: str
    uid: str


class _Difference:
    """One comparison: numbers its changes as it goes, and knows the reason for each."""

    def __init__(
        self,
        backlog: Backlog,
        desired: Desired,
        verdicts: Verdicts,
        traits: Mapping[str, Traits],
        comments: Mapping[str, str | None],
        *,
        orphans: Orphans,
    ) -> None:
        self.backlog, self.desired, self.traits, self.comments = backlog, desired, traits, comments
        self.orphans = orphans
        self.managed = verdicts.managed
        self.numbers, self.batches = count(1), count(1)
        self.places = {p.uid: p.because for p in verdicts.places}
        self.scores = {uid: score.because for uid, score in verdicts.scores.items()}
        self.assigned = {a.uid: a.because for a in verdicts.assignments}
        self.flags: dict[str, list[Flag]] = defaultdict(list)
        for flag in verdicts.flags:
            self.flags[flag.uid].append(flag)

    def changes(self) -> Iterator[Change]:
        """Yield everything that differs."""
        for lane in self.desired.lanes:
            yield from self.moves(lane)
        for issue in self.backlog.issues:
            if issue.tracker in self.traits and self.traits[issue.tracker].writable:
                yield from self.labels(issue)
                yield from self.releases(issue)
                yield from self.fields(issue)
                yield from self.comment(issue)

    def about(self, issue: Issue) -> _Common:
        """Return the next id and whose change it is."""
        return {
            "id": next(self.numbers),
            "tracker": issue.tracker,
            "issue": issue.key,
            "title": issue.title,
            "uid": issue.uid,
        }

    def moves(self, lane: Lane) -> Iterator[Move]:
        """Yield the fewest moves of one lane."""
        issues, batch_size = self.backlog.by_uid, self.traits[lane.tracker].rank_batch
        now, target = (lane.now, lane.target()) if lane.slots else (lane.placed, lane.wanted)
        at_home = [uid for uid, stands in zip(target, now, strict=True) if uid == stands]
        steps = moves(now, target, batch_size, spare=at_home, fixed=set(now) - set(lane.wanted))
        rank_now, rank_of = self.ranks(lane, now), self.ranks(lane, target)
        keys = [None, *(issues[uid].key for uid in target), None]
        between = {uid: (keys[n], keys[n + 2]) for n, uid in enumerate(target)}
        for step in steps:
            batch = next(self.batches)
            for uid in step.issues:
                below, above = between[uid]
                yield Move(
                    **self.about(issues[uid]),
                    because=self.why_move(uid, rank_now[uid], rank_of[uid]),
                    lane=lane.lane,
                    before=Was(rank=rank_now[uid]),
                    after=Standing(rank=rank_of[uid], below=below, above=above),
                    anchor=step.after if step.after is not None else str(step.before),
                    side="below" if step.after is not None else "above",
                    batch=batch,
                )

    def ranks(self, lane: Lane, order: Sequence[str]) -> dict[str, int]:
        """Return each issue's rank in an order of the lane, as people count it.

        A board counts all that stands on it, list after list; a Jira backlog shows open issues only.
        """
        if not lane.slots:
            return {uid: rank for rank, uid in enumerate(order, 1)}
        held = sorted(self.backlog.by_uid[uid].rank for uid in lane.now)
        return dict(zip(order, held, strict=True))

    def why_move(self, uid: str, now: int, rank: int) -> tuple[str, ...]:
        """Return why an issue moves; one that a cheaper write takes along ends where it was."""
        if rank == now:
            return (f"stays number {rank}: one write moves it along with its neighbours",)
        return self.places.get(uid, ())

    def labels(self, issue: Issue) -> Iterator[AddLabel | RemoveLabel]:
        """Yield managed labels to add and to take off; people's labels are never touched."""
        same = self.traits[issue.tracker].same_label
        wanted = {same(label): label for label in self.desired.labels.get(issue.uid, ())}
        present = {same(label) for label in issue.labels}
        for name in sorted(wanted.keys() - present):
            because, remedy = self.why_label(issue.uid, wanted[name])
            yield AddLabel(**self.about(issue), label=wanted[name], because=because, remedy=remedy)
        owned = {same(label) for label in self.managed.labels}
        orphaned = self.orphans.labels.get(issue.uid, {})
        for label in sorted(issue.labels):
            mine = same(label) in owned or self.managed.owns_label(label)
            if mine and same(label) not in wanted:
                yield RemoveLabel(**self.about(issue), label=label, because=("no pack asks for it any more",))
            elif label in orphaned:
                yield RemoveLabel(
                    **self.about(issue), label=label, because=(_why_off("label", orphaned[label]),)
                )

    def why_label(self, uid: str, label: str) -> tuple[tuple[str, ...], str | None]:
        """Return why an issue should carry a label, and what a person can do about it."""
        flags = [f for f in self.flags.get(uid, ()) if f.label == label]
        if flags:
            return tuple(f.because for f in flags), " ".join(f.remedy for f in flags if f.remedy) or None
        return (self.assigned.get(uid, "the pack asks for it"),), None

    def releases(self, issue: Issue) -> Iterator[SetReleases]:
        """Yield the change of an issue's own releases, both sides as whole lists."""
        wanted = self.desired.releases.get(issue.uid)
        if wanted is not None and set(wanted) != set(issue.releases):
            orphaned = self.orphans.releases.get(issue.uid, {})
            because = [
                *filter(None, [self.assigned.get(issue.uid)]),
                *(f"{name}: {_why_off('release', run)}" for name, run in orphaned.items()),
            ]
            yield SetReleases(
                **self.about(issue), before=issue.releases, after=wanted, because=tuple(because)
            )

    def fields(self, issue: Issue) -> Iterator[SetField]:
        """Yield fields that belong to posync and hold another value."""
        for name, value in sorted(self.desired.fields.get(issue.uid, {}).items()):
            if issue.fields.get(name) != value:
                because = self.why_field(issue.uid, name, value)
                before = issue.fields.get(name)
                yield SetField(**self.about(issue), field=name, before=before, after=value, because=because)

    def why_field(self, uid: str, name: str, value: FieldValue) -> tuple[str, ...]:
        """Return why a field holds what it should."""
        if name in self.managed.numbers:
            return (f"number {value} of all" if value is not None else "no longer among the first",)
        return (self.scores[uid],) if uid in self.scores else ("has no score any more",)

    def comment(self, issue: Issue) -> Iterator[Comment]:
        """Yield the comment to write or edit, or to take back once nothing is left to say; people's stays theirs."""
        stands, wanted = self.comments.get(issue.uid), self.desired.comments.get(issue.uid)
        theirs = stands is None and issue.uid in self.comments
        if stands != wanted and not theirs:
            said = tuple(f.because for f in self.flags.get(issue.uid, ()) if f.comment)
            because = said or ("what it named is mended, or no longer checked",)
            yield Comment(**self.about(issue), before=stands, after=wanted, because=because)


def _why_off(what: str, run: str) -> str:
    return f"no pack declares this {what} any more; posync put it on in run {run}"


def touched(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """Return the changes by uid, in plan order."""
    by_uid: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_uid[change.uid].append(change)
    return by_uid
