"""Each thing that goes wrong ends in one clear message, the right exit code, and nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from posync.sandbox.server import Sandbox
from tests.journey.conftest import Posync

pytestmark = pytest.mark.usefixtures("no_patience")
Broken = Callable[[Sandbox, Path, pytest.MonkeyPatch], None]


def replaced(old: str, new: str) -> Broken:
    """Break the workspace file."""

    def broken(_sandbox: Sandbox, file: Path, _patch: pytest.MonkeyPatch) -> None:
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    return broken


def unset(name: str) -> Broken:
    return lambda _sandbox, _file, patch: patch.delenv(name)


def secret(name: str, value: str) -> Broken:
    return lambda _sandbox, _file, patch: patch.setenv(name, value)


def faulty(**rule: object) -> Broken:
    """Have every request of the sandbox meet a fault."""
    return lambda sandbox, _file, _patch: sandbox.faults.set([rule])


def unreachable(sandbox: Sandbox, file: Path, _patch: pytest.MonkeyPatch) -> None:
    file.write_text(file.read_text().replace(sandbox.jira_url, "http://127.0.0.1:9"))


def export(text: str) -> Broken:
    """Make the workspace one malformed export."""

    def broken(_sandbox: Sandbox, file: Path, _patch: pytest.MonkeyPatch) -> None:
        (file.parent / "board.json").write_text(text)
        file.write_text(
            "workspace: shop\ntrackers:\n  old: {kind: export, path: board.json}\npacks: [wsjf]\n"
        )

    return broken


CASES: dict[str, tuple[Broken, int, str]] = {
    "unknown key": (replaced("packs:", "pack:"), 78, "did you mean 'packs'?"),
    "unknown pack": (replaced("[wsjf,", "[wsfj,"), 78, "did you mean 'wsjf'"),
    "unknown profile": (replaced("jira-cloud", "jira-clod"), 78, "jira-cloud"),
    "no yaml": (replaced("trackers:", "trackers: ["), 78, "posync.yaml:"),
    "secret not set": (unset("JIRA_TOKEN"), 78, "environment variable JIRA_TOKEN is not set"),
    "wrong jira secret": (secret("JIRA_TOKEN", "wrong"), 4, "shop-jira"),
    "wrong trello secret": (secret("TRELLO_TOKEN", "wrong"), 4, "shop-trello"),
    "unreachable host": (unreachable, 4, "shop-jira"),
    "login page": (faulty(do="html", match={"tracker": "jira"}), 4, "web page"),
    "truncated body": (faulty(do="truncate", match={"tracker": "trello"}), 4, "shop-trello"),
    "cut json": (faulty(do="cut", match={"tracker": "jira", "path": "bulkfetch|search"}), 4, "shop-jira"),
    "server error": (faulty(do=500, match={"tracker": "jira"}), 4, "shop-jira"),
    "no such board": (replaced("shopboard", "abcdef12"), 4, "abcdef12"),
    "no such list": (replaced("Next]", "Nexxt]"), 4, "Nexxt"),
    "no such project": (replaced("project: SHOP", "project: SHOPP"), 4, "SHOPP"),
    "malformed export": (export('{"cards": [{"id": '), 4, "board.json"),
    "not an export": (export('{"hello": "world"}'), 4, "board.json"),
    "empty export": (export(""), 4, "board.json"),
    "missing export": (replaced("kind: trello", "kind: export"), 78, "posync.yaml:"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input(
    case: str, workspace: Path, sandbox: Sandbox, posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, code, expected = CASES[case]
    broken(sandbox, workspace, monkeypatch)
    done = posync("plan", "-o", "p.json")
    assert (done.code, done.out) == (code, ""), done.err
    assert expected in done.err
    assert "Traceback" not in done.err
    assert not Path("p.json").exists()
    reading = ("/search", "/bulkfetch", "approximate-count")
    assert [m for m, path, _ in sandbox.log if m != "GET" and not any(r in path for r in reading)] == []


def test_an_empty_project_that_had_issues_is_refused(
    workspace: Path, sandbox: Sandbox, posync: Posync
) -> None:
    assert posync("pull").code == 0
    kept = posync("plan", "--offline", "--json").json["trackers"][0]
    sandbox.faults.set([{"do": "anonymous", "match": {"tracker": "jira"}}])
    refused = posync("plan")
    assert refused.code == 4, refused.err
    assert "shop-jira" in refused.err
    sandbox.faults.set([])
    offline = posync("plan", "--offline", "--json")
    assert (offline.json["trackers"][0], kept["name"]) == (kept, "shop-jira")


def test_a_board_that_lost_most_cards_is_refused_until_accepted(
    workspace: Path, sandbox: Sandbox, posync: Posync
) -> None:
    assert posync("pull").code == 0
    with sandbox.lock:
        board = next(iter(sandbox.world.trello.boards.values()))
        for card in list(board.cards.values())[:20]:
            sandbox.world.trello.remove_card(board, card)
            sandbox.world.trello.changed(board, next(iter(board.cards.values())))
    refused = posync("pull", "--full")
    assert (refused.code, "--accept-loss" in refused.err) == (4, True)
    assert posync("pull", "--full", "--accept-loss").code == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["plann"], "plann"),
        (["plan", "--formt", "json"], "--formt"),
        (["plan", "--format", "pdf"], "pdf"),
        (["history", "--limit", "0"], "equal to 1. See `posync history --help`."),
        (["baseline", "--check", "estimate"], "add one of them"),
        (["apply"], "Missing argument 'file'. See `posync apply --help`."),
        (["pul"], "No such command 'pul'. Did you mean 'pull'? See `posync --help`."),
        (["apply", "missing.json", "--yes"], "missing.json"),
        (["undo", "nothing", "--yes"], "nothing"),
        (["plan", "--only", "SHOP-99999"], "SHOP-99999"),
        (["plan", "--set", "points=3"], "issue.points@SHOP-7=3"),
        (["plan", "-o", "no/such/folder/p.json"], "no/such/folder"),
        (["plan", "--offline", "--full"], "contradict each other"),
        (["explain", "NOPE-1"], "NOPE-1"),
        (["explain", "SHOP-7", "--above", "SHOP-7"], "SHOP-7 cannot stand above itself"),
        (["init"], "already there"),
    ],
)
def test_wrong_usage(words: list[str], expected: str, workspace: Path, posync: Posync) -> None:
    assert posync("pull").code == 0
    done = posync(*words)
    assert (done.code, done.out) == (64, ""), done.err
    assert expected in done.err


def test_a_held_plan_that_finds_no_room_is_told(
    workspace: Path, posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.write_text(workspace.read_text().replace("percent: 100", "percent: 1"))
    (workspace.parent / "taken").write_text("a file, not a folder")
    monkeypatch.setattr("posync.holding.platformdirs.user_state_path", lambda _: workspace.parent / "taken")
    done = posync("run")
    assert (done.code, "the held plan cannot be saved" in done.err, "--output" in done.err) == (1, True, True)
    assert posync("run", "-o", "held.json").code == 3
    assert Path("held.json").is_file()


def test_json_answers_carry_the_error_too(
    workspace: Path, posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JIRA_TOKEN")
    done = posync("pull", "--json")
    assert done.json["error"]["exit_code"] == done.code == 78
    assert "JIRA_TOKEN" in done.json["error"]["message"]


def test_no_workspace_says_how_to_begin(
    tmp_path: Path, posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = posync("plan")
    assert (done.code, "posync.yaml" in done.err) == (78, True)


def test_a_log_for_cron_is_one_json_object_a_line(
    workspace: Path, posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSYNC_LOG_FORMAT", "json")
    workspace.write_text(workspace.read_text().replace("percent: 100", "percent: 1"))
    done = posync("run", "--log-format", "json")
    assert done.code == 3
    assert done.err
    assert all(json.loads(line)["level"] for line in done.err.splitlines())


@pytest.mark.parametrize(
    "asked", [["--log-format", "json"], ["--log-format=json"], ["--log-format", "json", "--unknown"]]
)
def test_what_goes_wrong_is_a_line_of_that_log_too(posync: Posync, asked: list[str]) -> None:
    done = posync("pull", *asked, "-c", "missing.yaml")
    assert done.code == (64 if "--unknown" in asked else 78)
    told = json.loads(done.err)
    assert told["level"] == "error"
    assert told["message"]


def test_the_log_may_be_asked_for_by_the_environment(posync: Posync, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSYNC_LOG_FORMAT", "json")
    assert json.loads(posync("pull", "-c", "missing.yaml").err)["message"]
    assert posync("pull", "-c", "missing.yaml", "--log-format", "text").err.startswith("missing.yaml")


def test_a_key_that_would_command_the_terminal_is_shown(
    tmp_path: Path, posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    key = "SHOP-1\x1b]0;pwned\x07\x1b[2J"
    fields = {"summary": "a", "issuetype": {"name": "Story"}}
    save = Path("board.json").write_text
    Path("posync.yaml").write_text(
        "workspace: shop\ntrackers:\n  old: {kind: export, path: board.json}\n"
        "packs: [./mine.yaml]\nstate: sqlite:///state.db\n"
    )
    Path("mine.yaml").write_text("pack: mine\nchecks:\n- {check: large, when: issue.points > 3, label: x}\n")
    save(json.dumps([{"id": "1", "key": key, "fields": fields}]))
    assert posync("pull").code == 0
    refused = posync("plan", "--offline")
    save(json.dumps([{"id": "1", "key": key, "fields": {**fields, "summary": each}} for each in "ab"]))
    twice = posync("pull")
    for done, code in ((refused, 78), (twice, 4)):
        assert done.code == code
        assert "SHOP-1␛]0;pwned␇␛[2J" in done.err
        assert "\x1b" not in done.err


def test_who_interrupts_is_told_that_nothing_is_lost(
    workspace: Path, posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("posync.service.Workspace.pull", interrupted)
    done = posync("pull")
    assert (done.code, done.out) == (130, "")
    assert "What was written is in the journal" in done.err
    assert posync("pull", "--json").json["error"]["exit_code"] == 130


def test_who_is_asked_and_says_no_has_changed_nothing(
    workspace: Path, sandbox: Sandbox, posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert posync("plan", "-o", "p.json").code == 2
    sent = len(sandbox.log)
    monkeypatch.setattr("posync.cli.output.Output.can_ask", True)
    monkeypatch.setattr("posync.cli.output.Output.ask", lambda *_: False)
    done = posync("apply", "p.json")
    assert (done.code, done.out, done.err) == (130, "", "Nothing was written.\n")
    assert len(sandbox.log) == sent


def test_what_posync_did_not_foresee_is_no_traceback(
    workspace: Path, posync: Posync, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise LookupError("SHOP-7\x1b[2J")

    monkeypatch.setattr("posync.service.Workspace.pull", broken)
    done = posync("pull", "--json")
    assert done.json["error"]["exit_code"] == done.code == 1
    assert "Traceback" not in done.err
    assert "LookupError" in done.err
    assert "test_bad_input.py" in done.err
    assert "POSYNC_TRACEBACK=1" in done.err
    monkeypatch.setenv("POSYNC_TRACEBACK", "1")
    asked = posync("pull")
    assert (asked.code, "Traceback" in asked.err) == (1, True)
    assert "LookupError: SHOP-7␛[2J" in asked.err
    assert "\x1b" not in asked.err
