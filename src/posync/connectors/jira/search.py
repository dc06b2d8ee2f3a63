"""What pulling needs of a Jira site, whichever kind it is: order, contents, and what changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from posync.connectors.jira import values
from posync.errors import Incomplete

if TYPE_CHECKING:
    from posync.connectors.jira.ranked import PastIndex

Raw = Mapping[str, Any]
Take = Callable[[Sequence[Raw]], None]
"""Takes issues as Jira sent them, page by page; called by one thread at a time."""

Listed = Callable[[], tuple[str, ...]]
"""Waits for the ids in scope by rank, which have been asked for ahead, and returns them."""

T = TypeVar("T")
MINUTE = 60_000
TOO_MANY_PAGES = 10_000
WITH_FIELDS = 100  # issues a page of Cloud holds where more than ids is asked for; so it was seen


class Question(NamedTuple):
    """A bounded JQL condition without order, and what to ask for of each issue."""

    clause: str
    fields: tuple[str, ...]
    properties: tuple[str, ...] = ()
    ranked: bool = True  # whether the site keeps a rank to order by
    rank_fields: tuple[str, ...] = ()

    @property
    def by_rank(self) -> str:
        """Return the order of the backlog."""
        return "Rank ASC, key ASC" if self.ranked else "created ASC, key ASC"

    def narrowed(self, condition: str) -> Question:
        """Return the question about those of its issues alone that meet a condition, too."""
        return self._replace(clause=f"{self.clause} AND {condition}" if self.clause else condition)

    def anywhere(self) -> Question:
        """Return the question about all issues of the site, to be narrowed to some of them."""
        return self._replace(clause="")

    def only(self, *fields: str) -> Question:
        """Return the question about the same issues that asks for these fields alone."""
        return self._replace(fields=fields, properties=())


class Census(NamedTuple):
    """Every id in scope in rank order, and what may have changed since a moment.

    `changed` maps ids to their `updated` in epoch ms, 0 where only the id is known yet.
    """

    order: tuple[str, ...]
    changed: Mapping[str, int]


class Search(Protocol):
    """Reads issues of one site."""

    past: PastIndex
    keeps_time: bool
    """Whether the time that answers tell is that of the site's issues, too.

    Only then can a pull that a spent quota ended be gone on with.
    """
    indexed: bool
    """Whether `fetch` finds only what the search index has."""

    def lists_first(self, question: Question) -> bool:
        """Whether a whole pull begins with the ids in scope, so that these may be asked for ahead."""

    def read_all(self, question: Question, take: Take, listed: Listed | None = None) -> tuple[str, ...]:
        """Hand over every issue in scope and return all ids in rank order; raises Incomplete.

        `listed` is given where the ids were asked for ahead.
        """

    def census(
        self,
        question: Question,
        since: int,
        take: Take,
        many: int,
        fresh: Collection[str] = (),
        *,
        listed: Listed | None = None,
    ) -> Census:
        """Return who is in scope now; issues updated since `since` (epoch ms) are handed over or named.

        `many` is how many of them may be known already; `fresh` names issues the index may not show yet;
        `listed` is as for `read_all`.
        """

    def order(self, question: Question, fresh: Collection[str] = ()) -> tuple[str, ...]:
        """Return the ids in scope, in rank order."""

    def fetch(self, question: Question, ids: Sequence[str], take: Take) -> None:
        """Hand over these issues by id, wherever they are now; those that are gone are left out."""

    def fetch_unindexed(self, question: Question, ids: Sequence[str], take: Take) -> None:
        """Hand over those of these issues that exist though `fetch` did not bring them."""

    def belonging(self, question: Question, ids: Sequence[str]) -> list[str]:
        """Return which of these issues belong to the scope now, as freshly as the site can tell."""

    def fetch_written(
        self, question: Question, ids: Sequence[str], shown: Mapping[str, int], take: Take
    ) -> None:
        """Hand over just written issues, the latest first, past a search index that may not show them yet.

        `shown` is the `updated` (epoch ms) that the index gives; issues it shows as they are may be left out.
        """


def chunks(items: Sequence[T], size: int) -> Iterator[list[T]]:
    """Yield `items` in lists of at most `size`."""
    waiting = iter(items)
    while part := list(islice(waiting, size)):
        yield part


def woven(order: Sequence[str], earlier: Sequence[str]) -> tuple[str, ...]:
    """Return an order with the ids that only an earlier one has, each behind what stood above it there."""
    seen = frozenset(order)
    behind: dict[str, list[str]] = {}
    above = ""
    for one in earlier:
        if one in seen:
            above = one
        else:
            behind.setdefault(above, []).append(one)
    return (*behind.get("", ()), *(each for one in order for each in (one, *behind.get(one, ()))))


def issue_ids(raws: Sequence[Raw]) -> list[str]:
    """Return the ids of raw issues."""
    return [raw["id"] for raw in raws]


def updates(raws: Sequence[Raw]) -> dict[str, int]:
    """Return when each of these issues was last updated (epoch ms, 0 where it does not say), by id."""
    return {raw["id"]: values.milliseconds(raw, "updated") for raw in raws}


def unseen(raws: Sequence[Raw], seen: Container[str]) -> dict[str, Raw]:
    """Return those of these issues that were not seen, each once, by id."""
    return {raw["id"]: raw for raw in raws if raw["id"] not in seen}


def incomplete(tracker: str, detail: str, remedy: str = "Pull again.") -> Incomplete:
    """Return the error for a picture with a hole."""
    return Incomplete(tracker, "pull", detail, remedy=remedy)
