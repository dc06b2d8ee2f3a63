"""Every real board and issue list at hand: pulled, planned, applied, planned again, with nothing lost."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import posync
from posync.errors import PosyncError
from posync.model.issue import Issue
from posync.sandbox.server import Sandbox
from posync.service import Workspace
from tests.conftest import SHARED

BOARDS = sorted([*SHARED.glob("trello/*.json"), *SHARED.glob("trello/snapshots/*.json")])
LISTS = sorted(
    [
        *SHARED.glob("jira/apache-search/*.json"),
        *SHARED.glob("jira/cloud-jirametrics/*SP-*.json"),
        *SHARED.glob("jira/cloud-airbyte-fixtures/*issues.json"),
    ]
)
TABLES = sorted(SHARED.glob("jira/csv-exports/*.csv"))
OTHERS = sorted(
    {
        *SHARED.glob("jira/**/*.json"),
        *SHARED.glob("trello/api-samples/*.json"),
    }
    - set(LISTS)
)

READING = re.compile(r"/search|/bulkfetch|/approximate-count")

needs_data = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the folder of real data (../shared/data) is not here"
)

JIRA = """\
workspace: real
trackers:
  real:
    kind: jira
    url: {url}
    auth: {{bearer: {{file: secret}}}}
    scope: {{jql: "{jql}"}}
    profile: {profile}
packs: [story-readiness, order.yaml]
state: sqlite:///real.db
"""
TRELLO = """\
workspace: real
trackers:
  real:
    kind: trello
    url: {url}
    auth: {{key: {{file: key}}, token: {{file: token}}}}
    scope: {{board: {board}}}
packs: [story-readiness, order.yaml]
state: sqlite:///real.db
"""
# Turns most of any backlog round, so that there is something to write: the oldest key last.
ORDER = """\
pack: order
about: Turn the backlog round by the length of titles, so that much of it moves.
score:
  method: weighted
  inputs:
    title: {value: "len(issue.title) % 17", weight: 1, min: 0, max: 17}
