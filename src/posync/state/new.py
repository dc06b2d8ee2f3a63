"""Knows a state that does not exist yet, without loading what opens one."""

from __future__ import annotations

import re
from pathlib import Path

_FILE = re.compile(r"sqlite:///([^?%]+)")


def is_new(url: str) -> bool:
    """Whether this is surely a SQLite file that is not there yet: nothing is remembered, and nobody holds it."""
    file = _FILE.fullmatch(url)
    return file is not None and not Path(file[1]).exists()
