"""Reads one Jira tracker: the connector that pulling, checking and planning are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import TYPE_CHECKING

from posync.connectors.base import Capability, Sight, Ways
from posync.connectors.jira import boards, permissions
from posync.connectors.jira.cloud import CloudSearch
from posync.connectors.jira.comments import Found, read_comments
from posync.connectors.jira.cursor import digest_of
from posync.connectors.jira.fields import FieldMap, field_map
from posync.connectors.jira.pulling import Pull
from posync.connectors.jira.reading import Context, issue_from_json
from posync.connectors.jira.recalled import recall_writes
from posync.connectors.jira.scope import JiraScope
from posync.connectors.jira.search import Listed, Question, Raw, Search
from posync.connectors.jira.site import RANK_BATCH, Site
from posync.connectors.profile import Profile
from posync.errors import AccessRefused, Incomplete, NotFound, TrackerError
from posync.model.issue import Issue
from posync.model.observation import Keep, Memory, Observation

if TYPE_CHECKING:
    from posync.model.change import Change
    from posync.model.claim import Claim, Claimed, Scope
    from posync.model.plan import Write

# What words and reads writes is imported where it is needed: a pull is over before it would be loaded.
# ruff: noqa: PLC0415


class JiraReader:
    """One Jira tracker, read only."""

    kind = "jira"
    ways = Ways(releases=True, label_blanks=False)
    rank_batch = RANK_BATCH

    def __init__(
        self, site: Site, scope: JiraScope, profile: Profile, workspace: str, browse: str | None
    ) -> None:
        self.name = site.name
        self.site, self.scope, self.profile, self.workspace = site, scope, profile, workspace
        self._browse = browse
        self.cloud = profile.deployment == "cloud"
        self.search: Search = CloudSearch(site) if self.cloud else _data_center(site)
        self._known_comments: dict[str, Found | None] = {}

    @property
    def place(self) -> str:
        """The site's base address as it is compared."""
        return self.site.place

    @property
    def requests(self) -> int:
        """Requests sent so far, retries included."""
        return self.site.transport.tally.requests

    def pull(self, memory: Memory | None, keep: Keep) -> Observation:
        """Hand every issue in scope (or every changed one) to `keep`; raises TrackerError.

        A whole pull asks anew for the site's fields, for one may have been created since, and for what is behind a
        board. Then, and once a week, it learns what the account may do.
        """
        recall_writes(self.site, memory, cloud=self.cloud)
        whole = memory is None or not memory.cursor
        with ThreadPoolExecutor(max_workers=2) as pool:
            asked = whole or permissions.known(self.site, self.scope.project, permissions.WEEK) is None
            held = pool.submit(permissions.granted, self.site, self.scope.project) if asked else None
            try:
                self._read_board(again=whole)
                listed = self._listed_ahead(pool) if whole else None
                if whole:
                    self._read_fields_again()
                observation = self._observed(listed, memory, keep)
            except (NotFound, AccessRefused, Incomplete):
                self._assure_known()
                raise
            if held is not None:
                held.result()
                self._assure_known()
        return observation

    def _observed(self, listed: Listed | None, memory: Memory | None, keep: Keep) -> Observation:
        """Pull; where a board is refused that was not asked for anew, it is now: it may have another filter, or be gone."""
        try:
            return self._pull(listed).run(memory, keep)
        except TrackerError as error:
            if self.scope.board is None or not boards.unsearchable(error):
                raise
            before = self._board
            self._read_board(again=True)
            if self._board == before:
                raise boards.refused(error, self.scope.board, before) from None
        return self._pull().run(memory, keep)

    def _listed_ahead(self, pool: ThreadPoolExecutor) -> Listed | None:
        """Have the scope listed while a site's fields are asked for: nearly every one keeps a rank."""
        question = Question(self._clause(), ())
        if not self.search.lists_first(question):
            return None
        return pool.submit(self.search.order, question, self.site.written()).result

    def _assure_known(self) -> None:
        """Say so where the credentials are the cause: to nobody, Jira says that a project does not exist."""
        if not self.site.known:
            self.site.assure_known()

    def _pull(self, listed: Listed | None = None) -> Pull:
        digest = digest_of(
            self.place,
            self._question.clause,
            self._question.fields,
            self._question.properties,
            self.profile.model_dump_json(),
        )
        return Pull(
            site=self.site,
            search=self.search,
            question=self._question,
            translate=self._translate,
            digest=digest,
            project=self.scope.project,
            words=self.scope.words,
            listed=listed,
        )

    def capabilities(self, keys: Callable[[], Iterable[str]] = tuple) -> tuple[Capability, ...]:
        """Return what this account may do here; raises AccessRefused, ConfigError where the profile cannot fit."""
        from posync.connectors.jira import checking

        checking.assure_suits(self.site, self.profile)
        self.site.assure_known()
        self._read_board(again=True)
        self._read_fields_again()
        held = permissions.granted(self.site, self.scope.project, again=True)
        may = partial(permissions.capabilities, ranked=self._question.ranked, cloud=self.cloud)
        if self.scope.project is not None:
            return may(held)
        located = self._board.project if self.scope.board is not None else ""
        return checking.in_projects(self.site, may, held, checking.places(self.scope, keys(), located))

    def forbidden(self) -> Mapping[str, str]:
        """Return which capabilities the account is already known to lack, and why; asks nothing."""
        held = permissions.known(self.site, self.scope.project, permissions.WEEK)
        known = self.__dict__.get("_question")
        ranked = known.ranked if isinstance(known, Question) else True
        told = permissions.capabilities(held, ranked=ranked, cloud=self.cloud) if held is not None else ()
        mapped = self.__dict__.get("fields")  # only where it was read already
        fields = mapped.unwritable(self.profile) if isinstance(mapped, FieldMap) else {}
        return {one.name: one.because for one in told if not one.granted} | {
            f"field {name}": why for name, why in fields.items()
        }

    def notes(self) -> tuple[str, ...]:
        """Return which of the site's fields each line of the profile found."""
        return self.fields.notes(self.profile)

    def look(self, uids: Sequence[str]) -> Mapping[str, Issue | None]:
        """Return these issues as they are now; None for those gone."""
        found: dict[str, Issue | None] = dict.fromkeys(uids)

        def take(raws: Sequence[Raw]) -> None:
            found.update((issue.uid, issue) for issue in map(self._translate, raws))

        if uids:
            self.search.fetch(self._question, [self._id(uid) for uid in uids], take)
        return found

    def order(self, lane: str) -> tuple[str, ...]:  # noqa: ARG002 - Jira has the one lane ""
        """Return the uids in scope in their present order; raises Incomplete where posync's own moves hide it."""
        return self.search.past.assured(self._order())

    def _order(self) -> tuple[str, ...]:
        order = self.search.order(self._question, self.site.written())
        return tuple(f"{self.name}:{one}" for one in order)

    def survey(self, uids: Sequence[str], lanes: Sequence[str]) -> Sight:
        """Return these issues and orders as they are now."""
        return Sight(self.look(uids), {lane: self._order() for lane in lanes})

    def comments(self, uids: Sequence[str]) -> Mapping[str, tuple[str, str] | None]:
        """Return posync's own comment on each issue as (id, text without marker), found by its marker."""
        if not uids:
            return {}
        found = read_comments(self.site, self.search, [self._id(uid) for uid in uids], self.workspace)
        self._known_comments.update(found)
        return {uid: found[self._id(uid)] for uid in uids}

    def writes(self, changes: Sequence[Change]) -> tuple[Write, ...]:
        """Return the fewest write requests that carry out `changes`, versions to be created first; writes nothing.

        Bulk edits only where this account is known to be allowed them, from a whole pull or `capabilities`.
        """
        from posync.connectors.jira.versions import to_create

        return (*to_create(self.site, changes), *self._grouped(changes))

    def _grouped(self, changes: Sequence[Change]) -> tuple[Write, ...]:
        from posync.connectors.jira.writes import writes_for

        held = permissions.known(self.site, self.scope.project) or {}
        return writes_for(self.name, changes, bulk=self.cloud and bool(held.get("BULK_CHANGE")))

    def scopes(self, keys: Iterable[str]) -> tuple[Scope, ...]:
        """Return what this tracker has of each of the issues' projects."""
        from posync.connectors.jira import claims

        return claims.scopes(self.scope, keys)

    def claimed(self, scope: Scope) -> Claimed:
        """Return what the project's properties say: one request, and one more per claim of another workspace."""
        from posync.connectors.jira import claims

        return claims.claimed(self.site, scope, self.workspace, self.name)

    def marking(self, claim: Claim) -> Write:
        """Return the write of this tracker's own property of the project."""
        from posync.connectors.jira import claims

        return claims.marking(claim)

    def unmarking(self, claim: Claim) -> Write:
        """Return the write that deletes this claim's property, whichever workspace's it is."""
        from posync.connectors.jira import claims

        return claims.unmarking(claim, self.name)

    def marked(self, claim: Claim) -> bool:
        """Whether this tracker's property says exactly this."""
        from posync.connectors.jira import claims

        return claims.marked(self.site, claim)

    def close(self) -> None:
        """Give back connections."""
        self.site.transport.close()

    @cached_property
    def fields(self) -> FieldMap:
        """Which of the site's fields the profile means."""
        return field_map(self.site.fields(), self.profile)

    @cached_property
    def _context(self) -> Context:
        return Context(self.name, self.profile, self.fields, self._browse or self.site.address())

    @cached_property
    def _question(self) -> Question:
        fields = self.fields
        properties = tuple(rule.property for rule in self.profile.checklists if rule.property)
        return Question(
            clause=self._clause(),
            fields=fields.wanted(comments=self.profile.count_comments),
            properties=tuple(dict.fromkeys(properties)),
            ranked=bool(fields.rank),
            rank_fields=fields.rank,
        )

    def _read_fields_again(self) -> None:
        """Ask for the site's fields anew: one may have been created since they were read."""
        self.fields = field_map(self.site.fields(again=True), self.profile)
        for derived in ("_question", "_context"):
            self.__dict__.pop(derived, None)

    def _translate(self, raw: Raw) -> Issue:
        return issue_from_json(raw, self._context)

    def _id(self, uid: str) -> str:
        return uid.removeprefix(f"{self.name}:")

    def _clause(self) -> str:
        """Return the condition of the scope: a board's is its filter with its sub-query."""
        if self.scope.board is None:
            return self.scope.clause()
        return self.scope.clause(self._board.filter, self._board.sub_query)

    def _read_board(self, *, again: bool) -> None:
        """Learn what is behind the board, if the scope is one: as it was within the hour, or `again` now."""
        if self.scope.board is not None:
            self._board = boards.board(self.site, self.scope.board, again=again)
            self.__dict__.pop("_question", None)

    @cached_property
    def _board(self) -> boards.Board:
        return boards.board(self.site, self.scope.board or 0)


def _data_center(site: Site) -> Search:
    from posync.connectors.jira.data_center import DataCenterSearch

    return DataCenterSearch(site)
