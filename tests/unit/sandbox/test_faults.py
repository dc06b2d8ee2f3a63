"""Everything that can go wrong on purpose goes wrong as announced, on a real socket."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from posync.sandbox import faults
from posync.sandbox.house import Event
from posync.sandbox.server import Sandbox
from tests.meeting import Meeting

BASIC = ("po@shop.example", "sandbox-jira-token")
HEADER = {
    "Authorization": 'OAuth oauth_consumer_key="sandbox-trello-key", oauth_token="sandbox-trello-token"'
}


@pytest.fixture(scope="module")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_sandbox: Sandbox) -> Iterator[Sandbox]:
    _sandbox.reset()
    _sandbox.faults.set([])
    _sandbox.callbacks.clear()
    yield _sandbox
    _sandbox.latency = 0


def jira(sandbox: Sandbox, method: str, path: str, **more: Any) -> requests.Response:
    return requests.request(method, sandbox.jira_url + path, auth=BASIC, timeout=30, **more)


def trello(sandbox: Sandbox, method: str, path: str, **more: Any) -> requests.Response:
    return requests.request(method, sandbox.trello_url + "/1" + path, headers=HEADER, timeout=30, **more)


def add_label(sandbox: Sandbox) -> requests.Response:
    return jira(sandbox, "PUT", "/rest/api/2/issue/SHOP-7", json={"update": {"labels": [{"add": "seen"}]}})


def labels(sandbox: Sandbox) -> list[str]:
    issue = sandbox.world.jira.find("SHOP-7")
    assert issue is not None
    return issue.list_of("labels")


@pytest.mark.parametrize(("kind", "committed"), [("drop_before", False), ("drop_after", True)])
def test_the_connection_drops_before_or_after_the_write(sandbox: Sandbox, kind: str, committed: bool) -> None:
    sandbox.faults.set([{"match": {"method": "PUT", "nth": 1}, "do": kind}])
    with pytest.raises(requests.ConnectionError):
        add_label(sandbox)
    assert ("seen" in labels(sandbox)) is committed
    assert sandbox.log == [("PUT", "/rest/api/2/issue/SHOP-7", 0)]
    assert add_label(sandbox).status_code == 204


def test_a_body_ends_in_the_middle(sandbox: Sandbox) -> None:
    sandbox.faults.set([{"do": "truncate"}])
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        jira(sandbox, "GET", "/rest/api/2/field")
    sandbox.faults.set([{"do": "cut"}])
    response = jira(sandbox, "GET", "/rest/api/2/field")
    with pytest.raises(requests.exceptions.JSONDecodeError):
        response.json()


def test_jiras_429_names_the_allowance_and_the_wait(sandbox: Sandbox) -> None:
    rule = {
        "match": {"tracker": "jira", "times": 1},
        "do": 429,
        "retry_after": 1847,
        "reason": "jira-quota-global-based",
    }
    sandbox.faults.set([rule])
    response = jira(sandbox, "GET", "/rest/api/2/myself")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "1847")
    assert response.headers["RateLimit-Reason"] == "jira-quota-global-based"
    assert jira(sandbox, "GET", "/rest/api/2/myself").status_code == 200


def test_the_wait_may_be_a_date_or_missing(sandbox: Sandbox) -> None:
    sandbox.faults.set([{"match": {"nth": 1}, "do": 429, "date": 60}, {"match": {"nth": 2}, "do": 429}])
    before = datetime.now(UTC).replace(microsecond=0)  # an HTTP date has whole seconds
    until = parsedate_to_datetime(jira(sandbox, "GET", "/rest/api/2/myself").headers["Retry-After"])
    assert before + timedelta(seconds=60) <= until <= datetime.now(UTC) + timedelta(seconds=60)
    assert "Retry-After" not in jira(sandbox, "GET", "/rest/api/2/myself").headers


def test_trellos_429_is_json_without_a_wait(sandbox: Sandbox) -> None:
    sandbox.faults.set([{"match": {"tracker": "trello"}, "do": 429, "reason": "key"}])
    response = trello(sandbox, "GET", "/members/me")
    assert response.json()["error"] == "API_KEY_LIMIT_EXCEEDED"
    assert "Retry-After" not in response.headers


def test_enforced_allowances_refuse_and_headers_count_down(sandbox: Sandbox) -> None:
    sandbox.limits.enforce, sandbox.limits.trello_per_token = True, 2
    sandbox.allowances.now = lambda: 0.0
    try:
        answers = [trello(sandbox, "GET", "/boards/shopboard") for _ in range(3)]
    finally:
        sandbox.limits.enforce, sandbox.limits.trello_per_token = False, 100
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["x-rate-limit-api-token-remaining"] for answer in answers] == ["1", "0", "0"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_servers_fail(sandbox: Sandbox, status: int) -> None:
    sandbox.faults.set([{"do": status}])
    assert jira(sandbox, "GET", "/rest/api/2/myself").json()["errorMessages"]
    assert trello(sandbox, "GET", "/members/me").headers["Content-Type"].startswith("text/plain")


def test_a_login_page_comes_with_200(sandbox: Sandbox) -> None:
    sandbox.faults.set([{"do": "html"}])
    response = jira(sandbox, "GET", "/rest/api/2/myself")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")


def test_an_anonymous_search_finds_nothing_and_says_nothing(sandbox: Sandbox) -> None:
    sandbox.faults.set([{"match": {"path": "search"}, "do": "anonymous"}])
    response = jira(sandbox, "POST", "/rest/api/2/search/jql", json={"jql": "project = SHOP"})
    assert response.json() == {"issues": [], "isLast": True}
    assert jira(sandbox, "GET", "/rest/api/2/myself").status_code == 200


def test_people_edit_before_and_after_a_request(sandbox: Sandbox) -> None:
    early = {"issue": "SHOP-7", "set": {"summary": "Renamed"}, "add_label": "person"}
    late = {"issue": "SHOP-7", "remove_label": "seen", "rank_before": "SHOP-14"}
    sandbox.faults.set([{"do": "edit", "edit": early}, {"do": "edit", "when": "after", "edits": [late]}])
    add_label(sandbox)
    assert labels(sandbox) == ["checkout", "person"]
    assert sandbox.world.jira.order()[0] == "10007"


def test_people_add_move_and_delete(sandbox: Sandbox) -> None:
    edits = [
        {"add_issue": {"project": "SHOP", "summary": "New"}},
        {"issue": "SHOP-8", "delete": True},
        {"card": "Dark mode", "set": {"pos": "top"}, "comment": "first!", "add_label": "bug"},
        {"add_card": {"list": "Backlog", "name": "New card"}},
    ]
    assert requests.post(sandbox.jira_url + "/sandbox/edit", json=edits, timeout=30).status_code == 200
    state = requests.get(sandbox.jira_url + "/sandbox/state", timeout=30).json()
    assert state["jira"]["order"][-1] == "SHOP-41"
    assert "SHOP-8" not in state["jira"]["order"]
    backlog = state["trello"][0]["lists"][0]["cards"]
    assert (backlog[0]["name"], backlog[0]["comments"], backlog[-1]["name"]) == (
        "Dark mode",
        ["first!"],
        "New card",
    )


def test_some_issues_of_a_rank_call_fail(sandbox: Sandbox) -> None:
    sandbox.faults.set([{"match": {"path": "rank$", "nth": 1}, "do": "partial", "count": 1}])
    body = {"issues": ["SHOP-6", "SHOP-40"], "rankBeforeIssue": "SHOP-14"}
    response = jira(sandbox, "PUT", "/rest/agile/1.0/issue/rank", json=body)
    assert response.status_code == 207
    assert [entry["status"] for entry in response.json()["entries"]] == [200, 503]
    assert sandbox.world.jira.order()[:2] == ["10006", "10014"]


def test_answers_are_patched_and_issues_left_out(sandbox: Sandbox) -> None:
    sandbox.faults.set([{"match": {"path": "jql"}, "do": "patch", "body": {"warnings": ["shards failed"]}}])
    search = {"jql": "project = SHOP"}
    assert jira(sandbox, "POST", "/rest/api/2/search/jql", json=search).json()["warnings"] == [
        "shards failed"
    ]
    sandbox.faults.set([{"do": "omit", "keys": ["SHOP-1"]}])
    fetch = {"issueIdsOrKeys": ["SHOP-1", "SHOP-2"], "fields": ["summary"]}
    found = jira(sandbox, "POST", "/rest/api/2/issue/bulkfetch", json=fetch).json()["issues"]
    assert [issue["key"] for issue in found] == ["SHOP-2"]
    assert "issues" not in jira(sandbox, "GET", "/rest/api/2/myself").json()
    for rule in ({"do": "omit", "keys": ["SHOP-1"]}, {"do": "patch", "body": {"warnings": ["x"]}}):
        sandbox.faults.set([rule])
        assert isinstance(jira(sandbox, "GET", "/rest/api/2/field").json(), list)


def test_rules_count_as_they_say(sandbox: Sandbox) -> None:
    sandbox.faults.set([{"match": {"path": "myself", "every": 2, "times": 2}, "do": 503}])
    statuses = [jira(sandbox, "GET", "/rest/api/2/myself").status_code for _ in range(6)]
    assert statuses == [200, 503, 200, 503, 200, 200]


def test_wrong_rules_are_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Unknown fault 'explode'"):
        sandbox.faults.set([{"do": "explode"}])
    with pytest.raises(ValueError, match="Unknown match"):
        sandbox.faults.set([{"match": {"verb": "GET"}, "do": 500}])
    with pytest.raises(ValueError, match=r"a threading\.Event, given in Python"):
        sandbox.faults.set([{"do": "slow", "until": "noon"}])
    file = tmp_path / "faults.yaml"
    file.write_text("- {match: {method: PUT, nth: 2}, do: drop_after}\n", encoding="utf-8")
    assert faults.read(file) == [{"match": {"method": "PUT", "nth": 2}, "do": "drop_after"}]


def test_callbacks_see_each_request_twice_and_may_break_it(sandbox: Sandbox) -> None:
    seen: list[tuple[str, bool]] = []

    @sandbox.on_request
    def watch(event: Event) -> dict[str, Any] | None:
        seen.append((event.phase, event.writes))
        return {"do": "drop_after"} if event.phase == "after" and event.writes else None

    with pytest.raises(requests.ConnectionError):
        add_label(sandbox)
    jira(sandbox, "POST", "/rest/api/2/search/jql", json={"jql": "project = SHOP"})
    assert seen == [("before", True), ("after", True), ("before", False), ("after", False)]
    assert "seen" in labels(sandbox)


def test_answers_are_as_slow_as_told(sandbox: Sandbox) -> None:
    sandbox.latency = 0.2
    sandbox.faults.set([{"do": "slow", "seconds": 0.1}])
    start = time.monotonic()
    jira(sandbox, "GET", "/rest/api/2/myself")
    assert time.monotonic() - start >= 0.3


def test_slow_answers_overlap(sandbox: Sandbox) -> None:
    together = Meeting(8)
    sandbox.on_request(together)
    threads = [threading.Thread(target=jira, args=(sandbox, "GET", "/rest/api/2/myself")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together.met.is_set()


def test_reset_puts_everything_back(sandbox: Sandbox) -> None:
    before = requests.get(sandbox.jira_url + "/sandbox/state", timeout=30).json()
    add_label(sandbox)
    changed = requests.get(sandbox.jira_url + "/sandbox/state", timeout=30).json()
    requests.post(sandbox.jira_url + "/sandbox/reset", timeout=30)
    after = requests.get(sandbox.jira_url + "/sandbox/state", timeout=30).json()
    assert changed != before
    assert after == before
    assert sandbox.log == []


def test_a_client_that_is_gone_before_it_has_said_all_has_asked_for_nothing(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = sandbox.jira_url.removeprefix("http://").split("/")[0].split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(b"POST /rest/api/2/search/jql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        time.sleep(0.1)  # else it may be gone before anybody answers it
    assert jira(sandbox, "GET", "/rest/api/2/myself").status_code == 200
    assert [one.path for one in sandbox.entries] == ["/rest/api/2/myself"]
    assert caplog.records == []


def test_the_control_endpoints_tell_their_own_mistakes(sandbox: Sandbox) -> None:
    assert requests.get(sandbox.jira_url + "/sandbox/nothing", timeout=30).status_code == 404
    response = requests.post(sandbox.jira_url + "/sandbox/edit", json={"issue": "SHOP-999"}, timeout=30)
    assert (response.status_code, "SHOP-999" in response.text) == (400, True)
    limits = requests.put(sandbox.jira_url + "/sandbox/limits", json={"bulkfetch": 1000}, timeout=30).json()
    assert limits["bulkfetch"] == 1000
    assert requests.put(sandbox.jira_url + "/sandbox/limits", json={"bulk": 1}, timeout=30).status_code == 400
