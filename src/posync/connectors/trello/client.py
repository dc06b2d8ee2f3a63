"""py-trello's client over posync's own transport: the one place that knows the library."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl

from posync.connectors.transport import WORKERS, HttpService, ReadTransport, TrelloAuth, in_parallel
from posync.connectors.trello.shapes import CARDS
from posync.errors import AccessRefused, NotFound, TrackerError, UnexpectedPayload
from posync.model.address import place_of

BATCH = 10
"""GETs that one /batch request may carry (docs/sources.md, "Trello batch")."""

_NOT_THERE = (401, 404)
_LOADING = Lock()

Params = Mapping[str, str | int]


class TrelloApi:
    """Questions to Trello, answered as decoded JSON; every failure is already one of posync's errors."""

    def __init__(self, transport: ReadTransport, auth: TrelloAuth) -> None:
        self.tracker = transport.tracker
        self._transport, self._service, self._auth = transport, HttpService(transport), auth

    @property
    def place(self) -> str:
        """The base address as it is compared."""
        return place_of(self._transport.base)

    @property
    def dated(self) -> datetime | None:
        """Trello's own time of its latest answer to this tracker; None where none has said it."""
        return self._transport.dated

    @cached_property
    def _client(self) -> Any:
        """py-trello's client, loaded by the first question: other trackers are being asked meanwhile."""
        try:
            library = _library()
        except ImportError as error:
            remedy = "Install posync again: a part that it needs is missing."
            raise TrackerError(self.tracker, "load py-trello", str(error), remedy=remedy) from None
        client = library(api_key=self._auth.key, token=self._auth.token, http_service=self._service)
        client.oauth = self._auth  # else key and token would travel in every URL
        return client

    def get(self, route: str, params: Params | None = None, *, operation: str) -> Any:
        """Return the answer to one GET; `route` starts with "/" and names no version."""
        with self._service.doing(operation), _in_trellos_words():
            return self._client.fetch_json(route, query_params=dict(params or {}))

    def listed(self, route: str, params: Params | None = None, *, operation: str) -> list[dict[str, Any]]:
        """Return the answer to a GET that is answered with a list of cards, or raise UnexpectedPayload."""
        return self.checked(self.get(route, params, operation=operation), operation)

    def checked(self, answer: Any, operation: str) -> list[dict[str, Any]]:
        """Return an answer that must be a list of cards."""
        cards: list[dict[str, Any]] = CARDS.checked(self.tracker, operation, answer)
        return cards

    def many(self, routes: Sequence[str], *, operation: str) -> list[Any]:
        """Return the answers to many GETs, ten a request, in the order asked; None for what is not there.

        Commas within a route must be written %2C. What this account may not see (401 within an answered
        batch) is not there for it either, such as a card that moved to a private board.
        """
        parts = [routes[n : n + BATCH] for n in range(0, len(routes), BATCH)]
        answers = in_parallel(lambda part: self._batch(part, operation), parts, WORKERS)
        return [answer for part in answers for answer in part]

    def send(self, method: str, route: str, body: Mapping[str, Any] | None = None, *, operation: str) -> Any:
        """Return the answer to a write; texts go in the body, for a URL over 8 KB is refused.

        Raises PermissionError over a transport that only reads, before anything is sent.
        """
        with self._service.doing(operation):
            return self._client.fetch_json(route, http_method=method, post_args=body)

    def _batch(self, routes: Sequence[str], operation: str) -> list[Any]:
        answer = self.get("/batch", {"urls": ",".join(routes)}, operation=operation)
        if not isinstance(answer, list) or len(answer) != len(routes):
            raise UnexpectedPayload(self.tracker, operation, "a batch came back without all of its answers")
        return [self._part(route, item, operation) for route, item in zip(routes, answer, strict=True)]

    def _part(self, route: str, item: Any, operation: str) -> Any:
        """Return one answer of a batch; what failed for another reason than not being there is asked again by itself."""
        if isinstance(item, dict) and "200" in item:
            return item["200"]
        if isinstance(item, dict) and (item.get("statusCode") in _NOT_THERE or {"401", "404"} & item.keys()):
            return None
        return self._one(route, operation)

    def _one(self, route: str, operation: str) -> Any:
        path, _, query = route.partition("?")
        try:
            return self.get(path, dict(parse_qsl(query)), operation=operation)
        except NotFound:
            return None


@contextmanager
def _in_trellos_words() -> Iterator[None]:
    """Say of refused credentials what to do about Trello's."""
    try:
        yield
    except AccessRefused as error:
        if error.status != 401:
            raise
        raise AccessRefused(
            error.tracker,
            error.operation,
            error.detail,
            status=401,
            remedy="Check auth.key and auth.token: "
            "tokens expire and can be revoked; the account must see the board.",
        ) from None


def _library() -> Any:
    """Return py-trello's client class."""
    with _LOADING, _without_pyopenssl():
        from trello.trelloclient import TrelloClient  # noqa: PLC0415 - slow, and only Trello needs it
    return TrelloClient


@contextmanager
def _without_pyopenssl() -> Iterator[None]:
    """Keep py-trello from swapping the whole process to pyOpenSSL when it is imported."""
    name = "urllib3.contrib.pyopenssl"
    before = {name: sys.modules[name]} if name in sys.modules else {}
    sys.modules[name] = None  # type: ignore[assignment]  # makes its import fail, which the library tolerates
    try:
        yield
    finally:
        del sys.modules[name]
        sys.modules.update(before)
