"""Pull, plan, apply, plan again, undo: what posync is for."""

from __future__ import annotations

import json
import re
import stat
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from posync.model.plan import read_plan
from posync.sandbox import picture
from posync.sandbox.server import Sandbox
from posync.shipped import shipped
from tests.journey.conftest import Posync


def state(sandbox: Sandbox) -> Any:
    return json.loads(json.dumps(picture.state(sandbox.world.jira, sandbox.world.trello)))


def writes(sandbox: Sandbox) -> list[tuple[str, str]]:
    reading = ("/search", "/bulkfetch", "/approximate-count")
    return [
        (method, path)
        for method, path, _ in sandbox.log
        if method != "GET" and not any(r in path for r in reading)
    ]


def routed(method: str, path: str) -> tuple[str, str]:
    """Return a request as plans name it: without what comes before the route, and without ids."""
    route = re.sub(r"^.*?/(rest/\w+/[\d.]+|1)/", "", path)
    route = re.sub(r"(?<=issue/)\d+|(?<=comment/)\d+", "{id}", route)
    route = re.sub(r"project/\w+/properties/.+", "project/{key}/properties/{property}", route)
    return method, re.sub(r"[0-9a-f]{24}", "{id}", route)


def without_emptied(now: Any, before: Any) -> Any:
    """Leave out what undo leaves behind: versions and labels people may have taken up, and whose the board is."""
    now["jira"]["properties"] = before["jira"]["properties"]
    for project, names in before["jira"]["versions"].items():
        now["jira"]["versions"][project] = [n for n in now["jira"]["versions"][project] if n in names]
    for board, was in zip(now["trello"], before["trello"], strict=True):
        board["labels"] = [label for label in board["labels"] if label in was["labels"]]
    return now


def planned(posync: Posync, file: str = "p.json") -> None:
    assert posync("plan", "-o", file).code == 2


def test_the_main_job_from_pull_to_undo(workspace: Path, sandbox: Sandbox, posync: Posync) -> None:
    before = state(sandbox)

    pulled = posync("pull", "--json")
    assert pulled.code == 0, pulled.err
    assert [(t["name"], t["complete"]) for t in pulled.json["trackers"]] == [
        ("shop-jira", True),
        ("shop-trello", True),
    ]
    assert all(t["issues"] > 10 for t in pulled.json["trackers"])

    dry = posync("plan", "-o", "p.json")
    assert dry.code == 2, dry.err
    assert writes(sandbox) == []
    plan = read_plan(Path("p.json").read_text())
    assert {c.kind for c in plan.changes} >= {"move", "add_label"}
    assert {c.tracker for c in plan.changes} == {"shop-jira", "shop-trello"}

    applied = posync("apply", "p.json", "--yes", "--json")
    assert applied.code == 0, applied.err
    assert applied.json["counts"] == {"done": len(plan.changes), "already": 0, "skipped": 0, "failed": 0}
    expected = Counter((w.method, w.route) for w in plan.expected_writes)
    assert Counter(routed(method, path) for method, path in writes(sandbox)) == expected

    again = posync("plan", "--json")
    assert (again.code, again.json["changes"]) == (0, [])

    undone = posync("undo", applied.json["run"], "--yes", "--json")
    assert undone.code == 0, undone.err
    assert without_emptied(state(sandbox), before) == before


def test_applying_the_same_plan_twice_writes_nothing_more(
    workspace: Path, sandbox: Sandbox, posync: Posync
) -> None:
    planned(posync)
    assert posync("apply", "p.json", "--yes").code == 0
    sent = len(writes(sandbox))
    second = posync("apply", "p.json", "--yes", "--json")
    assert (second.code, second.json["counts"]["failed"], second.json["counts"]["skipped"]) == (0, 0, 0)
    assert len(writes(sandbox)) == sent


