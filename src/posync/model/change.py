"""All that posync may do to a tracker, as plain data with before and after."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from posync.model.base import Light, light
from posync.model.issue import FieldValue


@light
class Standing(Light):
    """Where an issue stands: its rank, and its neighbours in its lane by key (None at an end)."""

    rank: PositiveInt
    below: str | None = None
    above: str | None = None


@light
class Was(Light):
    """Where an issue stood when the plan was made."""

    rank: PositiveInt


@light
class _Change(Light):
    """What every change says: which issue, why, and what a person can do about it."""

    id: PositiveInt
    tracker: str
    issue: str
    title: str = ""  # for people who read the plan
    uid: str
    because: tuple[str, ...] = ()
    remedy: str | None = None


@light
class Move(_Change):
    """Put an issue directly below or directly above another.

    Moves of one `batch` follow one another in the plan, name the same `anchor` (a uid outside the
    batch) and `side`, and share one write: once it is done they stand next to the anchor, in order.
    """

    kind: Literal["move"] = "move"
    lane: str = ""
    before: Was
    after: Standing
    anchor: str
    side: Literal["below", "above"]
    batch: PositiveInt


@light
class AddLabel(_Change):
    """Put a managed label on an issue."""

    kind: Literal["add_label"] = "add_label"
    label: str


@light
class RemoveLabel(_Change):
    """Take a managed label off an issue."""

    kind: Literal["remove_label"] = "remove_label"
    label: str


@light
class SetReleases(_Change):
    """Change which releases (Jira fix versions) an issue belongs to; both sides are whole lists."""

    kind: Literal["set_releases"] = "set_releases"
    before: tuple[str, ...]
    after: tuple[str, ...]


@light
class SetField(_Change):
    """Write a custom field that a pack names; None empties it."""

    kind: Literal["set_field"] = "set_field"
    field: str
    before: FieldValue = None
    after: FieldValue = None


@light
class Comment(_Change):
    """Write, edit in place, or take back (`after` None) posync's one comment on an issue."""

    kind: Literal["comment"] = "comment"
    before: str | None = None
    after: str | None = None


Change = Annotated[
    Move | AddLabel | RemoveLabel | SetReleases | SetField | Comment, Field(discriminator="kind")
]
