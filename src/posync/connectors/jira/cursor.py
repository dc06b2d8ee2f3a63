"""What a Jira pull leaves for the next one: from when on to ask, and what of that is known already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from posync.connectors.jira.search import MINUTE

OVERLAP = 15 * MINUTE  # the search index may lag behind by seconds, in bad hours by minutes
MOST_SEEN = 5000


@dataclass(frozen=True, slots=True)
class Cursor:
    """`latest` is the newest `updated` in the data (epoch ms, the server's own time), never this machine's clock.

    `seen` maps the ids updated since the overlap began to their `updated`; `digest` says what was
    asked for, so that a changed scope or profile is not mistaken for unchanged issues; `comments` whether
    comments were counted.
    """

    digest: str
    latest: int
    seen: Mapping[str, int] = field(default_factory=dict)
    comments: bool = False

    @property
    def since(self) -> int:
        """Return the moment to ask from: a whole minute, as JQL counts in minutes."""
        return since(self.latest)

    def to_json(self) -> str:
        """Return the cursor as text."""
        note = {"means": self.digest, "latest": self.latest, "seen": self.seen, "comments": self.comments}
        return json.dumps(note, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Cursor | None:
        """Return the cursor in a text, None where it is not one of this version's."""
        try:
            held = json.loads(text)
            return cls(
                str(held["means"]), int(held["latest"]), {str(k): int(v) for k, v in held["seen"].items()}
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def since(latest: int) -> int:
    """Return the minute from which on changes are asked for again."""
    return max(0, latest // MINUTE * MINUTE - OVERLAP)


def advanced(digest: str, updated: Mapping[str, int], before: Cursor | None = None) -> Cursor:
    """Return the cursor after a pull that saw these `updated` times, on top of an earlier one."""
    known = {**(before.seen if before else {}), **updated}
    latest = max((before.latest if before else 0), *updated.values(), 0)
    seen = {one: when for one, when in known.items() if when >= since(latest)}
    return Cursor(digest, latest, seen if len(seen) <= MOST_SEEN else {})


def digest_of(*parts: Iterable[str] | str) -> str:
    """Return a short digest of everything that decides what an issue looks like."""
    body = json.dumps([part if isinstance(part, str) else list(part) for part in parts])
    return hashlib.sha256(body.encode()).hexdigest()[:16]
