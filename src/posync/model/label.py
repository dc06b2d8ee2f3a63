"""Which names are one label to a tracker."""

from __future__ import annotations

from collections.abc import Callable

Same = Callable[[str], str]
"""Returns what two names of one label have in common."""


def same_label(kind: str) -> Same:
    """Return what tells labels apart in a tracker of this kind: on Trello neither case nor blanks around the name."""
    return folded if kind == "trello" else str


def folded(name: str) -> str:
    """Return a name without what Trello's labels are not told apart by."""
    return name.strip().casefold()
