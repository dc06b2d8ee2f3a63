"""One answer of a tracker, decoded, or a plain word on why it is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic_core import from_json
from requests import Response

from posync.errors import TrackerError, Transient, UnexpectedPayload


class Answer(NamedTuple):
    """A successful answer; `data` is its JSON (None where the body is empty), header names ignore case."""

    status: int
    headers: Mapping[str, str]
    data: Any


def decode(tracker: str, operation: str, response: Response) -> Answer:
    """Return a successful response as an Answer; raises UnexpectedPayload, or Transient where it broke off."""
    body = response.content
    if not body.strip():
        return Answer(response.status_code, response.headers, None)
    if looks_like_a_page(response):
        raise UnexpectedPayload(
            tracker,
            operation,
            "a web page came back instead of data, as login pages and proxies send it",
            status=response.status_code,
            remedy="Check the url of this tracker, and whether a single sign-on page or proxy stands before it.",
        )
    try:
        return Answer(response.status_code, response.headers, _parsed(body))
    except (ValueError, RecursionError):
        raise _not_json(tracker, operation, response) from None


def _parsed(body: bytes) -> Any:
    """Return what JSON says; pydantic's parser is two to three times as fast, Python's own takes half characters too."""
    try:
        return from_json(body)
    except ValueError:
        return _whole_characters(json.loads(body), body)


def _whole_characters(data: Any, body: bytes) -> Any:
    """Return the data with halves of characters replaced: JSON can spell them, no file or database takes them."""
    if rb"\u" not in body:
        return data
    text = json.dumps(data, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return data


def _not_json(tracker: str, operation: str, response: Response) -> TrackerError:
    status = response.status_code
    if response.content.lstrip()[:1] in b"{[":
        return Transient(tracker, operation, "the answer broke off in the middle", status=status)
    return UnexpectedPayload(
        tracker, operation, "the answer is not JSON", status=status, remedy="Check the url of this tracker."
    )


def looks_like_a_page(response: Response) -> bool:
    """Whether the body is HTML, whatever its status says."""
    kind = response.headers.get("Content-Type", "").lower()
    return "text/html" in kind or response.content.lstrip()[:1] == b"<"
