"""Suspects a misspelt custom field: a name that no issue has, beside one that many have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from posync.documents import nearest
from posync.model.backlog import Backlog
from posync.model.verdict import Warned
from posync.rules.expressions.expression import Expression
from posync.rules.packs.pack import Pack

_FIELD = "fields."


def expressions_of(part: object) -> Iterator[Expression]:
    """Yield every expression in a pack, or in any part of one."""
    if isinstance(part, Expression):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from expressions_of(getattr(part, name))
    elif isinstance(part, dict):
        for each in part.values():
            yield from expressions_of(each)
    elif isinstance(part, tuple | list):
        for each in part:
            yield from expressions_of(each)


def fields_of(pack: Pack) -> tuple[str, ...]:
    """Return the custom fields a pack asks for, by name, in alphabetical order."""
    asked = (name for expression in expressions_of(pack) for name in expression.names)
    return tuple(sorted({name.removeprefix(_FIELD) for name in asked if name.startswith(_FIELD)}))


def misspelt(packs: Sequence[Pack], backlog: Backlog) -> Iterator[Warned]:
    """Yield a warning for each field that no issue has while a name much like it is in use."""
    used = Counter(name for issue in backlog.issues for name in issue.fields)
    for pack in packs:
        for name in fields_of(pack):
            near = None if name in used else nearest(name, used, cutoff=0.8)
            if near is not None:
                because = f"no issue has issue.fields.{name}, {used[near]} have issue.fields.{near}: is it misspelt?"
                yield Warned(pack.name, because)
