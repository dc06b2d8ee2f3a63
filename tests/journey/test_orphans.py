"""A policy that is renamed or removed takes along what posync put on for it, and nothing of people's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from posync.sandbox import picture
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from tests.journey.conftest import Posync

CHECK = """\
pack: texts
checks:
  - check: acceptance-criteria
    when: issue.title in ['Story one', 'Story two', 'Story three', 'A card of ours']
    label: {label}
"""
OTHER = """\
pack: texts
checks:
  - check: stale
    days: 3000d
"""
DONE = {"id": "10003", "name": "Done", "statusCategory": {"id": 3, "key": "done", "name": "Done"}}
TRAIN = """\
pack: train
releases:
  label: "{label}"
  fix_version: true
  missing: 1
  when: issue.title in ['Story one', 'Story two', 'A card of ours']
  train:
    - {{name: "{name}", date: 2999-12-15}}
"""


class Team:
    """What people see on both boards, and do to them."""

    def __init__(self, workspace: Path, sandbox: Sandbox, posync: Posync) -> None:
        self.workspace, self.sandbox, self.posync = workspace, sandbox, posync
        text = workspace.read_text().replace("[wsjf, story-readiness, release-train]", "[./own.yaml]")
        workspace.write_text(text)
        self.edit(add_card={"list": "Backlog", "name": "A card of ours"})
        for title in ("Story one", "Story two", "Story three", "Theirs"):
            self.edit(add_issue={"project": "SHOP", "summary": title})

    def edit(self, title: str = "", **edit: object) -> None:
        about = {"issue": self.keys()[title]} if title else {}
        with self.sandbox.lock:
            human_edit(self.sandbox.world.jira, self.sandbox.trello, [about | edit])

    def keys(self) -> Mapping[str, str]:
        """Return the keys of Jira's issues by their titles."""
        return {one["fields"]["summary"]: key for key, one in self.seen()["jira"]["issues"].items()}

    def seen(self) -> Any:
        return picture.state(self.sandbox.world.jira, self.sandbox.world.trello)

    def means(self, pack: str) -> None:
        (self.workspace.parent / "own.yaml").write_text(pack)

    def applied(self, *options: str) -> str:
        """Carry out what is to be done, see that nothing is left, and return the run."""
        planned = self.posync("plan", "-o", "p.json", *options)
        assert planned.code == 2, planned.err
        done = self.posync("apply", "p.json", "--yes", "--json")
        assert done.code == 0, done.err
        return str(done.json["run"])

    def pending(self, *options: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.posync("plan", "--json", *options).json["changes"]
        return found

    def carrying(self, label: str) -> set[str]:
        """Return the titles of the issues and cards that carry a label, whatever its colour on Trello."""
        state = self.seen()
        cards = [card for board in state["trello"] for one in board["lists"] for card in one["cards"]]
        found = {one["fields"]["summary"]: one["labels"] for one in state["jira"]["issues"].values()}
        found |= {card["name"]: [name.rpartition("/")[0] for name in card["labels"]] for card in cards}
        return {title for title, labels in found.items() if label in labels}

    def versions(self, title: str) -> list[str]:
        found: list[str] = self.seen()["jira"]["issues"][self.keys()[title]]["fixVersions"]
        return found


OURS = {"Story one", "Story two", "Story three", "A card of ours"}
ABOARD = OURS - {"Story three"}


@pytest.fixture
def team(workspace: Path, sandbox: Sandbox, posync: Posync) -> Team:
    return Team(workspace, sandbox, posync)


def test_the_old_label_of_a_check_goes_where_posync_put_it(team: Team) -> None:
    team.means(CHECK.format(label="needs-text"))
    first = team.applied()
    assert team.carrying("needs-text") == OURS

    team.means(CHECK.format(label="no-text"))
    team.edit("Theirs", add_label="needs-text")
    team.edit("Story three", add_label="posync-ignore")
    off = [c for c in team.pending() if c["kind"] == "remove_label"]
    assert {(c["title"], *c["because"]) for c in off} == {
        (title, f"no pack declares this label any more; posync put it on in run {first}") for title in ABOARD
    }
    one = team.pending("--only", team.keys()["Story one"])
    assert [(c["title"], c["kind"], c["label"]) for c in one] == [
        ("Story one", "add_label", "no-text"),
        ("Story one", "remove_label", "needs-text"),
    ]
    second = team.applied()
    assert team.pending() == []
    assert team.carrying("no-text") == ABOARD
    assert team.carrying("needs-text") == {"Story three", "Theirs"}

    assert team.posync("undo", second, "--yes").code == 0
    assert team.carrying("no-text") == set()
    assert team.carrying("needs-text") == OURS | {"Theirs"}
    team.applied()
    assert team.carrying("needs-text") == {"Story three", "Theirs"}, "what undo put back is posync's still"


def test_a_removed_check_takes_its_label_along(team: Team) -> None:
    team.means(CHECK.format(label="needs-text"))
    team.applied()
    team.edit("Story two", remove_label="needs-text")
    team.means(OTHER)
    assert {c["title"] for c in team.pending()} == OURS - {"Story two"}
    team.applied()
    assert team.carrying("needs-text") == set()
    assert team.pending() == []


def test_on_trello_another_spelling_is_the_same_label(team: Team) -> None:
    team.means(CHECK.format(label="needs-text"))
    team.applied()
    team.means(CHECK.format(label="Needs-Text"))
    assert {c["title"] for c in team.pending()} == OURS - {"A card of ours"}


def test_trying_another_policy_takes_nothing_off(team: Team) -> None:
    team.means(CHECK.format(label="needs-text"))
    team.applied()
    (team.workspace.parent / "tried.yaml").write_text(OTHER)
    assert team.pending("--pack", "./tried.yaml") == []
    team.means(OTHER)
    assert team.pending("--set", f"issue.points@{team.keys()['Theirs']}=5") == []
    assert len(team.pending()) == len(OURS)


def test_a_plan_that_empties_a_label_is_held_as_any_other(team: Team) -> None:
    team.means(CHECK.format(label="needs-text"))
    team.applied()
    text = team.workspace.read_text().replace("percent: 100", "percent: 100, when_over: 1")
    team.workspace.write_text(text)
    team.means(OTHER)
    held = team.posync("plan", "--json").json["held"]
    assert [each["reason"] for each in held] == ["emptied_label"]
    assert "'needs-text' would come off all 3 issues" in held[0]["detail"]


def test_a_trains_other_name_or_label_replaces_the_old_one(team: Team) -> None:
    team.means(TRAIN.format(label="release:{name}", name="Winter"))
    team.applied()
    assert team.carrying("release:Winter") == ABOARD
    assert team.versions("Story one") == ["Winter"]

    team.means(TRAIN.format(label="release:{name}", name="2999.12"))
    team.edit("Theirs", add_label="release:Winter")
    second = team.applied()
    assert team.pending() == [], "who was aboard is aboard at once, not only after the next run"
    assert team.carrying("release:Winter") == {"Theirs"}
    assert team.carrying("release:2999.12") == ABOARD
    assert team.versions("Story one") == ["2999.12"]

    assert team.posync("undo", second, "--yes").code == 0
    assert team.carrying("release:Winter") == ABOARD | {"Theirs"}
    assert team.versions("Story one") == ["Winter"]

    team.means(TRAIN.format(label="train:{name}", name="Winter"))
    team.applied()
    assert team.pending() == []
    assert team.carrying("release:Winter") == {"Theirs"}
    assert team.carrying("train:Winter") == ABOARD


def test_what_is_done_keeps_the_release_it_went_out_with(team: Team) -> None:
    team.means(TRAIN.format(label="release:{name}", name="Winter"))
    team.applied()
    team.edit("Story one", set={"status": DONE})
    team.means(TRAIN.format(label="release:{name}", name="Spring"))
    team.applied()
    assert team.pending() == []
    assert team.carrying("release:Winter") == {"Story one"}
    assert team.versions("Story one") == ["Winter"]


def test_fix_versions_are_peoples_once_no_pack_sets_any(team: Team) -> None:
    team.means(TRAIN.format(label="release:{name}", name="Winter"))
    team.applied()
    team.means(OTHER)
    team.applied()
    assert team.carrying("release:Winter") == set()
    assert team.versions("Story one") == ["Winter"]
    assert team.pending() == []
