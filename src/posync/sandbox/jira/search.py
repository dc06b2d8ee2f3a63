"""Searching: which issues a query finds, in order, a page at a time, quick enough for 100,000 issues."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.jql import Query, parse, refused
from posync.sandbox.jira.matching import Matcher
from posync.sandbox.jira.sorting import says_all, sort_key
from posync.sandbox.jira.world import JiraWorld
from posync.sandbox.refusals import Refusal

MAX_ORDER = 7
KEPT = 16
BY_ITSELF = (("created", True),)
MOST_CURSORS = 100_000


@dataclass(frozen=True, slots=True)
class Found:
    """All issues a query finds, in order, and the key they are sorted by."""

    issues: Sequence[Issue]
    key: Callable[[Issue], tuple[Any, ...]]
    revision: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the question, the last issue's sort key, and its offset while nothing changes."""

    question: tuple[str, tuple[str, ...]]
    last: tuple[Any, ...]
    offset: int
    revision: int


class Finder:
    """Answers queries over one world; keeps the latest results until something changes."""

    def __init__(self, world: JiraWorld) -> None:
        self.world = world
        self.kept: dict[tuple[object, ...], Found] = {}
        self.cursors: dict[str, Cursor] = {}
        self.turns = count(1)

    def find(
        self,
        jql: str,
        *,
        fresh: Sequence[str] = (),
        account: str = "",
        bounded: bool = False,
        lenient: bool = False,
        by_offset: bool = False,
    ) -> Found:
        """Return everything a query finds; raises Refusal (400) for a query Jira would not run.

        With `lenient`, Data Center's `validateQuery: false`, issues that do not exist are warned of.
        Pages `by_offset` are each found anew, so what the query leaves in one place may change places between them.
        """
        question = (jql, tuple(fresh), account, lenient)
        found = self.kept.get(question)
        if found and found.revision == self.world.revision and not self.world.stale:
            return found
        query = parse(jql)
        _check(query, bounded=bounded)
        found = self._run(query, fresh, Matcher(self.world, account, lenient=lenient))
        if len(self.kept) >= KEPT:
            self.kept.clear()
        steady = says_all(query.order) or not by_offset
        if steady and not self.world.stale:  # what a late index shows is not worth keeping
            self.kept[question] = found
        return found

    def _run(self, query: Query, fresh: Sequence[str], matcher: Matcher) -> Found:
        test = matcher.test(query.where)
        key = sort_key(self.world, query.order or BY_ITSELF, next(self.turns))
        order = self.world.order()  # every issue has its rank before anything sorts by it
        if [(field.lower(), down) for field, down in query.order] == [
            ("rank", False)
        ] and not self.world.stale:
            found = [issue for number in order if test(issue := self.world.issues[number])]
        else:
            found = sorted((issue for issue in self.world.searchable(fresh) if test(issue)), key=key)
        return Found(found, key, self.world.revision, tuple(matcher.warnings))

    def page(
        self, found: Found, question: tuple[str, tuple[str, ...]], token: str, size: int
    ) -> tuple[Sequence[Issue], str]:
        """Return the page a token stands for ("": the first) and the token of the next ("": none)."""
        start = self._start(found, question, token) if token else 0
        issues = found.issues[start : start + size]
        if start + size >= len(found.issues):
            return issues, ""
        if len(self.cursors) >= MOST_CURSORS:
            self.cursors.clear()
        following = f"C{len(self.cursors) + 1:06d}{abs(hash(question)) % 10**8:08d}"
        self.cursors[following] = Cursor(question, found.key(issues[-1]), start + size, found.revision)
        return issues, following

    def _start(self, found: Found, question: tuple[str, tuple[str, ...]], token: str) -> int:
        cursor = self.cursors.get(token)
        if cursor is None or cursor.question != question:
            raise Refusal.jira(400, "The provided next page token is invalid or has expired.")
        if cursor.revision == found.revision and not self.world.stale:
            return cursor.offset
        return bisect_right(found.issues, cursor.last, key=found.key)


def _check(query: Query, *, bounded: bool) -> None:
    if bounded and query.where is None:
        raise refused(
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
        )
    if len(query.order) > MAX_ORDER:
        raise refused(f"The number of ORDER BY fields must not exceed {MAX_ORDER}.")
