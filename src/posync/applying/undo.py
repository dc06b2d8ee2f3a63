"""Taking a run back: a plan, to be reviewed like any other, which undoes what nobody has touched since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any, assert_never

from posync.applying.drift import holds
from posync.applying.places import after, only, put_back, steady
from posync.applying.present import Present
from posync.applying.recovery import recover
from posync.connectors.base import Reader
from posync.errors import UsageError
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
from posync.model.label import same_label
from posync.model.plan import (
    ExpectedWrite,
    Held,
    LaneOrder,
    Outcome,
    Plan,
    Requests,
    TrackerState,
    precondition,
)
from posync.planning.moves import moves
from posync.state.store import Store


def undo_plan(run: str, readers: Mapping[str, Reader], store: Store, now: datetime) -> Plan:
    """Return the sealed plan that puts back what `run` changed; `held` names what is left alone, with the issue.

    Carry it out with kind="undo"; that run can be undone in turn. Raises UsageError where there is no
    such run or it wrote nothing by plan, TrackerError where a tracker cannot be read.
    """
    plan = store.plan_of(run)
    if plan is None:
        raise UsageError(f"there is no run {run} that wrote anything. `posync history` lists the runs.")
    recover(readers, store)
    done = _done(store, run)
    missing = sorted({change.tracker for change in done} - readers.keys())
    if missing:
        raise UsageError(
            f"run {run} wrote to {', '.join(missing)}, which is not in this workspace any more. "
            "Put it back into the workspace file, then undo again."
        )
    parts = [_Part(plan, reader, [c for c in done if c.tracker == name]) for name, reader in readers.items()]
    return _joined(plan, [part for part in parts if part.done], now)


def _done(store: Store, run: str) -> list[Change]:
    """Return the changes that the run surely made, in the order it made them."""
    made = []
    for entry in store.entries(run):
        became = {result.change: result.outcome for result in entry.results or ()}
        made += [change for change in entry.write.changes if became.get(change.id) is Outcome.DONE]
    return made


class _Part:
    """One tracker's share of the way back."""

    def __init__(self, plan: Plan, reader: Reader, done: Sequence[Change]) -> None:
        self.plan, self.reader, self.done = plan, reader, done
        self.same = same_label(reader.kind)
        self.held: list[Held] = []
        self.lanes: list[LaneOrder] = []
        self.present = Present(reader)
        self.reads = -reader.requests
        self.present.read(done)
        self.reads += reader.requests

    def changes(self, numbers: Iterator[int], groups: Iterator[int]) -> Iterator[Change]:
        """Yield the way back: lists first, then issue by issue, the last change first."""
        for lane in self.plan.lanes:
            moved = [c for c in self.done if isinstance(c, Move) and c.lane == lane.lane]
            if moved and lane.tracker == self.reader.name:
                yield from self._back(lane, moved, numbers, groups)
        others = [c for c in self.done if not isinstance(c, Move)]
        for change in sorted(others, key=lambda c: (c.uid, -c.id)):
            issue = self.present.issues[change.uid]
            if issue is None:
                self._leave(change, "is no longer there")
            elif holds(change, issue, self.present, self.same):
                yield _inverse(change, next(numbers))
            elif not holds(_inverse(change, change.id), issue, self.present, self.same):
                self._leave(change, "changed since that run")

    def _leave(self, change: Change, why: str) -> None:
        detail = f"{change.issue}: {why}, {change.kind.replace('_', ' ')} is left as it is"
        self.held.append(Held(reason="changed_since", detail=detail, issue=change.issue))

    def _back(
        self, lane: LaneOrder, moved: Sequence[Move], numbers: Iterator[int], groups: Iterator[int]
    ) -> Iterator[Move]:
        """Yield the fewest moves that put back what the run moved and nobody moved since; all else keeps its neighbours."""
        here = only(self.present.orders[lane.lane], set(lane.order))
        if here == only(lane.order, set(here)):
            return
        still = steady(here, only(after(lane.order, moved), set(here)))
        for move in {m.uid: m for m in moved if m.uid not in still}.values():
            self._leave(move, "moved since that run")
        back = {move.uid for move in moved} & still
        target = put_back(here, only(lane.order, still), back)
        others = set(here) - {move.uid for move in moved}
        steps = moves(here, target, batch=self.reader.rank_batch, spare=others)
        if steps:
            order = LaneOrder(tracker=lane.tracker, lane=lane.lane, name=lane.name, order=tuple(here))
            self.lanes.append(order)
        places = {uid: n for n, uid in enumerate(target)}
        self._learn(
            [
                uid
                for step in steps
                for n in (places[x] for x in step.issues)
                for uid in target[max(0, n - 1) : n + 2]
            ]
        )
        ranks = {uid: n for n, uid in enumerate(self.present.orders[lane.lane], 1)}
        for step in steps:
            group = next(groups)
            for uid in step.issues:
                at = places[uid]
                yield Move(
                    id=next(numbers),
                    tracker=lane.tracker,
                    issue=self._key(uid),
                    title=issue.title if (issue := self.present.issues.get(uid)) is not None else "",
                    uid=uid,
                    because=("back to where it stood before that run",),
                    lane=lane.lane,
                    before=Was(rank=ranks[uid]),
                    after=Standing(
                        rank=ranks[here[at]],
                        below=self._key(target[at - 1]) if at else None,
                        above=self._key(target[at + 1]) if at + 1 < len(target) else None,
                    ),
                    anchor=step.after if step.after is not None else str(step.before),
                    side="below" if step.after is not None else "above",
                    batch=group,
                )

    def _learn(self, uids: Sequence[str]) -> None:
        """Look at issues that the run itself did not touch, for their keys and preconditions."""
        unknown = [uid for uid in dict.fromkeys(uids) if uid not in self.present.issues]
        if unknown:
            before = self.reader.requests
            self.present.issues |= self.reader.look(unknown)
            self.reads += self.reader.requests - before

    def _key(self, uid: str) -> str:
        issue = self.present.issues.get(uid)
        return issue.key if issue is not None else uid


