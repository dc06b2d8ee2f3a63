"""Whether a request may be sent again when nobody knows if it arrived."""

from __future__ import annotations

from enum import StrEnum


class Repeat(StrEnum):
    """What may be done when it is unknown whether a write arrived."""

    SAFE = "safe"  # send it again
    REREAD = "reread"  # read the order again first
    LOOK = "look"  # look whether it is there before sending again
