"""Watches what passes between posync and the sandboxes of all tests, and holds each new shape against the documents.

A shape is a path without its numbers, and which names and types of value stand where: one example of each is
checked. Sandboxes that are processes of their own (`posync sandbox`, the wheel's test) are out of its reach.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from functools import partial, wraps
from typing import Any
from urllib.parse import quote

from posync.sandbox.exchange import Answer, Call
from posync.sandbox.front import Outcome
from posync.sandbox.house import GATEWAY, House
from tests.contract import openapi_documents as documents
from tests.contract import openapi_requests as requests

Serve = Callable[[House, Call, int], Outcome]

MADE_UP = {"html", "cut", "patch"}  # faults that, like those of a status, put words into the sandbox's mouth
BATCH = "/1/batch"


class Watch:
    """Keeps one example of each shape of request and answer, and says what the documents have against them."""

    def __init__(self) -> None:
        self.seen: set[tuple[Hashable, ...]] = set()
        self.excused: set[requests.Line] = set()  # the known errors that requests of posync's needed
        self._fresh: deque[Callable[[], Iterator[str]]] = deque()
        self._bodies: set[int] = set()
        self._shapes: dict[Hashable, int] = {}

    def around(self, serve: Serve) -> Serve:
        """Return what serves as before, and is watched doing so."""

        @wraps(serve)
        def watched(house: House, call: Call, port: int) -> Outcome:
            with house.lock:  # so that the last line of the log is the one of this request
                path = call.path
                outcome = serve(house, call, port)
                if not path.startswith("/sandbox"):
                    with suppress(RecursionError):  # hostile depth: the sandbox's own tests, never posync
                        self._note(house, call, path, port, outcome)
                return outcome

        return watched

    def complaints(self) -> Iterator[str]:
        """Yield what the documents have against the shapes that are new since this was last asked."""
        while self._fresh:
            yield from self._fresh.popleft()()

    def _note(self, house: House, call: Call, path: str, port: int, outcome: Outcome) -> None:
        flavour = "trello" if port == house.trello_port else house.flavour
        query = f"?{call.query}" if call.query else ""
        if call.headers.get("user-agent") == "posync":
            # What stands before the route is the address that posync was given, a wrong one too.
            route = re.sub(r"^.*?(?=/rest/)", "", call.target)
            self._note_request(flavour, call.method, route + query, call.body)
        place = path.removeprefix(GATEWAY).removeprefix(house.context)
        if outcome.cut != "drop" and not _made_up(house) and _within(house, flavour, path):
            self._note_answer(flavour, call.method, quote(place) + query * (place == BATCH), outcome.answer)

    def _note_request(self, flavour: str, method: str, url: str, raw: bytes) -> None:
        body = json.loads(raw) if raw else None
        if self._is_new("asked", flavour, method, _line(url), self._shape(body)):
            self._fresh.append(partial(self._against_request, flavour, method, url, body))

    def _note_answer(self, flavour: str, method: str, url: str, answer: Answer) -> None:
        line = (flavour, method, _line(url), answer.status)
        same = hash((*line, answer.body))
        if same in self._bodies:
            return
        self._bodies.add(same)
        try:
            data = json.loads(answer.body)
        except ValueError:
            data = None
        if self._is_new("answered", *line, self._shape(data), bool(answer.body)):
            short = answer.body if data is None or url.startswith(BATCH) else self._brief(data)
            self._fresh.append(partial(against_answer, flavour, method, url, answer.status, short))

    def _is_new(self, *shape: Hashable) -> bool:
        known = len(self.seen)
        self.seen.add(shape)
        return len(self.seen) > known

    def _shape(self, data: Any) -> Hashable:
        """Return the type of a plain value, or a number that stands for names and shapes within; lists by what they hold."""
        kind: type = type(data)
        shape: Hashable
        if kind is dict:
            shape = (*data, *map(self._shape, data.values()))
        elif kind is list:
            shape = frozenset(map(self._shape, data))
        else:
            return kind
        return self._shapes.setdefault(shape, len(self._shapes))

    def _brief(self, data: Any) -> bytes:
        """Return the same as JSON, with one of each shape in every list: the rest would be checked again in vain."""
        return json.dumps(self._thinned(data)).encode()

    def _thinned(self, data: Any) -> Any:
        if isinstance(data, dict):
            return {name: self._thinned(value) for name, value in data.items()}
        if isinstance(data, list):
            kinds = {self._shape(value): value for value in data}
            return [self._thinned(value) for value in kinds.values()]
        return data

    def _against_request(self, flavour: str, method: str, url: str, body: Any) -> Iterator[str]:
        """Yield what the documents have against a request of posync's."""
        sent = f"posync sent {method} {url[:300]}"
        sent += "" if body is None else f" with {documents.shorten(json.dumps(body))}"
        one = requests.asked(flavour, method, url, body)
        if one is None:
            yield f"{sent}: no document has such an operation"
            return
        for each in requests.objections(one):
            if (line := requests.excuse(one, each)) is not None:
                self.excused.add(line)
            else:
                yield f"{sent}: {one.document} says of {one}: {each}"
        for inner in requests.within(one):
            yield from self._against_request(flavour, "GET", inner, None)


def _line(url: str) -> str:
    """Return an address without what differs from one thing to the next."""
    return re.sub(r"[0-9a-f]{24}|\d+", "0", url)


def _within(house: House, flavour: str, path: str) -> bool:
    """Tell whether a path is one of the site: beside it, on Data Center, somebody else answers."""
    return flavour == "trello" or path.startswith((house.context + "/rest/", GATEWAY))


def _made_up(house: House) -> bool:
    """Tell whether a fault gave the last answer; the refusals that posync may meet are asked for one by one elsewhere."""
    faults = house.entries[-1].fault.split(",") if house.entries else ()
    return any(one in MADE_UP or one.isdigit() for one in faults)


def against_answer(flavour: str, method: str, url: str, status: int, body: bytes) -> Iterator[str]:
    """Yield what the documents have against an answer; routes they do not know are listed where routes are tested."""
    one = documents.said(flavour, method, url, status, body)
    if one is not None:
        given = f"the sandbox answered {method} {url[:300]} with {documents.shorten(body.decode())}"
        for each in documents.unknown(one, url):
            yield f"{given}: {one.document} says of {one}: {each}"