def test_a_scheduled_run_waits_where_a_policy_was_changed(
    workspace: Path, sandbox: Sandbox, posync: Posync
) -> None:
    assert posync("run").code == 0
    assert posync("run").code == 0
    sent = len(writes(sandbox))
    pack = (shipped("rules") / "wsjf.yaml").read_text().replace("pack: wsjf", "pack: ours")
    Path("ours.yaml").write_text(pack.replace("issue.points", "1"))
    workspace.write_text(workspace.read_text().replace("[wsjf,", "[ours.yaml,"))
    held = posync("run", "--json")
    assert held.code == 3, held.err
    assert held.json["outcome"] == "held"
    assert len(writes(sandbox)) == sent
    approved = posync("apply", held.json["plan"], "--approve", held.json["checksum"], "--json")
    assert approved.code == 0, approved.err
    assert posync("run").code == 0


def test_every_format_shows_the_saved_plan(workspace: Path, posync: Posync) -> None:
    planned(posync)
    key = read_plan(Path("p.json").read_text()).changes[0].issue
    for shape in ("text", "markdown", "html", "json"):
        shown = posync("show", "p.json", "--format", shape)
        assert shown.code == 0
        assert key in shown.out
    assert json.loads(posync("show", "p.json", "--json").out)["version"] == 1


def test_only_changes_the_named_issue(workspace: Path, posync: Posync) -> None:
    planned(posync)
    key = read_plan(Path("p.json").read_text()).changes[0].issue
    narrowed = posync("plan", "--offline", "--only", key, "--json")
    assert {change["issue"] for change in narrowed.json["changes"]} == {key}


def test_a_tried_input_makes_a_plan_for_reading_only(workspace: Path, posync: Posync) -> None:
    assert posync("pull").code == 0
    tried = posync("plan", "--offline", "--set", "issue.points@SHOP-7=1", "-o", "t.json")
    assert tried.code == 2, tried.err
    refused = posync("apply", "t.json", "--yes")
    assert (refused.code, "for reading only" in refused.err) == (64, True)


def test_an_altered_plan_is_refused(workspace: Path, sandbox: Sandbox, posync: Posync) -> None:
    planned(posync)
    text = Path("p.json").read_text()
    Path("p.json").write_text(text.replace('"workspace": "shop"', '"workspace": "shop2"'))
    refused = posync("apply", "p.json", "--yes")
    assert (refused.code, "altered" in refused.err) == (64, True)
    assert writes(sandbox) == []


def test_without_a_terminal_nobody_is_asked(workspace: Path, posync: Posync) -> None:
    planned(posync)
    refused = posync("apply", "p.json")
    assert (refused.code, "--yes" in refused.err) == (64, True)


@pytest.mark.parametrize(
    "command",
    [["history"], ["report"], ["history", "--json"], ["report", "--json"], ["report", "-f", "html"]],
)
def test_the_record_of_what_was_done(workspace: Path, posync: Posync, command: list[str]) -> None:
    planned(posync)
    assert posync("apply", "p.json", "--yes").code == 0
    shown = posync(*command)
    assert shown.code == 0, shown.err
    assert "apply" in shown.out


@pytest.mark.parametrize(
    ("shape", "begins"), [("text", "apply begun"), ("json", "{"), ("html", "<!doctype html>")]
)
def test_a_report_is_saved_as_a_plan_is(
    workspace: Path, posync: Posync, monkeypatch: pytest.MonkeyPatch, shape: str, begins: str
) -> None:
    planned(posync)
    assert posync("apply", "p.json", "--yes").code == 0
    monkeypatch.setattr("posync.cli.output.Output.colour", True)  # somebody is at the terminal
    told = posync("report", "-f", shape, "-o", "report")
    assert (told.code, told.out, told.err) == (0, "", "")
    saved = Path("report")
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert saved.read_text().startswith(begins)
    assert "\x1b" not in saved.read_text()


def test_an_offline_plan_asks_no_tracker(workspace: Path, sandbox: Sandbox, posync: Posync) -> None:
    assert posync("pull").code == 0
    asked = len(sandbox.log)
    offline = posync("plan", "--offline")
    assert offline.code == 2
    for tracker in ("shop-jira", "shop-trello"):
        assert re.search(rf"{tracker} was last seen \d min ago", offline.out + offline.err)
    assert len(sandbox.log) == asked
