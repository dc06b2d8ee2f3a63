"""A plan's file read part by part: parsed whole, 100,000 changes take several times the memory they need."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from posync.model.base import Light

_Plan = TypeVar("_Plan", bound=BaseModel)
_LIST = re.compile(rb'^ "(\w+)": \[\n', re.MULTILINE)
_END, _BETWEEN = b"\n ]", b"\n  },\n"
_SIZE = 500_000  # bytes: a list that is longer is read in parts of this size
_SHARED = ("uid", "issue", "title", "because", "remedy")
"""What is said of an issue in each of its changes, and wherever else the plan names it."""


class SaidTwice(Exception):
    """A key stands twice in one place: people may read the one and posync the other."""


def parsed(kind: type[_Plan], text: str | bytes) -> _Plan:
    """Return the plan in a file's text; raises ValidationError where it is none, SaidTwice where a key is repeated.

    Long lists are read in parts where they are laid out as posync writes them, any other text as a whole.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    try:
        rest, lists = _apart(kind, data)
        return kind.model_validate_json(_once(rest)).model_copy(update=lists)
    except ValidationError:  # which the whole says with the right place
        return kind.model_validate_json(_once(data))


def _apart(kind: type[BaseModel], data: bytes) -> tuple[bytes, dict[str, tuple[Any, ...]]]:
    """Return the text with its long lists emptied, and what was in them."""
    kept, lists, known, at = [], dict[str, tuple[Any, ...]](), dict[Any, Any](), 0
    starts = [(found[1].decode(), found.end()) for found in _LIST.finditer(data)]
    for name, start in starts:
        end = data.find(_END, start)
        twice = [other for other, _ in starts].count(name) > 1
        if end - start > _SIZE and name in kind.model_fields and not twice:
            adapter = TypeAdapter[tuple[Any, ...]](kind.model_fields[name].rebuild_annotation())
            parts = (adapter.validate_json(_once(b"[%b]" % part)) for part in _parts(data, start, end))
            lists[name] = tuple(_alike((each for part in parts for each in part), known))
            kept.append(data[at : start - 1])
            at = end + 2
    return b"".join([*kept, data[at:]]), lists


def _once(data: bytes) -> bytes:
    """Return the same JSON; raises SaidTwice where a key is repeated. What is no JSON is left to pydantic."""
    with suppress(ValueError, RecursionError):
        json.loads(data.decode("utf-8", "surrogatepass"), object_pairs_hook=_no_key_twice)
    return data


def _no_key_twice(pairs: list[tuple[str, Any]]) -> None:
    """Raise SaidTwice where a key is repeated; nothing is kept, for a plan may be large."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise SaidTwice(next(name for at, name in enumerate(names) if name in names[:at]))


def _parts(data: bytes, start: int, end: int) -> Iterator[bytes]:
    """Yield the elements of a list, many at a time, without the comma between two parts."""
    while start < end:
        cut = data.find(_BETWEEN, start + _SIZE, end)
        stop = end if cut < 0 else cut + len(_BETWEEN) - 2
        yield data[start:stop]
        start = stop + 1


def _alike(elements: Iterable[Any], known: dict[Any, Any]) -> Iterator[Any]:
    """Yield the same elements, with one object for equal words."""
    for each in elements:
        if isinstance(each, Light):
            for name in _SHARED:
                if name in each.model_fields:
                    value = getattr(each, name)
                    object.__setattr__(each, name, known.setdefault(value, value))
        yield each
