"""Pages of a Data Center search by `startAt`: one at a time, or a whole scope by rank as far as offsets go."""

from __future__ import annotations

from dataclasses import dataclass

from posync.connectors.jira.search import Question, Raw, Take, incomplete, issue_ids
from posync.connectors.jira.shapes import issues_with
from posync.connectors.jira.site import Site
from posync.connectors.transport import WORKERS, in_parallel

PAGE = 1000  # what sites allow by default; the size that comes back counts
CLIFF = 10_000  # beyond it a site answers with an error or an empty page


@dataclass(frozen=True, slots=True)
class Page:
    """Issues of one answer, and how many there are in all."""

    issues: list[Raw]
    total: int


class Offsets:
    """Asks a Data Center site for pages of a search."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def page(
        self, question: Question, order: str, start: int, size: int = PAGE, *, checked: bool = True
    ) -> Page:
        """Return one page; raises Incomplete where the site says itself that it is not whole.

        Not `checked`, ids that are gone are no error; a site warns of them instead.
        """
        body = {
            "jql": f"{question.clause} ORDER BY {order}",
            "startAt": start,
            "maxResults": size,
            "fields": question.fields,
        }
        if not checked:
            body["validateQuery"] = False
        answer = self._site.ask("/search", body, operation="search")
        shape = issues_with(question.fields, question.rank_fields, counted=True)
        shape.checked(self._site.name, "search", answer)
        if checked and answer.get("warningMessages"):
            said = str(answer["warningMessages"])[:200]
            raise incomplete(self._site.name, f"Jira warns that its answer is not whole: {said}")
        return self._plausible(Page(answer["issues"], answer["total"]), start)

    def _plausible(self, page: Page, start: int) -> Page:
        if page.issues and page.total < start + len(page.issues):
            raise incomplete(self._site.name, f"Jira shows more issues than the {page.total} it counts")
        return page

    def by_rank(self, question: Question, take: Take, *, known: bool) -> tuple[str, ...] | None:
        """Hand over all pages by rank and return the order.

        None where the scope is too large for offsets, or changed while it was read: each page begins with
        the last issue of the one before, for one deleted and one created leave the total as it was. Where
        the issues are `known`, one that slips through is missed by name: that is worth no page more.
        """
        first = self.page(question, question.by_rank, 0)
        take(first.issues)
        size, found = len(first.issues), issue_ids(first.issues)
        if first.total >= CLIFF:  # some search engines count no further
            return None
        starts, shared = _starts(first.total, size, known=known)
        steady = True
        for page in in_parallel(lambda at: self.page(question, question.by_rank, at, size), starts, WORKERS):
            take(page.issues)
            ids = issue_ids(page.issues)
            steady = steady and ids[:shared] == found[len(found) - shared :]
            found.extend(ids[shared:])
        return tuple(found) if steady and len(set(found)) == first.total == len(found) else None


def _starts(total: int, size: int, *, known: bool) -> tuple[range, int]:
    """Return where all pages but the first begin, and how many issues they share with the one before: 1 or 0."""
    apart = range(size, total, size) if size else range(0)
    sharing = range(max(1, size - 1), total - 1, max(1, size - 1)) if size else apart
    return (apart, 0) if known and len(apart) < len(sharing) else (sharing, 1)
