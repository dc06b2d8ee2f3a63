"""A pack that reads how many comments an issue has is given the number, without anybody touching a profile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posync.sandbox.server import Sandbox
from posync.service import open_workspace

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
