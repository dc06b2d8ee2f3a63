"""Jira Data Center: pages by `startAt`, and windows of creation time where ten thousand is the end."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from posync.connectors.jira import values
from posync.connectors.jira.ranked import OneByOne, PastIndex
from posync.connectors.jira.search import (
    MINUTE,
    TOO_MANY_PAGES,
    Census,
    Listed,
    Question,
    Raw,
    Take,
    chunks,
    incomplete,
    issue_ids,
)
from posync.connectors.jira.shapes import issue_with, issues_with
from posync.connectors.jira.site import API, Site
from posync.connectors.transport import WORKERS, in_parallel
from posync.errors import Incomplete, NotFound, TrackerError

PAGE = 1000  # what sites allow by default; the size that comes back counts
CLIFF = 10_000  # beyond it a site answers with an error or an empty page
BY_IDS = 500
RETRIES = 10  # of pages that shift while they are read


@dataclass(frozen=True, slots=True)
class _Page:
    issues: list[Raw]
    total: int


class DataCenterSearch:
    """Reads issues of a Data Center site by `search`."""

    def __init__(self, site: Site) -> None:
        self.site, self.past = site, PastIndex(site, OneByOne(self._one).read)

    def read_all(
        self,
        question: Question,
        take: Take,
        listed: Listed | None = None,  # noqa: ARG002 - here ids come with the contents
    ) -> tuple[str, ...]:
        """Hand over every issue in scope and return all ids in rank order."""
        return self._all(question, take, known=False)

    def _all(self, question: Question, take: Take, *, known: bool) -> tuple[str, ...]:
        ranks, texts = dict[str, str](), self.past.texts(question)

        def note(raws: Sequence[Raw]) -> None:
            texts.note(raws)
            new = {str(raw["id"]): raw for raw in raws if str(raw["id"]) not in ranks}
            ranks.update((one, _rank(raw, question)) for one, raw in new.items())
            take(list(new.values()))

        in_order = self._by_offset(question, note, known=known)
        if in_order is None:
            for page in self._by_creation(question):
                note(page)
            in_order = tuple(sorted(ranks, key=lambda one: (not ranks[one], ranks[one])))
        return self.past.order(question, in_order, texts)

    def order(self, question: Question, fresh: Collection[str] = ()) -> tuple[str, ...]:  # noqa: ARG002 - Cloud's
        """Return the ids in scope, in rank order."""
        return self._all(_slim(question), lambda _: None, known=True)

    def census(
        self,
        question: Question,
        since: int,
        take: Take,  # noqa: ARG002 - Cloud hands over at once; here one pass answers both questions
        many: int,  # noqa: ARG002
        fresh: Collection[str] = (),  # noqa: ARG002
    ) -> Census:
        """Return who is in scope and who was updated since: small fields cost no extra pages here."""
        changed: dict[str, int] = {}

        def note(raws: Sequence[Raw]) -> None:
            times = {str(raw["id"]): values.milliseconds(raw, "updated") for raw in raws}
            changed.update((one, when) for one, when in times.items() if not when or when >= since)

        return Census(self._all(_slim(question), note, known=True), changed)

    def fetch(self, question: Question, ids: Sequence[str], take: Take) -> None:
        """Hand over these issues by id, wherever they are now; those that are gone are left out."""
        for raws in in_parallel(lambda part: self._by_ids(question, part), chunks(ids, BY_IDS), WORKERS):
            take(raws)

    def look_for(self, question: Question, ids: Sequence[str], take: Take) -> frozenset[str]:
        """Hand over those of these issues that exist, and return those that only the database knows.

        Here a search by id goes by the index too, so that each one it does not find is asked for by itself.
        """
        found: set[str] = set()

        def note(raws: Sequence[Raw]) -> None:
            found.update(issue_ids(raws))
            take(raws)

        self.fetch(question, ids, note)
        unknown = [one for one in ids if one not in found]
        for raws in in_parallel(lambda one: self._one(question, one), unknown, WORKERS):
            note(raws)
        return frozenset(unknown) & found

    def belonging(self, question: Question, ids: Sequence[str]) -> list[str]:
        """Return which of these issues belong to the scope now, as far as the index knows."""
        within, slim = f"{question.clause} AND ", _slim(question)
        parts = in_parallel(lambda part: self._by_ids(slim, part, within), chunks(ids, BY_IDS), WORKERS)
        return [one for raws in parts for one in issue_ids(raws)]

    def fetch_written(
        self, question: Question, ids: Sequence[str], shown: Mapping[str, int], take: Take
    ) -> None:
        """Hand over these issues past the search index, one a request: this kind of site knows no other way.

        The index follows the order of the writes: behind one that it shows as it is, all others are shown.
        """
        for part in (list(ids[:1]), *chunks(ids[1:], WORKERS)):
            found = [
                raw
                for raws in in_parallel(lambda one: self._one(question, one), part, WORKERS)
                for raw in raws
            ]
            take(found)
            times = {str(raw["id"]): values.milliseconds(raw, "updated") for raw in found}
            # An index keeps whole seconds.
            if any(when // 1000 == shown.get(one, 0) // 1000 for one, when in times.items()):
                return

    def _one(self, question: Question, one: str) -> list[Raw]:
        params = {"fields": ",".join(question.fields)}
        try:
            answer = self.site.get(f"{API}/issue/{one}", params, operation="read an issue")
        except NotFound:
            return []
        return [
            issue_with(question.fields, question.rank_fields).checked(
                self.site.name, "read an issue", answer.data
            )
        ]

    def _by_ids(self, question: Question, ids: list[str], within: str = "") -> list[Raw]:
        """Return these issues; where a site refuses to search for ids that are gone, ask for ever fewer at once."""
        named, found = question._replace(clause=f"{within}id in ({', '.join(ids)})"), list[Raw]()
        try:
            for _ in ids:
                page = self._page(named, "key ASC", len(found), checked=False)
                found.extend(page.issues)
                if not page.issues or len(found) >= page.total:
                    break
        except TrackerError as error:
            if error.status not in {400, 404}:
                raise
            half = len(ids) // 2
            parts = (ids[:half], ids[half:]) if half else ()
            return [raw for part in parts for raw in self._by_ids(question, part, within)]
        return found

    def _by_offset(self, question: Question, take: Take, *, known: bool) -> tuple[str, ...] | None:
        """Hand over all pages by rank and return the order.

        None where the scope is too large for offsets, or changed while it was read: each page begins with
        the last issue of the one before, for one deleted and one created leave the total as it was. Where
        the issues are `known`, one that slips through is missed by name: that is worth no page more.
        """
        first = self._page(question, question.by_rank, 0)
        take(first.issues)
        size, found = len(first.issues), issue_ids(first.issues)
        if first.total >= CLIFF:  # some search engines count no further
            return None
        starts, shared = _starts(first.total, size, known=known)
        steady = True
        for page in in_parallel(lambda at: self._page(question, question.by_rank, at, size), starts, WORKERS):
            take(page.issues)
            ids = issue_ids(page.issues)
            steady = steady and ids[:shared] == found[len(found) - shared :]
            found.extend(ids[shared:])
        return tuple(found) if steady and len(set(found)) == first.total == len(found) else None

    def _by_creation(self, question: Question) -> Iterator[list[Raw]]:
        """Yield all issues by time of creation, which nobody changes: a window begins in the minute the last one ended."""
        since, seen = 0, set[str]()
        for _ in range(TOO_MANY_PAGES):
            window = f"{question.clause} AND created >= {since}" if since else question.clause
            for page, at in self._pages(question._replace(clause=window), "created ASC, key ASC"):
                yield page.issues
                seen.update(issue_ids(page.issues))
                if at >= page.total:
                    return self._all_there(question, seen)
                last = values.milliseconds(page.issues[-1], "created") // MINUTE * MINUTE
                if last > since:
                    break
            else:  # one minute fills the whole window
                if not since:
                    raise incomplete(
                        self.site.name,
                        "the site does not say when its issues were created",
                        "Let this account see the field Created, or divide the scope with jql.",
                    )
                for raws in self._other_end(question, since, frozenset(seen)):
                    yield raws
                    seen.update(issue_ids(raws))
                last = since + MINUTE
            since = last
        raise incomplete(self.site.name, "the site never comes to a last page")

    def _pages(self, question: Question, order: str) -> Iterator[tuple[_Page, int]]:
        """Yield pages up to the cliff and where each ends; again from the first where they shifted."""
        for _ in range(RETRIES):
            if (yield from self._in_a_row(question, order)):
                return
        raise incomplete(self.site.name, "issues come and go faster than the site can be read")

    def _in_a_row(self, question: Question, order: str) -> Generator[tuple[_Page, int], None, bool]:
        """Yield pages, each of which begins with the last issue of the one before; False where one does not."""
        at, last = 0, list[str]()
        for _ in range(TOO_MANY_PAGES):
            start = at - len(last)
            page = self._page(question, order, start, min(PAGE, CLIFF - start))
            ids = issue_ids(page.issues)
            if last and ids[:1] != last and (ids or page.total <= start):
                return False
            if start + len(ids) <= at < page.total:
                raise incomplete(self.site.name, f"the site stops after {at} of {page.total} issues")
            at, last = start + len(ids), ids[-1:]
            yield page, at
            if at >= min(page.total, CLIFF):
                return True
        raise incomplete(self.site.name, "the site never comes to a last page")

    def _other_end(self, question: Question, since: int, seen: frozenset[str]) -> Iterator[list[Raw]]:
        """Yield the issues of one minute, latest first, until they meet those seen from its start; raises Incomplete."""
        clause = f"{question.clause} AND created >= {since} AND created < {since + MINUTE}"
        for page, _ in self._pages(question._replace(clause=clause), "created DESC, key DESC"):
            if page.total > 2 * CLIFF:
                raise self._too_many(since, page.total)
            yield page.issues
            if not seen.isdisjoint(issue_ids(page.issues)):
                return

    def _too_many(self, since: int, count: int) -> Incomplete:
        when = f"{datetime.fromtimestamp(since / 1000, UTC):%Y-%m-%d %H:%M} UTC"
        return incomplete(
            self.site.name,
            f"{count} issues were created within one minute ({when}), and Data Center shows {2 * CLIFF} of them",
            "Divide the scope between two trackers whose `jql` parts these issues, such as "
            "`project = SHOP AND key <= SHOP-15000` and `project = SHOP AND key > SHOP-15000`.",
        )

    def _all_there(self, question: Question, seen: Collection[str]) -> None:
        total = self._page(question, "key ASC", 0, 1).total
        if len(seen) < total:
            raise incomplete(self.site.name, f"only {len(seen)} of {total} issues could be read")

    def _page(
        self, question: Question, order: str, start: int, size: int = PAGE, *, checked: bool = True
    ) -> _Page:
        body = {
            "jql": f"{question.clause} ORDER BY {order}",
            "startAt": start,
            "maxResults": size,
            "fields": list(question.fields),
        }
        if not checked:
            body["validateQuery"] = False  # ids that are gone are no error
        answer = self.site.ask("/search", body, operation="search")
        issues_with(question.fields, question.rank_fields, counted=True).checked(
            self.site.name, "search", answer
        )
        if answer.get("warningMessages") and checked:
            said = str(answer["warningMessages"])[:200]
            raise incomplete(self.site.name, f"Jira warns that its answer is not whole: {said}")
        if answer["issues"] and answer["total"] < start + len(answer["issues"]):
            raise incomplete(self.site.name, f"Jira shows more issues than the {answer['total']} it counts")
        return _Page(answer["issues"], answer["total"])


def _starts(total: int, size: int, *, known: bool) -> tuple[range, int]:
    """Return where all pages but the first begin, and how many issues they share with the one before: 1 or 0."""
    apart = range(size, total, size) if size else range(0)
    sharing = range(max(1, size - 1), total - 1, max(1, size - 1)) if size else apart
    return (apart, 0) if known and len(apart) < len(sharing) else (sharing, 1)


def _slim(question: Question) -> Question:
    return question._replace(fields=("updated", "created", *question.rank_fields), properties=())


def _rank(raw: Raw, question: Question) -> str:
    """Return Jira's own rank text, which sorts as it stands, bucket first."""
    return next((raw["fields"][one] for one in question.rank_fields if raw["fields"].get(one)), "")
