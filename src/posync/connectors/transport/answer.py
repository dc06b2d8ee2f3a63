"""One answer of a tracker, decoded, or a plain word on why it is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from requests import Response

from posync.errors import Transient, UnexpectedPayload


@dataclass(frozen=True, slots=True)
class Answer:
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
        return Answer(response.status_code, response.headers, _whole_characters(json.loads(body), body))
    except (ValueError, RecursionError):
        return _not_json(tracker, operation, response)


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


def _not_json(tracker: str, operation: str, response: Response) -> Answer:
    if response.content.lstrip()[:1] in b"{[":
        raise Transient(
            tracker, operation, "the answer broke off in the middle", status=response.status_code
        ) from None
    raise UnexpectedPayload(
        tracker,
        operation,
        "the answer is not JSON",
        status=response.status_code,
        remedy="Check the url of this tracker.",
    ) from None


def looks_like_a_page(response: Response) -> bool:
    """Whether the body is HTML, whatever its status says."""
    kind = response.headers.get("Content-Type", "").lower()
    return "text/html" in kind or response.content.lstrip()[:1] == b"<"
