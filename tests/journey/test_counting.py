"""A pack that reads how many comments an issue has is given the number, without anybody touching a profile."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posync.errors import Incomplete
from posync.sandbox.server import Sandbox
from posync.service import Workspace, open_workspace

WORKSPACE = """\
workspace: talk
trackers:
  shop:
    kind: jira
    url: {jira}
    auth: {{bearer: {{env: SHOP_TOKEN}}}}
    scope: {{project: SHOP}}
    profile: {profile}
  board:
    kind: trello
    url: {trello}
    auth: {{key: {{env: BOARD_KEY}}, token: {{env: BOARD_TOKEN}}}}
    scope: {{board: shopboard}}
packs: [./pack.yaml]
state: sqlite:///posync.db
"""
QUIET = "pack: mine\nchecks:\n  - {check: watched, when: issue.watchers > 99, label: watched}\n"
TALK = "pack: mine\nchecks:\n  - {check: discussed, when: issue.comments > 1, label: discussed}\n"
RANKED = """\
pack: talkative
score:
  method: weighted
  inputs: {talk: {value: issue.comments, weight: 1, min: 0, max: 10}}
order: {}
"""
FILE = """\
workspace: kept
trackers:
  file: {kind: export, path: saved.json}
packs: [./pack.yaml]
state: sqlite:///posync.db
"""
PROFILES = {"cloud": "jira-cloud", "dc": "jira-data-center"}


@pytest.fixture(params=PROFILES)
def sandbox(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    monkeypatch.setenv("SHOP_TOKEN", "sandbox-jira-pat")
    monkeypatch.setenv("BOARD_KEY", "sandbox-trello-key")
    monkeypatch.setenv("BOARD_TOKEN", "sandbox-trello-token")
    with Sandbox(issues=12, flavour=request.param) as served:
        with served.lock:
            issue = served.world.jira.find("SHOP-3")
            assert issue is not None
            said = [{"id": str(n), "body": f"Comment {n}"} for n in range(3)]
            issue.comments.extend(one | {"author": None} for one in said)
        text = WORKSPACE.format(
            jira=served.jira_url, trello=served.trello_url, profile=PROFILES[request.param]
        )
        (tmp_path / "posync.yaml").write_text(text)
        yield served


def test_comments_are_counted_from_the_moment_a_pack_reads_them(sandbox: Sandbox, tmp_path: Path) -> None:
    pack = tmp_path / "pack.yaml"
    pack.write_text(QUIET)
    with open_workspace(tmp_path / "posync.yaml") as workspace:
        workspace.pull()
        assert {issue.comments for issue in workspace.backlogs()[0].issues} == {0}
    pack.write_text(TALK)
    with open_workspace(tmp_path / "posync.yaml") as workspace:
        shop, board = workspace.pull()
        assert shop.changed == len(
            [
                issue
                for issue in sandbox.world.jira.issues.values()
                if issue.comments and issue.project == "SHOP"
            ]
        )
        assert board.changed == 0
        assert {issue.key: issue.comments for issue in workspace.backlogs()[0].issues}["SHOP-3"] >= 3
        labels = [(one.kind, one.issue) for one in workspace.plan().changes if one.kind == "add_label"]
        assert ("add_label", "SHOP-3") in labels


@pytest.fixture
def pulled(sandbox: Sandbox, tmp_path: Path) -> Iterator[Workspace]:
    """Open a workspace whose picture was taken for a pack that counts nothing; beside it lies one that counts."""
    assert sandbox.world.jira.issues
    (tmp_path / "pack.yaml").write_text(QUIET)
    (tmp_path / "talk.yaml").write_text(RANKED)
    with open_workspace(tmp_path / "posync.yaml") as workspace:
        workspace.pull()
        yield workspace


def refused(ask: Callable[[], object]) -> str:
    with pytest.raises(Incomplete) as caught:
        ask()
    return str(caught.value)


def test_another_pack_that_counts_is_pulled_for(pulled: Workspace) -> None:
    moved = [change.uid for change in pulled.plan(packs=["./talk.yaml"]).changes if change.kind == "move"]
    assert moved
    assert {issue.key: issue.comments for issue in pulled.backlogs()[0].issues}["SHOP-3"] >= 3
    assert pulled.standing.compare("./talk.yaml", "stack-rank").shifts
    offline = pulled.plan(packs=["./talk.yaml"], offline=True)
    assert moved == [change.uid for change in offline.changes if change.kind == "move"]


def test_a_pack_that_counts_is_never_given_zeros_from_an_older_picture(pulled: Workspace) -> None:
    for ask in (
        lambda: pulled.plan(packs=["./talk.yaml"], offline=True),
        lambda: pulled.standing.compare("stack-rank", "./talk.yaml"),
    ):
        said = refused(ask)
        assert said.startswith("shop: judge the last picture: ./talk.yaml reads issue.comments")
        assert "Run `posync plan --pack ./talk.yaml`" in said


@pytest.mark.usefixtures("pulled")
def test_a_pack_that_begins_to_count_waits_for_a_pull(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(RANKED)
    with open_workspace(tmp_path / "posync.yaml") as again:
        for ask in (
            lambda: again.plan(offline=True),
            lambda: again.plan(offline=True, overrides=["issue.votes@SHOP-3=1"]),
            again.standing.ranking,
            again.standing.goals,
            again.standing.baseline,
            again.standing.accept_flags,
            lambda: again.standing.explain("SHOP-3"),
        ):
            assert "Run `posync pull`" in refused(ask)
        again.pull()
        assert again.standing.explain("SHOP-3")


@pytest.mark.parametrize(("told", "counted"), [({}, False), ({"comment": {"total": 2}}, True)])
def test_a_saved_file_without_comments_counts_none(
    told: dict[str, Any], counted: bool, tmp_path: Path
) -> None:
    issue = {"id": "1", "key": "A-1", "fields": {"summary": "One", **told}}
    (tmp_path / "saved.json").write_text(json.dumps({"issues": [issue]}))
    (tmp_path / "pack.yaml").write_text(RANKED)
    (tmp_path / "posync.yaml").write_text(FILE)
    with open_workspace(tmp_path / "posync.yaml") as workspace:
        if counted:
            assert not workspace.plan().warnings
        else:
            assert "saved again" in refused(workspace.plan)
