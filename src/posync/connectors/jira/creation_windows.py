"""Data Center issues by time of creation, which nobody changes: so a scope of any size is read whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator
from datetime import UTC, datetime

from posync.connectors.jira import offsets, values
from posync.connectors.jira.offsets import Page
from posync.connectors.jira.search import MINUTE, TOO_MANY_PAGES, Question, Raw, incomplete, issue_ids
from posync.errors import Incomplete

RETRIES = 10  # of pages that shift while they are read

Ask = Callable[[Question, str, int, int], Page]
"""Returns one page of a question, in an order, from an offset on, of at most so many issues."""


class CreationWindows:
    """Reads a scope window by window, each as wide as offsets reach; `ask` brings one page of it."""

    def __init__(self, tracker: str, ask: Ask) -> None:
        self._tracker, self._ask = tracker, ask

    def read(self, question: Question) -> Iterator[list[Raw]]:
        """Yield all issues, some more than once; raises Incomplete."""
        since, seen = 0, set[str]()
        for _ in range(TOO_MANY_PAGES):
            since = yield from self._window(question, since, seen)
            if not since:
                return self._assure_all(question, seen)
        raise incomplete(self._tracker, "the site never comes to a last page")

    def _window(self, question: Question, since: int, seen: set[str]) -> Generator[list[Raw], None, int]:
        """Yield issues created since then (epoch ms), and return the minute to go on from; 0 at the end."""
        window = question.narrowed(f"created >= {since}") if since else question
        for page, end in self._pages(window, "created ASC, key ASC"):
            seen.update(issue_ids(page.issues))
            yield page.issues
            if end >= page.total:
                return 0
            last = values.milliseconds(page.issues[-1], "created") // MINUTE * MINUTE
            if last > since:
                return last
        for raws in self._other_end(question, since, frozenset(seen)):
            seen.update(issue_ids(raws))
            yield raws
        return since + MINUTE

    def _other_end(self, question: Question, since: int, seen: frozenset[str]) -> Iterator[list[Raw]]:
        """Yield the issues of a minute that fills a window, latest first, until they meet those seen from its start."""
        if not since:
            raise incomplete(
                self._tracker,
                "the site does not say when its issues were created",
                "Let this account see the field Created, or divide the scope with jql.",
            )
        minute = question.narrowed(f"created >= {since} AND created < {since + MINUTE}")
        for page, _ in self._pages(minute, "created DESC, key DESC"):
            if page.total > 2 * offsets.CLIFF:
                raise _too_many(self._tracker, since, page.total)
            yield page.issues
            if not seen.isdisjoint(issue_ids(page.issues)):
                return

    def _pages(self, question: Question, order: str) -> Iterator[tuple[Page, int]]:
        """Yield pages up to the cliff and where each ends; again from the first where they shifted."""
        for _ in range(RETRIES):
            if (yield from self._in_a_row(question, order)):
                return
        raise incomplete(self._tracker, "issues come and go faster than the site can be read")

    def _in_a_row(self, question: Question, order: str) -> Generator[tuple[Page, int], None, bool]:
        """Yield pages, each of which begins with the last issue of the one before; False where one does not."""
        at, last = 0, list[str]()
        for _ in range(TOO_MANY_PAGES):
            start = at - len(last)
            page = self._ask(question, order, start, min(offsets.PAGE, offsets.CLIFF - start))
            ids = issue_ids(page.issues)
            if last and ids[:1] != last and (ids or page.total <= at):
                return False
            if start + len(ids) <= at < page.total:
                raise incomplete(self._tracker, f"the site stops after {at} of {page.total} issues")
            at, last = start + len(ids), ids[-1:]
            yield page, at
            if at >= min(page.total, offsets.CLIFF):
                return True
        raise incomplete(self._tracker, "the site never comes to a last page")

    def _assure_all(self, question: Question, seen: Collection[str]) -> None:
        total = self._ask(question, "key ASC", 0, 1).total
        if len(seen) < total:
            raise incomplete(self._tracker, f"only {len(seen)} of {total} issues could be read")


def _too_many(tracker: str, since: int, count: int) -> Incomplete:
    when = f"{datetime.fromtimestamp(since / 1000, UTC):%Y-%m-%d %H:%M} UTC"
    return incomplete(
        tracker,
        f"{count} issues were created within one minute ({when}), and Data Center shows {2 * offsets.CLIFF} of them",
        "Divide the scope between two trackers whose `jql` parts these issues, such as "
        "`project = SHOP AND key <= SHOP-15000` and `project = SHOP AND key > SHOP-15000`.",
    )
