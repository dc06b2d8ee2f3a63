"""What a product owner does to choose an order and defend it: rank, compare, try, accept, show the team."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import posync
from posync.sandbox import picture
from posync.sandbox.server import Sandbox
from tests.journey.conftest import Posync

AIMS = """\
pack: aims
about: What the shop is meant to reach this winter.
goals:
  - {name: Quick checkout, measure: seconds from basket to order, target: 60, date: 2027-03-31, epics: [SHOP-1]}
  - {name: Abroad, measure: countries served, target: 12, date: 2027-06-30, labels: [abroad]}
"""
SHOWN = """\
pack: shown
score:
  method: value-effort
  inputs: {value: issue.fields.business_value ?? 1, effort: issue.points}
  thresholds: {value: 5, effort: 5}
  missing: {effort: last}
order: {stability: 0}
write: {score_field: Priority score, rank_field: Priority no., decimals: 1}
"""
GRACE = """\
pack: grace
checks:
  - {check: huge, when: (issue.points ?? 0) > 8, label: too-large, after: 5d, because: more than 8 points}
"""


def with_packs(workspace: Path, *packs: str) -> None:
    """Let the workspace judge by these packs alone, written beside it where they are YAML."""
    named = []
    for pack in packs:
        if "\n" in pack:
            name = pack.splitlines()[0].removeprefix("pack: ")
            (workspace.parent / f"{name}.yaml").write_text(pack)
            named.append(f"{name}.yaml")
        else:
            named.append(pack)
    text = workspace.read_text()
    line = next(line for line in text.splitlines() if line.startswith("packs:"))
    workspace.write_text(text.replace(line, f"packs: [{', '.join(named)}]"))


def test_the_one_order_over_both_trackers(workspace: Path, posync: Posync) -> None:
    assert posync("pull").code == 0
    ranked = posync("ranking", "--json")
    assert ranked.code == 0, ranked.err
    standings = ranked.json["standings"]
    assert [each["place"] for each in standings] == list(range(1, len(standings) + 1))
    assert {each["tracker"] for each in standings} == {"shop-jira", "shop-trello"}
    assert "one step on any input changes at most" in ranked.json["firm"]
    shown = posync("ranking", "--top", "3").out
    assert standings[0]["issue"] in shown
    assert "How firm" in shown


def test_the_two_by_two_and_the_effort_of_each_release(workspace: Path, posync: Posync) -> None:
    with_packs(workspace, SHOWN, "release-train")
    assert posync("pull").code == 0
    squares = posync("ranking", "--json").json["squares"]
    assert list(squares) == ["quick win", "big bet", "fill-in", "avoid"]
    assert all(squares.values())
    moscow = """\
pack: promises
score:
  method: moscow
  inputs: {promise: "issue.priority == 'Highest' ? 'must' : (issue.priority == 'High' ? 'should' : 'could')", effort: issue.points}
