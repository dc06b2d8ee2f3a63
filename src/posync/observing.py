"""Pull every tracker into the state at once, and refuse a picture that has lost too much."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from posync.connectors.base import Reader
from posync.errors import Incomplete
from posync.model.issue import Issue
from posync.model.limits import Limits
from posync.state.store import Store

Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how much of it is, and of how much, where that is known."""


def quiet(_what: str, _done: int, _of: int | None) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """How one tracker's pull ended; `seconds` of wall time, `requests` with retries."""

    name: str
    issues: int
    complete: bool
    changed: int
    requests: int
    seconds: float
    warnings: tuple[str, ...] = ()


def pull_all(
    readers: Mapping[str, Reader], store: Store, limits: Limits | None, *, full: bool, progress: Progress
) -> tuple[Pulled, ...]:
    """Return how each pull ended, in the order of `readers`; all run at the same time.

    Without `limits` any loss of issues is accepted. Raises the first TrackerError in that order;
    the others' pictures are kept, and a tracker that failed keeps its last complete one.
    """
    with ThreadPoolExecutor(max_workers=min(8, len(readers)), thread_name_prefix="pull") as pool:
        pulls = [
            pool.submit(_pull, name, reader, store, limits, full=full, progress=progress)
            for name, reader in readers.items()
        ]
    return tuple(each.result() for each in pulls)


def _pull(
    name: str,
    reader: Reader,
    store: Store,
    limits: Limits | None,
    *,
    full: bool,
    progress: Progress,
) -> Pulled:
    began, spent, before = time.perf_counter(), reader.requests, store.memory(name)
    seen = 0
    with store.observing(name) as observing:

        def keep(issues: Sequence[Issue]) -> None:
            nonlocal seen
            observing.keep(issues)
            seen += len(issues)
            progress(f"pull {name}", seen, None)

        observation = reader.pull(None if full else before, keep)
        if before is not None and limits is not None:
            _refuse_loss(name, len(before.known), len(observation.order), limits)
        changed = observing.finish(observation)
    return Pulled(
        name=name,
        issues=len(observation.order),
        complete=True,
        changed=changed,
        requests=reader.requests - spent,
        seconds=round(time.perf_counter() - began, 3),
        warnings=observation.warnings,
    )


def _refuse_loss(name: str, had: int, has: int, limits: Limits) -> None:
    """Refuse a picture that has lost more issues than the workspace allows: it may be a half one."""
    if has < had * limits.least_share:
        raise Incomplete(
            name,
            "pull",
            f"only {has} of the {had} issues of the last complete picture are there "
            f"(limits.min_issues is {limits.min_issues})",
            remedy="Check the account's permissions and the scope. If the issues really are gone, accept it "
            "once with `posync pull --accept-loss`. Until then the last complete picture is kept.",
        )
