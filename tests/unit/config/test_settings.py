from __future__ import annotations

from pathlib import Path

import pytest

from posync.config.secrets import Secret
from posync.config.settings import JiraTracker, Settings, load_settings
from posync.errors import ConfigError

GOOD = """
workspace: shop
trackers:
  shop-jira:
    kind: jira
    url: https://acme.atlassian.net/
    auth: {email: po@acme.example, token: {env: JIRA_TOKEN}}
    scope: {project: SHOP}
packs: [wsjf]
"""


def load(tmp_path: Path, text: str = GOOD) -> Settings:
    file = tmp_path / "posync.yaml"
    file.write_text(text)
    return load_settings(file, "posync.yaml")


def refusal(tmp_path: Path, old: str, new: str) -> str:
    assert old in GOOD
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    return str(caught.value)


def test_a_workspace_loads(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.trackers["shop-jira"].kind == "jira"


def test_a_literal_secret_is_refused_with_the_mend_and_not_repeated(tmp_path: Path) -> None:
    said = refusal(tmp_path, "{env: JIRA_TOKEN}", "hunter2")
    assert said.startswith("posync.yaml:7:") and "{env: NAME}" in said and "hunter2" not in said


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: jira", "kind: jirra", "did you mean 'jira'"),
        ("scope:", "scop:", "did you mean 'scope'"),
        ("{project: SHOP}", "{project: SHOP, board: 3}", "exactly one of project, board and jql"),
        ("{project: SHOP}", "{}", "exactly one of project, board and jql"),
        ("https://acme", "http://acme", "use https://"),
        ("https://acme", "https://user:pw@acme", "credentials belong under auth"),
        ("https://acme.atlassian.net/", "acme", "expected a web address"),
        ("https://acme.atlassian.net/", "https://acme:80o", "a number up to 65535"),
        ("https://acme.atlassian.net/", "https://acme:70000", "a number up to 65535"),
        ("https://acme.atlassian.net/", "'https://ac me'", "a blank or an invisible character"),
        ("https://acme.atlassian.net/", '"https://acme\\u200b.net"', "a blank or an invisible character"),
        ("https://acme.atlassian.net/", f"https://{'a' * 64}.net", "no host of this name"),
        ("https://acme.atlassian.net/", "https://acme..net", "no host of this name"),
        ("packs: [wsjf]", "state: posync.db", "expected sqlite:///FILE or postgresql"),
        ("packs: [wsjf]", "state: sqlite:///posync.db?timeout=5", "expected sqlite:///FILE or postgresql"),
        ("packs: [wsjf]", 'state: "sqlite:///a\\0b"', "expected sqlite:///FILE or postgresql"),
        ("packs: [wsjf]", "state: mysql://me:hunter2@db/x", "expected sqlite:///FILE or postgresql"),
        ("packs: [wsjf]", "packs: wsjf", "expected a list"),
        ("packs: [wsjf]", "limits: {min_issues: 900%}", "expected a share such as 90%"),
        ("auth: {email: po@acme.example,", "auth: {", "either email and token"),
        ("workspace: shop", "workspace: a/b", "a name has at most 63 letters"),
    ],
)
def test_each_mistake_is_told_with_its_mend(tmp_path: Path, old: str, new: str, expected: str) -> None:
    said = refusal(tmp_path, old, new)
    assert said.startswith("posync.yaml:")
    assert expected in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    "state",
    [
        "sqlite:///posync.db",
        "sqlite+pysqlite:////var/posync.db",
        "postgresql+psycopg://me:pw@db/x?sslmode=require",
    ],
)
def test_each_kind_of_state(tmp_path: Path, state: str) -> None:
    assert load(tmp_path, f"{GOOD}state: {state}\n").state == state


def test_a_command_that_prints_a_secret_is_a_list(tmp_path: Path) -> None:
    settings = load(tmp_path, GOOD.replace("{env: JIRA_TOKEN}", "{command: [pass, show, jira]}"))
    tracker = settings.trackers["shop-jira"]
    assert isinstance(tracker, JiraTracker)
    assert tracker.auth.token == Secret(command=("pass", "show", "jira"))
    assert "expected a list" in refusal(tmp_path, "{env: JIRA_TOKEN}", "{command: pass show jira}")


def test_http_is_allowed_on_loopback(tmp_path: Path) -> None:
    load(tmp_path, GOOD.replace("https://acme.atlassian.net/", "http://127.0.0.1:8080/jira"))


def test_the_state_is_the_users_own_unless_named(tmp_path: Path, own_home: Path) -> None:
    settings = load(tmp_path)
    assert settings.state_url(tmp_path) == f"sqlite:///{own_home}/posync/shop.db"
    named = settings.model_copy(update={"state": "sqlite:///posync.db"})
    assert named.state_url(tmp_path) == f"sqlite:///{tmp_path}/posync.db"
    absolute = settings.model_copy(update={"state": "sqlite:////var/posync.db"})
    assert absolute.state_url(tmp_path) == "sqlite:////var/posync.db"


MORE = """  other:
    kind: jira
    url: https://acme.atlassian.net
    auth: {bearer: {env: JIRA_TOKEN}}
    scope: {project: SHOP}
packs: [wsjf]"""


def test_two_trackers_over_the_same_issues_are_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, "packs: [wsjf]", MORE)
    assert "trackers shop-jira and other hold the same issues" in said
    load(tmp_path, GOOD.replace("packs: [wsjf]", MORE.replace("SHOP", "APP")))


@pytest.mark.parametrize(
    ("lists", "others", "clash"), [("[A]", "[B]", False), ("[A]", "[A, B]", True), ("[A]", "[]", True)]
)
def test_a_board_may_be_shared_list_by_list(tmp_path: Path, lists: str, others: str, clash: bool) -> None:
    board = "{{kind: trello, auth: {{key: {{env: K}}, token: {{env: T}}}}, scope: {{board: b1, lists: {}}}}}"
    text = f"workspace: shop\ntrackers:\n  one: {board.format(lists)}\n  other: {board.format(others)}\n"
    if clash:
        with pytest.raises(ConfigError, match="hold the same issues"):
            load(tmp_path, text)
    else:
        load(tmp_path, text)
