"""Taking a run back: a plan, to be reviewed like any other, which undoes what nobody has touched since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from posync.connectors.base import Reader
from posync.model.plan import Plan
from posync.state.store import Store


def undo_plan(run: str, readers: Mapping[str, Reader], store: Store, now: datetime) -> Plan:
    """Return the sealed plan that puts back what `run` changed; `held` names what is left alone, with the issue.

    Carry it out with kind="undo"; that run can be undone in turn. Raises UsageError where there is no
    such run or it wrote nothing by plan, TrackerError where a tracker cannot be read.
    """
    raise NotImplementedError
