"""Teams write estimates in front of card titles: `(5) Sign in`, `(.5)`, `(?)`, `(1/3)`."""

from __future__ import annotations

import re

_ESTIMATE = re.compile(r"\s*\((?:[0-9]*[.,]?[0-9]+\s*/\s*)?([0-9]*[.,]?[0-9]+)\)")
_MOST = 1000
"""Nobody estimates a thousand points: `(2019) Annual report` is a year."""


def points_in_title(title: str) -> float | None:
    """Return the estimate at the start of a title, in points; None where there is none.

    `(1/3)` is spent / total and counts as its total; `(?)` is a card that waits for its estimate.
    Source: the convention of Scrum for Trello and its kin; `[4]` means other things on most boards.
    """
    found = _ESTIMATE.match(title)
    if found is None:
        return None
    points = float(found.group(1).replace(",", "."))
    return points if points < _MOST else None
