"""Work a thing out once for all the checks that ask about one text after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TypeVar

from posync.model.markup.block import Block

Read = TypeVar("Read")


def once(read: Callable[[Sequence[Block]], Read]) -> Callable[[Sequence[Block]], Read]:
    """Return `read`, remembering what it last returned, and for which blocks.

    They are the same where they are the same object, which costs nothing to ask however long a text is; what is
    returned is shared, and must not be changed. Safe with threads: what is held is replaced in one step.
    """
    held: tuple[Sequence[Block], Read] | None = None

    @wraps(read)
    def remembering(blocks: Sequence[Block]) -> Read:
        nonlocal held
        now = held
        if now is None or now[0] is not blocks:
            held = now = (blocks, read(blocks))
        return now[1]

    return remembering
