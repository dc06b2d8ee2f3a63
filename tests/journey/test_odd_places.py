"""posync where nobody looks after it: closed streams, full disks, readers that leave, homes that are missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from tests.journey.conftest import Posync

NEEDED = {"PATH", "JIRA_EMAIL", "JIRA_TOKEN", "TRELLO_KEY", "TRELLO_TOKEN"}


def shell(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script in which `posync` is this posync, in a bare environment."""
    function = f'posync() {{ "{sys.executable}" -m posync "$@"; }}\n'
    bare = {name: value for name, value in os.environ.items() if name in NEEDED}
    return subprocess.run(
        ["bash", "-c", function + script],
        cwd=folder,
        env=bare | {"HOME": str(folder), "LANG": "C.UTF-8"} | variables,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_changes_no_exit_code(closed: str, workspace: Path) -> None:
    done = shell(f"posync plan -o p.json {closed}; exit $?", workspace.parent)
    assert (done.returncode, "defect" in done.stderr) == (2, False)
    assert json.loads((workspace.parent / "p.json").read_text())["changes"]
    usage = shell(f"posync plann {closed}; exit $?", workspace.parent)
    assert usage.returncode == 64


def test_a_reader_that_leaves_changes_no_exit_code(workspace: Path) -> None:
    done = shell("posync plan --json | head -c 5; exit ${PIPESTATUS[0]}", workspace.parent)
    assert (done.returncode, done.stdout, done.stderr) == (2, '{\n "v', "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("shape", ["", "--json"])
def test_an_answer_that_finds_no_room_is_an_error(shape: str, workspace: Path) -> None:
    done = shell(f"posync plan {shape} > /dev/full", workspace.parent)
    assert done.returncode == 1
    assert done.stderr.strip() == "the answer could not be written: No space left on device"


def test_a_plan_replaces_no_link_and_no_device(workspace: Path) -> None:
    folder = workspace.parent
    (folder / "kept.json").write_text("old")
    (folder / "link.json").symlink_to("kept.json")
    done = shell(
        "posync plan -o link.json; mkfifo pipe; cat pipe > read.json & posync plan -o pipe; wait", folder
    )
    assert done.stderr == ""
    assert (folder / "link.json").is_symlink()
    assert (folder / "pipe").is_fifo()
    for name in ("kept.json", "read.json"):
        assert json.loads((folder / name).read_text())["changes"]


def test_a_missing_home_a_narrow_screen_and_an_old_encoding_do_no_harm(workspace: Path) -> None:
    script = "unset HOME; posync plan"
    old = {"COLUMNS": "40", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = shell(script, workspace.parent, XDG_CACHE_HOME=str(workspace.parent), **old)
    assert (done.returncode, done.stderr) == (2, "")
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_workspace_may_lie_elsewhere_under_any_name(
    workspace: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    folder = tmp_path / "Ablage für Größe & Co"
    folder.mkdir()
    workspace.rename(folder / "mein posync.yaml")
    elsewhere = tmp_path / "anderswo"
    elsewhere.mkdir()
    done = shell("posync plan -c '../Ablage für Größe & Co/mein posync.yaml' -o 'ein plan.json'", elsewhere)
    assert (done.returncode, done.stderr) == (2, "")
    assert (folder / "posync.db").is_file()
    assert [file.name for file in elsewhere.iterdir() if not file.name.startswith(".")] == ["ein plan.json"]


def test_an_account_without_a_name(workspace: Path, posync: Posync, monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 54321")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert posync("pull").code == 0


def test_the_demo_answers_in_json_too(tmp_path: Path) -> None:
    done = shell("posync demo --json", tmp_path)
    assert json.loads(done.stdout) == {"left": 0, "undo": "done", "as_before": True}
    assert "1. Pull both trackers" in done.stderr


def test_a_backlog_that_begins_empty(workspace: Path, sandbox: Sandbox, posync: Posync) -> None:
    with sandbox.lock:
        for issue in list(sandbox.world.jira.issues.values()):
            sandbox.world.jira.remove(issue)
    assert posync("plan", "-o", "p.json").code == 2
    again = posync("pull", "--json")
    assert (again.code, again.json["trackers"][0]["issues"]) == (0, 0)
    with sandbox.lock:
        human_edit(
            sandbox.world.jira, sandbox.trello, [{"add_issue": {"project": "SHOP", "summary": "First"}}]
        )
    first = posync("pull", "--json")
    assert (first.code, first.json["trackers"][0]["issues"]) == (0, 1), first.err
