"""What pulls and checks say to a person: what is wrong, and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from posync.sandbox.clock import jira_time
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from tests.journey.conftest import Posync

HOUR = 3_600_000


def unseen(sandbox: Sandbox, key: str) -> None:
    """Rename an issue hours ago, as an index shows it that lags behind by hours."""
    with sandbox.lock:
        issue = sandbox.world.jira.find(key)
        assert issue is not None
        issue.updated -= issue.updated - (sandbox.world.clock.now() - 5 * HOUR)
        issue.fields |= {"summary": "Renamed while the index slept", "updated": jira_time(issue.updated)}
        issue.encoded.clear()


@pytest.mark.usefixtures("workspace")
def test_a_plan_after_a_full_pull_says_what_had_been_missed(posync: Posync, sandbox: Sandbox) -> None:
    with sandbox.lock:
        human_edit(sandbox.world.jira, sandbox.trello, [{"issue": "SHOP-1", "add_label": "web"}])
    posync("pull")
    unseen(sandbox, "SHOP-7")
    said = posync("plan", "--full", "--json").json["warnings"]
    assert said[0].startswith(
        "shop-jira: 1 issue had been missed by the pulls since the last full one: SHOP-7"
    )
    assert "missed" not in posync("plan", "--full").out


@pytest.mark.usefixtures("workspace")
def test_a_full_pull_says_what_had_been_missed_in_json_too(posync: Posync, sandbox: Sandbox) -> None:
    with sandbox.lock:
        human_edit(sandbox.world.jira, sandbox.trello, [{"issue": "SHOP-1", "add_label": "web"}])
    assert [one["warnings"] for one in posync("pull", "--json").json["trackers"]] == [[], []]
    unseen(sandbox, "SHOP-7")
    jira, trello = posync("pull", "--full", "--json").json["trackers"]
    assert "SHOP-7 (title)" in jira["warnings"][0]
    assert trello["warnings"] == []


def test_a_run_says_what_its_pull_has_to_say(posync: Posync, workspace: Path, sandbox: Sandbox) -> None:
    posync("pull")
    with Sandbox() as other:
        text = workspace.read_text().replace(sandbox.jira_url, other.jira_url)
        workspace.write_text(text)
        said = posync("run", "--json").json["warnings"]
        assert said[0].startswith(f"shop-jira: Pulled anew from {other.jira_url}: ")
        assert not any("Pulled anew" in one for one in posync("run", "--json").json["warnings"])


@pytest.mark.usefixtures("workspace")
def test_a_plan_from_an_old_picture_says_what_to_do(posync: Posync) -> None:
    posync("pull")
    assert "leave out --offline to pull first" in " ".join(posync("plan", "--offline").out.split())


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("reader", "What to do: Who administers the project can grant this account what is missing"),
        ("editor", "What to do: BULK_CHANGE is granted by Jira's administrators"),
    ],
)
def test_a_check_says_who_can_grant_what_is_missing(
    posync: Posync, monkeypatch: pytest.MonkeyPatch, who: str, said: str
) -> None:
    monkeypatch.setenv("JIRA_EMAIL", f"{who}@shop.example")
    monkeypatch.setenv("JIRA_TOKEN", f"sandbox-{who}-token")
    checked = " ".join(posync("check").out.split())
    assert checked.count(said) == 1
    found = {one["name"]: one for one in posync("check", "--json").json["trackers"][0]["capabilities"]}
    assert found["rank"]["remedy"]
    assert not found["read"]["remedy"]


@pytest.mark.usefixtures("workspace")
def test_a_check_says_how_a_board_can_be_written_to(posync: Posync, sandbox: Sandbox) -> None:
    assert "What to do" not in posync("check").out
    board = sandbox.world.trello.board("shopboard")
    assert board is not None
    board.raw["closed"] = True
    assert "What to do: Open it again in Trello" in posync("check").out


def test_a_bearer_token_that_is_refused_is_not_called_an_email(
    posync: Posync, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = workspace.read_text("utf-8")
    basic = "{email: {env: JIRA_EMAIL}, token: {env: JIRA_TOKEN}}"
    assert basic in text
    workspace.write_text(text.replace(basic, "{bearer: {env: JIRA_PAT}}"), "utf-8")
    monkeypatch.setenv("JIRA_PAT", "of another site")
    refused = posync("pull")
    assert refused.code == 4
    assert "Check what stands under auth" in refused.err
    assert "e-mail" not in refused.err


@pytest.mark.usefixtures("workspace")
def test_every_tracker_that_cannot_be_pulled_is_named(
    posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    posync("pull")
    monkeypatch.setenv("JIRA_TOKEN", "of another site")
    monkeypatch.setenv("TRELLO_TOKEN", "of another account")
    for words in (("pull",), ("plan",), ("pull", "--full")):
        refused = posync(*words)
        assert refused.code == 4
        assert [line.partition(":")[0] for line in refused.err.splitlines()] == ["shop-jira", "shop-trello"]
    assert "\nshop-trello: " in posync("pull", "--json").json["error"]["message"]


def test_a_marker_that_only_a_person_can_remove_is_named_until_it_is_gone(
    posync: Posync, workspace: Path
) -> None:
    posync("plan", "-o", "week.json")
    posync("apply", "week.json", "--yes")
    workspace.write_text(workspace.read_text("utf-8").replace("workspace: shop", "workspace: other"), "utf-8")
    first, second = (posync("check", "--take-over", "shop", "--yes") for _ in range(2))
    assert "Removed 1 marker of workspace shop." in first.err
    assert "Removed" not in second.err
    for each in (first, second):
        assert "delete the label that begins `posync · shop · shop-trello`" in each.err
        assert each.code == 78
