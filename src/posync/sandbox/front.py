"""The front door: reads a request, lets faults and slow lines happen to it, and sends the answer."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass
from typing import Protocol

from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from posync.sandbox.exchange import Answer, Call
from posync.sandbox.refusals import Refusal

LOOK = 0.005  # seconds after which it is looked again whether a wait is to end
Lines = dict[tuple[str, int], asyncio.Transport]


@dataclass(slots=True)
class Outcome:
    """What is to happen on the line: an answer, and whether and how the connection breaks."""

    answer: Answer
    wait: float = 0.0
    until: threading.Event | None = None  # ends the wait early, once it is set
    cut: str = ""  # "": sent whole; "drop": nothing is sent; "truncate": half the body, then silence


class House(Protocol):
    """What the front door opens to."""

    latency: float

    def serve(self, call: Call, port: int) -> Outcome:
        """Answer one request."""


def line_protocol(lines: Lines) -> type[H11Protocol]:
    """Return an HTTP protocol that remembers its connections, so that a fault can break one."""

    class Line(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own narrowing
            super().connection_made(transport)
            lines[transport.get_extra_info("peername")[:2]] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            lines.pop(self.client or ("", 0), None)
            super().connection_lost(exc)

    return Line


class Front:
    """The ASGI application; routes run one after the other, waiting happens side by side."""

    def __init__(self, house: House, lines: Lines) -> None:
        self.house, self.lines = house, lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return  # whoever asked is gone, as a killed posync is, and has not asked for anything
        call = Call(
            request.method,
            scope["path"],
            QueryParams(scope["query_string"]),
            request.headers,
            body,
            scope["raw_path"].decode("latin-1"),
        )
        outcome = self.house.serve(call, scope["server"][1])
        await _wait(outcome)
        if outcome.cut:
            await self._break(outcome, scope, receive, send)
        else:
            await _response(outcome.answer)(scope, receive, send)

    async def _break(self, outcome: Outcome, scope: Scope, receive: Receive, send: Send) -> None:
        transport = self.lines.get(tuple(scope["client"]))
        if outcome.cut == "truncate":
            headers = _response(outcome.answer).raw_headers
            await send({"type": "http.response.start", "status": outcome.answer.status, "headers": headers})
            half = outcome.answer.body[: len(outcome.answer.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            if transport:
                transport.close()
        elif transport:
            transport.abort()
        await _gone(receive)


async def _wait(outcome: Outcome) -> None:
    until = time.monotonic() + outcome.wait
    while (left := until - time.monotonic()) > 0 and not (outcome.until and outcome.until.is_set()):  # noqa: ASYNC110 - the event is set by another thread
        await asyncio.sleep(min(left, LOOK) if outcome.until else left)


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers), answer.media)


async def _gone(receive: Receive) -> None:
    """Wait until the server has noticed that the connection is closed, so that it sends nothing more."""
    for _ in range(100):
        if (await receive())["type"] == "http.disconnect":
            return


def refused(refusal: Refusal) -> Answer:
    """Return a refusal as an answer."""
    return Answer(refusal.body.encode(), refusal.status, refusal.media, refusal.headers)


def internal(problem: Exception) -> Answer:
    """Return the sandbox's own mistake, so that it is seen and not taken for the vendor's."""
    text = f"the sandbox itself failed: {type(problem).__name__}: {problem}"
    return Answer(text.encode(), 500, "text/plain; charset=utf-8", {"X-Sandbox-Error": "1"})
