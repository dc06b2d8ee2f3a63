"""Which issues of a Jira site are one tracker, as bounded JQL that keeps its order to itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from posync.errors import ConfigError

QUOTED = r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
"""Matches a string in JQL, its quotes included."""
_TOKEN = re.compile(QUOTED + r"|\border\s+by\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class JiraScope:
    """Exactly one of a project key, a board id, or JQL."""

    project: str | None = None
    board: int | None = None
    jql: str | None = None

    def __post_init__(self) -> None:
        if sum(part is not None for part in (self.project, self.board, self.jql)) != 1:
            raise ConfigError("scope: say exactly one of project, board, jql.")
        if self.jql is not None and not without_order(self.jql):
            raise ConfigError(
                "scope.jql: name a condition, such as `project = SHOP`; an order alone is not one."
            )

    def clause(self, board_filter: str | None = None, sub_query: str = "") -> str:
        """Return the JQL condition, safe to combine with others.

        `board_filter` is the id of a board's filter, `sub_query` what a kanban board narrows it down to.
        """
        if self.project is not None:
            return f"project = {quoted(self.project)}"
        if self.jql is not None:
            return f"({without_order(self.jql)})"
        narrowed = without_order(sub_query)
        return f"filter = {board_filter}" + (f" AND ({narrowed})" if narrowed else "")

    @property
    def words(self) -> str:
        """Return the scope as people say it."""
        if self.project is not None:
            return f"project {self.project}"
        return f"board {self.board}" if self.board is not None else "the given JQL"


def without_order(jql: str) -> str:
    """Return JQL without its ORDER BY; the words inside quotes are left alone."""
    for found in _TOKEN.finditer(jql):
        if found.group(1) is None:
            return jql[: found.start()].strip()
    return jql.strip()


def quoted(word: str) -> str:
    """Return a word as a JQL string."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
