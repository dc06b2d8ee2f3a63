"""What a pack may ask of the order beside the score."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, StringConstraints, model_validator

from posync.model.base import Frozen
from posync.rules.days import Days
from posync.rules.labels import Label

Tie = Annotated[str, StringConstraints(pattern=r"^-?[A-Za-z_][A-Za-z0-9_ ]*$")]
"""An input of the score, `size`, `cost_of_delay`, or a trait of the issue; `-` puts the smaller first."""


class Aging(Frozen):
    """Raise the score of what has waited long, by at most `at_most` (0.3 is 30 %) once `over` is reached.

    score * (1 + at_most * min(max(age - grace, 0) / over, 1)). Age counts in days since the issue
    entered its present state; an issue that waits for another one does not age.
    """

    grace: Days = 30
    over: Annotated[Days, Field(gt=0)] = 90
    at_most: Annotated[float, Field(gt=0, le=0.5)] = 0.3


class Pin(Frozen):
    """Somebody's word on where an issue stands in its own list: place `at`, or within places [from, to].

    Places count from 1 over the open issues of the Jira tracker or Trello list the issue stands in.
    """

    issue: str
    at: PositiveInt | tuple[PositiveInt, PositiveInt]
    owner: Annotated[str, Field(min_length=1)]
    because: Annotated[str, Field(min_length=1)]
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Pin:
        if self.first > self.last:
            raise ValueError(f"a pin's range runs upwards: [{self.last}, {self.first}]")
        return self

    @property
    def first(self) -> int:
        """The highest place the pin allows."""
        return self.at if isinstance(self.at, int) else self.at[0]

    @property
    def last(self) -> int:
        """The lowest place the pin allows."""
        return self.at if isinstance(self.at, int) else self.at[1]


class OrderSettings(Frozen):
    """What a pack says under `order:`.

    `blockers: above` puts an open blocker above what it blocks. `hierarchy: epics` orders by the place
    of the epic first. `ties` decide between equal scores, in this order; then the older issue, the
    present place, and the id do. With `stability: 2` an issue moves only if it passes more than two others,
    or a blocker asks for it. Issues in an active sprint or in progress keep their place unless told
    `ignore`. The label `pin_label` keeps an issue where it stands; `posync-pin:3` and `posync-pin:1-5`
    pin it to a place or a range.
    """

    blockers: Literal["above", "ignore"] = "above"
    hierarchy: Literal["flat", "epics"] = "flat"
    ties: tuple[Tie, ...] = ("time_criticality", "-size", "-created")
    stability: NonNegativeInt = 0
    active_sprint: Literal["keep", "ignore"] = "keep"
    in_progress: Literal["keep", "ignore"] = "keep"
    aging: Aging | None = None
    pins: tuple[Pin, ...] = ()
    pin_label: Label = "posync-pin"
