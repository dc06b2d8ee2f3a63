"""After a crash: find out what became of writes nobody saw the answer of, by looking, never by guessing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from posync.applying.claims import became
from posync.applying.drift import holds
from posync.applying.places import Row, batches, only
from posync.applying.present import Present
from posync.connectors.base import Reader
from posync.model.change import Change, Comment, Move
from posync.model.label import same_label
from posync.model.plan import Outcome, Plan, Result
from posync.model.run import Entry, RunKind
from posync.state.store import Store


def recover(readers: Mapping[str, Reader], store: Store) -> int:
    """Settle the unsettled writes of these trackers by looking at them; return how many were settled.

    Sends no write: what never arrived is settled as failed, and the next plan (or the same plan, applied
    again) wants it again. Call it under the lock before pulling for a new plan; `carry_out` calls it itself.
    """
    with store.lock("recovery"):
        waiting: dict[str, list[Entry]] = defaultdict(list)
        for entry in store.unsettled():
            if entry.write.tracker in readers:
                waiting[entry.write.tracker].append(entry)
        for tracker, entries in waiting.items():
            _settle(entries, readers[tracker], store)
        return sum(map(len, waiting.values()))


def interrupted(store: Store, trackers: Collection[str]) -> tuple[Plan, RunKind] | None:
    """Return the plan that the latest run began to write and was killed over, and its kind; None where there is none.

    A scheduled run finishes it before it plans anew: where a policy prefers the order as it stands, a
    new plan from halfway ends in another order than the old one would have. It is finished as what it
    was: a label that an undo puts back may be people's. None too where the plan needs other trackers
    than these.
    """
    with store.lock("recovery"):  # whoever holds the lock knows which runs are no more
        for run in store.runs():
            if run.plan is None or not store.entries(run.id):
                continue
            plan = store.plan_of(run.id) if run.outcome == "interrupted" else None
            return (plan, run.kind) if plan and {c.tracker for c in plan.changes} <= set(trackers) else None
    return None


def _settle(entries: Sequence[Entry], reader: Reader, store: Store) -> None:
    present = Present(reader)
    present.read(change for entry in entries for change in entry.write.changes)
    for entry in entries:
        plan = store.plan_of(entry.run)
        changes = found(entry.write.changes, plan, reader.kind, present)
        store.settle(entry.id, (*changes, *became(entry, reader)))


def found(changes: Sequence[Change], plan: Plan | None, kind: str, present: Present) -> Iterator[Result]:
    """Yield what became of each change, as the tracker shows it."""
    arrived = _arrived([c for c in changes if isinstance(c, Move)], plan, present)
    same = same_label(kind)
    for change in changes:
        issue = present.issues[change.uid]
        if change.id in arrived or (issue is not None and holds(change, issue, present, same)):
            said = present.comments.get(change.uid) if isinstance(change, Comment) else None
            receipt = {"comment_id": said[0]} if said else {}
            yield Result(
                change=change.id, outcome=Outcome.DONE, because="found there afterwards", receipt=receipt
            )
        else:
            yield Result(change=change.id, outcome=Outcome.FAILED, because="it never arrived")


def _arrived(moves: Sequence[Move], plan: Plan | None, present: Present) -> set[int]:
    """Return the moves whose whole batch stands next to its anchor, among the issues the plan knew."""
    arrived: set[int] = set()
    for batch in batches(moves):
        order = present.orders[batch[0].lane]
        known = {uid for lane in plan.lanes for uid in lane.order} if plan else set(order)
        if Row(only(order, known)).holds(batch):
            arrived |= {move.id for move in batch}
    return arrived
