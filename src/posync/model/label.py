"""Which names are one label to a tracker, and which to posync where a label is a person's word to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

HANDS_OFF = "posync-ignore"
"""The label by which anybody keeps posync off an issue."""

Same = Callable[[str], str]
"""Returns what two names of one label have in common."""


def same_label(kind: str) -> Same:
    """Return what tells labels apart in a tracker of this kind: on Trello neither case nor blanks around the name."""
    return folded if kind == "trello" else str


def folded(name: str) -> str:
    """Return a name without what Trello's labels are not told apart by."""
    return name.strip().casefold()


@lru_cache(maxsize=4096)
def carries(labels: tuple[str, ...], name: str) -> bool:
    """Whether one of the labels is this word to posync: on every tracker in whatever letters people write it."""
    return folded(name) in map(folded, labels)
