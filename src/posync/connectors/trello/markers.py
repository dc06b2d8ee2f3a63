"""Tells posync's markers from other labels, without loading what reads them where there are none."""

from __future__ import annotations

SIGN = "posync"
"""What the name of every marker begins with."""


def is_marker(name: str) -> bool:
    """Whether a label's name is a marker that can be read."""
    if not name.lstrip().startswith(SIGN):
        return False
    from posync.connectors.trello.claims import claim_in  # noqa: PLC0415 - most boards that are pulled have none

    return claim_in(name) is not None
