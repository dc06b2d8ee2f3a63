"""No two workspaces fight: what this one owns is held against the markers of others, then marked, before any write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from posync.connectors.base import Reader, Writer
from posync.errors import (
    AccessRefused,
    ConfigError,
    NotFound,
    Problem,
    QuotaSpent,
    Refused,
    TrackerError,
    Transient,
)
from posync.model.claim import Claim, Claimed, doubt, overlap
from posync.model.plan import CLAIM, Outcome, Plan, Result, Write
from posync.model.run import Entry, RunOutcome
from posync.state.lock import this_process
from posync.state.store import Store

_ATTEMPTS = 2
"""How often a marker is sent at most, where nobody saw whether it arrived."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of holding one claim against the markers in its place: `overlaps` forbid writing, the rest is told."""

    claim: Claim
    found: Claimed
    overlaps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def compared(claim: Claim, reader: Reader) -> Compared:
    """Return where a claim overlaps with those of other workspaces; raises TrackerError where nobody answers.

    An account that may not read markers goes on without: it is told.
    """
    try:
        found = reader.claimed(claim.scope)
    except (AccessRefused, NotFound) as error:
        blind = f"whether another posync workspace works here cannot be seen: {error}"
        return Compared(claim, Claimed(stands=True), warnings=(blind,))
    both = [(theirs, overlap(claim, theirs)) for theirs in found.others]
    overlaps = tuple(
        _overlaps(claim, theirs, shared, reader.unmarking(theirs)) for theirs, shared in both if shared
    )
    doubts = (_doubts(claim, theirs) for theirs, shared in both if not shared and doubt(claim, theirs))
    return Compared(claim, found, overlaps, (*doubts, *_unreadable(claim, found.unreadable)))


def refuse(compared: Iterable[Compared]) -> None:
    """Raise ConfigError where claims overlap, naming the other workspaces, what both own, and what to do."""
    problems = [Problem("", 0, 0, text) for each in compared for text in each.overlaps]
    if problems:
        raise ConfigError(problems)


class Marks:
    """The claims of one tracker's part of a plan: compared with those of others, then marked; `warnings` fill up."""

    def __init__(self, plan: Plan, writer: Writer, store: Store, run: str) -> None:
        self._claimings = [each for each in plan.claims if each.claim.tracker == writer.name]
        self._writer, self._store, self._run = writer, store, run
        self.warnings: list[str] = []

    def compare(self) -> list[Compared]:
        """Return how each claim compares with others; a marker of this tracker that is gone is left by a later plan."""
        told = [compared(each.claim, self._writer) for each in self._claimings]
        stood = self._store.claims()
        for each in told:
            owner = (each.claim.tracker, each.claim.scope.place)
            if owner in stood and not each.found.stands:
                self._store.forget_claim(*owner)
        self.warnings += [line for each in told for line in each.warnings]
        return told

    def pending(self) -> list[Claim]:
        """Return the claims whose markers the plan wants and this workspace has not left yet."""
        stood = self._store.claims()
        wanted = [each.claim for each in self._claimings if each.write]
        return [claim for claim in wanted if stood.get((claim.tracker, claim.scope.place)) != claim]

    def write(self) -> bool:
        """Leave the pending markers; tell whether any was sent. Raises TrackerError where nobody answers."""
        writes = [(claim, self._writer.marking(claim)) for claim in self.pending()]
        for claim, write in writes:
            if write is not None:
                self._send(write, claim)
        return bool(writes)

    def _send(self, write: Write, claim: Claim, attempt: int = 1) -> None:
        """Send one marker between its two journal entries; one that is refused is told, and stops nothing."""
        entry = self._store.intend(self._run, write)
        try:
            results = self._writer.perform(write, comment_ids={})
        except QuotaSpent as error:
            self._store.settle(entry, [_result(Outcome.FAILED, str(error))])
            raise
        except (AccessRefused, Refused) as error:
            self._store.settle(entry, [_result(Outcome.FAILED, str(error))])
            self._refused(error)
        except TrackerError as error:
            self._look_after(entry, claim, error, attempt)
        else:
            self._store.settle(entry, results)

    def _look_after(self, entry: int, claim: Claim, error: TrackerError, attempt: int) -> None:
        """After an answer that leaves it open: look whether the marker is there, and send it again if not."""
        stands = self._writer.marked(claim)
        self._store.settle(entry, [_result(Outcome.DONE if stands else Outcome.FAILED, str(error))])
        again = self._writer.marking(claim) if not stands and attempt < _ATTEMPTS else None
        if again is not None:
            self._send(again, claim, attempt + 1)
        elif isinstance(error, Transient) and not stands:
            raise error
        elif not stands:
            self._refused(error)

    def _refused(self, error: TrackerError) -> None:
        self.warnings.append(f"other workspaces cannot see that this one works here: {error}")


