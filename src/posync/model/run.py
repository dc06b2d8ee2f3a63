"""One run in the journal, and each write it intended."""

from __future__ import annotations

from typing import Literal

from pydantic import NonNegativeInt

from posync.model.base import Frozen
from posync.model.issue import Moment
from posync.model.plan import Result, Write

RunKind = Literal["pull", "plan", "apply", "run", "undo", "take-over"]
RunOutcome = Literal["running", "done", "held", "failed", "interrupted"]


class Run(Frozen):
    """One row of the history; `plan` is the checksum of the plan that was carried out."""

    id: str
    kind: RunKind
    started: Moment
    ended: Moment | None = None
    outcome: RunOutcome = "running"
    changes: NonNegativeInt = 0
    requests: NonNegativeInt = 0
    plan: str | None = None
    detail: str = ""


class Entry(Frozen):
    """One write in the journal: intended before it was sent, `results` once it is known what became of it."""

    id: int
    run: str
    write: Write
    results: tuple[Result, ...] | None = None
