"""Knows a state that does not exist yet, and which process is to fill it, without loading what opens one."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posync.state.beside import Beside
    from posync.state.store import Store

_FILE = re.compile(r"sqlite:///([^?%]+)")


def is_new(url: str) -> bool:
    """Whether this is surely a SQLite file that is not there yet: nothing is remembered, and nobody holds it."""
    file = _FILE.fullmatch(url)
    return file is not None and not Path(file[1]).exists()


@contextmanager
def new_state(
    url: str, workspace: str, here: AbstractContextManager[Store]
) -> Iterator[AbstractContextManager[Store | Beside]]:
    """Give what opens a state that is not there yet: another process where one saves time, otherwise `here`.

    That other process is started first of all, while this one runs nothing else and has loaded little.
    """
    with ExitStack() as leaving:
        opened: AbstractContextManager[Store | Beside] = here
        if is_filled_beside():
            from posync.state.beside import Beside  # noqa: PLC0415 - so that only those load it who need it

            with suppress(OSError):  # none is to be had: this one does it all, if more slowly
                opened = leaving.enter_context(Beside(url, workspace)).opened()
        yield opened


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