def became(entry: Entry, reader: Reader) -> Iterator[Result]:
    """Yield what became of a marker that nobody saw the answer of, as the tracker shows it; nothing for changes."""
    if entry.write.claim is None:
        return
    if _arrived(entry.write.claim, reader, removed=entry.write.method == "DELETE"):
        yield _result(Outcome.DONE, "found there afterwards")
    else:
        yield _result(Outcome.FAILED, "it never arrived")


def _arrived(claim: Claim, reader: Reader, *, removed: bool) -> bool:
    if not removed:
        return reader.marked(claim)
    owner = (claim.workspace, claim.tracker)
    return owner not in {(each.workspace, each.tracker) for each in reader.claimed(claim.scope).others}


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What came of removing markers: how many are `gone`, and in words how a person removes each one `left`."""

    gone: int
    left: tuple[str, ...] = ()


def take_over(
    markers: Mapping[str, Iterable[Claim]], writers: Mapping[str, Writer], store: Store
) -> TakenOver:
    """Remove other workspaces' markers, by tracker, where posync may; one that two trackers see counts once.

    Each removal is journalled like any write. Raises TrackerError where one is refused.
    """
    away = [
        (writers[name], writers[name].unmarking(each)) for name, found in markers.items() for each in found
    ]
    left = dict.fromkeys(how for _, how in away if isinstance(how, str))
    with store.lock(this_process()):
        before, run, gone = _requests(writers), store.begin("take-over"), 0

        def end(outcome: RunOutcome, detail: str = "") -> None:
            store.end(run, outcome, changes=gone, requests=_requests(writers) - before, detail=detail)

        try:
            for writer, write in away:
                if isinstance(write, Write):
                    gone += _remove(write, writer, store, run)
        except TrackerError as error:
            end("failed", str(error))
            raise
        end("done")
    return TakenOver(gone, tuple(left))


def _requests(writers: Mapping[str, Writer]) -> int:
    return sum(writer.requests for writer in writers.values())


def _remove(write: Write, writer: Writer, store: Store, run: str) -> bool:
    """Remove a marker between its two journal entries; tell whether it was still there."""
    entry = store.intend(run, write)
    try:
        results = writer.perform(write, comment_ids={})
    except TrackerError as error:
        if not isinstance(error, Transient):
            store.settle(entry, [_result(Outcome.FAILED, str(error))])
        raise
    store.settle(entry, results)
    return any(result.outcome is Outcome.DONE for result in results)


def _result(outcome: Outcome, because: str) -> Result:
    return Result(change=CLAIM, outcome=outcome, because=because)


def _overlaps(mine: Claim, theirs: Claim, shared: Iterable[str], away: Write | str) -> str:
    free = away if isinstance(away, str) else f"run `posync check --take-over {theirs.workspace}`"
    return (
        f"{mine.tracker}: {_named(theirs)} works here too and has marked it: {'; '.join(shared)}. Each would undo "
        f"the other, so nothing is written. Give it to one of them: narrow down `scope` or the packs, here or there. "
        f"If workspace {theirs.workspace} is no more, {free}."
    )


def _doubts(mine: Claim, theirs: Claim) -> str:
    return (
        f"{mine.tracker}: {_named(theirs)} works in {mine.scope.place} too; it may be that "
        f"{'; '.join(doubt(mine, theirs))}"
    )


def _unreadable(mine: Claim, markers: Iterable[str]) -> Iterator[str]:
    for marker in markers:
        yield f"{mine.tracker}: {marker} looks like a posync marker and cannot be read; it is passed over"


def _named(theirs: Claim) -> str:
    return f"workspace {theirs.workspace} (its tracker {theirs.tracker})"