"""
    with_packs(workspace, moscow, "release-train")
    budgets = posync("ranking", "--json").json["budgets"]
    assert {"2026.12"} <= {each["release"] for each in budgets}
    assert "Effort by release" in posync("ranking").out


def test_goals_without_stories_and_stories_without_a_goal(workspace: Path, posync: Posync) -> None:
    with_packs(workspace, "wsjf", AIMS)
    assert posync("pull").code == 0
    told = posync("goals", "--json").json
    quick, abroad = told["goals"]
    assert (quick["name"], len(quick["issues"]) > 1, quick["overdue"]) == ("Quick checkout", True, False)
    assert abroad["issues"] == []
    assert told["without_goal"]
    assert "no open story serves it" in posync("goals").out
    key = quick["issues"][0]
    assert "seconds from basket to order" in posync("explain", key).out
    assert "it serves none" in posync("explain", told["without_goal"][0]).out


def test_comparing_says_how_firm_each_top_stands(workspace: Path, posync: Posync) -> None:
    assert posync("pull").code == 0
    compared = posync("compare", "wsjf", "stack-rank", "--json").json
    assert set(compared["firm"]) == {"wsjf"}
    assert -1 <= compared["tau"] <= 1
    assert set(compared["newcomers"]) == {"10", "50"}


def test_accepted_flags_are_silent_until_they_are_mended_and_come_back(
    workspace: Path, posync: Posync
) -> None:
    assert posync("pull").code == 0
    before = posync("plan", "--offline", "--json").json
    flagged = {c["issue"] for c in before["changes"] if c.get("label") == "needs-acceptance-criteria"}
    assert flagged
    accepted = posync("baseline", "--accept", "--check", "acceptance-criteria", "--json")
    assert accepted.code == 0, accepted.err
    assert {each["issue"] for each in accepted.json["accepted"]} >= flagged
    after = posync("plan", "--offline", "--json").json
    assert [c for c in after["changes"] if c.get("label") == "needs-acceptance-criteria"] == []
    one = min(flagged)
    with posync_open(workspace) as shop:
        issue = shop.backlogs()[0].by_key.get(one) or shop.backlogs()[1].by_key[one]
        assert (issue[0].uid, "acceptance-criteria") in shop.store.baseline()
    cleared = posync("baseline", "--clear", "--json").json
    assert cleared["accepted"] == []
    assert {each["issue"] for each in cleared["speaking"]} >= flagged


def test_nobody_accepts_flags_of_a_check_that_no_pack_has(workspace: Path, posync: Posync) -> None:
    assert posync("pull").code == 0
    refused = posync("baseline", "--accept", "--check", "criteria")
    assert (refused.code, "acceptance-criteria" in refused.err) == (64, True)
    assert posync("baseline", "--accept", "--clear").code == 64


def state(sandbox: Sandbox) -> object:
    """Return all that both trackers hold."""
    return json.loads(json.dumps(picture.state(sandbox.world.jira, sandbox.world.trello)))


def posync_open(workspace: Path, days: int = 0) -> posync.Workspace:
    """Open the workspace as if so many days had passed."""
    return posync.open(workspace, now=lambda: datetime.now(UTC) + timedelta(days=days))


def labels(workspace: Path, day: int, name: str) -> set[str]:
    """Return the issues that today's plan would label."""
    with posync_open(workspace, day) as shop:
        plan = shop.plan(offline=day > 0)
    return {change.issue for change in plan.changes if change.kind == "add_label" and change.label == name}


def test_grace_counts_from_the_first_day_a_flag_was_seen(workspace: Path, posync: Posync) -> None:
    with_packs(workspace, "wsjf", GRACE)
    assert labels(workspace, 0, "too-large") == set()
    assert posync("plan", "--offline", "--pack", "story-readiness").code == 2  # another look forgets nothing
    assert labels(workspace, 4, "too-large") == set()
    assert labels(workspace, 5, "too-large") >= {"SHOP-1", "SHOP-2"}


def test_score_and_place_are_shown_to_the_team_on_both_trackers(
    workspace: Path, sandbox: Sandbox, posync: Posync
) -> None:
    with_packs(workspace, SHOWN)
    before = state(sandbox)
    planned = posync("plan", "-o", "p.json", "--json")
    assert planned.code == 2, planned.err
    written = [c for c in planned.json["changes"] if c["kind"] == "set_field"]
    assert {(c["tracker"], c["field"]) for c in written} == {
        (tracker, field)
        for tracker in ("shop-jira", "shop-trello")
        for field in ("Priority score", "Priority no.")
    }
    applied = posync("apply", "p.json", "--yes", "--json")
    assert (applied.code, applied.json["counts"]["failed"]) == (0, 0), applied.err
    again = posync("plan", "--json")
    assert again.json["changes"] == []
    undone = posync("undo", applied.json["run"], "--yes", "--json")
    assert undone.code == 0, undone.err
    assert state(sandbox) == before


def test_a_label_with_a_blank_is_written_where_it_can_be_and_told_where_not(
    workspace: Path, posync: Posync
) -> None:
    with_packs(workspace, "wsjf", GRACE.replace("too-large", "too large").replace("after: 5d, ", ""))
    planned = posync("plan", "-o", "p.json", "--json").json
    labelled = {c["tracker"] for c in planned["changes"] if c["kind"] == "add_label"}
    assert labelled == {"shop-trello"}
    assert any("call it 'too-large' in the pack" in warning for warning in planned["warnings"])
    assert posync("apply", "p.json", "--yes").code == 0
    assert posync("plan", "--json").json["changes"] == []
