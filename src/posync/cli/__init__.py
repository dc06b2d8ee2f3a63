"""The command line: one thin module per command group."""

from __future__ import annotations

import gc
import os
import sys

SELDOM = 300_000
"""New objects after which Python looks for cycles among them, instead of 700."""

PROMPTLY = 0.001
"""Seconds after which a thread that computes lets one go on that has heard from the network, instead of 0.005."""


def main() -> None:
    """Run posync; the version is told before anything heavy is imported."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from posync import __version__

        sys.stdout.write(f"posync {__version__}\n")
        return
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else it searches every installed package
    sys.setswitchinterval(
        PROMPTLY
    )  # threads hand answers over in many small steps, each of which waits for its turn
    gc.set_threshold(SELDOM)  # modules and backlogs stay: looking through them often takes a third of a pull
    from posync.cli.app import run

    code = run(sys.argv[1:])
    gc.freeze()  # nor is there any sense in looking through them on the way out
    sys.exit(code)
