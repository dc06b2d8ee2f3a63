"""The observed backlog of each tracker: taken in page by page, made visible all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from posync.model.issue import Issue
from posync.model.observation import Observation


@dataclass(frozen=True, slots=True)
class Gone:
    """An issue that left its tracker, or the scope posync looks at."""

    uid: str
    key: str
    reason: str
    when: datetime


class Observing:
    """One pull on its way in; nothing of it is visible until `finish`."""

    def keep(self, issues: Sequence[Issue]) -> None:
        """Set aside a page of issues; their `rank` is ignored, the observation's order counts."""
        raise NotImplementedError

    def finish(self, observation: Observation) -> int:
        """Make this the picture and return how many issues are new, altered or gone.

        Raises Incomplete where the observation names issues that nobody handed over.
        """
        raise NotImplementedError
