"""Starts the sandbox from the command line: `python -m posync.sandbox`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until told to end; return 0, or 64 after saying what is wrong with a file or port."""
    given = _parser().parse_args(argv)
    from posync.sandbox.server import serve  # noqa: PLC0415 - `--help` need not load a server

    try:
        serve(
            given.load,
            given.flavour,
            given.port,
            given.latency_ms,
            given.faults,
            issues=given.issues,
            cards=given.cards,
        )
    except OSError as problem:
        sys.stderr.write(f"{problem.filename or f'port {given.port}'}: {problem.strerror}\n")
        return 64
    except ValueError as problem:
        sys.stderr.write(f"{problem}\n")
        return 64
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("posync sandbox", description="A server that speaks Jira and Trello.")
    parser.add_argument(
        "--load", nargs="+", default=[], metavar="FILE", help="board exports, saved searches, Jira CSV"
    )
    parser.add_argument("--flavour", choices=("cloud", "dc"), default="cloud", help="which Jira")
    parser.add_argument(
        "--port", type=int, default=0, help="Jira's port; Trello gets the next one (0: any two)"
    )
    parser.add_argument("--latency-ms", type=float, default=0, help="wait before each answer")
    parser.add_argument("--faults", metavar="FILE", help="faults as a YAML or JSON list")
    parser.add_argument("--issues", type=int, default=0, help="generate so many Jira issues")
    parser.add_argument("--cards", type=int, default=0, help="generate so many Trello cards")
    return parser


if __name__ == "__main__":
    sys.exit(main())
