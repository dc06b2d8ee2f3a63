"""What packs ask of a pull, seen without loading them: the fields they write, and whether they read comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posync.documents import read
from posync.shipped import find

NAMED = ("score_field", "rank_field")
"""The settings under `write:` that name a field; `WriteSettings` has the same."""
COMMENTS = "comments"
_COUNTED = re.compile(rf"\bissue\s*\.\s*{COMMENTS}\b")


@dataclass(frozen=True, slots=True)
class Asks:
    """What packs ask of a pull: the names of the fields they write, each once, and whether they count comments."""

    fields: tuple[str, ...] = ()
    comments: bool = False


def asked(wanted: Sequence[str], beside: Path) -> Asks:
    """Return what these packs ask of a pull, fields in the order of the packs.

    Comments are counted for `issue.comments` in any expression, and for `comments` among the ties. A text that
    only speaks of `issue.comments` counts too: to count for nothing costs requests, not to count would be a
    wrong order. Raises ConfigError where a pack is missing, or is no YAML. What else may be wrong with it,
    loading it says.
    """
    packs = [_said(find("rules", name, beside)) for name in wanted]
    fields = dict.fromkeys(name for pack in packs for name in _written(pack))
    return Asks(tuple(fields), any(map(_counts, packs)))


def _written(pack: Mapping[str, Any]) -> Iterator[str]:
    part = pack.get("write")
    if isinstance(part, dict):
        yield from (name for each in NAMED if isinstance(name := part.get(each), str) and name)


def _counts(pack: Mapping[str, Any]) -> bool:
    order = pack.get("order")
    ties = order.get("ties") if isinstance(order, dict) else None
    if isinstance(ties, list) and any(tie in (COMMENTS, f"-{COMMENTS}") for tie in ties):
        return True
    # Tests bring their own issues.
    return any(_COUNTED.search(text) for part in pack.keys() - {"tests"} for text in _texts(pack[part]))


def _texts(value: object) -> Iterator[str]:
    """Yield every text among the values of a part of a pack."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _said(path: Path) -> Mapping[str, Any]:
    """Return what a pack says; nothing where it has none of the words, as most packs: there is nothing to parse for."""
    try:
        if not _has(path.read_bytes(), (*NAMED, COMMENTS)):
            return {}
    except OSError:
        pass  # reading says in plain words what is wrong
    said: Mapping[str, Any] = read(path).data
    return said


def _has(pack: bytes, words: Sequence[str]) -> bool:
    """Whether one of the words is written anywhere but in a comment that has a line to itself."""
    lines = (line for line in pack.splitlines() if not line.lstrip().startswith(b"#"))
    return any(word.encode() in line for line in lines for word in words)
