"""One tracker's part of a plan: read, judged, written request by request, each journalled before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from posync.applying.claims import Marks
from posync.applying.drift import WRITE, Drift, Judged
from posync.applying.places import after, batches, only, steady
from posync.applying.present import Present
from posync.applying.recovery import found
from posync.connectors.base import Writer
from posync.errors import (
    AccessRefused,
    ChangedMeanwhile,
    NotFound,
    QuotaSpent,
    Refused,
    TrackerError,
)
from posync.model.change import Change, Comment, Move
from posync.model.label import same_label
from posync.model.plan import Outcome, Plan, Result, Write
from posync.state.store import Store

FRESH_SECONDS = 2.0
"""What was read longer ago is read again before it is written to."""

_ATTEMPTS = 2
"""How often a write is sent at most; the transport has its own patience for what is safe to repeat."""


class Part:
    """One tracker's part of a plan on its way; `results` fills up, by change id."""

    def __init__(
        self, plan: Plan, writer: Writer, store: Store, *, run: str, tick: Callable[[], None], fresh: float
    ) -> None:
        self._plan, self._writer, self._store, self._run = plan, writer, store, run
        self._tick, self._fresh = tick, fresh
        settled = store.settled(plan.checksum)
        own = {c.id for c in plan.changes if c.id in settled and settled[c.id].outcome is Outcome.DONE}
        same, aside, said = same_label(writer.kind), store.aside(plan.checksum), store.comments()
        self._drift = Drift(plan, writer.name, same, own, aside, said=said)
        self._present = Present(writer)
        self._judged: dict[int, Judged] = {}
        self._known_aside: set[int] = set()
        self.marks = Marks(plan, writer, store, run)
        self._stopped = ""
        self.results: dict[int, Result] = {}
        self.warnings: list[str] = []

    @property
    def changes(self) -> tuple[Change, ...]:
        """This tracker's changes, in plan order."""
        return self._drift.changes

    @property
    def has_work(self) -> bool:
        """Whether, by what was read, anything is to be written, a marker for one."""
        return any(judged is WRITE for judged in self._judged.values()) or bool(self.marks.pending())

    def examine(self) -> tuple[str, ...]:
        """Read everything touched and return what people have overtaken, each named."""
        self._look(self.changes)
        for change in self.changes:
            if self._judged[change.id].theirs:
                self._store.leave_comment(change.uid)
        return tuple(j.because for j in self._judged.values() if j.outcome is Outcome.SKIPPED)

    def write(self, interrupted: Callable[[], bool]) -> None:
        """Write what is still to be written, stop where the tracker wants no more, and check the orders."""
        self._set_aside()
        going = self._sorted_out(self.changes)
        self._mark()
        writes = list(self._writer.writes(going))
        for n, write in enumerate(writes):
            if self._stopped or interrupted():
                break
            self._renew(write, writes[n:])
            for part in self._still_good(write):
                self._carry(part)
        self._give_up()
        if not self._stopped:
            self._verify()

    def _mark(self) -> None:
        """Say whose this is before anything else is written; people may have moved something meanwhile."""
        try:
            if self.marks.write():
                self._present.forget_orders()
        except TrackerError as error:
            self._stopped = str(error)

    def _set_aside(self) -> None:
        """Journal which moves people have overtaken, before posync's own moves can hide it."""
        own = {c.id for c in self.changes}
        new = (self._drift.aside & own) - self._known_aside
        if new:
            self._store.set_aside(self._run, new)
            self._known_aside |= new

    def _look(self, changes: Iterable[Change]) -> None:
        self._present.read(changes)
        self._judged = self._drift.judge(self._present)

    def _renew(self, write: Write, coming: Sequence[Write]) -> None:
        """Read again what is too old to write by, and judge anew."""
        changes = chain.from_iterable(w.changes for w in coming)
        try:
            news = self._present.renew(write.changes, changes, self._fresh)
            if again := self._drift.judge_again(self._present, news):
                self._judged |= again
                self._set_aside()
        except TrackerError as error:
            self._stopped = str(error)

    def _still_good(self, write: Write) -> Iterator[Write]:
        """Yield the write, or what is left of it."""
        if self._stopped:
            return
        going = self._sorted_out(write.changes)
        if len(going) == len(write.changes):
            yield write
        elif going:
            yield from self._writer.writes(going)

    def _sorted_out(self, changes: Iterable[Change]) -> list[Change]:
        """Note the outcome of what need not or must not be written; return the rest."""
        going = []
        for change in changes:
            judged = self._judged[change.id]
            if change.id in self.results:
                continue
            if judged is WRITE:
                going.append(change)
            else:
                self._note(change, judged)
        return going

    def _note(self, change: Change, judged: Judged) -> None:
        assert judged.outcome is not None
        if isinstance(change, Comment) and judged.outcome is Outcome.ALREADY:
            self._store.remember_comment(change.uid, judged.receipt.get("comment_id"), change.after or "")
        if judged.theirs:
            self._store.leave_comment(change.uid)
        self._record(
            Result(change=change.id, outcome=judged.outcome, because=judged.because, receipt=judged.receipt)
        )

    def _record(self, result: Result) -> None:
        self.results[result.change] = result
        self._tick()

    def _carry(self, write: Write, attempt: int = 1) -> None:
        """Send one write between its two journal entries, and see to what may come of it."""
        seen = {c.uid: self._present.issues[c.uid] for c in write.changes}
        updated = {
            uid: issue.updated
            for uid, issue in seen.items()
            if issue is not None and issue.updated is not None
        }
        entry = self._store.intend(self._run, write, updated)
        self._present.forget_orders()
        try:
            results = self._writer.perform(write, comment_ids=self._comment_ids(write))
        except (QuotaSpent, AccessRefused) as error:
            self._settle(entry, write, _failed(write, str(error)))
            self._stopped = str(error)
        except Refused as error:
            self._settle(entry, write, _failed(write, str(error)))
        except TrackerError as error:
            self._look_after(entry, write, error, attempt)
        else:
            told = {result.change: result for result in results}
            silent = _failed(write, "the tracker did not say what became of it")
            self._settle(entry, write, [told.get(r.change, r) for r in silent])

    def _comment_ids(self, write: Write) -> dict[str, str]:
        seen = self._present.comments
        return {c.uid: said[0] for c in write.changes if (said := seen.get(c.uid)) is not None}

    def _settle(self, entry: int, write: Write, results: Sequence[Result]) -> None:
        self._store.settle(entry, results)
        became = {result.change: result for result in results}
        self._drift.done |= {r.change for r in results if r.outcome is Outcome.DONE}
        moved = [c for c in write.changes if isinstance(c, Move) and c.id in self._drift.done]
        for batch in batches(moved):
            self._present.moved(batch)
        for change in write.changes:
            if isinstance(change, Comment) and became[change.id].outcome is Outcome.SKIPPED:
                self._store.leave_comment(change.uid)  # it was deleted between the look and the write
            self._record(became[change.id])
        self.warnings += [
            f"{c.issue}: {because}" for c in write.changes if (because := _beyond(became[c.id]))
        ]
        stuck = {
            c.uid for c in write.changes if isinstance(c, Move) and became[c.id].outcome is Outcome.FAILED
        }
        if stuck:
            self._drift.stuck |= stuck
            self._judged = self._drift.judge(self._present)

    def _look_after(self, entry: int, write: Write, error: TrackerError, attempt: int) -> None:
        """After an answer that leaves it open: look what is there, and send again what is not."""
        try:
            self._look(write.changes)
        except TrackerError as blind:  # the entry stays unsettled, for the next run to look
            self._stopped = str(blind)
            return
        there = list(found(write.changes, self._plan, self._writer.kind, self._present))
        self._store.settle(entry, there)
        arrived = {r.change for r in there if r.outcome is Outcome.DONE}
        self._drift.done |= arrived
        for result in there:
            if result.change in arrived:
                self._record(result)
        self._again([c for c in write.changes if c.id not in arrived], error, attempt)

    def _again(self, changes: Sequence[Change], error: TrackerError, attempt: int) -> None:
        going = self._sorted_out(changes)
        if going and attempt < _ATTEMPTS:
            for part in self._writer.writes(going):
                if not self._stopped:
                    self._carry(part, attempt + 1)
        elif isinstance(error, ChangedMeanwhile | NotFound):
            for change in going:
                self._record(Result(change=change.id, outcome=Outcome.SKIPPED, because=str(error)))
        elif going:
            self._stopped = str(error)

    def _give_up(self) -> None:
        """Mark what was not dealt with; applying the same plan again takes it up."""
        why = f"not written: {self._stopped or 'the run was interrupted'}"
        for change in self.changes:
            if change.id not in self.results:
                self._record(Result(change=change.id, outcome=Outcome.FAILED, because=why))

    def _verify(self) -> None:
        """Read each order once more; what does not stand where it was put is told, not fought over."""
        moved = [
            c for c in self.changes if isinstance(c, Move) and self.results[c.id].outcome is Outcome.DONE
        ]
        keys = {move.uid: move.issue for move in moved}
        for lane in self._plan.lanes:
            own = {m.uid for m in moved if m.lane == lane.lane and lane.tracker == self._writer.name}
            if own:
                self.warnings += [
                    f"{keys[uid]} does not stand where it was put: somebody moved it meanwhile"
                    for uid in self._displaced(lane.lane, lane.order)
                    if uid in own
                ]

    def _displaced(self, lane: str, order: Sequence[str]) -> list[str]:
        done = [
            c for c in self.changes if isinstance(c, Move) and c.lane == lane and c.id in self._drift.done
        ]
        try:
            now = only(self._writer.order(lane), set(order))
        except TrackerError as error:
            self.warnings.append(f"the order could not be read once more: {error}")
            return []
        still = steady(now, only(after(order, done), set(now)))
        return [uid for uid in now if uid not in still]


def _beyond(result: Result) -> str:
    """Return what a connector has to say of a change that it made."""
    return result.because if result.outcome is Outcome.DONE else ""


def _failed(write: Write, because: str) -> list[Result]:
    return [Result(change=c.id, outcome=Outcome.FAILED, because=because) for c in write.changes]
