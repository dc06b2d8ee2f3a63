"""What a product owner does to choose an order and defend it: rank, compare, try, accept, show the team."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

import posync
from posync.sandbox import picture
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from tests.journey.conftest import Posync
from tests.journey.test_main_job import without_emptied

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


class ThatDay(datetime):
    """A clock that stands still while the shop's releases and goals are ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain datetime is meant
        return datetime(2026, 11, 23, 9, tzinfo=tz)


@pytest.fixture
def that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posync.service.datetime", ThatDay)


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


@pytest.mark.usefixtures("that_day")
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


@pytest.mark.usefixtures("that_day")
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
    assert "(accepted as it is)" in posync("explain", one).out
    assert "acceptance-criteria: " in posync("baseline").out
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


def posync_open(workspace: Path, days: int = 0, since: datetime | None = None) -> posync.Workspace:
    """Open the workspace as if so many days had passed, since now or the moment given."""
    return posync.open(workspace, now=lambda: (since or datetime.now(UTC)) + timedelta(days=days))


def labels(workspace: Path, since: datetime, day: int, name: str) -> set[str]:
    """Return the issues that the plan of a day would label."""
    with posync_open(workspace, day, since) as shop:
        plan = shop.plan(offline=day > 0)
    return {change.issue for change in plan.changes if change.kind == "add_label" and change.label == name}


def test_grace_counts_from_the_first_day_a_flag_was_seen(workspace: Path, posync: Posync) -> None:
    began = datetime.now(UTC)  # the day may end while this runs
    with_packs(workspace, "wsjf", GRACE)
    assert labels(workspace, began, 0, "too-large") == set()
    assert posync("plan", "--offline", "--pack", "story-readiness").code == 2  # another look forgets nothing
    assert labels(workspace, began, 4, "too-large") == set()
    assert labels(workspace, began, 5, "too-large") >= {"SHOP-1", "SHOP-2"}


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
    assert without_emptied(state(sandbox), before) == before


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


def edited(sandbox: Sandbox, *edits: dict[str, object]) -> None:
    """Do what people do in their browsers."""
    human_edit(sandbox.world.jira, sandbox.trello, edits)


def places(posync: Posync) -> dict[str, int]:
    """Return the place of every open issue in the order over both trackers."""
    assert posync("pull").code == 0
    ranked = posync("ranking", "--json")
    assert ranked.code == 0, ranked.err
    return {each["issue"]: each["place"] for each in ranked.json["standings"]}


PLAIN = """\
pack: plain
score: {method: value-effort, inputs: {value: issue.fields.business_value ?? 1, effort: issue.points ?? 1}, thresholds: {value: 5, effort: 5}}
order: {stability: 0, active_sprint: ignore, in_progress: ignore}
"""
CARD, STORY = "s0000013", "SHOP-36"  # a card that stands low, a story that stands high


def test_what_waits_on_the_other_tracker_stands_below_it_in_both_directions(
    workspace: Path, sandbox: Sandbox, posync: Posync
) -> None:
    with_packs(workspace, PLAIN)
    before = places(posync)
    assert before[STORY] < before[CARD]
    edited(
        sandbox,
        {"issue": STORY, "set": {"description": f"Blocked by: https://trello.com/c/{CARD}/13-a-card"}},
    )
    now = places(posync)
    assert now[CARD] < now[STORY]
    assert f"{STORY} waits for {CARD}" in posync("explain", CARD, "--above", STORY).out
    edited(
        sandbox,
        {"issue": STORY, "set": {"description": "Nothing in the way."}},
        {"card": CARD, "set": {"desc": f"Blocked by {STORY}"}},
    )
    now = places(posync)
    assert now[STORY] < now[CARD]
    assert f"waits for {STORY}" in posync("explain", CARD).out


def test_a_circle_over_both_trackers_is_named_and_holds_nothing_up(
    workspace: Path, sandbox: Sandbox, posync: Posync
) -> None:
    with_packs(workspace, PLAIN)
    edited(
        sandbox,
        {"issue": STORY, "set": {"description": f"Blocked by: https://trello.com/c/{CARD}"}},
        {"card": CARD, "set": {"desc": f"Blocked by {STORY}"}},
    )
    planned = posync("plan", "--json")
    assert planned.code == 2, planned.err
    (told,) = [w for w in planned.json["warnings"] if "wait for each other" in w]
    assert CARD in told
    assert STORY in told


