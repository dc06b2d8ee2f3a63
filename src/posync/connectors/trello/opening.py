"""Connect to one Trello board: session, pacing, client, reader or writer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import requests
from requests.adapters import HTTPAdapter

from posync.connectors.profile import Profile
from posync.connectors.transport import TRELLO_ALLOWANCES, WORKERS, ReadTransport, Transport, TrelloAuth
from posync.connectors.trello.client import TrelloApi
from posync.connectors.trello.reader import TrelloReader
from posync.connectors.trello.scope import TrelloScope, board_in
from posync.connectors.trello.watching import Watch

if TYPE_CHECKING:
    from posync.connectors.trello.writer import TrelloWriter


def connect(
    name: str,
    *,
    url: str,
    auth: TrelloAuth,
    board: str,
    lists: Sequence[str],
    profile: Profile,
    workspace: str,
    writable: bool,
    watch: Watch | None = None,
) -> TrelloReader | TrelloWriter:
    """Return a connector to one board; sends nothing yet, and has no method that writes unless `writable`.

    Readers that share a `watch` ask together whether their boards have changed.
    """
    session = requests.Session()
    session.mount("https://", HTTPAdapter(pool_maxsize=WORKERS, pool_block=True))
    session.mount("http://", HTTPAdapter(pool_maxsize=WORKERS, pool_block=True))
    scope = TrelloScope(board_in(board), tuple(lists))
    if writable:
        from posync.connectors.trello.writer import TrelloWriter  # noqa: PLC0415 - a pull never writes

        sender = Transport(name, url, auth, session, allowances=TRELLO_ALLOWANCES)
        return TrelloWriter(TrelloApi(sender, auth), sender, scope, profile, workspace)
    transport = ReadTransport(name, url, auth, session, allowances=TRELLO_ALLOWANCES)
    return TrelloReader(TrelloApi(transport, auth), transport, scope, profile, workspace, watch=watch)
