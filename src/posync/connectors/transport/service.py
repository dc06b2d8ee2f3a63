"""py-trello's way through posync's transport: what its client takes for an HTTP library."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from posync.connectors.transport.answer import Answer
from posync.connectors.transport.transport import ReadTransport, Transport
from posync.model.repeat import Repeat

_DOING: ContextVar[str] = ContextVar("doing", default="talking to Trello")
_REPEAT = {"POST": Repeat.LOOK, "PUT": Repeat.SAFE, "DELETE": Repeat.SAFE}


class ServiceResponse(NamedTuple):
    """What py-trello reads of a response: any success is 200 to it, 201 and 202 too."""

    answer: Answer
    status_code: int = 200

    @property
    def text(self) -> str:
        """Return the body as JSON text."""
        return json.dumps(self.answer.data)

    def json(self) -> Any:
        """Return the decoded body."""
        return self.answer.data


class HttpService:
    """Give this to `TrelloClient(http_service=...)`: requests go through the transport, errors are posync's.

    py-trello's hard-coded host is replaced by the transport's base, its auth by the session's.
    Over a ReadTransport every write raises PermissionError before anything is sent.
    """

    def __init__(self, transport: ReadTransport) -> None:
        self._transport = transport

    @contextmanager
    def doing(self, operation: str) -> Iterator[None]:
        """Name what is going on, for the errors of the requests within (per thread)."""
        token = _DOING.set(operation)
        try:
            yield
        finally:
            _DOING.reset(token)

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: str | None = None,
        **_: Any,
    ) -> ServiceResponse:
        """Send one request as py-trello words it; headers, auth, files and proxies are the transport's own."""
        query = {k: v for k, v in (params or {}).items() if k not in ("key", "token") and v is not None}
        route, operation = urlsplit(url).path, _DOING.get()
        if method == "GET":
            return ServiceResponse(self._transport.get(route, query, operation=operation))
        if not isinstance(self._transport, Transport) or method not in _REPEAT:
            raise PermissionError(f"{method} over a transport that only reads")
        body = json.loads(data) if data else None
        return ServiceResponse(
            self._transport.write(
                method,  # type: ignore[arg-type]  # checked against the table above
                route,
                body,
                query,
                repeat=_REPEAT[method],
                operation=operation,
            )
        )
