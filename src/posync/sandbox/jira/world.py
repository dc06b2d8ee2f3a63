"""The Jira side of the world: projects, issues, their order and everything else a site holds."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from posync.sandbox.clock import Clock, jira_time
from posync.sandbox.jira import rank
from posync.sandbox.jira.fields import FieldTable
from posync.sandbox.jira.issue import Issue, Json


@dataclass
class Project:
    """A Jira project, its versions (raw vendor objects, in order) and its entity properties."""

    id: str
    key: str
    name: str
    versions: list[Json] = field(default_factory=list)
    raw: Json = field(default_factory=dict)
    properties: Json = field(default_factory=dict)


@dataclass
class Board:
    """A Jira Software board: the filter behind it, and on kanban boards a condition more."""

    id: int
    name: str
    project: str
    kind: str = "scrum"
    jql: str = ""  # the filter's; "": the whole project
    sub_query: str = ""

    @property
    def filter_id(self) -> str:
        """Return the id of the filter behind the board."""
        return str(10_000 + self.id)

    @property
    def filter_jql(self) -> str:
        """Return what the filter finds."""
        return self.jql or f'project = "{self.project}" ORDER BY Rank ASC'


class JiraWorld:
    """Everything one Jira site holds; `revision` grows with every change."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.issues: dict[str, Issue] = {}
        self.keys: dict[str, str] = {}  # every key an issue has or had -> its id
        self.projects: dict[str, Project] = {}
        self.fields = FieldTable()
        self.boards: dict[int, Board] = {}
        self.sprints: dict[int, Json] = {}
        self.link_types: list[Json] = []
        self.tasks: dict[str, Json] = {}
        self.revision = 0
        self.index_lag = 0.0
        self.stale: dict[str, tuple[int, Issue | None]] = {}  # id -> (shown until, its old self)
        self._order: list[str] | None = None
        self._other_ranks: tuple[str, ...] = ()
        self._next = 10_000

    def next_id(self) -> str:
        """Return a number nothing on this site has yet."""
        self._next += 1
        return str(self._next)

    def reserve(self, number: str) -> None:
        """Keep `next_id` above an id that came from outside."""
        if number.isdigit():
            self._next = max(self._next, int(number))

    def find(self, id_or_key: str) -> Issue | None:
        """Return an issue by id or by any key it has or had."""
        return self.issues.get(id_or_key) or self.issues.get(self.keys.get(id_or_key.upper(), ""))

    def add(self, issue: Issue) -> None:
        """Put an issue into the world; one without a rank goes to the end of the order."""
        self.reserve(issue.id)
        self.issues[issue.id] = issue
        self.keys[issue.key.upper()] = issue.id
        self._order = None
        self.revision += 1

    def order(self) -> list[str]:
        """Return all ids in rank order; issues without a rank get one, after all others."""
        if self._order is None:
            self._other_ranks = tuple(one for one in self.fields.ranks() if one != self.fields.rank)
            ranked = [issue for issue in self.issues.values() if issue.rank]
            ranked.sort(key=lambda issue: (rank.digits(issue.rank), issue.number))
            unranked = [issue for issue in self.issues.values() if not issue.rank]
            self._give_ranks(ranked, unranked)
            self._order = [issue.id for issue in [*ranked, *unranked]]
        return self._order

    def _give_ranks(self, ranked: Sequence[Issue], unranked: Sequence[Issue]) -> None:
        if not unranked:
            return
        low = ranked[-1].rank if ranked else ""
        fresh = rank.between(low, "", len(unranked)) if low else rank.spread(len(unranked))
        for issue, value in zip(unranked, fresh, strict=True):
            self.set_rank(issue, value)

    def set_rank(self, issue: Issue, value: str) -> None:
        """Write a rank into the issue and its rank field; says nothing about the order."""
        issue.rank = value
        for one in (self.fields.rank, *self._other_ranks):
            if one in issue.fields or one == self.fields.rank:
                issue.fields[one] = value
        issue.encoded.clear()

    def reorder(
        self, moved: Sequence[Issue], *, before: Issue | None = None, after: Issue | None = None
    ) -> None:
        """Put issues, in this order, directly before or after an anchor that is none of them."""
        going = {issue.id for issue in moved}
        rest = [number for number in self.order() if number not in going]
        anchor = before or after
        assert anchor is not None
        at = rest.index(anchor.id) + (0 if before else 1)
        low = self.issues[rest[at - 1]].rank if at else ""
        high = self.issues[rest[at]].rank if at < len(rest) else ""
        order = [*rest[:at], *(issue.id for issue in moved), *rest[at:]]
        fresh = rank.between(low, high, len(moved))
        self._write_ranks(order, moved, fresh)
        self._order = order

    def _write_ranks(self, order: Sequence[str], moved: Sequence[Issue], fresh: Sequence[str]) -> None:
        if fresh:
            for issue, value in zip(moved, fresh, strict=True):
                self.set_rank(issue, value)
        else:  # no room left: Jira balances the whole field
            for number, value in zip(order, rank.spread(len(order)), strict=True):
                self.set_rank(self.issues[number], value)

    def remember(self, issue: Issue, *, new: bool = False) -> None:
        """Keep how the search index shows an issue until it catches up; call before each change."""
        if self.index_lag and issue.id not in self.stale:
            until = self.clock.now() + int(self.index_lag * 1000)
            self.stale[issue.id] = (until, None if new else copy.deepcopy(issue))

    def changed(self, issue: Issue) -> None:
        """Note that an issue was changed just now."""
        issue.updated = self.clock.now()
        issue.fields["updated"] = jira_time(issue.updated)
        issue.encoded.clear()
        self.revision += 1

    def remove(self, issue: Issue) -> None:
        """Delete an issue for good."""
        del self.issues[issue.id]
        for key in [key for key, number in self.keys.items() if number == issue.id]:
            del self.keys[key]
        if self._order is not None:
            self._order.remove(issue.id)
        self.revision += 1

    def import_at(self, moment: int, issues: Iterable[Issue]) -> None:
        """Let issues have been created at one moment, in epoch milliseconds, as an import of many leaves them."""
        for issue in issues:
            issue.created, issue.fields["created"] = moment, jira_time(moment)
            issue.encoded.clear()
        self.revision += 1

    def move(self, issue: Issue, project: Project) -> None:
        """Move an issue to another project; its old key goes on leading to it."""
        numbers = [other.place[1] for other in self.issues.values() if other.project == project.key]
        issue.key = f"{project.key}-{max(numbers, default=0) + 1}"
        issue.fields["project"] = dict(project.raw)
        self.keys[issue.key.upper()] = issue.id
        self.changed(issue)

    def version(self, number: str) -> Json | None:
        """Return a version by id."""
        return next((v for p in self.projects.values() for v in p.versions if v["id"] == number), None)

    def searchable(self, fresh: Iterable[str] = ()) -> Iterable[Issue]:
        """Return issues as the search index shows them: late, but for the `fresh` ids."""
        if not self.stale:
            return self.issues.values()
        now, wanted = self.clock.now(), set(fresh)
        self.stale = {number: kept for number, kept in self.stale.items() if kept[0] > now}
        return list(self._indexed(wanted))

    def _indexed(self, fresh: set[str]) -> Iterable[Issue]:
        for issue in self.issues.values():
            _, old = self.stale.get(issue.id, (0, issue)) if issue.id not in fresh else (0, issue)
            if old is not None:
                yield old

    def user(self, account_id: str, name: str) -> dict[str, Any]:
        """Return a user object as Cloud nests it."""
        return {
            "self": f"/rest/api/3/user?accountId={account_id}",
            "accountId": account_id,
            "displayName": name,
            "active": True,
            "timeZone": "America/Sao_Paulo",
            "accountType": "atlassian",
        }
