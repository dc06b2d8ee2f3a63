"""Finds the keys that may stand at a place of a document, for whoever has misspelt one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag

Path = tuple[str | int, ...]


def known_keys(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """Return the keys that `model` knows at `loc`, a location as pydantic writes it."""
    found: dict[str, None] = {}
    for owner in _models_at(model, tuple(loc)):
        for name, field in owner.model_fields.items():
            found[field.alias or name] = None
    return list(found)


def _models_at(kind: Any, loc: Path) -> Iterator[type[BaseModel]]:
    """Yield the models whose keys may stand at `loc`, a location as pydantic writes it."""
    if get_origin(kind) is Annotated:
        yield from _models_at(get_args(kind)[0], loc)
    elif get_origin(kind) in {Union, UnionType}:
        yield from _members_at(get_args(kind), loc)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from _fields_at(kind, loc)
    elif loc and get_args(kind):
        yield from _models_at(_inner(kind, loc[0]), loc[1:])


def _members_at(members: Sequence[Any], loc: Path) -> Iterator[type[BaseModel]]:
    for member in members:
        yield from _models_at(member, loc)
        if loc and _goes_by(member, loc[0]):
            yield from _models_at(member, loc[1:])


def _fields_at(model: type[BaseModel], loc: Path) -> Iterator[type[BaseModel]]:
    if not loc:
        yield model
        return
    for name, field in model.model_fields.items():
        if loc[0] in {name, field.alias}:
            yield from _models_at(field.annotation, loc[1:])


def _inner(kind: Any, part: str | int) -> Any:
    """Return what a list holds, or a mapping maps to."""
    inner = get_args(kind)
    if isinstance(part, int):
        return inner[part] if part < len(inner) and inner[part] is not ... else inner[0]
    return inner[-1]


def _goes_by(member: Any, tag: str | int) -> bool:
    """Whether pydantic calls this member of a union `tag`."""
    while get_origin(member) is Annotated:
        member, *notes = get_args(member)
        if any(isinstance(note, Tag) and note.tag == tag for note in notes):
            return True
    if not (isinstance(member, type) and issubclass(member, BaseModel)):
        return False
    literals = (f.annotation for f in member.model_fields.values() if get_origin(f.annotation) is Literal)
    return member.__name__ == tag or any(tag in get_args(literal) for literal in literals)
