"""What has become of issues that a scope no longer lists: gone, moved, archived, or only late in the search index."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from posync.connectors.jira.search import Question, Raw, Search, Take, incomplete
from posync.connectors.jira.site import Site
from posync.connectors.jira.unlisted import PATIENCE, unlisted_since
from posync.connectors.jira.values import within
from posync.connectors.losing import lost_too_much
from posync.errors import Incomplete
from posync.model.observation import Memory

WHERE = ("project", "updated", "archiveddate")
NAMED = 5
FEW = 50
"""Issues asked for one by one even where the pull may be refused whatever they say: late indexes are told so."""
_UNASKED = "not known to the search index, and not asked for one by one: so many missing are refused anyway"
MINUTES = round(PATIENCE / 60)
_STAYS_AWAY = "exists, but Jira's search has not listed it since {since}: archived, or lost by its index"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

_LOST = (
    f"No search has listed them for {MINUTES} minutes and more: archived, or lost by Jira's index, which an "
    "administrator can rebuild. What is listed again comes back by itself."
)

Ask = Callable[[Question, Sequence[str], Take], None]
"""Hands over issues by id."""


class Found(NamedTuple):
    """Where an issue is that exists: the key of its project, and when it was archived ("" where it is not)."""

    project: str
    archived: str


class Settled(NamedTuple):
    """Who is in scope, in order, why each other one has left, by id, and what people should know of that.

    `moved` are those that left for another project.
    """

    order: tuple[str, ...]
    gone: Mapping[str, str] = {}
    warnings: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class Missing:
    """Finds out why issues are missing from a listed scope; `project` is set where that is exactly one project."""

    site: Site
    search: Search
    question: Question
    project: str | None
    words: str

    def settled(self, memory: Memory | None, order: tuple[str, ...]) -> Settled:
        """Return the order, and why each known issue that is no longer in it has left; raises Incomplete.

        Absence alone proves nothing: the search index lags, and bad credentials look like an empty site.
        """
        known = memory.known if memory is not None else {}
        missing = sorted(known.keys() - frozenset(order), key=by_number)
        if memory is None or not missing:
            self._since(())
            return Settled(order)
        if not self.site.known:
            self.site.assure_known()
        found = self._found(self.search.fetch, missing)
        unindexed = self._unindexed(memory, order, missing, found)
        found |= unindexed
        hidden = self._hidden(found, unindexed)
        order = self.search.order(self.question, hidden) if hidden else order
        listed = frozenset(order)
        lost = self._given_up({one: known[one] for one in hidden if one not in listed})
        gone = {
            one: lost.get(one) or self._reason(found.get(one), known[one])
            for one in missing
            if one not in listed
        }
        moved = [one for one in gone if one in found and self._moved(found[one], known[one])]
        return Settled(order, gone, self._warnings(lost, known), tuple(moved))

    def _found(self, ask: Ask, ids: Sequence[str]) -> dict[str, Found]:
        """Return where each of these issues is that comes when it is asked for so."""
        found: dict[str, Found] = {}

        def take(raws: Sequence[Raw]) -> None:
            found.update((raw["id"], _found(raw)) for raw in raws)

        ask(self.question.only(*WHERE), ids, take)
        return found

    def _unindexed(
        self, memory: Memory, order: Collection[str], missing: Sequence[str], found: Mapping[str, Found]
    ) -> dict[str, Found]:
        """Return where those are that exist though no search finds them.

        Raises Incomplete, and asks for none, where they are many and the pull is refused without them.
        """
        unknown = [one for one in missing if one not in found]
        if self.search.indexed and len(unknown) > FEW and len(order) + len(found) < memory.least:
            reasons = {one: self._reason(at, memory.known[one]) for one, at in found.items()}
            raise lost_too_much(self.site.name, memory, order, reasons | dict.fromkeys(unknown, _UNASKED))
        return self._found(self.search.fetch_unindexed, unknown)

    def _hidden(self, found: Mapping[str, Found], unknown: Collection[str]) -> list[str]:
        """Return which of these issues belong to the scope although it was listed without them."""
        here = [one for one, at in found.items() if not at.archived and self._may_be_here(at.project)]
        if not here or self.project is not None:
            return here
        belong = {*unknown, *self.search.belonging(self.question, here)}
        return [one for one in here if one in belong]

    def _given_up(self, away: Mapping[str, str]) -> dict[str, str]:
        """Return why issues are left out that stay away from searches for good; raises Incomplete while they may only be late.

        `away` maps the ids of those that belong here, exist, and were not listed even when asked for, to their keys.
        """
        since = self._since(away)
        late = [away[one] for one, at in since.items() if self.site.now() - at < PATIENCE]
        if late:
            raise self._late(late)
        return {one: _STAYS_AWAY.format(since=_time(at)) for one, at in since.items()}

    def _since(self, away: Collection[str]) -> dict[str, float]:
        return unlisted_since(self.site, self.question.clause, away)

    def _late(self, keys: Sequence[str]) -> Incomplete:
        exist = "1 issue of {} exists" if len(keys) == 1 else f"{len(keys)} issues of {{}} exist"
        return incomplete(
            self.site.name,
            f"{exist.format(self.words)}, but no search lists {'it' if len(keys) == 1 else 'them'}: {_named(keys)}",
            "The index lags behind: pull again in a minute. What is archived, or lost by the index, is left out by "
            f"itself {MINUTES} minutes after it was first missed.",
        )

    def _warnings(self, lost: Mapping[str, str], known: Mapping[str, str]) -> tuple[str, ...]:
        if not lost:
            return ()
        count = "1 issue is" if len(lost) == 1 else f"{len(lost)} issues are"
        keys = _named([known[one] for one in lost])
        return (f"{count} left out that Jira still has: {keys}. {_LOST}",)

    def _may_be_here(self, project: str) -> bool:
        return self.project is None or project.casefold() == self.project.casefold()

    def _moved(self, at: Found, key: str) -> bool:
        """Whether an issue is in another project than the scope's, or than its key said where that may have several."""
        home = self.project or key.rpartition("-")[0]
        return not at.archived and at.project.casefold() != home.casefold()

    def _reason(self, at: Found | None, key: str) -> str:
        if at is None:
            return "deleted or archived, or hidden from this account"
        if at.archived:
            return "archived" + (f" on {at.archived}" if _DAY.fullmatch(at.archived) else "")
        if self._moved(at, key):
            return f"moved to project {at.project}"
        return f"no longer in {self.words}"


def _found(raw: Raw) -> Found:
    project, archived = within(raw, "fields", "project", "key"), within(raw, "fields", "archiveddate")
    return Found(str(project or ""), str(archived)[:10] if archived else "")


def _named(keys: Sequence[str]) -> str:
    more = len(keys) - NAMED
    return ", ".join(keys[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def by_number(one: str) -> tuple[int, str]:
    """Return the key that sorts ids as numbers."""
    return (int(one) if one.isdigit() else 0, one)
