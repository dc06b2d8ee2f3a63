"""What the sandbox's sites allow and who may sign in: the vendors' documented numbers, each changeable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Flavour = Literal["cloud", "dc"]

CLOUD_ID = "11111111-2222-4333-8444-555555555555"
ALL_PERMISSIONS = frozenset(
    {
        "BROWSE_PROJECTS",
        "CREATE_ISSUES",
        "EDIT_ISSUES",
        "SCHEDULE_ISSUES",
        "TRANSITION_ISSUES",
        "ADD_COMMENTS",
        "EDIT_OWN_COMMENTS",
        "DELETE_OWN_COMMENTS",
        "ADMINISTER_PROJECTS",
        "ADMINISTER",
        "BULK_CHANGE",
    }
)


@dataclass
class Limits:
    """Page sizes, caps and allowances; times in seconds. Tests and benchmarks turn them up or down."""

    search_page: int = 5000  # Cloud, where only id or key is asked for
    search_page_fields: int = 100  # Cloud, with any other field
    bulkfetch: int = 1000  # the older documentation says 100
    server_page: int = 1000  # Data Center: jira.search.views.default.max
    server_cliff: int = 10_000  # Data Center: deeper pages come back empty
    rank: int = 50  # issues per rank call
    bulk_edit: int = 1000
    bulk_polls: int = 1  # how often a bulk task answers RUNNING before COMPLETE
    rank_failures: int = 0  # this many issues of the next rank call fail with 503 inside a 207
    index_lag: float = 0.0  # a changed issue shows its old self in searches this long
    trello_page: int = 1000
    trello_nested_cards: int = 10_000  # above it, a nested pull answers 403
    trello_nested_checklists: int = 20_000  # above it, a nested pull answers 403 too
    trello_respace: float = 0.125  # gaps below this re-space the list
    enforce: bool = False  # answer 429 where an allowance is spent
    jira_per_second: dict[str, int] = field(
        default_factory=lambda: {"GET": 100, "POST": 100, "PUT": 50, "DELETE": 50}
    )
    jira_per_issue: int = 20  # writes to one issue in 2 s
    trello_per_token: int = 100  # per 10 s
    trello_per_key: int = 300  # per 10 s
    trello_per_member: int = 100  # per 900 s, on /1/members/


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in to Jira, by e-mail and token or by bearer token."""

    account_id: str
    name: str
    email: str
    token: str
    bearer: str
    permissions: frozenset[str] = ALL_PERMISSIONS
    gateway_only: bool = False  # a scoped token: refused by the site, accepted by the gateway
    in_projects: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)  # where they differ

    def may(self, permission: str, project: str | None = None) -> bool:
        """Tell whether the account has a permission in a project; without one, in any project."""
        if project is not None:
            return permission in self.in_projects.get(project, self.permissions)
        return any(permission in held for held in (self.permissions, *self.in_projects.values()))


ACCOUNTS = (
    Account("712020:po", "Paula Owens", "po@shop.example", "sandbox-jira-token", "sandbox-jira-pat"),
    Account(
        "712020:reader",
        "Rita Reader",
        "reader@shop.example",
        "sandbox-reader-token",
        "sandbox-reader-pat",
        frozenset({"BROWSE_PROJECTS"}),
    ),
    Account(
        "712020:editor",
        "Edda Editor",
        "editor@shop.example",
        "sandbox-editor-token",
        "sandbox-editor-pat",
        frozenset(
            {"BROWSE_PROJECTS", "EDIT_ISSUES", "ADD_COMMENTS", "EDIT_OWN_COMMENTS", "DELETE_OWN_COMMENTS"}
        ),
    ),
    Account(
        "712020:scoped",
        "Scott Scoped",
        "scoped@shop.example",
        "sandbox-scoped-token",
        "sandbox-scoped-bearer",
        gateway_only=True,
    ),
)


@dataclass(frozen=True, slots=True)
class TrelloAccount:
    """Somebody who may use Trello with this key and token."""

    member: str
    username: str
    name: str
    key: str
    token: str
    may_write: bool = True


MEMBERS = (
    TrelloAccount(
        "5f1a00000000000000000001", "paulaowens", "Paula Owens", "sandbox-trello-key", "sandbox-trello-token"
    ),
    TrelloAccount(
        "5f1a00000000000000000002",
        "ritareader",
        "Rita Reader",
        "sandbox-trello-key",
        "sandbox-trello-read",
        may_write=False,
    ),
)
