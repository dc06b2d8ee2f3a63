"""Pull every tracker into the state at once, and refuse a picture that has lost too much."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from math import ceil
from threading import Event
from typing import TYPE_CHECKING, NamedTuple, Protocol

from posync.connectors.base import Reader, asked_alike, known_until, site_left
from posync.connectors.losing import refuse_loss
from posync.errors import Incomplete, PosyncError, QuotaSpent
from posync.missed import told_missed
from posync.model.issue import Issue
from posync.model.limits import Limits
from posync.model.observation import Aside, Memory, Observation

if TYPE_CHECKING:  # loading a database takes a while: trackers are asked meanwhile
    from posync.state.store import Store

Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how much of it is, and of how much, where that is known."""


def quiet(_what: str, _done: int, _of: int | None) -> None:
    """Tell nobody."""


class Pulled(NamedTuple):
    """How one tracker's pull ended; `seconds` of wall time, `requests` with retries."""

    name: str
    issues: int
    complete: bool
    changed: int
    requests: int
    seconds: float
    warnings: tuple[str, ...] = ()


class Taking(Protocol):
    """What a pull hands its issues to: a `posync.state.observing.Observing`, of this process or of another."""

    def keep(self, page: Sequence[Issue], /) -> None:
        """Set aside a page of issues; several threads may."""

    def resume(self, note: str, ids: Iterable[str], /) -> None:
        """Take those of these issues for handed over that earlier pulls have set aside under this note."""

    def set_aside(self, aside: Aside, /) -> None:
        """Keep what was handed over of these issues for the next pull."""

    def altered(self) -> Iterator[tuple[Issue | None, Issue]]:
        """Yield each issue that was handed over other than it stood in the last picture: (then, now)."""

    def finish(self, observation: Observation, /) -> int:
        """Make this the picture and return how many issues are new, altered or gone."""


class Opened(Protocol):
    """A state that takes in pulls."""

    def observing(self, tracker: str, began: datetime, /) -> AbstractContextManager[Taking]:
        """Take in one pull; what was neither finished nor set aside is gone afterwards."""


def told(pulled: Iterable[Pulled]) -> Iterator[str]:
    """Yield what a person should know of these pulls, each line with its tracker's name."""
    return (f"{one.name}: {warning}" for one in pulled for warning in one.warnings)


def pull_all(
    readers: Mapping[str, Reader], store: Store, limits: Limits | None, *, full: bool, progress: Progress
) -> tuple[Pulled, ...]:
    """Return how each pull ended, in the order of `readers`; all run at the same time.

    Without `limits` any loss of issues is accepted, but what is still there is not lost. Raises the first TrackerError in that order, with
    what else failed as notes; the others' pictures are kept, and a tracker that failed keeps its last
    complete one.
    """
    state: Future[Opened] = Future()
    state.set_result(store)
    how = _How(state, partial(store.memory, unfinished=True), limits, full, progress, Event())
    with _threads(readers) as pool:
        pulls = [pool.submit(_pull, name, reader, how) for name, reader in readers.items()]
        _wait(pulls, how, readers)
    return _ended(pulls)


def pull_first(
    readers: Mapping[str, Reader], opened: AbstractContextManager[Opened], progress: Progress
) -> tuple[Pulled, ...]:
    """Return how each pull ended where nothing is remembered yet: trackers are asked while the state is made.

    `opened` holds the state for this run; the first pages wait for it. Raises like `pull_all`, and
    whatever `opened` raises.
    """
    state: Future[Opened] = Future()
    how = _How(state, lambda _: None, None, full=False, progress=progress, stopped=Event())
    with _threads(readers) as pool, _promised(state):
        pulls = [pool.submit(_pull, name, reader, how) for name, reader in readers.items()]
        with opened as store:
            state.set_result(store)
            _wait(pulls, how, readers)
    return _ended(pulls)


def _wait(pulls: Sequence[Future[Pulled]], how: _How, readers: Mapping[str, Reader]) -> None:
    """Wait until all have ended; where somebody interrupts that, none asks or waits for anything more."""
    try:
        wait(pulls)
    except BaseException:
        how.stopped.set()
        for reader in readers.values():
            reader.close()
        wait(pulls)
        raise


def _ended(pulls: Sequence[Future[Pulled]]) -> tuple[Pulled, ...]:
    """Return how all ended; raises the first error, with the words of the others as notes."""
    errors = [error for each in pulls if (error := each.exception()) is not None]
    if not errors:
        return tuple(each.result() for each in pulls)
    for said in dict.fromkeys(str(error) for error in errors[1:] if isinstance(error, PosyncError)):
        if said != str(errors[0]):
            errors[0].add_note(said)
    raise errors[0]


