"""A train of releases as a pack describes it: when each leaves, and how many points it carries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from posync.documents import wrong
from posync.model.base import Frozen
from posync.model.label import HANDS_OFF
from posync.rules.exact import Exact
from posync.rules.expressions.expression import Expression
from posync.rules.labels import Label

PLACEHOLDER = "{name}"


class Release(Frozen):
    """One entry of a train: closed after `date`; `capacity` is in points, without it there is no limit."""

    name: Label
    date: date
    capacity: Exact | None = None


class Releases(Frozen):
    """What a pack says under `releases:`.

    `label` is the managed label of an assigned issue, with {name} for the release; `fix_version` also
    sets Jira's fix version. `when` narrows which open issues are planned (else all but epics and
    sub-tasks). `missing: skip` leaves an issue without points out of every release; a number counts
    in their stead. `gaps: fill` lets a smaller issue use what a larger one left over; `leave` closes a
    release to everything below the first issue that no longer fits.

    Whoever is done, carries the label `ignore`, or is in a release that is not in the train keeps what
    it has. Releases of the past stay in the train, so that what is still open in them moves on.
    """

    label: Label | None = None
    fix_version: bool = False
    train: Annotated[tuple[Release, ...], Field(min_length=1)]
    when: Expression | None = None
    missing: Literal["skip"] | Exact = "skip"
    gaps: Literal["fill", "leave"] = "fill"
    ignore: Label = HANDS_OFF

    @model_validator(mode="after")
    def _has_an_effect(self) -> Self:
        if self.label is None and not self.fix_version:
            raise wrong("a train without `label` and `fix_version` shows nowhere: write one of them")
        if self.label is not None and self.label.count(PLACEHOLDER) != 1:
            raise wrong("must hold {name} once, as in 'release:{name}'", "label")
        return self

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        seen: set[str] = set()
        for index, release in enumerate(self.train):
            if release.name in seen:
                raise wrong(f"release {release.name!r} is in the train twice", "train", index, "name")
            if release.capacity is not None and release.capacity < 0:
                raise wrong("must be at least 0 points", "train", index, "capacity")
            seen.add(release.name)
        for index, (earlier, later) in enumerate(pairwise(self.train), 1):
            if later.date <= earlier.date:
                message = (
                    f"must be later than {earlier.date}, the date of {earlier.name}: a train runs forward"
                )
                raise wrong(message, "train", index, "date")
        return self

    @property
    def names(self) -> frozenset[str]:
        """The names of all releases of the train."""
        return frozenset(release.name for release in self.train)

    def label_of(self, release: str) -> str | None:
        """Return the label of one release, None where the pack writes none."""
        return None if self.label is None else self.label.replace(PLACEHOLDER, release)

    @property
    def labels(self) -> Mapping[str, str]:
        """The release of each managed label."""
        return {} if self.label is None else {str(self.label_of(name)): name for name in self.names}
