"""What passes between a connector that observes a tracker and the store that remembers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from posync.model.issue import Issue


class Memory(NamedTuple):
    """What the last complete pull of this tracker left behind.

    `cursor` is the connector's own opaque note (JSON) from that pull; `known` maps each vendor id
    to the key it had. A connector that is given a Memory may ask only for what changed since, but not
    where the cursor is empty: then all is to be read again.
    """

    cursor: str
    known: Mapping[str, str]


class Observation(NamedTuple):
    """How a pull ended: only ever made when the picture is complete.

    `order` names every issue now in scope, by uid, in rank order (lanes one after the other);
    `gone` those that left the scope since the Memory, with the reason. Issues in `order` that were
    not handed to `keep` are unchanged. `full` says that all of them were handed over.
    """

    order: tuple[str, ...]
    cursor: str
    shown_by: str
    full: bool
    gone: Mapping[str, str] = {}
    warnings: tuple[str, ...] = ()


Keep = Callable[[Sequence[Issue]], None]
"""Takes issues as pages arrive, so that no connector holds a whole backlog in memory."""