def _threads(readers: Mapping[str, Reader]) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=min(8, len(readers)), thread_name_prefix="pull")


@contextmanager
def _promised(state: Future[Opened]) -> Iterator[None]:
    """Tell whoever waits for the state where it cannot be opened."""
    try:
        yield
    except BaseException as error:
        if not state.done():
            state.set_exception(error)
        raise


class _How(NamedTuple):
    """What all pulls of one run have in common; `state` is there when the first pages have to be kept."""

    state: Future[Opened]
    memory: Callable[[str], Memory | None]
    limits: Limits | None
    full: bool
    progress: Progress
    stopped: Event


class _StoppedError(Exception):
    """Nobody waits for this pull any more."""


def _pull(name: str, reader: Reader, how: _How) -> Pulled:
    began, since, spent = time.perf_counter(), datetime.now(UTC), reader.requests
    before = _bounded(how.memory(name), how.limits)
    left = site_left(before.cursor, reader.place) if before else ""
    seen = 0
    with ExitStack() as leaving:

        @cache
        def observing() -> Taking:
            return leaving.enter_context(how.state.result().observing(name, since))

        def keep(issues: Sequence[Issue]) -> None:
            nonlocal seen
            if how.stopped.is_set():
                raise _StoppedError
            observing().keep(issues)
            seen += len(issues)
            how.progress(f"pull {name}", seen, None)

        try:
            observation = reader.pull(_remembered(before, how, left), keep)
        except QuotaSpent as error:
            whole = how.full or before is None or not before.cursor
            raise _put_aside(error, observing, "whole pull" if whole else "pull") from None
        if observation.resumed:
            observing().resume(observation.resumed, (uid.partition(":")[2] for uid in observation.order))
        if before is not None and left:
            observation = _arrived(observation, name, before.known, left, reader.place)
        if before is not None:
            refuse_loss(name, before, observation)
        missed: tuple[str, ...] = ()
        if how.full and before is not None and asked_alike(before.cursor, observation.cursor):
            missed = told_missed(observing(), known_until(before.cursor))
        if how.stopped.is_set():
            raise _StoppedError
        changed = observing().finish(observation)
    return Pulled(
        name=name,
        issues=len(observation.order),
        complete=True,
        changed=changed,
        requests=reader.requests - spent,
        seconds=round(time.perf_counter() - began, 3),
        warnings=(*observation.warnings, *missed),
    )


def _bounded(before: Memory | None, limits: Limits | None) -> Memory | None:
    """Return the memory with how many issues must be accounted for: never none, where there were any."""
    if before is None or limits is None or not before.known:
        return before
    return before._replace(least=max(1, ceil(len(before.known) * limits.least_share)))


def _remembered(before: Memory | None, how: _How, left: str) -> Memory | None:
    """Return what a pull may know.

    Of a full one that is only which issues there were, so that none is lost without a reason, and what was written
    lately; of another site than the last pull's nothing, for its ids are other issues here.
    """
    if before is None or not (how.full or left):
        return before
    return Memory("", {}, before.aside) if left else before._replace(cursor="")


def _arrived(
    observation: Observation, name: str, known: Mapping[str, str], left: str, place: str
) -> Observation:
    """Return the first observation of another site, with words on what has become of the picture of the one before."""
    here = frozenset(observation.order)
    gone = {
        f"{name}:{one}": f"of {left}, and this tracker is {place} now"
        for one in known
        if f"{name}:{one}" not in here
    }
    said = f"Pulled anew from {place}: the picture until now was of {left}, and nothing of it remains."
    return observation._replace(gone=gone, warnings=(said, *observation.warnings))


def _put_aside(spent: QuotaSpent, observing: Callable[[], Taking], kind: str) -> QuotaSpent:
    """Keep what a pull has read when its quota was spent, and return the error with words on what comes next."""
    if spent.aside is None:
        return spent.going_on(_NOT_KEPT)
    aside = Aside(*spent.aside)
    try:
        observing().set_aside(aside)
    except Incomplete:  # another pull of this tracker is under way
        return spent.going_on(_NOT_KEPT)
    return spent.going_on(_KEPT.format(count=len(aside.ids), kind=kind))


_KEPT = (
    "{count} issues are read and set aside, and the next {kind} asks only for the others "
    "and for what changes until then. The last complete picture, if there is one, stays in use."
)
_NOT_KEPT = (
    "That pull begins anew, and the last complete picture, if there is one, stays in use until it is through."
)
