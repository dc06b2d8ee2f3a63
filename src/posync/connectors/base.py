"""What every connector can do: read a tracker whole, look again at a few issues, and carry out writes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

from posync.model.issue import Issue
from posync.model.observation import Keep, Memory, Observation

if TYPE_CHECKING:  # a pull is over before plans would be loaded
    from posync.model.change import Change
    from posync.model.claim import Claim, Claimed, Scope
    from posync.model.plan import Result, Write


OVERLAP, MINUTE = timedelta(minutes=15), timedelta(minutes=1)


class Capability(NamedTuple):
    """One thing posync may want to do in a tracker, whether it may, and what it leaves undone if not.

    Not `known` where nothing stands against it, but the tracker does not say whether the token allows it.
    `remedy` is a sentence on how it could be allowed, where somebody can do that.
    """

    name: str  # read, rank, label, release, comment, field, claim
    granted: bool
    because: str = ""
    consequence: str = ""
    known: bool = True
    remedy: str = ""


class Ways(NamedTuple):
    """What sets trackers of one kind apart for whoever is above connectors.

    `releases` says whether there are releases besides labels; `labels_fold` whether label names that differ by
    case are one label, `label_blanks` whether they may hold blanks; `writable` whether anything is ever written.
    """

    releases: bool = False
    labels_fold: bool = False
    label_blanks: bool = True
    writable: bool = True


class Sight(NamedTuple):
    """What a tracker looks like right now: issues by uid (None for those gone), and orders by lane."""

    issues: Mapping[str, Issue | None] = {}
    orders: Mapping[str, tuple[str, ...]] = {}


class Reader(Protocol):
    """A connector without write methods: all that pulling, checking and planning are given."""

    name: str
    kind: str  # jira, trello, export
    ways: Ways
    rank_batch: int  # issues one rank write may move: 50 on Jira, 1 on Trello, 0 where nothing can be moved

    @property
    def place(self) -> str:
        """The site's base address as it is compared, "" for files."""

    @property
    def requests(self) -> int:
        """Requests sent so far, retries included."""

    def pull(self, memory: Memory | None, keep: Keep) -> Observation:
        """Hand every issue in scope (or every changed one, given a memory) to `keep`; raises TrackerError."""

    def capabilities(self, keys: Callable[[], Iterable[str]] = tuple) -> tuple[Capability, ...]:
        """Return what this account may do here; raises TrackerError where the account cannot even read.

        `keys` tells those of the issues last seen, for trackers whose scope does not say where its issues are.
        """

    def forbidden(self) -> Mapping[str, str]:
        """Return which capabilities the account is already known to lack, and why; asks nothing."""

    def notes(self) -> tuple[str, ...]:
        """Return, a line each, which field of the site every line of the profile found; for `posync check`."""

    def look(self, uids: Sequence[str]) -> Mapping[str, Issue | None]:
        """Return these issues as they are now, in as few requests as possible; None for those gone."""

    def order(self, lane: str) -> tuple[str, ...]:
        """Return the uids of one lane in their present order ("" is the one lane of a Jira tracker)."""

    def survey(self, uids: Sequence[str], lanes: Sequence[str]) -> Sight:
        """Return what `look` and `order` say of these issues and lanes, together in as few requests as possible."""

    def comments(self, uids: Sequence[str]) -> Mapping[str, tuple[str, str] | None]:
        """Return posync's own comment on each issue as (vendor id, text), found by its marker.

        The oldest of several, as far as a page of the newest shows them: all requests mean the same one.
        """

    def writes(self, changes: Sequence[Change]) -> tuple[Write, ...]:
        """Return the fewest write requests that carry out `changes`, in order; sends nothing."""

    def scopes(self, keys: Iterable[str]) -> tuple[Scope, ...]:
        """Return the parts of places that issues with these keys lie in, one per place; asks nothing.

        Without keys, the place that is known without any issue; none where there is none.
        """

    def claimed(self, scope: Scope) -> Claimed:
        """Return what posync's markers in this place say, lists in the words of `scope`.

        Nothing is asked where it was seen already; on Jira one request, and one more per other claim.
        """

    def marking(self, claim: Claim) -> Write | None:
        """Return the write that leaves this claim's marker, None where nothing can be marked; asks nothing."""

    def unmarking(self, claim: Claim) -> Write | str:
        """Return the write that takes this claim's marker away, or how a person does where posync may not; asks nothing.

        The words are what to do, without a full stop: "delete the label ...".
        """

    def marked(self, claim: Claim) -> bool:
        """Whether a marker says exactly this, asked anew."""

    def close(self) -> None:
        """Give back connections; a pull that is under way in another thread ends with CancelledError."""