PINNED = PLAIN.replace("pack: plain", "pack: pinned").replace(
    "in_progress: ignore",
    "in_progress: ignore, pins: ["
    "{issue: SHOP-40, at: 2, owner: Ada, because: promised to the board, until: 2099-12-31}, "
    "{issue: SHOP-39, at: 1, owner: Bob, because: a fair, until: 2020-01-31}]",
)


def test_pins_of_the_pack_and_of_labels_count_until_they_end(
    workspace: Path, sandbox: Sandbox, posync: Posync
) -> None:
    with_packs(workspace, PINNED)
    edited(sandbox, {"issue": "SHOP-38", "add_label": "posync-pin:4"})
    planned = posync("plan", "-o", "p.json", "--json").json
    assert any("the pin on SHOP-39 by Bob ended on 2020-01-31" in w for w in planned["warnings"])
    assert posync("apply", "p.json", "--yes").code == 0
    with posync_open(workspace) as shop:
        shop.pull()
        backlog = [issue.key for issue in shop.backlogs()[0].issues if issue.is_open and issue.ranked]
    assert (backlog[1], backlog[3]) == ("SHOP-40", "SHOP-38")
    told = posync("explain", "SHOP-40").out
    assert "pinned to place 2 by Ada until 2099-12-31: promised to the board" in told


def test_two_pins_on_one_place_name_both_sides(workspace: Path, sandbox: Sandbox, posync: Posync) -> None:
    with_packs(workspace, PINNED)
    edited(sandbox, {"issue": "SHOP-38", "add_label": "posync-pin:2"})
    refused = posync("plan")
    assert refused.code == 78, refused.err
    assert "SHOP-38" in refused.err
    assert "SHOP-40" in refused.err


def test_a_newcomer_at_the_top_renumbers_the_rest_and_no_limit_minds(
    workspace: Path, sandbox: Sandbox, posync: Posync
) -> None:
    text = workspace.read_text()
    limits = next(line for line in text.splitlines() if line.startswith("limits:"))
    with_packs(workspace, SHOWN.replace("stability: 0", "active_sprint: ignore, in_progress: ignore"))
    assert posync("plan", "-o", "p.json").code == 2
    assert posync("apply", "p.json", "--yes").code == 0
    workspace.write_text(workspace.read_text().replace(limits, ""))
    lowest = max((place, key) for key, place in places(posync).items() if key.startswith("SHOP-"))[1]
    edited(sandbox, {"issue": lowest, "add_label": "posync-pin:1"})
    planned = posync("plan", "--json").json
    renumbered = [c for c in planned["changes"] if c["kind"] == "set_field"]
    assert {c["field"] for c in renumbered} == {"Priority no."}
    assert len({c["issue"] for c in renumbered if c["tracker"] == "shop-jira"}) > 12
    assert planned["held"] == []


def test_a_field_that_a_tracker_does_not_have_is_told_not_written(workspace: Path, posync: Posync) -> None:
    with_packs(workspace, SHOWN.replace("Priority no.", "No such field"))
    planned = posync("plan", "-o", "p.json", "--json").json
    written = {c["field"] for c in planned["changes"] if c["kind"] == "set_field"}
    assert written == {"Priority score"}
    told = [w for w in planned["warnings"] if "of field No such field left out" in w]
    assert {w.partition(":")[0] for w in told} == {"shop-jira", "shop-trello"}
    assert posync("apply", "p.json", "--yes").code == 0
    again = posync("plan", "--json").json
    assert again["changes"] == []


def test_a_field_that_holds_texts_is_told_and_keeps_them(
    workspace: Path, sandbox: Sandbox, posync: Posync
) -> None:
    with sandbox.lock:
        board = sandbox.world.trello.boards["shopboard"]
        board.custom_fields.append(
            board.custom_fields[0] | {"id": "f" * 24, "name": "Acceptance criteria", "type": "text"}
        )
    with_packs(workspace, SHOWN.replace("Priority no.", "Acceptance criteria"))
    planned = posync("plan", "-o", "p.json", "--json").json
    written = {c["field"] for c in planned["changes"] if c["kind"] == "set_field"}
    assert written == {"Priority score"}
    told = [w for w in planned["warnings"] if "it holds no numbers, which posync writes" in w]
    assert {w.partition(":")[0] for w in told} == {"shop-jira", "shop-trello"}
    assert posync("apply", "p.json", "--yes").code == 0
    assert posync("plan", "--json").json["changes"] == []
