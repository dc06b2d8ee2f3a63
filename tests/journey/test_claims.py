"""Two workspaces over one project and one board: they work side by side, or the second one is told and writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.trello.claims import claim_in
from posync.model.plan import Plan, read_plan
from posync.sandbox.house import READING
from posync.sandbox.server import Sandbox
from tests.journey.conftest import Posync
from tests.shop import WORKSPACE

CHECK = """\
pack: {pack}
about: One label of our own.
checks:
  - check: acceptance-criteria
    when: issue.type == 'story' and issue.state != 'done'
    at_least: 1
    label: {label}
    remedy: Add one checkable line.
"""
OLDEST_FIRST = """\
pack: oldest
about: The oldest first.
score:
  method: value-effort
  inputs: {value: issue.age_days, effort: "1"}
  thresholds: {value: 6, effort: 8}
  missing: {value: last, effort: last}
"""

Other = Callable[..., Path]


@pytest.fixture
def other(sandbox: Sandbox, workspace: Path, tmp_path: Path) -> Other:
    """Return what writes a second workspace over the same project and board, with packs of its own."""

    def write(name: str = "web", packs: str = "[./oldest.yaml]", **texts: str) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for pack, text in {"oldest": OLDEST_FIRST, **texts}.items():
            (folder / f"{pack}.yaml").write_text(text)
        file = folder / "posync.yaml"
        text = WORKSPACE.format(jira=sandbox.jira_url, trello=sandbox.trello_url)
        text = text.replace("workspace: shop", f"workspace: {name}")
        file.write_text(text.replace("packs: [wsjf, story-readiness, release-train]", f"packs: {packs}"))
        return file

    return write


def properties(sandbox: Sandbox) -> dict[str, Any]:
    return sandbox.world.jira.projects["SHOP"].properties


def markers(sandbox: Sandbox) -> list[str]:
    return [one["name"] for one in sandbox.world.trello.boards["shopboard"].labels if claim_in(one["name"])]


def written(sandbox: Sandbox, since: int) -> list[tuple[str, str]]:
    """Return what was sent that is no question."""
    sent = [(one.method, one.path) for one in sandbox.entries[since:]]
    return [(m, p) for m, p in sent if m != "GET" and not any(p.endswith(path) for path in READING)]


def applied(posync: Posync, *words: object) -> dict[str, Any]:
    done = posync("run", "--json", *words)
    assert done.code == 0, done.out + done.err
    found: dict[str, Any] = done.json
    return found


def planned(posync: Posync, *words: object) -> Plan:
    posync("plan", "-o", "p.json", *words)
    return read_plan(Path("p.json").read_text())


def test_a_run_marks_what_it_owns_once(workspace: Path, sandbox: Sandbox, posync: Posync) -> None:
    plan = planned(posync)
    assert [(each.claim.tracker, each.write) for each in plan.claims] == [
        ("shop-jira", True),
        ("shop-trello", True),
    ]
    assert {(w.method, w.route) for w in plan.expected_writes if not w.issues} == {
        ("PUT", "project/{key}/properties/{property}"),
        ("POST", "labels"),
    }
    shown = posync("show", "p.json").out
    assert "Marks project SHOP as ordered by workspace shop" in " ".join(shown.split())
    assert posync("apply", "p.json", "--yes").code == 0
    [value] = properties(sandbox).values()
    assert list(properties(sandbox)) == ["posync.shop~shop-jira"]
    assert value["workspace"] == "shop"
    assert "needs-acceptance-criteria" in value["labels"]
    [marker] = markers(sandbox)
    assert marker.startswith("posync · shop · shop-trello · orders · lists: Backlog = ")
    assert posync("plan").code == 0
    sent = len(sandbox.entries)
    applied(posync)
    assert written(sandbox, sent) == []
    assert markers(sandbox) == [marker]


def test_markers_are_no_labels_of_cards(workspace: Path, sandbox: Sandbox, posync: Posync) -> None:
    applied(posync)
    board = sandbox.world.trello.boards["shopboard"]
    marker = next(one for one in board.labels if claim_in(one["name"]))
    card = next(iter(board.cards.values()))
    with sandbox.lock:
        card["idLabels"] = [*(card.get("idLabels") or []), marker["id"]]
        sandbox.world.trello.changed(board, card)
    assert posync("plan").code == 0
    report = posync("pull", "--full", "--json")
    assert report.code == 0
    assert posync("plan", "--offline").code == 0


def test_disjoint_workspaces_both_work(
    workspace: Path, sandbox: Sandbox, posync: Posync, other: Other
) -> None:
    applied(posync)
    second = other(packs="[./mine.yaml]", mine=CHECK.format(pack="mine", label="web-unready"))
    assert posync("check", "--config", second).code == 0
    plan = planned(posync, "--config", second)
    assert plan.changes
    applied(posync, "--config", second)
    assert posync("plan", "--config", second).code == 0
    assert posync("plan").code == 0
    assert posync("check").code == 0
    assert sorted(properties(sandbox)) == ["posync.shop~shop-jira", "posync.web~shop-jira"]
    assert len(markers(sandbox)) == 2


def test_disjoint_lists_may_both_be_ordered(
    workspace: Path, sandbox: Sandbox, posync: Posync, other: Other
) -> None:
    def only_trello(file: Path, lists: str) -> None:
        head, _, rest = file.read_text().partition("  shop-jira:")
        text = head + "  shop-trello:" + rest.partition("  shop-trello:")[2]
        file.write_text(text.replace("[Backlog, Next]", lists))

    only_trello(workspace, "[Backlog]")
    second = other()
    only_trello(second, "[Next]")
    applied(posync)
    assert posync("check", "--config", second).code == 0
    applied(posync, "--config", second)
    only_trello_again = second.read_text().replace("[Next]", "[backlog]")
    second.write_text(only_trello_again)
    refused = posync("check", "--config", second)
    assert refused.code == 78
    assert "both order the list backlog of board shopboard" in " ".join(refused.out.split())


def test_an_overlap_is_refused_by_check_apply_and_run(
    workspace: Path, posync: Posync, other: Other, sandbox: Sandbox
) -> None:
    second = other()
    applied(posync)
    assert planned(posync, "--config", second).changes  # to plan is free
    sent = len(sandbox.entries)
    checked = posync("check", "--config", second)
    assert checked.code == 78
    for words in ("workspace shop", "both order project SHOP", "check --take-over shop", "delete the label"):
        assert words in " ".join(checked.out.split())
    refused = posync("apply", "p.json", "--yes", "--config", second)
    assert refused.code == 78
    assert "both order project SHOP" in refused.err
    assert "both order the lists Backlog, Next of board shopboard" in refused.err
    ran = posync("run", "--config", second)
    assert ran.code == 78
    assert written(sandbox, sent) == []
    assert list(properties(sandbox)) == ["posync.shop~shop-jira"]
    assert posync("history", "--config", second, "--json").json[0]["outcome"] == "failed"


def test_one_label_in_common_is_an_overlap(workspace: Path, posync: Posync, other: Other) -> None:
    applied(posync)
    second = other(packs="[./mine.yaml]", mine=CHECK.format(pack="mine", label="needs-acceptance-criteria"))
    checked = posync("check", "--config", second, "--json")
    assert checked.code == 78
    for tracker in checked.json["trackers"]:
        assert "both manage the label needs-acceptance-criteria" in tracker["error"]
        assert "order" not in tracker["error"]


def test_queries_that_may_meet_are_warned_of(workspace: Path, posync: Posync, other: Other) -> None:
    def query(file: Path, jql: str) -> Path:
        head, _, _ = file.read_text().partition("  shop-trello:")
        tail = file.read_text().partition("packs:")[2]
        file.write_text(head.replace("{project: SHOP}", f"{{jql: '{jql}'}}") + "packs:" + tail)
        return file

    query(workspace, "project = SHOP AND type = Story")
    second = query(other(), "project = SHOP AND type = Bug")
    applied(posync)
    assert posync("pull", "--config", second).code == 0
    checked = posync("check", "--config", second, "--json")
    assert checked.code == 0, checked.out
    [tracker] = checked.json["trackers"]
    assert any("if their issues meet" in line for line in tracker["warnings"])
    done = posync("run", "--config", second, "--json")
    assert done.code == 0, done.err
    if done.json["counts"]["done"]:
        assert any("if their issues meet" in line for line in done.json["warnings"])


def test_a_workspace_that_is_no_more_gives_way(
    workspace: Path, sandbox: Sandbox, posync: Posync, other: Other
) -> None:
    applied(posync)
    second = other()
    unasked = posync("check", "--take-over", "shop", "--config", second)
    assert (unasked.code, len(properties(sandbox))) == (64, 1)
    assert "add --yes" in unasked.err
    assert posync("check", "--take-over", "nobody", "--config", second, "--yes").code == 64
    assert posync("check", "--take-over", "web", "--config", second, "--yes").code == 64
    sent = len(sandbox.entries)
    taken = posync("check", "--take-over", "shop", "--config", second, "--yes")
    assert taken.code == 78  # the board's label is for people to delete
    assert properties(sandbox) == {}
    assert "Removed 1 marker of workspace shop." in taken.err
    [left] = [line for line in taken.err.splitlines() if line.startswith("One is left for you: ")]
    assert "delete the label that begins `posync · shop · shop-trello` on board shopboard" in left
    property_ = "/rest/api/2/project/SHOP/properties/posync.shop~shop-jira"
    asked = [(one.method, one.path) for one in sandbox.entries[sent:] if one.path == property_]
    assert asked == [("GET", property_), ("DELETE", property_)]  # what was agreed to is not asked for again
    told = posync("history", "--config", second, "--json").json[0]
    assert (told["kind"], told["changes"], told["requests"]) == ("take-over", 1, 1)
    board = sandbox.world.trello.boards["shopboard"]
    with sandbox.lock:
        board.labels[:] = [one for one in board.labels if claim_in(one["name"]) is None]
        sandbox.world.trello.changed(board)
    assert posync("check", "--config", second).code == 0
    applied(posync, "--config", second)
    assert list(properties(sandbox)) == ["posync.web~shop-jira"]
    ran = posync("check")  # and the first one now is the stranger
    assert ran.code == 78


def test_a_marker_somebody_removed_is_left_again(workspace: Path, sandbox: Sandbox, posync: Posync) -> None:
    applied(posync)
    properties(sandbox).clear()
    touched(sandbox)
    assert [each.write for each in planned(posync).claims] == [False]
    assert posync("apply", "p.json", "--yes").code == 0
    assert properties(sandbox) == {}  # the plan did not say so
    touched(sandbox)
    assert [each.write for each in planned(posync).claims] == [True]
    assert posync("apply", "p.json", "--yes").code == 0
    assert list(properties(sandbox)) == ["posync.shop~shop-jira"]


def touched(sandbox: Sandbox) -> None:
    """Take posync's label off an issue, so that there is something to write."""
    with sandbox.lock:
        world = sandbox.world.jira
        issue = next(i for i in world.issues.values() if "needs-acceptance-criteria" in i.list_of("labels"))
        issue.fields["labels"] = [x for x in issue.fields["labels"] if x != "needs-acceptance-criteria"]
        world.changed(issue)


