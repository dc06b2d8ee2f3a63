"""The workspace file: which trackers, which packs, where to remember, and how much a run may change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal, Self

import platformdirs
from pydantic import AfterValidator, Field, PositiveInt, model_validator

from posync.config.secrets import Secret
from posync.documents import parse, read
from posync.model.address import base_address
from posync.model.base import Frozen
from posync.model.limits import Limits

TRELLO = "https://api.trello.com"


BaseUrl = Annotated[str, AfterValidator(base_address)]


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", text):
        raise ValueError(
            "a name has at most 63 letters, digits, dots, dashes and underscores, and begins with a letter or digit"
        )
    return text


Name = Annotated[str, AfterValidator(_name)]


def _state(url: str) -> str:
    """Return the database URL; the refusal does not repeat it, for it may hold a password."""
    if not url.isprintable() or not re.match(
        r"sqlite(\+pysqlite)?:///[^?]+$|postgres(ql)?(\+psycopg)?://", url
    ):
        raise ValueError("expected sqlite:///FILE or postgresql+psycopg://HOST/DATABASE")
    return url


StateUrl = Annotated[str, AfterValidator(_state)]


class JiraAuth(Frozen):
    """E-mail and API token (Cloud), or a bearer token (OAuth 2, Data Center PAT)."""

    email: Secret | str | None = None
    token: Secret | None = None
    bearer: Secret | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        pair = self.email is not None and self.token is not None
        if pair == (self.bearer is not None) or (self.email is None) != (self.token is None):
            raise ValueError("write either email and token (Jira Cloud), or bearer (OAuth 2, Data Center)")
        return self


class TrelloAuth(Frozen):
    """An API key and a token made with it."""

    key: Secret
    token: Secret


class JiraScope(Frozen):
    """Which issues of a Jira site: of a project, of a board, or found by a query."""

    project: str | None = Field(default=None, min_length=1)
    board: PositiveInt | None = None
    jql: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _one_scope(self) -> Self:
        if sum(scope is not None for scope in (self.project, self.board, self.jql)) != 1:
            raise ValueError("write exactly one of project, board and jql")
        return self


def _board(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]+", text):
        raise ValueError(
            "expected a board's id or short link: the letters and digits after /b/ in its address"
        )
    return text


class TrelloScope(Frozen):
    """Which cards: all lists of a board, or the named ones."""

    board: Annotated[str, AfterValidator(_board)]
    lists: tuple[str, ...] = ()


class JiraTracker(Frozen):
    """A Jira project, board or query, on Cloud or Data Center."""

    kind: Literal["jira"]
    url: BaseUrl
    auth: JiraAuth
    scope: JiraScope
    profile: str = "jira-cloud"


class TrelloTracker(Frozen):
    """A Trello board."""

    kind: Literal["trello"]
    url: BaseUrl = TRELLO
    auth: TrelloAuth
    scope: TrelloScope
    profile: str = "trello"


class ExportTracker(Frozen):
    """A saved backlog: it can be judged and planned, never written to."""

    kind: Literal["export"]
    path: str = Field(min_length=1)
    profile: str | None = None


Tracker = Annotated[JiraTracker | TrelloTracker | ExportTracker, Field(discriminator="kind")]


class Settings(Frozen):
    """A whole workspace; `folder` is where its file lies, and relative paths count from there."""

    workspace: Name
    trackers: Mapping[Name, Tracker] = Field(min_length=1)
    packs: tuple[str, ...] = ()
    state: StateUrl | None = None
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _each_issue_once(self) -> Self:
        for (one, first), (other, second) in combinations(self.trackers.items(), 2):
            if _overlap(first, second):
                raise ValueError(
                    f"trackers {one} and {other} hold the same issues: each would undo the other"
                )
        return self

    def state_url(self, folder: Path) -> str:
        """Return the database URL: as written, relative SQLite paths made absolute; else the user's own folder."""
        if self.state is None:
            return f"sqlite:///{platformdirs.user_state_path('posync') / (self.workspace + '.db')}"
        relative = re.fullmatch(r"sqlite:///(?!/)(.+)", self.state)
        return f"sqlite:///{folder / relative[1]}" if relative else self.state


def _overlap(one: Tracker, other: Tracker) -> bool:
    """Whether two trackers surely write to the same issues; queries are not compared with projects or boards."""
    if isinstance(one, JiraTracker) and isinstance(other, JiraTracker):
        return (one.url, one.scope) == (other.url, other.scope)
    if isinstance(one, TrelloTracker) and isinstance(other, TrelloTracker):
        here, there = set(one.scope.lists), set(other.scope.lists)
        same = (one.url, one.scope.board) == (other.url, other.scope.board)
        return same and (not here or not there or bool(here & there))
    return False


def load_settings(path: Path, shown: str | None = None) -> Settings:
    """Return the workspace in a file; raises ConfigError with every problem at once."""
    return parse(read(path, shown), Settings)
