"""Every way to sign in, and every kind of account, through the whole command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posync.cli.app import run
from posync.sandbox.server import Sandbox
from posync.sandbox.settings import CLOUD_ID
from tests.contract.openapi_watch import Watch

PACK = """\
pack: accounts
score: {method: wsjf, inputs: {business_value: issue.fields.business_value, time_criticality: 1, risk_reduction: 1, job_size: issue.points ?? 3}}
checks:
  - {check: acceptance-criteria, label: needs-criteria, comment: true, remedy: Add one.}
"""
TRACKER = """\
workspace: {workspace}
trackers:
  shop:
    kind: jira
    url: {url}
    auth: {auth}
    scope: {scope}
    profile: {profile}
packs: [pack.yaml]
state: sqlite:///posync.db
limits: {{writes: {{percent: 100}}, all_changed: allow, displacement: 1000}}
"""
BOARD = """\
workspace: board
trackers:
  board:
    kind: trello
    url: {url}
    auth: {{key: {{env: KEY}}, token: {{env: SECRET}}}}
    scope: {{board: shopboard}}
packs: [pack.yaml]
state: sqlite:///posync.db
limits: {{writes: {{percent: 100}}, all_changed: allow, displacement: 1000}}
"""
BASIC = "{{email: {email}, token: {{env: SECRET}}}}"
BEARER = "{bearer: {env: SECRET}}"

Posync = Callable[..., tuple[int, Any, str]]


@pytest.fixture(scope="module")
def _served() -> Iterator[dict[str, Sandbox]]:
    with Sandbox() as cloud, Sandbox(flavour="dc") as dc:
        yield {"cloud": cloud, "dc": dc}


@pytest.fixture
def served(_served: dict[str, Sandbox]) -> dict[str, Sandbox]:
    for one in _served.values():
        one.reset()
    return _served


@pytest.fixture
def posync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Posync:
    """Run a command with --json in a folder of its own; returns exit code, answer and talk."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pack.yaml").write_text(PACK)

    def command(*words: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = run([*words, "--json"])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out.strip() else None, said.err

    return command


def jira(
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    *,
    auth: str,
    secret: str,
    gateway: bool = False,
    scope: str = "{project: SHOP}",
    profile: str | None = None,
) -> None:
    """Write a workspace over a Jira site, signed in one way; the profile is that of its kind, unless another is named."""
    monkeypatch.setenv("SECRET", secret)
    url = sandbox.jira_url + (f"/ex/jira/{CLOUD_ID}" if gateway else "")
    profile = profile or ("jira-cloud" if sandbox.flavour == "cloud" else "jira-data-center")
    Path("posync.yaml").write_text(
        TRACKER.format(workspace="accounts", url=url, auth=auth, scope=scope, profile=profile)
    )


SIGNED_IN = {
    "classic token": ("cloud", BASIC.format(email="po@shop.example"), "sandbox-jira-token", False),
    "OAuth 2 bearer": ("cloud", BEARER, "sandbox-jira-pat", False),
    "scoped token behind the gateway": (
        "cloud",
        BASIC.format(email="scoped@shop.example"),
        "sandbox-scoped-token",
        True,
    ),
    "scoped bearer behind the gateway": ("cloud", BEARER, "sandbox-scoped-bearer", True),
    "Data Center PAT": ("dc", BEARER, "sandbox-jira-pat", False),
}


@pytest.mark.parametrize("way", SIGNED_IN)
@pytest.mark.parametrize("scope", ["{project: SHOP}", "{board: 1}"])
def test_a_whole_run_signed_in_in_each_way(
    way: str, scope: str, served: dict[str, Sandbox], posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    flavour, auth, secret, gateway = SIGNED_IN[way]
    sandbox = served[flavour]
    jira(sandbox, monkeypatch, auth=auth, secret=secret, gateway=gateway, scope=scope)
    code, checked, _ = posync("check")
    assert code == 0
    told = {one["granted"] for one in checked["trackers"][0]["capabilities"]}
    assert told == ({None} if gateway else {True})  # the scopes of a token are told by nobody
    code, _, _ = posync("plan", "-o", "plan.json")
    assert code == 2
    planned = json.loads(Path("plan.json").read_text())
    assert {"move", "add_label"} <= {change["kind"] for change in planned["changes"]}
    assert posync("apply", "plan.json", "--yes")[0] == 0
    code, plan, _ = posync("plan")
    assert (code, plan["changes"]) == (0, [])
    assert secret not in Path("plan.json").read_text()


def test_a_scoped_token_on_the_site_itself_is_refused_with_what_to_do(
    served: dict[str, Sandbox], posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    jira(
        served["cloud"],
        monkeypatch,
        auth=BASIC.format(email="scoped@shop.example"),
        secret="sandbox-scoped-token",
    )
    code, _, said = posync("pull")
    assert code == 4
    assert "https://api.atlassian.com/ex/jira/<cloudId>" in said
    assert f"{served['cloud'].jira_url}/_edge/tenant_info" in said
    assert "sandbox-scoped-token" not in said
    assert "<cloudId>" in posync("check")[1]["trackers"][0]["error"]


@pytest.mark.parametrize(("flavour", "gateway"), [("dc", False), ("cloud", True)])
def test_scopes_are_no_excuse_where_they_are_none(
    flavour: str,
    gateway: bool,
    served: dict[str, Sandbox],
    posync: Posync,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jira(served[flavour], monkeypatch, auth=BEARER, secret="worn-out", gateway=gateway)
    code, _, said = posync("pull")
    assert (code, "cloudId" in said) == (4, False)
    assert "tokens expire" in said


@pytest.mark.parametrize("flavour", ["cloud", "dc"])
def test_a_profile_for_the_other_kind_of_site_is_named_by_check_and_by_pull(
    flavour: str,
    served: dict[str, Sandbox],
    posync: Posync,
    monkeypatch: pytest.MonkeyPatch,
    watch: Watch,
) -> None:
    other = {"cloud": "jira-data-center", "dc": "jira-cloud"}
    right = {"cloud": "jira-cloud", "dc": "jira-data-center"}[flavour]
    jira(served[flavour], monkeypatch, auth=BEARER, secret="sandbox-jira-pat", profile=other[flavour])
    code, checked, _ = posync("check")
    assert code == 78
    assert checked["trackers"][0]["capabilities"] == []
    assert f"use profile {right}" in checked["trackers"][0]["error"]
    code, _, said = posync("pull")
    assert code == 4
    assert "Check that the profile fits the site: jira-cloud or jira-data-center." in said
    assert all(
        "/search/jql" in each for each in watch.complaints()
    )  # this kind has no such route: so it is meant
    jira(served[flavour], monkeypatch, auth=BEARER, secret="sandbox-jira-pat", profile=right)
    assert posync("check")[0] == 0


def kinds(posync: Posync) -> tuple[int, set[str], str]:
    code, plan, _ = posync("plan")
    return code, {change["kind"] for change in plan["changes"]}, "\n".join(plan["warnings"])


def test_an_account_that_may_not_rank_plans_no_moves_and_says_why(
    served: dict[str, Sandbox], posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    jira(
        served["cloud"],
        monkeypatch,
        auth=BASIC.format(email="editor@shop.example"),
        secret="sandbox-editor-token",
    )
    code, found, warned = kinds(posync)
    assert code == 2
    assert found == {"add_label", "comment"}
    assert "SCHEDULE_ISSUES" in warned
    code, checked, _ = posync("check")
    lacking = {c["name"]: c for c in checked["trackers"][0]["capabilities"] if not c["granted"]}
    assert {"rank", "bulk edits", "create release"} <= lacking.keys()
    assert "SCHEDULE_ISSUES" in lacking["rank"]["because"]
    assert "not written" in lacking["rank"]["consequence"]
    assert posync("plan", "-o", "plan.json")[0] == 2
    assert posync("apply", "plan.json", "--yes")[0] == 0
    assert kinds(posync)[:2] == (0, set())


@pytest.mark.parametrize("flavour", ["cloud", "dc"])
def test_an_account_that_may_only_read_plans_nothing_and_says_why(
    flavour: str, served: dict[str, Sandbox], posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    jira(served[flavour], monkeypatch, auth=BEARER, secret="sandbox-reader-pat")
    code, found, warned = kinds(posync)
    assert (code, found) == (0, set())
    for missing in ("SCHEDULE_ISSUES", "EDIT_ISSUES", "ADD_COMMENTS"):
        assert missing in warned
    spent = len(served[flavour].entries)
    kinds(posync)
    assert len(served[flavour].entries) - spent <= 2


def test_a_permission_that_was_granted_counts_after_a_check(
    served: dict[str, Sandbox], posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    jira(served["cloud"], monkeypatch, auth=BEARER, secret="sandbox-reader-pat")
    assert kinds(posync)[1] == set()
    accounts = served["cloud"].jira.accounts
    full = next(one for one in accounts if one.bearer == "sandbox-jira-pat")
    monkeypatch.setattr(
        served["cloud"].jira,
        "accounts",
        tuple(
            type(one)(one.account_id, one.name, one.email, one.token, one.bearer, full.permissions)
            for one in accounts
        ),
    )
    assert posync("check")[0] == 0
    assert "move" in kinds(posync)[1]


def test_rights_of_a_query_are_known_once_its_projects_are(
    served: dict[str, Sandbox], posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> tuple[bool | None, str]:
        code, checked, _ = posync("check")
        rank = next(one for one in checked["trackers"][0]["capabilities"] if one["name"] == "rank")
        assert code == 0
        return rank["granted"], rank["because"]

    query = "{jql: project in (SHOP)}"
    jira(served["cloud"], monkeypatch, auth=BEARER, secret="sandbox-jira-pat", scope=query)
    assert told() == (None, "in some project of the site: SCHEDULE_ISSUES")
    assert posync("pull")[0] == 0
    assert told() == (True, "in SHOP: SCHEDULE_ISSUES")


def test_check_says_which_field_each_line_of_the_profile_found(
    served: dict[str, Sandbox], posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    jira(served["cloud"], monkeypatch, auth=BEARER, secret="sandbox-jira-pat")
    notes = posync("check")[1]["trackers"][0]["notes"]
    assert any(note.startswith("points: Story") and "(customfield_" in note for note in notes)
    assert any(note.startswith("business_value: Business value (customfield_") for note in notes)
    assert any(n.startswith("not found on this site: ") and "reach" in n for n in notes)


def test_trello_signs_in_by_header_and_says_what_it_found(
    served: dict[str, Sandbox], posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = served["cloud"]
    monkeypatch.setenv("KEY", "sandbox-trello-key")
    monkeypatch.setenv("SECRET", "sandbox-trello-token")
    Path("posync.yaml").write_text(BOARD.format(url=sandbox.trello_url))
    code, checked, _ = posync("check")
    assert code == 0
    notes = checked["trackers"][0]["notes"]
    assert any(note.startswith("points: ") and "(5) Sign in" in note for note in notes)
    assert any(note.startswith("no such custom field on this board: ") for note in notes)
    assert posync("plan", "-o", "plan.json")[0] == 2
    assert {one.auth for one in sandbox.entries if one.tracker == "trello"} == {"header"}


def test_a_closed_board_is_planned_for_and_not_written(
    served: dict[str, Sandbox], posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = served["cloud"]
    monkeypatch.setenv("KEY", "sandbox-trello-key")
    monkeypatch.setenv("SECRET", "sandbox-trello-token")
    sandbox.world.trello.boards["shopboard"].raw["closed"] = True
    Path("posync.yaml").write_text(BOARD.format(url=sandbox.trello_url))
    code, found, warned = kinds(posync)
    assert (code, found) == (0, set())
    assert "the board is closed" in warned


@pytest.mark.parametrize("secret", ["sandbox-trello-read", "sandbox-trello-token"])
def test_a_trello_token_is_not_said_to_write_before_it_has(
    secret: str, served: dict[str, Sandbox], posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY", "sandbox-trello-key")
    monkeypatch.setenv("SECRET", secret)
    Path("posync.yaml").write_text(BOARD.format(url=served["cloud"].trello_url))
    code, checked, _ = posync("check")
    assert code == 0
    told = {one["name"]: one for one in checked["trackers"][0]["capabilities"]}
    assert told["read"]["granted"] is True
    for name in ("rank", "label", "comment"):
        assert told[name]["granted"] is None
        assert "this token" in told[name]["because"]
        assert told[name]["consequence"].startswith("if not, ")
    assert all(secret not in entry.path for entry in served["cloud"].entries)
