"""The only writer: carries out exactly one plan, journals each write first, and leaves people's work alone."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Literal

from posync.applying.claims import Marks, refuse
from posync.applying.recovery import recover
from posync.applying.rivals import taken_back
from posync.applying.writing import FRESH_SECONDS, Part
from posync.connectors.base import Writer
from posync.errors import InvalidPlan, PosyncError, StalePlan, StateError, UsageError
from posync.model.plan import CLAIM, Outcome, Plan, Result
from posync.model.run import RunKind, RunOutcome
from posync.state.lock import this_process
from posync.state.store import Store


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of a plan: one result per change, in plan order; `requests` counts reads and writes."""

    run: str
    outcome: RunOutcome
    results: tuple[Result, ...]
    requests: int
    warnings: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """How many changes ended in which way, in words."""
        counts = Counter(result.outcome.value for result in self.results)
        return ", ".join(f"{number:,} {outcome}" for outcome, number in counts.items()) or "nothing to do"


def carry_out(
    plan: Plan,
    writers: Mapping[str, Writer],
    store: Store,
    *,
    drift: Literal["skip", "abort"] = "skip",
    kind: RunKind = "apply",
    progress: Callable[[int, int], None] | None = None,
    fresh: float = FRESH_SECONDS,
) -> Applied:
    """Carry out a plan under the workspace's lock and return what came of each change.

    Settles what an earlier, interrupted run left open, reads every touched issue again, and leaves
    alone (SKIPPED) whatever people changed since the plan; with drift="abort" nothing is written then.
    `progress` is told (changes dealt with, changes in all). A tracker that refuses or fails stops
    its own changes only: outcome "failed", and applying the same plan again resumes. What was read
    more than `fresh` seconds ago is read again before it is written to.
    Raises InvalidPlan, StalePlan (abort), ConfigError (another workspace owns some of it, nothing was
    written), Locked, UsageError (no writer for a tracker), StateError, and TrackerError where a
    tracker cannot even be read.
    """
    touched = _verified(plan, writers)
    with store.lock(_holder(kind)):
        before = _requests(touched)
        run = store.begin(kind, plan)
        tick = _counter(len(plan.changes), progress)
        with _ended_badly(store, run, lambda: _requests(touched) - before):
            recover(touched, store)
            rivals = taken_back(plan, {name: writer.kind for name, writer in touched.items()}, store)
            parts = [
                Part(plan, writer, store, run=run, tick=tick, fresh=fresh) for writer in touched.values()
            ]
            _carry(parts, drift)
        applied = _applied(plan, parts, store, run, _requests(touched) - before)
        return replace(applied, warnings=(*applied.warnings, *_repeated(applied, rivals)))


def _verified(plan: Plan, writers: Mapping[str, Writer]) -> dict[str, Writer]:
    """Return the writers the plan needs; raises where it was altered or one is missing."""
    if plan.checksum != plan.digest():
        raise InvalidPlan("the plan was altered after it was made. Make it again with `posync plan -o FILE`.")
    names = list(dict.fromkeys(change.tracker for change in plan.changes))
    missing = [name for name in names if name not in writers]
    if missing:
        raise UsageError(
            f"the plan changes {', '.join(missing)}, which this workspace cannot write to. "
            "Make the plan again from this workspace file."
        )
    return {name: writers[name] for name in names}


def _carry(parts: list[Part], drift: Literal["skip", "abort"]) -> None:
    """Read all trackers and other workspaces' markers, then write to all of them, side by side."""
    if not parts:
        return
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=len(parts)) as pool:
        overtaken = [line for lines in pool.map(Part.examine, parts) for line in lines]
        if overtaken and drift == "abort":
            raise StalePlan(
                "nothing was written, because the trackers have moved on since the plan was made: "
                + "; ".join(overtaken)
                + ". Plan again."
            )
        working = [part.marks for part in parts if part.has_work]
        refuse(each for told in pool.map(Marks.compare, working) for each in told)
        waiting = [pool.submit(part.write, stop.is_set) for part in parts]
        try:
            for future in waiting:
                future.result()
        finally:
            stop.set()  # where one part broke off, the others end after the write they are at


@contextmanager
def _ended_badly(store: Store, run: str, requests: Callable[[], int]) -> Iterator[None]:
    """Note in the history how a run that is left by an exception ended."""
    try:
        yield
    except BaseException as error:
        outcome: RunOutcome = "failed" if isinstance(error, PosyncError) else "interrupted"
        if isinstance(error, StalePlan):
            outcome = "held"
        detail = str(error) if isinstance(error, PosyncError) else ""
        with suppress(StateError):  # where the state itself is what failed
            store.end(run, outcome, changes=_made(store, run), requests=requests(), detail=detail)
        raise


def _made(store: Store, run: str) -> int:
    """Return how many changes a run has surely made."""
    results = (r for entry in store.entries(run) for r in entry.results or ())
    return sum(r.outcome is Outcome.DONE and r.change != CLAIM for r in results)


def _applied(plan: Plan, parts: list[Part], store: Store, run: str, requests: int) -> Applied:
    became = {n: result for part in parts for n, result in part.results.items()}
    results = tuple(became[change.id] for change in plan.changes)
    failed = any(result.outcome is Outcome.FAILED for result in results)
    outcome: RunOutcome = "failed" if failed else "done"
    made = sum(result.outcome is Outcome.DONE for result in results)
    store.end(run, outcome, changes=made, requests=requests, detail=_summary(results))
    warnings = tuple(line for part in parts for line in (*part.marks.warnings, *part.warnings))
    return Applied(run, outcome, results, requests, warnings)


def _repeated(applied: Applied, rivals: Mapping[int, str]) -> list[str]:
    """Return, of what was written once more, who took it back."""
    return [rivals[r.change] for r in applied.results if r.outcome is Outcome.DONE and r.change in rivals]


def _summary(results: tuple[Result, ...]) -> str:
    """Return why not everything was written, each reason once, the first ten."""
    told = {Outcome.SKIPPED, Outcome.FAILED}
    reasons = list(dict.fromkeys(r.because for r in results if r.outcome in told))
    more = f"; and {len(reasons) - 10} more" if len(reasons) > 10 else ""
    resume = (
        ". Apply the same plan again to resume." if any(r.outcome is Outcome.FAILED for r in results) else ""
    )
    return "; ".join(reasons[:10]) + more + resume


def _requests(writers: Mapping[str, Writer]) -> int:
    return sum(writer.requests for writer in writers.values())


def _counter(total: int, progress: Callable[[int, int], None] | None) -> Callable[[], None]:
    """Return what counts one change as dealt with, from any thread."""
    done = 0
    mutex = threading.Lock()

    def tick() -> None:
        nonlocal done
        with mutex:
            done += 1
            if progress is not None:
                progress(done, total)

    return tick


def _holder(kind: RunKind) -> str:
    """Return who holds the lock, for whoever comes second."""
    return f"`posync {kind}` of {this_process()}"
