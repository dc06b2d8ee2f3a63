"""People edit while posync plans and writes: their work stays, is named, and shows in the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from posync.model.change import AddLabel, Move, SetReleases
from posync.model.plan import Plan, Result, read_plan
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from posync.state.store import Store
from tests.journey.conftest import Posync


def planned(posync: Posync) -> Plan:
    assert posync("plan", "-o", "p.json").code == 2
    return read_plan(Path("p.json").read_text())


def edited(sandbox: Sandbox, **edit: object) -> None:
    with sandbox.lock:
        human_edit(sandbox.world.jira, sandbox.trello, [edit])


def test_what_was_skipped_has_an_exit_code_of_its_own(
    workspace: Path, sandbox: Sandbox, posync: Posync
) -> None:
    plan = planned(posync)
    key = next(c.issue for c in plan.changes if isinstance(c, AddLabel) and c.tracker == "shop-jira")
    edited(sandbox, issue=key, add_label="ours")
    applied = posync("apply", "p.json", "--yes", "--json")
    assert applied.code == 3, applied.err
    assert applied.json["counts"]["skipped"] > 0
    assert applied.json["counts"]["failed"] == 0
    assert any(key in result["because"] for result in applied.json["results"])
    assert posync("plan", "-o", "rest.json").code == 2
    assert posync("apply", "rest.json", "--yes").code == 0
    assert posync("plan").code == 0


def test_with_abort_nothing_is_written(workspace: Path, sandbox: Sandbox, posync: Posync) -> None:
    plan = planned(posync)
    key = next(c.issue for c in plan.changes if isinstance(c, AddLabel))
    edited(sandbox, issue=key, add_label="ours")
    sent = len(sandbox.log)
    aborted = posync("apply", "p.json", "--yes", "--drift", "abort")
    assert (aborted.code, aborted.out) == (3, "")
    assert key in aborted.err
    written = [m for m, path, _ in sandbox.log[sent:] if m in {"PUT", "DELETE"} or "comment" in path]
    assert written == []


def test_a_card_archived_while_posync_writes(workspace: Path, sandbox: Sandbox, posync: Posync) -> None:
    plan = planned(posync)
    card = [c.uid.partition(":")[2] for c in plan.changes if isinstance(c, Move)][-1]
    archive = {"card": card, "set": {"closed": True}}
    sandbox.faults.set(
        [{"do": "edit", "edit": archive, "match": {"tracker": "trello", "method": "PUT", "nth": 1}}]
    )
    applied = posync("apply", "p.json", "--yes", "--json")
    assert (applied.code, applied.json["counts"]["failed"]) == (3, 0), applied.err
    sandbox.faults.set([])
    rest = posync(
        "plan", "-o", "rest.json"
    ).code  # 0 where posync had looked again before it came to the card
    assert rest in {0, 2}
    assert posync("apply", "rest.json", "--yes").code == 0
    assert posync("plan").code == 0


def test_a_run_says_that_it_finished_one_that_was_cut_off(
    workspace: Path, posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, settle = 0, Store.settle

    def killed(self: Store, entry: int, results: Sequence[Result]) -> None:
        nonlocal sent
        sent += 1
        if sent > 3:
            raise SystemExit(137)
        settle(self, entry, results)

    monkeypatch.setattr(Store, "settle", killed)
    with pytest.raises(SystemExit):
        posync("run")
    monkeypatch.setattr(Store, "settle", settle)
    again = posync("run", "--json")
    assert again.code == 0, again.err
    assert sum(again.json["counts"].values()) == 0
    [told] = [w for w in again.json["warnings"] if "cut off" in w]
    assert told.startswith("the run that was cut off was finished first, as run 2: ")
    assert "done" in told
    assert [(run["kind"], run["outcome"]) for run in posync("history", "--json").json] == [
        ("run", "done"),
        ("run", "done"),
        ("run", "interrupted"),
    ]


def test_a_label_of_peoples_is_theirs_after_an_undo_that_was_cut_off(
    workspace: Path, sandbox: Sandbox, posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.write_text(
        workspace.read_text().replace("[wsjf, story-readiness, release-train]", "[mine.yaml]")
    )
    check = "pack: mine\nchecks:\n  - {{check: never, when: issue.key == 'SHOP-999', label: {label}}}\n"
    pack = workspace.parent / "mine.yaml"
    pack.write_text(check.format(label="ours"))
    edited(sandbox, issue="SHOP-14", add_label="ours")
    planned(posync)
    run = posync("apply", "p.json", "--yes", "--json").json["run"]
    intend = Store.intend

    def killed(self: Store, *about: Any) -> int:
        intend(self, *about)
        raise SystemExit(9)

    monkeypatch.setattr(Store, "intend", killed)
    with pytest.raises(SystemExit):
        posync("undo", run, "--yes")
    monkeypatch.setattr(Store, "intend", intend)
    pack.write_text(check.format(label="yours"))
    finished = posync("run")
    assert (finished.code, posync("plan").code) == (0, 0), finished.out
    assert [each["kind"] for each in posync("history", "--json").json] == ["run", "undo", "undo", "apply"]
    story = sandbox.world.jira.find("SHOP-14")
    assert story is not None
    assert "ours" in story.fields["labels"]


def test_undo_leaves_alone_and_names_what_people_changed_since(
    workspace: Path, sandbox: Sandbox, posync: Posync
) -> None:
    plan = planned(posync)
    labelled = next(c for c in plan.changes if isinstance(c, AddLabel) and c.tracker == "shop-jira")
    released = next(c for c in plan.changes if isinstance(c, SetReleases) and c.uid != labelled.uid)
    run = posync("apply", "p.json", "--yes", "--json").json["run"]
    edited(sandbox, issue=labelled.issue, remove_label=labelled.label)  # just what undo would do
    edited(sandbox, issue=released.issue, set={"fixVersions": [{"id": "9", "name": "someday"}]})
    undone = posync("undo", run, "--yes", "--json")
    assert undone.code == 3, undone.err
    assert [held["issue"] for held in undone.json["held"]] == [released.issue]


def test_what_is_undone_already_is_nothing_to_do(workspace: Path, posync: Posync) -> None:
    planned(posync)
    run = posync("apply", "p.json", "--yes", "--json").json["run"]
    assert posync("undo", run, "--yes").code == 0
    again = posync("undo", run, "--yes", "--json")
    assert (again.code, again.json["results"], again.json["held"]) == (0, [], [])
    assert posync("undo", run, "-o", "u.json").out.endswith("Nothing to do.\n")
