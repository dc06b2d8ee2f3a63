"""Jira Data Center: pages by `startAt`, and windows of creation time where ten thousand is the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from posync.connectors.jira.creation_windows import CreationWindows
from posync.connectors.jira.offsets import Offsets
from posync.connectors.jira.ranked import OneByOne, PastIndex
from posync.connectors.jira.search import (
    Census,
    Listed,
    Question,
    Raw,
    Take,
    chunks,
    issue_ids,
    unseen,
    updates,
)
from posync.connectors.jira.shapes import issue_with
from posync.connectors.jira.site import API, Site
from posync.connectors.transport import WORKERS, in_parallel
from posync.errors import NotFound, TrackerError

BY_IDS = 500


class DataCenterSearch:
    """Reads issues of a Data Center site by `search`."""

    keeps_time = False  # a proxy before the site may tell another time than its issues do
    indexed = True

    def __init__(self, site: Site) -> None:
        self.site, self.past = site, PastIndex(site, OneByOne(self._one).read)
        self._offsets = Offsets(site)
        self._windows = CreationWindows(site.name, self._offsets.page)

    def lists_first(self, question: Question) -> bool:  # noqa: ARG002 - of no scope
        """Return False: ids come with the contents."""
        return False

    def read_all(
        self,
        question: Question,
        take: Take,
        listed: Listed | None = None,  # noqa: ARG002 - never asked for ahead
    ) -> tuple[str, ...]:
        """Hand over every issue in scope and return all ids in rank order."""
        return self._all(question, take, known=False)

    def _all(self, question: Question, take: Take, *, known: bool) -> tuple[str, ...]:
        ranks, texts = dict[str, str](), self.past.texts(question)

        def note(raws: Sequence[Raw]) -> None:
            texts.note(raws)
            new = unseen(raws, ranks)
            ranks.update((one, _rank(raw, question)) for one, raw in new.items())
            take(list(new.values()))

        in_order = self._offsets.by_rank(question, note, known=known)
        if in_order is None:
            for page in self._windows.read(question):
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
        *,
        listed: Listed | None = None,  # noqa: ARG002
    ) -> Census:
        """Return who is in scope and who was updated since: small fields cost no extra pages here."""
        changed: dict[str, int] = {}

        def note(raws: Sequence[Raw]) -> None:
            times = updates(raws).items()
            changed.update((one, when) for one, when in times if not when or when >= since)

        return Census(self._all(_slim(question), note, known=True), changed)

    def fetch(self, question: Question, ids: Sequence[str], take: Take) -> None:
        """Hand over these issues by id, wherever they are now; those that are gone are left out."""
        anywhere = question.anywhere()
        for raws in in_parallel(lambda part: self._by_ids(anywhere, part), chunks(ids, BY_IDS), WORKERS):
            take(raws)

    def fetch_unindexed(self, question: Question, ids: Sequence[str], take: Take) -> None:
        """Hand over those of these issues that only the database knows, each asked for by itself."""
        for raws in in_parallel(lambda one: self._one(question, one), ids, WORKERS):
            take(raws)

    def belonging(self, question: Question, ids: Sequence[str]) -> list[str]:
        """Return which of these issues belong to the scope now, as far as the index knows."""
        slim = _slim(question)
        parts = in_parallel(lambda part: self._by_ids(slim, part), chunks(ids, BY_IDS), WORKERS)
        return [one for raws in parts for one in issue_ids(raws)]

    def fetch_written(
        self, question: Question, ids: Sequence[str], shown: Mapping[str, int], take: Take
    ) -> None:
        """Hand over these issues past the search index, one a request: this kind of site knows no other way.

        The index follows the order of the writes: behind one that it shows as it is, all others are shown.
        """
        for part in (list(ids[:1]), *chunks(ids[1:], WORKERS)):
            answers = in_parallel(lambda one: self._one(question, one), part, WORKERS)
            found = [raw for raws in answers for raw in raws]
            take(found)
            # An index keeps whole seconds.
            if any(when // 1000 == shown.get(one, 0) // 1000 for one, when in updates(found).items()):
                return

    def _one(self, question: Question, one: str) -> list[Raw]:
        """Return an issue from the database itself; nothing where it is gone."""
        operation, params = "read an issue", {"fields": ",".join(question.fields)}
        try:
            answer = self.site.get(f"{API}/issue/{one}", params, operation=operation)
        except NotFound:
            return []
        shape = issue_with(question.fields, question.rank_fields)
        return [shape.checked(self.site.name, operation, answer.data)]

    def _by_ids(self, question: Question, ids: list[str]) -> list[Raw]:
        """Return those of the question's issues; where a site refuses ids that are gone, ask for ever fewer at once."""
        named, found = question.narrowed(f"id in ({', '.join(ids)})"), list[Raw]()
        try:
            for _ in ids:
                page = self._offsets.page(named, "key ASC", len(found), checked=False)
                found.extend(page.issues)
                if not page.issues or len(found) >= page.total:
                    break
        except TrackerError as error:
            if error.status not in {400, 404}:
                raise
            half = len(ids) // 2
            parts = (ids[:half], ids[half:]) if half else ()
            return [raw for part in parts for raw in self._by_ids(question, part)]
        return found


def _slim(question: Question) -> Question:
    return question.only("updated", "created", *question.rank_fields)


def _rank(raw: Raw, question: Question) -> str:
    """Return Jira's own rank text, which sorts as it stands, bucket first."""
    return next((raw["fields"][one] for one in question.rank_fields if raw["fields"].get(one)), "")
