"""Which custom fields packs write, read from their `write:` part alone: to observe, nobody needs the rest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from posync.documents import read
from posync.shipped import find

NAMED = ("score_field", "rank_field")
"""The settings under `write:` that name a field; `WriteSettings` has the same."""


def written_fields(wanted: Sequence[str], beside: Path) -> tuple[str, ...]:
    """Return the names of the fields that these packs write, each once, in the order of the packs.

    Raises ConfigError where a pack is missing or is no YAML. What else may be wrong with it, loading it says.
    """
    parts = [read(find("rules", name, beside)).data.get("write") for name in wanted]
    named = [part.get(each) for part in parts if isinstance(part, dict) for each in NAMED]
    return tuple(dict.fromkeys(name for name in named if isinstance(name, str) and name))
