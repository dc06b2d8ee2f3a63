"""What passes between a connector that observes a tracker and the store that remembers it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from posync.model.issue import Issue

if TYPE_CHECKING:  # a pull reads no plan
    from posync.model.plan import Write

LATELY = timedelta(minutes=15)
"""For how long after a write a tracker's search may not show it."""


class Aside(NamedTuple):
    """What pulls that a spent quota ended have read: the next one may leave it as it is.

    `note` is the connector's own (JSON), `ids` the issues it holds for. `after` is the note of the Aside that
    the pull had begun with, where some of the ids rest on that one.
    """

    note: str
    ids: Collection[str]
    after: str = ""


class Written(NamedTuple):
    """A write of posync's, from whichever machine: when it was through, or was sent where nobody knows whether it arrived."""

    at: datetime
    write: Write


class Memory(NamedTuple):
    """What the last complete pull of this tracker left behind, and what unfinished ones have set aside since.

    `cursor` is the connector's own opaque note (JSON) from that pull; `known` maps each vendor id
    to the key it had. A connector that is given a Memory may ask only for what changed since, but not
    where the cursor is empty: then all is to be read again. `least` is how many of its issues have to be
    accounted for: with fewer the pull is refused, so that a connector need not ask what became of each.
    `written` is what the journal knows of the last quarter of an hour's writes, oldest first.
    """

    cursor: str
    known: Mapping[str, str]
    aside: Aside | None = None
    least: int = 0
    written: Sequence[Written] = ()


class Observation(NamedTuple):
    """How a pull ended: only ever made when the picture is complete.

    `order` names every issue now in scope, by uid, in rank order (lanes one after the other);
    `gone` those that left the scope since the Memory, with the reason, and `elsewhere` which of them are known
    to be in another place of the tracker. Issues in `order` that were not handed to `keep` are unchanged, or had
    been set aside under the note `resumed`. `full` says that none are unchanged; `used_up` that what was set
    aside is of no use any more, as after each full pull.
    """

    order: tuple[str, ...]
    cursor: str
    shown_by: str
    full: bool
    gone: Mapping[str, str] = {}
    warnings: tuple[str, ...] = ()
    resumed: str = ""
    elsewhere: Collection[str] = ()
    used_up: bool = False


Keep = Callable[[Sequence[Issue]], None]
"""Takes issues as pages arrive, so that no connector holds a whole backlog in memory."""