def test_without_administer_projects_posync_reads_and_does_not_mark(
    workspace: Path, sandbox: Sandbox, posync: Posync, other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = other(packs="[./mine.yaml]", mine=CHECK.format(pack="mine", label="web-unready"))
    head, _, rest = file.read_text().partition("  shop-trello:")
    file.write_text(head + "packs:" + rest.partition("packs:")[2])
    monkeypatch.setenv("JIRA_EMAIL", "editor@shop.example")
    monkeypatch.setenv("JIRA_TOKEN", "sandbox-editor-token")
    checked = posync("check", "--config", file, "--json")
    assert checked.code == 0
    [lacking] = [c for c in checked.json["trackers"][0]["capabilities"] if c["name"] == "claim"]
    assert (lacking["granted"], lacking["because"]) == (False, "missing ADMINISTER_PROJECTS")
    assert "cannot see" in lacking["consequence"]
    assert [each.write for each in planned(posync, "--config", file).claims] == [False]
    assert applied(posync, "--config", file)["counts"]["done"] > 0
    assert properties(sandbox) == {}
    own = "web-unready"
    properties(sandbox)["posync.shop~jira"] = {
        "version": 9,
        "workspace": "shop",
        "tracker": "jira",
        "scope": {"kind": "jira", "place": "SHOP", "unheard-of": 1},
        "labels": [own],
        "unheard-of": True,
    }
    refused = posync("check", "--config", file, "--json")
    assert refused.code == 78
    assert f"both manage the label {own}" in refused.json["trackers"][0]["error"]
    denied = posync("check", "--config", file, "--take-over", "shop", "--yes")
    assert denied.code == 4
    assert list(properties(sandbox)) == ["posync.shop~jira"]


def test_undo_leaves_the_marker(workspace: Path, sandbox: Sandbox, posync: Posync) -> None:
    run = applied(posync)["run"]
    assert posync("undo", run, "--yes").code == 0
    assert list(properties(sandbox)) == ["posync.shop~shop-jira"]
    assert len(markers(sandbox)) == 1


def test_hostile_markers_warn_and_block_nothing(workspace: Path, sandbox: Sandbox, posync: Posync) -> None:
    board = sandbox.world.trello.boards["shopboard"]
    with sandbox.lock:
        properties(sandbox).update(
            {
                "posync.evil~x": {"workspace": "shop2\u001b[31m", "scope": {}, "order": True},
                "posync.": [[[]]],
                "posync.big~x": "x" * 30_000,
                "posync.liar~x": {
                    "workspace": "other",
                    "tracker": "x",
                    "scope": {"kind": "jira"},
                    "order": True,
                },
                "posync.a/../b?c#d": {"scope": None},
                "someone.else": {"order": True},
            }
        )
        for name in (
            "posync · \u001b[31m",
            "posync ·",
            "posync · a · b · orders · orders",
            'posync · a · b · lists: "',
        ):
            sandbox.trello.world.boards["shopboard"].labels.append(
                {
                    "id": sandbox.world.trello.next_id(),
                    "idBoard": board.id,
                    "name": name,
                    "color": None,
                    "uses": 0,
                }
            )
    checked = posync("check", "--json")
    assert checked.code == 0, checked.out
    jira, trello = checked.json["trackers"]
    assert len(jira["warnings"]) == 5
    assert len(trello["warnings"]) == 4
    assert "\u001b" not in json.dumps(checked.json, ensure_ascii=False)
    done = applied(posync)
    assert any("passed over" in line for line in done["warnings"])
