"""What packs ask of a pull, seen without loading them: the fields they write, and whether they read comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from posync.documents import read
from posync.shipped import find

NAMED = ("score_field", "rank_field")
"""The settings under `write:` that name a field; `WriteSettings` has the same."""
COMMENTS = "comments"
_COUNTED = re.compile(rf"\bissue\s*\.\s*{COMMENTS}\b")


def written_fields(wanted: Sequence[str], beside: Path) -> tuple[str, ...]:
    """Return the names of the fields that these packs write, each once, in the order of the packs.

    Raises ConfigError where a pack is missing, or is no YAML. What else may be wrong with it, loading it says.
    """
    paths = [find("rules", name, beside) for name in wanted]
    return tuple(dict.fromkeys(name for path in paths for name in _written(path)))


def _written(path: Path) -> Iterator[str]:
    part = _said(path, NAMED).get("write")
    if isinstance(part, dict):
        yield from (name for each in NAMED if isinstance(name := part.get(each), str) and name)


def reads_comments(wanted: Sequence[str], beside: Path) -> bool:
    """Whether one of these packs counts comments: `issue.comments` in any expression, or `comments` among the ties.

    Raises ConfigError like `written_fields`. A text that only speaks of `issue.comments` counts too:
    to count for nothing costs requests, not to count would be a wrong order.
    """
    return any(_counts(_said(find("rules", name, beside), (COMMENTS,))) for name in wanted)


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


def _said(path: Path, words: Sequence[str]) -> Mapping[str, Any]:
    """Return what a pack says; nothing where it has none of the words, as most packs: there is nothing to parse for."""
    try:
        if not _has(path.read_bytes(), words):
            return {}
    except OSError:
        pass  # reading says in plain words what is wrong
    said: Mapping[str, Any] = read(path).data
    return said


def _has(pack: bytes, words: Sequence[str]) -> bool:
    """Whether one of the words is written anywhere but in a comment that has a line to itself."""
    lines = (line for line in pack.splitlines() if not line.lstrip().startswith(b"#"))
    return any(word.encode() in line for line in lines for word in words)
