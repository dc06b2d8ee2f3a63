"""Docs that are not tested are not true: every YAML shown loads, every command is told, every room is drawn."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from posync import errors
from posync.cli import app, planning
from posync.config.settings import load_settings
from posync.connectors.profile import load_profile
from posync.rules.packs.pack import load_packs, shipped_packs
from posync.rules.packs.packtests import try_pack
from posync.shipped import names
from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *(ROOT / "docs").glob("*.md")])


def fenced(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", sorted((ROOT / "config").glob("*.yaml")), ids=lambda path: path.name)
def test_every_example_workspace_loads(example: Path) -> None:
    settings = load_settings(example)
    load_packs(settings.packs, example.parent)
    for tracker in settings.trackers.values():
        load_profile(tracker.profile or "jira-cloud", example.parent)


def cron_lines() -> dict[str, str]:
    """Return the crontab's commands by what posync is told."""
    lines = (ROOT / "config" / "crontab").read_text().splitlines()
    commands = [line.split(None, 5)[5] for line in lines if not line.startswith("#")]
    return {command.split("/posync ")[1].split(" --log-format")[0]: command for command in commands}


@pytest.mark.parametrize("told", ["pull --full", "run"])
def test_each_line_for_cron_hands_the_secrets_on(told: str, tmp_path: Path) -> None:
    posync = tmp_path / "posync" / ".venv" / "bin" / "posync"
    posync.parent.mkdir(parents=True)
    posync.write_text('#!/bin/sh\necho "$* with $JIRA_TOKEN" >&2\nexit 3\n')
    posync.chmod(0o755)
    (tmp_path / "posync" / "secrets.env").write_text("JIRA_TOKEN=s3cret\n")
    done = subprocess.run(
        ["sh", "-c", cron_lines()[told]],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"{told} --log-format json with s3cret\n"  # what cron sends as a mail


@pytest.mark.parametrize(("unit", "told"), [("posync-full", "pull --full"), ("posync", "run")])
def test_each_timer_for_systemd_has_its_service(unit: str, told: str) -> None:
    timer = (ROOT / "config" / f"{unit}.timer").read_text()
    service = (ROOT / "config" / f"{unit}.service").read_text()
    assert "OnCalendar=" in timer
    assert f"/posync {told} --log-format json\n" in service
    assert set(cron_lines()) == {"pull --full", "run"}


@pytest.mark.parametrize("name", names("connectors"))
def test_every_profile_loads(name: str) -> None:
    assert load_profile(name, ROOT).about


def test_every_pack_says_what_it_is_about_and_passes_its_own_tests() -> None:
    packs = shipped_packs()
    assert all(pack.about and pack.tests for pack in packs)
    assert [result for pack in packs for result in try_pack(pack) if not result.passed] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_yaml_in_the_docs_loads(page: Path, tmp_path: Path) -> None:
    for number, text in enumerate(fenced(page, "yaml")):
        file = tmp_path / f"{number}.yaml"
        file.write_text(text)
        if text.startswith("pack:"):
            load_packs([str(file)], ROOT)
        elif text.startswith("workspace:"):
            load_settings(file)


def test_every_command_is_in_the_readme() -> None:
    from posync.cli.app import command_line

    app, told = command_line(), (ROOT / "README.md").read_text()
    commands = {command.name for command in app.registered_commands} | {
        group.name for group in app.registered_groups
    }
    assert [name for name in sorted(map(str, commands)) if f"posync {name}" not in told] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_room_of_the_source_is_on_the_readmes_map() -> None:
    told = (ROOT / "README.md").read_text()
    rooms = [path.name for path in (ROOT / "src" / "posync").iterdir() if (path / "__init__.py").exists()]
    assert [room for room in sorted(rooms) if f"{room}/" not in told] == []


def test_published_schemas_are_those_of_the_code() -> None:
    import json

    from posync.config.schema import plan_schema, workspace_schema
    from posync.rules.packs.schema import pack_schema

    made = {"workspace": workspace_schema(), "pack": pack_schema(), "plan": plan_schema()}
    for name, schema in made.items():
        file = ROOT / "config" / "schemas" / f"{name}.json"
        assert json.loads(file.read_text()) == schema, f"run `make schemas`: {file.name} is old"


@pytest.mark.parametrize("page", sorted(ROOT.glob("requirements*.lock")), ids=lambda page: page.name)
def test_locks_name_hashes_and_no_addresses(page: Path) -> None:
    text = page.read_text()
    assert "--hash=sha256:" in text
    assert not re.search(r"https?://|--(extra-)?index|--find-links", text)


def test_every_exit_code_is_told() -> None:
    kinds = [error for error in vars(errors).values() if isinstance(error, type)]
    ends = {error.exit_code for error in kinds if issubclass(error, errors.PosyncError)}
    ends |= {0, planning.PENDING, planning.HELD, app.INTERRUPTED}
    told = re.findall(r"^\| (\d+) \|", (ROOT / "docs" / "lifecycle.md").read_text(), re.MULTILINE)
    assert set(map(int, told)) == ends
    epilog = app.command_line().info.epilog
    assert isinstance(epilog, str)
    assert set(map(int, re.findall(r"\d+", epilog))) == ends
