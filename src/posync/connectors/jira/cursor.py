"""What a Jira pull leaves for the next one: from when on to ask, and what of that is known already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from posync.connectors.jira.search import MINUTE, WITH_FIELDS

OVERLAP = 15 * MINUTE  # the search index may lag behind by seconds, in bad hours by minutes
MOST_SEEN = 5000
SECOND = 1000  # what a site tells of its own time is cut down to


class Cursor(NamedTuple):
    """`latest` is the newest `updated` in the data (epoch ms), or when the pull began: the server's own time, always.

    `seen` maps the ids updated since the overlap began to their `updated`; `digest` says what was
    asked for, so that a changed scope or profile is not mistaken for unchanged issues; `comments` whether
    comments were counted, `site` of whom. After a bulk change, `spent` says that a pull has looked back once the index had
    its time: it need not be again.
    """

    digest: str
    latest: int
    seen: Mapping[str, int] = {}
    comments: bool = False
    spent: bool = False
    site: str = ""

    @property
    def since(self) -> int:
        """Return the moment to ask from: a whole minute, as JQL counts in minutes."""
        return _after(self.latest) if self.spent else since(self.latest)

    def to_json(self) -> str:
        """Return the cursor as text."""
        note = {"means": self.digest, "latest": self.latest, "seen": self.seen}
        note |= {"comments": self.comments, "spent": self.spent, "site": self.site}
        return json.dumps(note, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Cursor | None:
        """Return the cursor in a text, None where it is not one of this version's."""
        try:
            held = json.loads(text)
            seen = {str(k): int(v) for k, v in held["seen"].items()}
            return cls(str(held["means"]), int(held["latest"]), seen, spent=bool(held["spent"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def since(latest: int) -> int:
    """Return the minute from which on changes are asked for again."""
    return max(0, latest // MINUTE * MINUTE - OVERLAP)


def _after(latest: int) -> int:
    return latest // MINUTE * MINUTE + MINUTE


def gathered(digest: str, updated: Mapping[str, int], before: Cursor | None = None, began: int = 0) -> Cursor:
    """Return all that is known after reading issues with these `updated` times, on top of an earlier cursor.

    What was updated after the pull `began` vouches for nothing else: another issue may have been read before that.
    """
    known = {**(before.seen if before else {}), **updated}
    newest = max(updated.values(), default=0)
    latest = max(before.latest if before else 0, min(newest, began + SECOND if began else newest))
    return Cursor(digest, latest, {one: when for one, when in known.items() if when >= since(latest)})


def advanced(digest: str, updated: Mapping[str, int], before: Cursor | None = None, began: int = 0) -> Cursor:
    """Return the cursor after a pull that saw these `updated` times, on top of an earlier one.

    `began` is the site's own time when the pull began (epoch ms), 0 where it did not say.
    """
    found = gathered(digest, updated, before, began)
    still = before is not None and before.spent and before.latest == found.latest
    if began >= _after(found.latest) + OVERLAP and (still or len(found.seen) >= WITH_FIELDS):
        return Cursor(digest, found.latest, spent=True)
    return found if len(found.seen) <= MOST_SEEN else Cursor(digest, found.latest)


def digest_of(*parts: Iterable[str] | str) -> str:
    """Return a short digest of everything that decides what an issue looks like."""
    body = json.dumps([part if isinstance(part, str) else list(part) for part in parts])
    return hashlib.sha256(body.encode()).hexdigest()[:16]
