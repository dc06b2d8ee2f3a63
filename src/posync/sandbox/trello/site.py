"""One Trello: a world, its limits, and who may come in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from posync.sandbox.exchange import Call
from posync.sandbox.refusals import Refusal
from posync.sandbox.settings import MEMBERS, Limits, TrelloAccount
from posync.sandbox.trello.world import Board, TrelloWorld

OAUTH = re.compile(r'oauth_(consumer_key|token)="([^"]*)"')


@dataclass
class Trello:
    """What every Trello route is given beside the call."""

    world: TrelloWorld
    limits: Limits
    accounts: tuple[TrelloAccount, ...] = MEMBERS

    def account(self, call: Call) -> TrelloAccount:
        """Return who is calling, by OAuth header or by key and token in the query; raises Refusal (401)."""
        given = dict(OAUTH.findall(call.headers.get("authorization", "")))
        key = given.get("consumer_key") or call.query.get("key", "")
        token = given.get("token") or call.query.get("token", "")
        if key not in {account.key for account in self.accounts}:
            raise Refusal.trello(401, "invalid key")
        found = next((one for one in self.accounts if (one.key, one.token) == (key, token)), None)
        if found is None:
            raise Refusal.trello(401, "invalid token" if token else "unauthorized permission requested")
        if call.method != "GET" and not found.may_write:
            raise Refusal.trello(401, "unauthorized permission requested")
        return found

    def board(self, wanted: str) -> Board:
        """Return a board by id or short link; raises Refusal: 404 for an id, 400 for what can be none."""
        board = self.world.board(wanted)
        if board is None and re.fullmatch(r"[0-9a-f]{24}|[0-9A-Za-z]{8}", wanted):
            raise Refusal.trello(
                404, "board not found" if len(wanted) == 24 else "The requested resource was not found."
            )
        if board is None:
            raise Refusal.trello(400, "invalid id")
        return board


def how(call: Call) -> str:
    """Tell how a request signed in: `header`, `query` or `none`; the log says it, never the secret."""
    if call.headers.get("authorization"):
        return "header"
    return "query" if call.query.get("token") or call.query.get("key") else "none"
