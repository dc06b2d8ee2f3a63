"""The kinds of tracker posync can open: one written list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from posync.connectors.jira.scope import JiraScope

if TYPE_CHECKING:
    from posync.connectors.base import Reader, Writer
    from posync.connectors.profile import Profile
    from posync.connectors.transport import Auth, TrelloAuth
    from posync.connectors.trello.watching import Watch

KINDS = ("jira", "trello", "export")


def open_jira(
    name: str,
    *,
    url: str,
    auth: Auth,
    scope: JiraScope,
    profile: Profile,
    workspace: str,
    cache: Path | None = None,
    writable: bool = False,
) -> Writer | Reader:
    """Return a connector to a Jira site; sends nothing yet, and cannot write unless `writable`.

    `cache` is a folder for what rarely changes (fields, accepted batch sizes, permissions).
    Raises ConfigError where url or scope cannot be used.
    """
    from posync.connectors.jira.opening import connect  # noqa: PLC0415 - importing the client takes 0.2 s

    return connect(
        name,
        url=url,
        auth=auth,
        scope=scope,
        profile=profile,
        workspace=workspace,
        cache=cache,
        writable=writable,
    )


def open_trello(
    name: str,
    *,
    url: str,
    auth: TrelloAuth,
    board: str,
    lists: Sequence[str] = (),
    profile: Profile,
    workspace: str,
    writable: bool = False,
    watch: Watch | None = None,
) -> Writer | Reader:
    """Return a connector to a Trello board (by id or short link), or to some of its lists (by name or id).

    Sends nothing yet, and cannot write unless `writable`. Readers of one account that share a `watch` ask
    together whether their boards have changed. Raises ConfigError where the url cannot be used.
    """
    from posync.connectors.trello.opening import connect  # noqa: PLC0415 - importing the client takes 0.1 s

    return connect(
        name,
        url=url,
        auth=auth,
        board=board,
        lists=lists,
        profile=profile,
        workspace=workspace,
        writable=writable,
        watch=watch,
    )


def open_export(name: str, *, path: Path, profile: Profile, workspace: str) -> Reader:  # noqa: ARG001 - nothing is marked
    """Return a connector to a saved file, or a folder of them; it can be read and planned for, never written.

    A profile for the other kind of tracker is replaced by the one that ships for what the file holds.
    """
    from posync.connectors.export.connector import ExportReader  # noqa: PLC0415 - only where a file is named

    return ExportReader(name, path, profile)
