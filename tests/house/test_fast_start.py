"""`posync --version` answers at once, and nothing heavy is imported before it is needed."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "jira",
    "trello",
    "requests",
    "sqlalchemy",
    "alembic",
    "numpy",
    "starlette",
    "uvicorn",
    "zen",
    "rich",
    "pydantic",
)


def imported(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_the_version_needs_nothing_heavy() -> None:
    code = "import sys; sys.argv = ['posync', '--version']; from posync.cli import main; main()"
    assert imported(code).isdisjoint({*HEAVY, "typer"})


def test_importing_posync_does_no_work() -> None:
    assert imported("import posync").isdisjoint({*HEAVY, "typer"})


def test_help_needs_no_tracker_library() -> None:
    loaded = imported("import posync.cli.app")
    assert loaded.isdisjoint({"jira", "trello", "requests", "sqlalchemy", "numpy", "starlette", "zen"})
