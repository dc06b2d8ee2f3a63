"""One request and its answer, in the form every route of the sandbox understands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import QueryParams

from posync.sandbox.refusals import Refusal

JSON_TYPE = "application/json;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: status, body as bytes, content type and extra headers."""

    body: bytes = b""
    status: int = 200
    media: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """One request: where it went, who sent it and what it carries; `base` is the site's own URL, `target` the path as it was sent."""

    method: str
    path: str
    query: QueryParams
    headers: Mapping[str, str]
    body: bytes = b""
    target: str = ""
    base: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    gateway: bool = False

    def json(self) -> Any:
        """Return the JSON body; raises Refusal (400) where it is none."""
        try:
            return json.loads(self.body or b"{}")
        except ValueError:
            raise Refusal.jira(400, "Unexpected end-of-input or malformed JSON in the request body") from None

    def number(self, name: str, default: int) -> int:
        """Return a numeric query parameter; raises Refusal (400) where it is none."""
        value = self.query.get(name) or str(default)
        if not value.isdigit():
            raise Refusal.jira(400, f"The value of the parameter '{name}' is not a number.")
        return int(value)

    def mapping(self) -> dict[str, Any]:
        """Return the JSON body, which must be an object; raises Refusal (400)."""
        data = self.json()
        if not isinstance(data, dict):
            raise Refusal.jira(
                400, "Invalid request payload. Refer to the REST API documentation and try again."
            )
        return data


def encode(data: Any) -> bytes:
    """Return compact JSON as UTF-8; lone surrogates, which UTF-8 cannot hold, go out escaped."""
    try:
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(data, separators=(",", ":")).encode()


def answer(data: Any, status: int = 200) -> Answer:
    """Return a JSON answer."""
    return Answer(encode(data), status)
