"""Issues as the state keeps them: a JSON document without rank and description, the description beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from posync.model.base import Light
from posync.model.issue import Issue
from posync.model.text import Text
from posync.state.words import storable

SHAPE = "3d3116cb804d"
"""The form of the documents: the start of the digest of Issue's JSON schema, which a test compares.

Pictures of another form are not read: the next pull is whole, and knows only which issues there were.
"""

_KEPT_APART = {"rank", "description"}


class Document(NamedTuple):
    """One issue as it is kept: `digest` is that of body and text, `text` is empty where there is no description."""

    id: str
    key: str
    digest: str
    body: str
    text: str


def document(issue: Issue) -> Document:
    """Return an issue as it is kept, without what holds its default."""
    try:
        return _dumped(issue)
    except PydanticSerializationError:  # half a surrogate, which no UTF-8 can hold
        return _dumped(_storable(issue))


def _dumped(issue: Issue) -> Document:
    # Bytes, for the digest is taken of them; thousands of issues are dumped in one pull.
    described = issue.description
    body = Issue.__pydantic_serializer__.to_json(issue, exclude=_KEPT_APART, exclude_defaults=True)
    text = Text.__pydantic_serializer__.to_json(described, exclude_defaults=True) if described.source else b""
    digest = hashlib.blake2b(body + b"\0" + text, digest_size=16).hexdigest()
    return Document(issue.id, storable(issue.key), digest, body.decode(), text.decode())


def _storable(value: Any) -> Any:
    match value:
        case str():
            return storable(value) if type(value) is str else value
        case dict():
            return {_storable(k): _storable(v) for k, v in value.items()}
        case tuple():
            return tuple(_storable(v) for v in value)
        case Light():
            return value.model_copy(update={f: _storable(getattr(value, f)) for f in value.model_fields})
        case _:
            return value


def issues_from(rows: Iterable[tuple[str, str | None]], first_rank: int) -> list[Issue]:
    """Return the issues of (body, text) pairs, ranked on from `first_rank`."""
    parts = []
    for rank, (body, text) in enumerate(rows, first_rank):
        description = f'"description":{text},' if text else ""
        parts.append(f'{{"rank":{rank},{description}{body[1:]}')
    return _issues().validate_json(f"[{','.join(parts)}]")


@cache
def _issues() -> TypeAdapter[list[Issue]]:
    return TypeAdapter(list[Issue])  # takes a moment to make, and a first pull reads nothing
