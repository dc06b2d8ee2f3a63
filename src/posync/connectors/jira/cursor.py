"""What a Jira pull leaves for the next one: from when on to ask, and what of that is known already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

from posync.connectors.jira.search import MINUTE, WITH_FIELDS

OVERLAP = 15 * MINUTE  # the search index may lag behind by seconds, in bad hours by minutes
PATIENCE = 2 * OVERLAP  # for bulk changes: later, nobody looks back at them
MOST_SEEN = 5000
SECOND = 1000  # what a site tells of its own time is cut down to


class Cursor(NamedTuple):
    """`latest` is the newest `updated` in the data (epoch ms), or when the pull began: the server's own time, always.

    `seen` maps the ids updated since the overlap began to their `updated`; `digest` says what was
    asked for, so that a changed scope or profile is not mistaken for unchanged issues; `comments` whether
    comments were counted, `site` of whom. After a bulk change, `spent` says that a pull has looked back once the index had
    its time: it need not be again. `met` is the site's own time when more was found to look back at than is noted.
    """

    digest: str
    latest: int
    seen: Mapping[str, int] = {}
    comments: bool = False
    spent: bool = False
    site: str = ""
    met: int = 0

    @property
    def since(self) -> int:
        """Return the moment to ask from: a whole minute, as JQL counts in minutes."""
        return _after(self.latest) if self.spent else since(self.latest)

    def joined(self, other: Cursor, ids: Container[str]) -> Cursor:
        """Return what is known with what another cursor knows of these issues, too."""
        seen = {**self.seen, **{one: at for one, at in other.seen.items() if one in ids}}
        spent = self.spent and other.latest <= self.latest
        return self._replace(latest=max(self.latest, other.latest), seen=seen, spent=spent)

    def to_json(self) -> str:
        """Return the cursor as text."""
        note = {"means": self.digest, "latest": self.latest, "seen": self.seen}
        note |= {"comments": self.comments, "spent": self.spent, "site": self.site, "met": self.met}
        return json.dumps(note, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Cursor | None:
        """Return the cursor in a text, None where it is not one of this version's."""
        try:
            held = json.loads(text)
            seen = {str(k): int(v) for k, v in held["seen"].items()}
            spent, met = bool(held["spent"]), int(held.get("met", 0))
            return cls(str(held["means"]), int(held["latest"]), seen, spent=spent, met=met)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
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


def advanced(
    digest: str,
    updated: Mapping[str, int],
    before: Cursor | None = None,
    began: int = 0,
    *,
    keeps_time: bool = True,
) -> Cursor:
    """Return the cursor after a pull that saw these `updated` times, on top of an earlier one.

    `began` is the site's own time when the pull began (epoch ms), 0 where it did not say. Where it `keeps_time`, that
    is the time of its issues, too; elsewhere only what passes between two pulls counts, and looking back at issues
    that are noted costs nothing.
    """
    found = gathered(digest, updated, before, began)
    same = before if before is not None and before.latest == found.latest else Cursor(digest, 0)
    if keeps_time:
        many = same.spent or len(found.seen) >= WITH_FIELDS
        done = many and began >= _after(found.latest) + PATIENCE
    else:
        done = same.spent or 0 < same.met <= began - PATIENCE
    if done:
        return Cursor(digest, found.latest, spent=True)
    if len(found.seen) <= MOST_SEEN:
        return found
    return Cursor(digest, found.latest, met=0 if keeps_time else same.met or began)


def digest_of(*parts: Iterable[str] | str) -> str:
    """Return a short digest of everything that decides what an issue looks like."""
    body = json.dumps([part if isinstance(part, str) else list(part) for part in parts])
    return hashlib.sha256(body.encode()).hexdigest()[:16]
