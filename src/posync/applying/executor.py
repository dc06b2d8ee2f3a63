"""The only writer: carries out exactly one plan, journals each write first, and leaves people's work alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from posync.connectors.base import Writer
from posync.model.plan import Plan, Result
from posync.model.run import RunKind, RunOutcome
from posync.state.store import Store


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of a plan: one result per change, in plan order; `requests` counts reads and writes."""

    run: str
    outcome: RunOutcome
    results: tuple[Result, ...]
    requests: int
    warnings: tuple[str, ...] = ()


def carry_out(
    plan: Plan,
    writers: Mapping[str, Writer],
    store: Store,
    *,
    drift: Literal["skip", "abort"] = "skip",
    kind: RunKind = "apply",
    progress: Callable[[int, int], None] | None = None,
) -> Applied:
    """Carry out a plan under the workspace's lock and return what came of each change.

    Settles what an earlier, interrupted run left open, reads every touched issue again, and leaves
    alone (SKIPPED) whatever people changed since the plan; with drift="abort" nothing is written then.
    `progress` is told (changes dealt with, changes in all). A tracker that refuses or fails stops
    its own changes only: outcome "failed", and applying the same plan again resumes.
    Raises InvalidPlan, StalePlan (abort), Locked, UsageError (no writer for a tracker), StateError,
    and TrackerError where a tracker cannot even be read.
    """
    raise NotImplementedError
