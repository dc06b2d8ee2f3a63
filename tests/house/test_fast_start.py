"""`posync --version` answers at once, and nothing heavy is imported before it is needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from posync.cli.app import GROUPS, command_line

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


def imported(code: str, *, whole: bool = False) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name if whole else name.partition(".")[0] for name in done.stdout.split()}


def test_the_version_needs_nothing_heavy() -> None:
    code = "import sys; sys.argv = ['posync', '--version']; from posync.cli import main; main()"
    assert imported(code).isdisjoint({*HEAVY, "typer"})


def test_importing_posync_does_no_work() -> None:
    assert imported("import posync").isdisjoint({*HEAVY, "typer"})


def test_help_needs_no_tracker_library() -> None:
    loaded = imported("from posync.cli.app import command_line; command_line()")
    assert loaded.isdisjoint({"jira", "trello", "requests", "sqlalchemy", "numpy", "starlette", "zen"})


@pytest.mark.parametrize(("group", "names"), GROUPS.items())
def test_each_group_adds_the_commands_it_is_listed_with(group: str, names: tuple[str, ...]) -> None:
    for name in names:
        app = command_line(name)
        added = [one.name for one in app.registered_commands] + [one.name for one in app.registered_groups]
        assert added == list(names)


def test_pulling_loads_no_other_commands() -> None:
    assert "posync.cli.planning" not in imported(
        "from posync.cli.app import command_line; command_line('pull')", whole=True
    )


def test_trackers_are_asked_before_a_database_is_loaded_and_a_pull_loads_no_plan() -> None:
    asking = "import posync.service, posync.connectors.jira.opening, posync.connectors.trello.opening"
    assert "sqlalchemy" not in imported(asking)
    telling = f"{asking}, posync.state.store, posync.reporting; posync.reporting.render_pulled([])"
    loaded = imported(telling, whole=True)
    unneeded = ("plan", "change", "claim", "verdict", "backlog", "run")
    assert loaded.isdisjoint({"rich", *(f"posync.model.{name}" for name in unneeded)})


PULLING = """
import os
from pathlib import Path
from posync.service import open_workspace

os.sched_setaffinity(0, CORES)
folder = Path(FOLDER)
with open_workspace(folder / "posync.yaml") as workspace:
    [pulled] = workspace.pull()
    assert (pulled.issues, pulled.changed) == (1, 1)"""


@pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs Linux and two cores"
)
@pytest.mark.parametrize("cores", [1, 2])
def test_a_first_pull_leaves_the_database_to_another_process_where_it_has_a_core(
    tmp_path: Path, cores: int
) -> None:
    (tmp_path / "issues.csv").write_text(
        "Issue key,Issue id,Summary,Issue Type,Status\nA-1,1,One,Story,Open\n"
    )
    (tmp_path / "posync.yaml").write_text(
        "workspace: shop\ntrackers:\n  old: {kind: export, path: issues.csv}\npacks: [wsjf]\n"
        "state: sqlite:///posync.db\n"
    )
    some = set(sorted(os.sched_getaffinity(0))[:cores])
    code = PULLING.replace("CORES", repr(some)).replace("FOLDER", repr(str(tmp_path)))
    assert ("sqlalchemy" in imported(code)) is (cores == 1)
    again = imported(code.replace("(1, 1)", "(1, 0)"))
    assert "sqlalchemy" in again


def test_what_packs_ask_of_a_pull_is_seen_without_loading_them(tmp_path: Path) -> None:
    (tmp_path / "talk.yaml").write_text(
        "pack: talk\nchecks: [{check: talk, when: issue.comments > 1, label: l}]\n"
    )
    asking = "from pathlib import Path; from posync.rules.packs.written import asked"
    loaded = imported(
        f"{asking}; assert asked(['./talk.yaml'], Path({str(tmp_path)!r})).comments", whole=True
    )
    assert loaded.isdisjoint({"posync.rules.packs.pack", "posync.rules.expressions.expression", "zen"})
