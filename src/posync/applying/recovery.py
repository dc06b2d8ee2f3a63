"""After a crash: find out what became of writes nobody saw the answer of, by looking, never by guessing."""

from __future__ import annotations

from collections.abc import Mapping

from posync.connectors.base import Reader
from posync.state.store import Store


def recover(readers: Mapping[str, Reader], store: Store) -> int:
    """Settle the unsettled writes of these trackers by looking at them; return how many were settled.

    Sends no write: what never arrived is settled as failed, and the next plan (or the same plan, applied
    again) wants it again. Call it under the lock before pulling for a new plan; `carry_out` calls it itself.
    """
    raise NotImplementedError
