"""The kinds of tracker posync can open: one written list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from posync.connectors.jira.scope import JiraScope

if TYPE_CHECKING:
    from posync.connectors.base import Reader, Writer
    from posync.connectors.profile import Profile
    from posync.connectors.transport import Auth

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
