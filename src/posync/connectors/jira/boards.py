"""Which issues a Jira board shows: its filter's, narrowed by its sub-query; asked again before either is old."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from posync.connectors.jira.shapes import BOARD, BOARD_KEPT
from posync.connectors.jira.site import AGILE, Site
from posync.connectors.jira.values import within
from posync.errors import TrackerError

HOUR = 3600.0


class Board(NamedTuple):
    """The id of the filter behind a board, its sub-query (empty on scrum boards) and its project, if any."""

    filter: str
    sub_query: str
    project: str


def board(site: Site, number: int, *, again: bool = False) -> Board:
    """Return what is behind a board, asked for once an hour, or `again` now; raises NotFound where it is gone."""
    name = f"board {number}"
    kept = None if again else site.kept(name, BOARD_KEPT, HOUR)
    if kept is None:
        kept = _asked(site, number)
        site.keep(name, kept)
    return Board(*kept)


def _asked(site: Site, number: int) -> list[str]:
    operation = f"read the configuration of board {number}"
    answer = site.get(f"{AGILE}/board/{number}/configuration", operation=operation)
    found = BOARD.checked(site.name, operation, answer.data)
    query = (found.get("subQuery") or {}).get("query") or ""
    home = within(found, "location", "key") if within(found, "location", "type") == "project" else ""
    return [str(found["filter"]["id"]), query, home if isinstance(home, str) else ""]


def unsearchable(error: TrackerError) -> bool:
    """Whether a site refused the search itself, as it does where the filter behind a board is gone."""
    return error.status == HTTPStatus.BAD_REQUEST


def refused(error: TrackerError, number: int, of: Board) -> TrackerError:
    """Return the error for a board that cannot be searched though its configuration is as asked for."""
    behind = f"filter {of.filter}" + (" and its sub-query" if of.sub_query else "")
    return TrackerError(
        error.tracker,
        error.operation,
        f"board {number} cannot be searched by its {behind}: {error.detail}",
        status=error.status,
        remedy="Open the board in Jira: its filter may be deleted, or not be shared with this account. "
        "Mend it there, or name another board under scope.board.",
    )
