"""Which custom fields packs write, read from their `write:` part alone: to observe, nobody needs the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from posync.documents import read
from posync.shipped import find

NAMED = ("score_field", "rank_field")
"""The settings under `write:` that name a field; `WriteSettings` has the same."""


def written_fields(wanted: Sequence[str], beside: Path) -> tuple[str, ...]:
    """Return the names of the fields that these packs write, each once, in the order of the packs.

    Raises ConfigError where a pack is missing, or is no YAML. What else may be wrong with it, loading it says.
    """
    paths = [find("rules", name, beside) for name in wanted]
    return tuple(dict.fromkeys(name for path in paths for name in _written(path)))


def _written(path: Path) -> Iterator[str]:
    try:
        if not _may_name(path.read_bytes()):
            return  # most packs: there is nothing to parse for
    except OSError:
        pass  # reading says in plain words what is wrong
    part = read(path).data.get("write")
    if isinstance(part, dict):
        yield from (name for each in NAMED if isinstance(name := part.get(each), str) and name)


def _may_name(pack: bytes) -> bool:
    """Whether one of the settings is written anywhere but in a comment that has a line to itself."""
    lines = (line for line in pack.splitlines() if not line.lstrip().startswith(b"#"))
    return any(name.encode() in line for line in lines for name in NAMED)
