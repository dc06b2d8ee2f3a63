"""The command line: one thin module per command group."""

from __future__ import annotations

import sys


def main() -> None:
    """Run posync; the version is told before anything heavy is imported."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from posync import __version__

        sys.stdout.write(f"posync {__version__}\n")
        return
    from posync.cli.app import run

    sys.exit(run(sys.argv[1:]))
