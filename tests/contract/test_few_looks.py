"""Looks are counted at the tracker: one right before each move, and next to none for labels."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from posync.model.issue import Issue
from posync.sandbox.house import READING
from posync.sandbox.server import Sandbox
from posync.service import Workspace, open_workspace
from tests.contract.test_fewest_writes import planned
from tests.shop import SECRETS, WORKSPACE

FIXED = 8
"""Looks however much is written: at the issues, the orders, whose the place is, a new label, and once more at the end."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(issues=300, cards=300) as served:
        yield served


@pytest.fixture
def workspace(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    written = WORKSPACE.format(jira=sandbox.jira_url, trello=sandbox.trello_url)
    file = tmp_path / "posync.yaml"
    file.write_text(written.replace("[wsjf, story-readiness, release-train]", "[]"))
    with open_workspace(file) as opened:
        opened.pull()
        yield opened


def spread(issues: Sequence[Issue], count: int) -> list[str]:
    """Return the uids of one list in an order in which `count` of them have moved, each to a place of its own."""
    lane = [issue.uid for issue in issues if issue.ranked and issue.lane == issues[0].lane]
    dice = random.Random(5)
    for uid in dice.sample(lane, count):
        lane.remove(uid)
        lane.insert(dice.randrange(len(lane) + 1), uid)
    return lane


@pytest.mark.parametrize(
    ("tracker", "at", "moving"), [("shop-jira", -1, "rank"), ("shop-trello", -2, "cards")]
)
def test_a_look_a_move_and_few_beside(
    sandbox: Sandbox, workspace: Workspace, tracker: str, at: int, moving: str
) -> None:
    issues = next(b.issues for b in workspace.backlogs() if b.tracker == tracker)
    flagged = [issue.uid for issue in issues if issue.ranked][:40]
    plan = planned(workspace, spread(issues, 12), flagged)
    assert {change.tracker for change in plan.changes} == {tracker}
    start = len(sandbox.entries)
    assert workspace.apply(plan, approve=plan.checksum).outcome == "done"
    sent = sandbox.entries[start:]
    looks = [e for e in sent if e.method == "GET" or e.path.endswith(tuple(READING))]
    moves = [e for e in sent if e.method == "PUT" and e.path.split("/")[at] == moving]
    assert len(moves) >= 5
    assert len(looks) <= len(moves) + FIXED