class Writer(Reader, Protocol):
    """A connector that can also write; only applying is given one."""

    def perform(self, write: Write, *, comment_ids: Mapping[str, str]) -> tuple[Result, ...]:
        """Carry out one write and return one Result per change, verified from the tracker's answer.

        `comment_ids` maps uids to posync's comment there, where known; a new comment's id comes back
        in its Result's receipt as "comment_id". What a change took beyond its own request, its Result says in
        `because`, also where it is DONE. A comment that is to be edited and is there no more is SKIPPED:
        somebody deleted it since the look. A write with a claim leaves its marker, or takes it away
        where its method is DELETE; its Result has the number CLAIM. Raises Transient (with `sent`) where the outcome is
        unknown or may be tried again, any other TrackerError where it is final.
        """


def site_left(cursor: str, place: str) -> str:
    """Return the site that a cursor's pull was of, where the tracker is another site by now; else "".

    Connectors note it as `site`; files, and pulls by a posync that did not note it yet, count as of this site.
    """
    site = _noted(cursor, "site")
    return site if place and isinstance(site, str) and site != place else ""


def asked_alike(one: str, other: str) -> bool:
    """Whether two cursors come from pulls with the same scope and profile, which connectors note as `means`.

    Of another scope it is another picture, which shows nothing of what the one before had missed.
    """
    return _means(one) == _means(other)


def known_until(cursor: str) -> datetime | None:
    """Return until when the next pull takes what is known for all there is; None where the cursor does not say.

    What was updated later it may still bring: search indexes lag, so it asks again for what was updated shortly before
    the latest it knows, but not where connectors note that this is `spent`.
    """
    latest = latest_seen(cursor)
    if latest is None:
        return None
    return latest.replace(second=0, microsecond=0) + (MINUTE if _noted(cursor, "spent") is True else -OVERLAP)


def latest_seen(cursor: str) -> datetime | None:
    """Return until when its pull knew of updates, by the tracker's own clock; None where the cursor does not say.

    Connectors note it as `latest`, in milliseconds since 1970: Jira the newest update it was shown, for a proxy
    before Data Center may keep another time; Trello the time of its answer.
    """
    latest = _noted(cursor, "latest")
    if not isinstance(latest, int) or not latest:
        return None
    try:
        return datetime.fromtimestamp(latest / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def counts_comments(cursor: str) -> bool:
    """Whether the issues of its pull carry how many comments they have, which connectors note as `comments`."""
    return _noted(cursor, "comments") is True


def _means(cursor: str) -> object:
    return _noted(cursor, "means")


def _noted(cursor: str, name: str) -> object:
    try:
        note = json.loads(cursor)
    except (ValueError, RecursionError):
        return None
    return note.get(name) if isinstance(note, dict) else None


def marked(text: str, workspace: str) -> str:
    """Return a comment's text with posync's marker as its last line, by which it is found again."""
    return f"{text.rstrip()}\n\n{_marker(workspace)}"


def unmarked(comment: str, workspace: str) -> str | None:
    """Return the text of posync's own comment without its marker; None where somebody else wrote it.

    Line ends and blanks around the marker do not matter: trackers and editors change them.
    """
    body = comment.replace("\r\n", "\n").rstrip()
    text, _, last = body.rpartition("\n")
    return text.rstrip() if last.strip() == _marker(workspace) else None


def _marker(workspace: str) -> str:
    return f"— posync · {workspace}"
