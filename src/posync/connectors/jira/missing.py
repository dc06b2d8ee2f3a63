"""What has become of issues that a scope no longer lists: gone, moved, archived, or only late in the search index."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from posync.connectors.jira.search import Question, Raw, Search, incomplete
from posync.connectors.jira.site import Site
from posync.connectors.jira.unlisted import PATIENCE, unlisted_since
from posync.connectors.jira.values import within
from posync.errors import Incomplete

WHERE = ("project", "updated", "archiveddate")
NAMED = 5
MINUTES = round(PATIENCE / 60)
_STAYS_AWAY = "exists, but Jira's search has not listed it since {since}: archived, or lost by its index"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

_LOST = (
    f"No search has listed them for {MINUTES} minutes and more: archived, or lost by Jira's index, which an "
    "administrator can rebuild. What is listed again comes back by itself."
)


class Found(NamedTuple):
    """Where an issue is that exists: the key of its project, and when it was archived ("" where it is not)."""

    project: str
    archived: str


class Settled(NamedTuple):
    """Who is in scope, in order, why each other one has left, by id, and what people should know of that."""

    order: tuple[str, ...]
    gone: Mapping[str, str] = {}
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Missing:
    """Finds out why issues are missing from a listed scope; `project` is set where that is exactly one project."""

    site: Site
    search: Search
    question: Question
    project: str | None
    words: str

    def settled(self, known: Mapping[str, str], order: tuple[str, ...]) -> Settled:
        """Return the order, and why each known issue that is no longer in it has left; raises Incomplete.

        Absence alone proves nothing: the search index lags, and bad credentials look like an empty site.
        """
        missing = sorted(known.keys() - frozenset(order), key=by_number)
        if not missing:
            self._since(())
            return Settled(order)
        if not self.site.known:
            self.site.assure_known()
        if not order:
            raise self._emptied(len(known))
        found, unknown = self._look_for(missing)
        hidden = self._hidden(found, unknown)
        order = self.search.order(self.question, hidden) if hidden else order
        listed = frozenset(order)
        lost = self._given_up({one: known[one] for one in hidden if one not in listed})
        gone = {
            one: lost.get(one) or self._reason(found.get(one), known[one])
            for one in missing
            if one not in listed
        }
        return Settled(order, gone, self._warnings(lost, known))

    def _emptied(self, count: int) -> Incomplete:
        return incomplete(
            self.site.name,
            f"{self.words} is suddenly empty; it had {count} issues",
            "Check the scope and what the account may see. If it is empty on purpose, "
            "accept it once with `posync pull --full --accept-loss`.",
        )

    def _look_for(self, ids: Sequence[str]) -> tuple[dict[str, Found], frozenset[str]]:
        """Return where each of these issues is that exists and may be seen; and which the index does not know."""
        found: dict[str, Found] = {}

        def take(raws: Sequence[Raw]) -> None:
            found.update((raw["id"], _found(raw)) for raw in raws)

        return found, self.search.look_for(self.question.only(*WHERE), ids, take)

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
        return {one: f"{away[one]} {_STAYS_AWAY.format(since=_time(at))}" for one, at in since.items()}

    def _since(self, away: Collection[str]) -> dict[str, float]:
        return unlisted_since(self.site, self.question.clause, away)

    def _late(self, keys: Sequence[str]) -> Incomplete:
        exist = "1 issue of {} exists" if len(keys) == 1 else f"{len(keys)} issues of {{}} exist"
        return incomplete(
            self.site.name,
            f"{exist.format(self.words)}, but no search lists {'it' if len(keys) == 1 else 'them'}: {_named(keys)}",
            "The index lags behind: pull again in a minute. What is archived, or lost by the index, is left out by "
            f"itself {MINUTES} minutes after it was first missed, or at once by `posync pull --full --accept-loss`.",
        )

    def _warnings(self, lost: Mapping[str, str], known: Mapping[str, str]) -> tuple[str, ...]:
        if not lost:
            return ()
        count = "1 issue is" if len(lost) == 1 else f"{len(lost)} issues are"
        keys = _named([known[one] for one in lost])
        return (f"{count} left out that Jira still has: {keys}. {_LOST}",)

    def _may_be_here(self, project: str) -> bool:
        return self.project is None or project.casefold() == self.project.casefold()

    def _reason(self, at: Found | None, key: str) -> str:
        if at is None:
            return f"{key} was deleted or archived, or this account may no longer see it"
        if at.archived:
            return f"{key} was archived" + (f" on {at.archived}" if _DAY.fullmatch(at.archived) else "")
        if not self._may_be_here(at.project):
            return f"{key} moved to project {at.project}"
        return f"{key} no longer belongs to {self.words}"


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