def _inverse(change: Change, number: int) -> Change:
    """Return the change that takes another one back."""
    about: dict[str, Any] = {
        "id": number,
        "tracker": change.tracker,
        "issue": change.issue,
        "title": change.title,
        "uid": change.uid,
        "because": ("as it was before that run",),
    }
    match change:
        case AddLabel():
            return RemoveLabel(**about, label=change.label)
        case RemoveLabel():
            return AddLabel(**about, label=change.label)
        case SetReleases():
            return SetReleases(**about, before=change.after, after=change.before)
        case SetField():
            return SetField(**about, field=change.field, before=change.after, after=change.before)
        case Comment():
            return Comment(**about, before=change.after, after=change.before)
        case Move():
            raise AssertionError("moves are taken back list by list")
        case _:
            assert_never(change)


def _joined(plan: Plan, parts: Sequence[_Part], now: datetime) -> Plan:
    """Return the way back over all trackers as one sealed plan."""
    numbers, groups = count(1), count(1)
    changes = [(part, change) for part in parts for change in part.changes(numbers, groups)]
    writes = [w for part in parts for w in part.reader.writes([c for p, c in changes if p is part])]
    states = {state.name: state for state in plan.trackers}
    fields: dict[str, set[str]] = defaultdict(set)
    for _, change in changes:
        fields[change.uid] |= {change.field} if isinstance(change, SetField) else set()
    return Plan(
        workspace=plan.workspace,
        created=now,
        trackers=tuple(
            TrackerState(
                name=part.reader.name,
                complete=True,
                issues=states[part.reader.name].issues if part.reader.name in states else 0,
                requests=Requests(
                    reads=part.reads, writes=sum(w.tracker == part.reader.name for w in writes)
                ),
                observed=now,
            )
            for part in parts
        ),
        changes=tuple(change for _, change in changes),
        preconditions=tuple(
            precondition(issue, fields[uid])
            for part in parts
            for uid, issue in part.present.issues.items()
            if issue is not None and uid in fields
        ),
        lanes=tuple(lane for part in parts for lane in part.lanes),
        held=tuple(held for part in parts for held in part.held),
        expected_writes=tuple(
            ExpectedWrite(
                tracker=w.tracker, method=w.method, route=w.route, issues=len({c.uid for c in w.changes})
            )
            for w in writes
        ),
    ).sealed()
