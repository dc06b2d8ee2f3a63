"""Knows a state that does not exist yet, and whether another process may fill it, without loading what opens one."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

_FILE = re.compile(r"sqlite:///([^?%]+)")


def is_new(url: str) -> bool:
    """Whether this is surely a SQLite file that is not there yet: nothing is remembered, and nobody holds it."""
    file = _FILE.fullmatch(url)
    return file is not None and not Path(file[1]).exists()


def is_filled_beside() -> bool:
    """Whether a second process would save time, and a copy of this one is safe: on Linux, with a second core.

    Not where another thread runs, of Python or of a library: locks that it holds would never be given back in
    the copy. Nor where SQLAlchemy is loaded already, for then there is little left to save, or where a caller
    has processes of its own, which may not be allowed others.
    """
    return (
        sys.platform == "linux"
        and sys.modules.keys().isdisjoint({"sqlalchemy", "multiprocessing"})
        and len(os.sched_getaffinity(0)) > 1
        and len(list(Path("/proc/self").glob("task/*"))) == 1
    )