"""


def decoded(file: Path) -> str:
    body = file.read_bytes()
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def raw(file: Path) -> Any:
    """Read a JSON file as its tracker wrote it, some with comment lines before."""
    return json.loads(re.sub(r"\A(\s*//[^\n]*\n)+", "", decoded(file)))


def cards(file: Path) -> list[dict[str, Any]]:
    """Return every card of a board; archived ones are in the picture too, without a place in the order."""
    return list(raw(file)["cards"])


def rows(file: Path) -> list[dict[str, Any]]:
    """Return the issues of a saved list: an envelope, a bare list, or one issue."""
    found = raw(file)
    if isinstance(found, dict):
        found = found.get("issues", [found])
    return list(found)


def texts(issues: list[Issue]) -> Counter[str]:
    return Counter(issue.description.source for issue in issues)


def workspace(folder: Path, text: str) -> Workspace:
    (folder / "posync.yaml").write_text(text)
    (folder / "order.yaml").write_text(ORDER)
    for name, secret in (
        ("secret", "sandbox-jira-pat"),
        ("key", "sandbox-trello-key"),
        ("token", "sandbox-trello-token"),
    ):
        (folder / name).write_text(secret)
    return posync.open(folder / "posync.yaml")


def whole_job(ws: Workspace, sandbox: Sandbox) -> list[Issue]:
    """Pull, plan, apply, plan again; return what was pulled."""
    sandbox.limits.trello_per_token = sandbox.limits.trello_per_key = 100_000  # a minute saved per board
    [pulled] = ws.pull()
    [backlog] = ws.backlogs()
    assert pulled.complete
    assert pulled.issues == len(backlog.issues)
    plan = ws.plan()
    before = len(sandbox.log)
    applied = ws.apply(plan, approve=plan.checksum)
    assert {result.outcome.value for result in applied.results} <= {"done"}, applied.results
    written = sum(method != "GET" and not READING.search(path) for method, path, _ in sandbox.log[before:])
    assert written == len(plan.expected_writes)
    assert ws.plan().changes == ()
    return list(backlog.issues)


@needs_data
@pytest.mark.parametrize("file", BOARDS, ids=lambda file: file.stem)
def test_a_real_board_through_trello(file: Path, tmp_path: Path) -> None:
    with (
        Sandbox(load=[file]) as sandbox,
        workspace(tmp_path, TRELLO.format(url=sandbox.trello_url, board=raw(file)["id"])) as ws,
    ):
        pulled = whole_job(ws, sandbox)
    assert sorted(issue.id for issue in pulled) == sorted(card["id"] for card in cards(file))
    assert texts(pulled) == Counter(card["desc"] for card in cards(file))
    assert Counter(issue.title for issue in pulled) == Counter(card["name"] for card in cards(file))


@needs_data
@pytest.mark.parametrize("flavour", ["cloud", "dc"])
@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.stem)
def test_real_issues_through_jira(file: Path, flavour: Any, tmp_path: Path) -> None:
    issues = rows(file)
    projects = sorted({issue["key"].rpartition("-")[0] for issue in issues})
    profile = {"cloud": "jira-cloud", "dc": "jira-data-center"}[flavour]
    jql = f"project in ({', '.join(projects)})"
    with (
        Sandbox(load=[file], flavour=flavour) as sandbox,
        workspace(tmp_path, JIRA.format(url=sandbox.jira_url, jql=jql, profile=profile)) as ws,
    ):
        pulled = whole_job(ws, sandbox)
    assert sorted(issue.key for issue in pulled) == sorted(issue["key"] for issue in issues)
    described = [issue["fields"].get("description") for issue in issues]
    if not any(isinstance(text, dict) for text in described):
        assert texts(pulled) == Counter(text or "" for text in described)


@needs_data
@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_real_tables_through_jira(file: Path, tmp_path: Path) -> None:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        header, *lines = list(csv.reader(stream))
    keys = [line[header.index("Issue key")] for line in lines]
    projects = sorted({key.rpartition("-")[0] for key in keys})
    with Sandbox(load=[file]) as sandbox:
        text = JIRA.format(
            url=sandbox.jira_url, jql=f"project in ({', '.join(projects)})", profile="jira-cloud"
        )
        with workspace(tmp_path, text) as ws:
            pulled = whole_job(ws, sandbox)
    assert sorted(issue.key for issue in pulled) == sorted(keys)
    if "Description" in header:
        assert texts(pulled) == Counter(line[header.index("Description")] for line in lines)


def exported(folder: Path, file: Path) -> Workspace:
    text = f"workspace: real\ntrackers:\n  real: {{kind: export, path: '{file.resolve()}'}}\n"
    return workspace(folder, text + "packs: [story-readiness, order.yaml]\nstate: sqlite:///real.db\n")


@needs_data
@pytest.mark.parametrize("file", [*BOARDS, *LISTS, *TABLES], ids=lambda file: file.stem)
def test_the_same_files_as_exports(file: Path, tmp_path: Path) -> None:
    with exported(tmp_path, file) as ws:
        [pulled] = ws.pull()
        [backlog] = ws.backlogs()
        assert ws.plan().changes == ()  # a file cannot be written to
    if file in BOARDS:
        assert texts(list(backlog.issues)) == Counter(card["desc"] for card in cards(file))
    elif file in LISTS:
        assert sorted(issue.key for issue in backlog.issues) == sorted(issue["key"] for issue in rows(file))
    assert pulled.issues == len(backlog.issues) > 0


@needs_data
@pytest.mark.parametrize("file", OTHERS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_what_is_no_backlog_is_refused_by_name_or_read_whole(file: Path, tmp_path: Path) -> None:
    with exported(tmp_path, file) as ws:
        found = raw(file)
        listed = rows(file) if isinstance(found, list) or "cards" not in found else cards(file)
        try:
            assert ws.pull()[0].issues == len(listed)
        except PosyncError as error:
            said, code = str(error), error.exit_code
            assert (file.name in said, code) == (True, 4)
