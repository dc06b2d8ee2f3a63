"""Trello's batch: up to ten GETs in one request, each answered on its own."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.datastructures import QueryParams

from posync.sandbox.exchange import Answer, Call, encode
from posync.sandbox.refusals import Refusal
from posync.sandbox.trello.site import Trello

MOST = 10


def batch(site: Trello, call: Call, route: Callable[[Call], Answer]) -> Answer:
    """GET /1/batch?urls=/a,/b: commas inside a URL are sent as `%2C`."""
    site.account(call)
    if call.method != "GET":
        raise Refusal.trello(404, f"Cannot {call.method} {call.path}")
    urls = [url for url in call.query.get("urls", "").split(",") if url]
    if not urls:
        raise Refusal.trello(400, "invalid value for urls")
    if len(urls) > MOST:
        raise Refusal.trello(400, "Too many urls in batch")
    return Answer(b"[" + b",".join(_one(call, url, route) for url in urls) + b"]")


def _one(call: Call, url: str, route: Callable[[Call], Answer]) -> bytes:
    parts = urlsplit(url)
    if not parts.path.startswith("/"):
        return _problem(400, "invalid url")
    query = QueryParams([*QueryParams(parts.query).multi_items(), *_credentials(call)])
    inner = Call("GET", "/1" + unquote(parts.path), query, call.headers)
    try:
        return b'{"200":' + route(inner).body + b"}"
    except Refusal as refusal:
        return _problem(refusal.status, refusal.body)


def _credentials(call: Call) -> list[tuple[str, str]]:
    return [(name, call.query[name]) for name in ("key", "token") if name in call.query]


def _problem(status: int, body: str) -> bytes:
    name = {400: "InvalidValueError", 401: "UnauthorizedError", 404: "ResourceNotFoundError"}.get(
        status, "Error"
    )
    message: Any = body
    with contextlib.suppress(ValueError, AttributeError):
        message = json.loads(body).get("message", body)
    return encode({"message": message, "name": name, "statusCode": status})
