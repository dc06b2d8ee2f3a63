"""Jira Cloud: ids 5,000 a page in rank order, contents in parallel by bulk fetch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from posync.connectors.jira.ranked import PastIndex, Placed, RankTexts
from posync.connectors.jira.search import (
    TOO_MANY_PAGES,
    WITH_FIELDS,
    Census,
    Listed,
    Question,
    Raw,
    Take,
    chunks,
    incomplete,
    issue_ids,
    unseen,
    woven,
)
from posync.connectors.jira.shapes import IDS, NUMBERS, SIZE, issues_with
from posync.connectors.jira.site import Site
from posync.connectors.transport import WORKERS, in_parallel
from posync.errors import TrackerError

PAGE = 5000  # ids a page
BULK, BULK_DOCUMENTED = 1000, 100
SCANS = 4  # of the ranks, where issues are dragged while several pages are read
RECONCILE = 50


class CloudSearch:
    """Reads issues of a Cloud site by `search/jql` and `issue/bulkfetch`."""

    keeps_time, indexed = True, False

    def __init__(self, site: Site) -> None:
        self.site = site
        self.past = PastIndex(site, self._read_ranks)

    def read_all(self, question: Question, take: Take, listed: Listed | None = None) -> tuple[str, ...]:
        """Hand over every issue in scope and return all ids in rank order."""
        if not self.lists_first(question):
            first = self._page(question, question.by_rank, full=True, fresh=self.site.written())
            if first["isLast"]:
                take(first["issues"])
                return self._counted(question, self._put_right(question, issue_ids(first["issues"])))
        listing = listed or (lambda: self._scanned(question, self.site.written()))
        order = self._put_right(question, listing())
        self.fetch(question, order, take)
        return self._counted(question, order)

    def lists_first(self, question: Question) -> bool:
        """Whether ids come first: not where so few issues were in scope last time that one page holds them as they are."""
        counts = self.site.kept("counts", NUMBERS) or {}
        return bool(counts.get(question.clause, BULK) > WITH_FIELDS)

    def _counted(self, question: Question, order: tuple[str, ...]) -> tuple[str, ...]:
        with self.site.cache.together():
            counts = self.site.kept("counts", NUMBERS) or {}
            if counts.get(question.clause) != len(order):
                self.site.keep("counts", {**counts, question.clause: len(order)})
        return order

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
        """Return who is in scope; what changed is handed over at once where one page holds it, else named."""
        order = self._put_right(question, listed() if listed else self._scanned(question, fresh))
        newer = question.narrowed(f"updated >= {since}")
        if many < WITH_FIELDS:
            page = self._page(newer, "updated ASC, key ASC", full=True, fresh=fresh)
            take(page["issues"])
            if page["isLast"]:
                return Census(order, {})
        return Census(order, dict.fromkeys(self._ids(newer, "updated ASC, key ASC", fresh), 0))

    def order(self, question: Question, fresh: Collection[str] = ()) -> tuple[str, ...]:
        """Return the ids in scope, in rank order."""
        return self._put_right(question, self._scanned(question, fresh))

    def _put_right(self, question: Question, order: Sequence[str]) -> tuple[str, ...]:
        return self.past.order(question, self._distinct(order), self.past.texts(question))

    def _read_ranks(
        self, question: Question, texts: RankTexts, order: Sequence[str], _: Sequence[Placed]
    ) -> None:
        """Take in all rank texts past the index: by id they go by the thousand."""
        self.fetch(question.only(*question.rank_fields), order, texts.note)

    def _scanned(self, question: Question, fresh: Collection[str]) -> tuple[str, ...]:
        """Return the ids in scope, in the rank order of the search.

        Issues that are moved while several pages are read can slip between them: a second scan in
        an order that does not change shows which ones, and the ranks are then read again.
        """
        order, pages = self._scan(question, fresh)
        if pages <= 1:
            return order
        present = dict.fromkeys(self._ids(question, "created ASC, key ASC", fresh))
        missing = present.keys() - frozenset(order)
        for _ in range(SCANS):
            if not missing:
                break
            order = woven(self._scan(question, fresh)[0], [one for one in order if one in present])
            missing = present.keys() - frozenset(order)
            missing -= frozenset(self._gone(question, missing))
        if missing:
            raise incomplete(self.site.name, "the backlog is being reordered faster than it can be read")
        return order

    def _scan(self, question: Question, fresh: Collection[str]) -> tuple[tuple[str, ...], int]:
        """Return the ids in scope as the search orders them, and on how many pages they came."""
        pages = [issue_ids(page) for page in self._pages(question, question.by_rank, fresh)]
        return self._distinct([one for page in pages for one in page]), len(pages)

    def _gone(self, question: Question, ids: Collection[str]) -> list[str]:
        """Return which of these issues do not exist any more."""
        return self._fetch(question.only("updated"), sorted(ids), lambda _: None) if ids else []

    def _ids(self, question: Question, order: str, fresh: Collection[str]) -> list[str]:
        return [one for page in self._pages(question, order, fresh) for one in issue_ids(page)]

    def _distinct(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Drop ids that came twice: an issue that moved down while pages were read stands where it was seen last."""
        return tuple(reversed(dict.fromkeys(reversed(ids))))

    def _pages(self, question: Question, order: str, fresh: Collection[str]) -> Iterator[list[Raw]]:
        token, seen = None, set[str]()
        for _ in range(TOO_MANY_PAGES):
            page = self._page(question, order, token=token, fresh=fresh)
            yield page["issues"]
            if page["isLast"]:
                return
            token = page["nextPageToken"]
            if token in seen:
                raise incomplete(self.site.name, "the site hands out the same page again and again")
            seen.add(token)
        raise incomplete(self.site.name, "the site never comes to a last page")

    def _page(
        self,
        question: Question,
        order: str,
        *,
        token: str | None = None,
        full: bool = False,
        fresh: Collection[str] = (),
    ) -> dict[str, Any]:
        """Return one page: of ids, or `full` with all that the question asks for."""
        body: dict[str, Any] = {"jql": f"{question.clause} ORDER BY {order}"}
        if full:
            body |= {"maxResults": WITH_FIELDS, "fields": question.fields, "properties": question.properties}
        else:
            body |= {"maxResults": PAGE, "fields": ["id"]}
        if token is not None:
            body["nextPageToken"] = token
        if fresh:
            body["reconcileIssues"] = [int(one) for one in fresh if one.isdigit()][:RECONCILE]
        answer = self.site.ask("/search/jql", body, operation="search")
        shape = issues_with(question.fields, question.rank_fields) if full else IDS
        return self._sound(shape.checked(self.site.name, "search", answer))

    def _sound(self, page: dict[str, Any]) -> dict[str, Any]:
        """Return a page whose end can be trusted; raises Incomplete where Jira warns."""
        warnings = page.get("warnings") or page.get("warningMessages")
        if warnings:
            raise incomplete(
                self.site.name, f"Jira warns that its answer is not whole: {str(warnings)[:200]}"
            )
        token = page.get("nextPageToken")
        if page.get("isLast") is False and not token:
            raise incomplete(self.site.name, "a page is not the last one and does not say how to go on")
        return {"issues": page["issues"], "isLast": not token, "nextPageToken": token}

    def fetch(self, question: Question, ids: Sequence[str], take: Take) -> None:
        """Hand over these issues by id, wherever they are now; those that are gone are left out."""
        self._fetch(question, ids, take)

    def fetch_unindexed(self, question: Question, ids: Sequence[str], take: Take) -> None:
        """Ask nothing: what exists comes by its id."""

    def belonging(self, question: Question, ids: Sequence[str]) -> list[str]:
        """Return which of these issues belong to the scope now; the index is brought up to date for each."""
        found: list[str] = []
        for part in chunks(ids, RECONCILE):
            named = question.narrowed(f"id in ({', '.join(part)})")
            found += self._ids(named, "key ASC", part)
        return found

    def fetch_written(
        self,
        question: Question,
        ids: Sequence[str],
        shown: Mapping[str, int],  # noqa: ARG002 - by id all go at once, so nobody asks which
        take: Take,
    ) -> None:
        """Hand over these issues past the search index."""
        if ids:
            self.fetch(question, ids, take)

    def _fetch(self, question: Question, ids: Sequence[str], take: Take) -> list[str]:
        """Hand over issues by id and return the ids that did not come.

        A site may cut an answer short without a word: what a large one lacks is asked for by the documented 100.
        """
        missing = self._handed(self._bulk(question, list(ids)), ids, take)
        if not missing or len(ids) <= BULK_DOCUMENTED or self._bulk_size(question)[1] <= BULK_DOCUMENTED:
            return missing
        parts = chunks(missing, BULK_DOCUMENTED)
        raws = in_parallel(lambda part: self._bulk_once(question, part), parts, WORKERS)
        still = self._handed(raws, missing, take)
        if len(still) < len(missing):
            self.site.keep("bulk", BULK_DOCUMENTED)
        return still

    def _handed(self, answers: Iterable[list[Raw]], ids: Sequence[str], take: Take) -> list[str]:
        """Hand over what came and return the ids that did not."""
        got: set[str] = set()
        for raws in answers:
            new = unseen(raws, got)
            got.update(new)
            take(list(new.values()))
        return [one for one in ids if one not in got]

    def _bulk(self, question: Question, ids: list[str]) -> Iterator[list[Raw]]:
        """Yield issues by 1,000 where the site takes so many, else by the documented 100; remembered a day.

        The first 1,000 show which; they are handed over while the others are on their way.
        """
        known, size = self._bulk_size(question)
        first = ids[:size]
        answered = [] if known or not ids else [self._accepted(question, first)]
        if answered == [None]:
            self.site.keep("bulk", BULK_DOCUMENTED)
            size = BULK_DOCUMENTED

        def ask(part: list[str]) -> list[Raw]:
            raws = answered.pop() if answered and part == first else self._accepted(question, part)
            return raws or []

        return in_parallel(ask, chunks(ids, size), WORKERS)

    def _bulk_size(self, question: Question) -> tuple[bool, int]:
        """Return whether it is known how many go at once, and how many.

        Only with single-valued fields; source: docs/sources.md, "Jira bulk fetch".
        """
        if "comment" in question.fields or len(question.fields) > BULK_DOCUMENTED:
            return True, BULK_DOCUMENTED
        kept = self.site.kept("bulk", SIZE)
        return (True, kept) if kept is not None else (False, BULK)

    def _accepted(self, question: Question, ids: list[str]) -> list[Raw] | None:
        """Return these issues, or None where the site refuses so many at once."""
        try:
            return self._bulk_once(question, ids)
        except TrackerError as error:
            if error.status in {400, 413} and len(ids) > BULK_DOCUMENTED:
                return None
            raise

    def _bulk_once(self, question: Question, ids: list[str]) -> list[Raw]:
        operation = "read issues"
        body = {"issueIdsOrKeys": ids, "fields": question.fields, "properties": question.properties}
        answer = self.site.ask("/issue/bulkfetch", body, operation=operation)
        shape = issues_with(question.fields, question.rank_fields)
        found: list[Raw] = shape.checked(self.site.name, operation, answer)["issues"]
        return found
