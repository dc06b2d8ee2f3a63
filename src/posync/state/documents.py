"""Issues as the state keeps them: a JSON document without rank and description, the description beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from posync.model.base import Light
from posync.model.issue import Issue
from posync.state.tables import storable

SHAPE = "3d3116cb804d"
"""The form of the documents: the start of the digest of Issue's JSON schema, which a test compares.

Pictures of another form are not read: the tracker counts as never pulled, so the next pull is whole.
"""

_ISSUES = TypeAdapter(list[Issue])
_KEPT_APART = {"rank", "description"}


@dataclass(frozen=True, slots=True)
class Document:
    """One issue as it is kept; `text` is empty where there is no description."""

    id: str
    key: str
    body: str
    text: str

    @property
    def digest(self) -> str:
        """The digest of all of it."""
        return hashlib.blake2b(f"{self.body}\0{self.text}".encode(), digest_size=16).hexdigest()


def document(issue: Issue) -> Document:
    """Return an issue as it is kept, without what holds its default."""
    try:
        return _dumped(issue)
    except PydanticSerializationError:  # half a surrogate, which no UTF-8 can hold
        return _dumped(_storable(issue))


def _dumped(issue: Issue) -> Document:
    return Document(
        id=issue.id,
        key=issue.key,
        body=issue.model_dump_json(exclude=_KEPT_APART, exclude_defaults=True),
        text=issue.description.model_dump_json(exclude_defaults=True) if issue.description.source else "",
    )


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
    return _ISSUES.validate_json(f"[{','.join(parts)}]")
