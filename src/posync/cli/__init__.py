"""The command line: one thin module per command group."""

from __future__ import annotations

import gc
import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn

SELDOM = 300_000
"""New objects after which Python looks for cycles among them, instead of 700."""


def main() -> None:
    """Run posync; the version is told before anything heavy is imported."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from posync import __version__

        sys.stdout.write(f"posync {__version__}\n")
        return
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else it searches every installed package
    gc.set_threshold(SELDOM)  # modules and backlogs stay: looking through them often takes a third of a pull
    from posync.cli.app import run

    _leave(run(sys.argv[1:]))


def _leave(code: int) -> NoReturn:
    """End the process; at once where nothing else runs any more, without taking a hundred thousand objects apart."""
    if threading.active_count() > 1:
        sys.exit(code)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError, ValueError):  # whoever read it has gone
            stream.flush()
    os._exit(code)
