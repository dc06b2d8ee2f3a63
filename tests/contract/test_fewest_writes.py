"""Requests are counted at the tracker: a plan is carried out in the fewest that the vendor takes, and exactly."""

from __future__ import annotations

import random
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from posync.applying.executor import Applied
from posync.drafting import seen_through
from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.model.limits import Limits
from posync.model.plan import Plan
from posync.model.verdict import Flag, Managed, Place, Verdicts
from posync.planning.desired import Traits
from posync.planning.plan import Seen, make_plan
from posync.sandbox.house import READING
from posync.sandbox.server import Sandbox
from posync.service import Workspace, open_workspace
from tests.shop import SECRETS, WORKSPACE

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LABEL = "needs-acceptance-criteria"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(issues=1000, cards=90) as served:
        yield served


@pytest.fixture
def workspace(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    sandbox.reset()
    written = WORKSPACE.format(jira=sandbox.jira_url, trello=sandbox.trello_url)
    file = tmp_path / "posync.yaml"
    file.write_text(written.replace("[wsjf, story-readiness, release-train]", "[]"))
    with open_workspace(file) as opened:
        opened.pull()
        yield opened


def planned(workspace: Workspace, order: Sequence[str], flagged: Sequence[str] = ()) -> Plan:
    """Return the plan that puts issues into this order and the label on the flagged ones."""
    flags = tuple(Flag(uid=uid, check="c", label=LABEL, because="no criteria") for uid in flagged)
    verdicts = Verdicts(
        places=tuple(Place(uid, rank, ("first",)) for rank, uid in enumerate(order, 1)),
        flags=flags,
        managed=Managed(labels=frozenset({LABEL})),
    )
    return make_plan(
        "shop",
        workspace.backlogs(),
        verdicts,
        seen_through(workspace.connections),
        now=NOW,
        packs={},
        limits=workspace.settings.limits,
        comments={},
    )


def written(sandbox: Sandbox, workspace: Workspace, plan: Plan) -> tuple[Applied, dict[tuple[str, str], int]]:
    """Carry out a plan and return what came of it, and the tracker's count of writes by method and last word.

    One more leaves the marker of this workspace, once in its life.
    """
    start = len(sandbox.entries)
    applied = workspace.apply(plan, approve=plan.checksum)
    assert applied.outcome == "done"
    sent = [e for e in sandbox.entries[start:] if e.method != "GET" and not e.path.endswith(tuple(READING))]
    marks = [e for e in sent if "/properties/" in e.path or e.path == "/1/labels"]
    assert len(marks) == 1
    sent = [e for e in sent if e not in marks]
    counted = Counter((e.method, e.path.split("/")[-2 if e.tracker == "trello" else -1]) for e in sent)
    return applied, dict(counted)


def issues_of(workspace: Workspace, tracker: str) -> tuple[Issue, ...]:
    return next(b.issues for b in workspace.backlogs() if b.tracker == tracker)


def test_a_random_order_of_a_thousand_jira_issues_takes_twenty_calls(
    sandbox: Sandbox, workspace: Workspace
) -> None:
    order = [issue.uid for issue in issues_of(workspace, "shop-jira")]
    random.Random(1).shuffle(order)
    assert len(order) == 1000
    assert written(sandbox, workspace, planned(workspace, order))[1] == {("PUT", "rank"): 20}
    assert sandbox.world.jira.order() == [uid.partition(":")[2] for uid in order]


def test_moving_twenty_and_flagging_fifty_of_a_thousand(sandbox: Sandbox, workspace: Workspace) -> None:
    """Twenty rank calls at most, one bulk edit for the fifty, and few looks before and after."""
    order = [issue.uid for issue in issues_of(workspace, "shop-jira")]
    dice = random.Random(2)
    for uid in dice.sample(order, 20):
        order.remove(uid)
        order.insert(dice.randrange(len(order) + 1), uid)
    flagged = dice.sample(order, 50)
    applied, sent = written(sandbox, workspace, planned(workspace, order, flagged))
    assert sent.pop(("PUT", "rank")) <= 20
    assert sent == {("POST", "fields"): 1}
    assert applied.requests < 60
    assert sandbox.world.jira.order() == [uid.partition(":")[2] for uid in order]
    marked = {f"shop-jira:{n}" for n, i in sandbox.world.jira.issues.items() if LABEL in i.list_of("labels")}
    assert marked == set(flagged)


def test_a_list_takes_as_many_moves_as_cards_out_of_order(sandbox: Sandbox, workspace: Workspace) -> None:
    """Whatever the random order, each list takes its length less its longest rising part."""
    lists: dict[str, list[str]] = {}
    for issue in issues_of(workspace, "shop-trello"):
        if issue.ranked:
            lists.setdefault(issue.lane, []).append(issue.uid)
    wanted = {lane: random.Random(lane).sample(uids, len(uids)) for lane, uids in lists.items()}
    least = sum(len(uids) - rising([uids.index(uid) for uid in wanted[lane]]) for lane, uids in lists.items())
    plan = planned(workspace, [uid for uids in wanted.values() for uid in uids])
    assert written(sandbox, workspace, plan)[1] == {("PUT", "cards"): least}
    workspace.pull(full=True)
    assert planned(workspace, [uid for uids in wanted.values() for uid in uids]).changes == ()


def rising(row: Sequence[int]) -> int:
    """Return the length of the longest increasing subsequence."""
    tails: list[int] = []
    for value in row:
        at = bisect_left(tails, value)
        tails[at : at + 1] = [value]
    return len(tails)


def test_five_thousand_issues_are_planned_in_moments() -> None:
    """Processor time of the planning part, for the worst order there is: a random one."""
    issues = tuple(
        Issue(uid=f"j:{n}", tracker="j", key=f"S-{n}", rank=n, labels=("a", "b")) for n in range(1, 5001)
    )
    order = random.Random(3).sample([issue.uid for issue in issues], len(issues))
    backlog = Backlog(tracker="j", issues=issues, complete=True, shown_by="test", observed=NOW)
    verdicts = Verdicts(
        places=tuple(Place(uid, rank, ("first",)) for rank, uid in enumerate(order, 1)),
        flags=tuple(Flag(uid=uid, check="c", label=LABEL, because="x") for uid in order[::10]),
        managed=Managed(labels=frozenset({LABEL})),
    )
    seen = {"j": Seen(Traits("j", rank_batch=50), lambda changes: ())}
    start = time.thread_time()
    plan = make_plan("shop", [backlog], verdicts, seen, now=NOW, packs={}, limits=Limits(), comments={})
    assert time.thread_time() - start < 5
    assert len(plan.changes) > 5000
