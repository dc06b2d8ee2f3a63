"""What every noun of the model has in common: frozen, strict, and nothing unknown let in."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: equal by content, never changed, never lenient about types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
