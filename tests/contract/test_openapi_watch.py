"""Whatever test first lets posync or the sandbox say what no vendor's document describes, fails: the watch itself, tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from posync.sandbox.house import House
from posync.sandbox.server import Sandbox
from tests.contract import openapi_documents as documents
from tests.contract.openapi_watch import Watch

OWNER = ("po@shop.example", "sandbox-jira-token")
TRELLO = 'OAuth oauth_consumer_key="sandbox-trello-key", oauth_token="sandbox-trello-token"'
ISSUE = "/rest/api/2/issue/SHOP-14"

pytestmark = pytest.mark.skipif(
    bool(documents.absent()),
    reason=f"nothing is held against the vendors' documents (../shared/data/openapi): {documents.absent()} are not here",
)


def test_every_sandbox_of_these_tests_is_watched() -> None:
    assert hasattr(House.serve, "__wrapped__")


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Sandbox, Watch]]:
    """Serve a shop whose exchanges a second watch sees, and not the one of all tests: here they are wrong on purpose."""
    own = Watch()
    monkeypatch.setattr(House, "serve", own.around(House.serve.__wrapped__))  # type: ignore[attr-defined]
    with Sandbox() as served:
        yield served, own


def ask(sandbox: Sandbox, method: str, url: str, body: Any = None, *, agent: str = "posync") -> None:
    headers = {"User-Agent": agent} | ({"Authorization": TRELLO} if url.startswith("/1/") else {})
    base = sandbox.trello_url if url.startswith("/1/") else sandbox.jira_url
    auth = None if url.startswith("/1/") else OWNER
    requests.request(method, base + url, json=body, headers=headers, auth=auth, timeout=30)


CARD = "/1/cards/5f0000000000000000000abc"


@pytest.mark.parametrize(
    ("method", "url", "body", "part"),
    [
        ("GET", f"{ISSUE}?odd=1", None, "odd is not documented"),
        ("GET", "/rest/api/2/nothing", None, "no document has such an operation"),
        ("PUT", f"{ISSUE}?notifyUsers=maybe", {"fields": {}}, "notifyUsers: 'maybe' is no value"),
        ("PUT", ISSUE, {"fields": 7}, "$.fields: 7 is not of type 'object'"),
        ("PUT", ISSUE, None, "a body is missing"),
        ("DELETE", f"{ISSUE}/comment/1", {"why": 1}, "a body where none is described"),
        ("GET", "/rest/agile/1.0/board/one", None, "boardId: 'one' is no value"),
        ("GET", f"{CARD}?customFieldItems=maybe", None, "customFieldItems: 'maybe' is no value"),
        ("GET", f"{CARD}?odd=1", None, "odd is not documented"),
        ("GET", "/1/cards/short", None, "id: 'short' is no value"),
        ("GET", "/1/batch?urls=/cards/short", None, "posync sent GET /cards/short: "),
        ("GET", "/1/batch?urls=/nothing", None, "posync sent GET /nothing: no document"),
        ("GET", "/1/batch", None, "urls is missing"),
    ],
)
def test_a_wrong_request_of_posyncs_is_told(
    sandbox: tuple[Sandbox, Watch], method: str, url: str, body: Any, part: str
) -> None:
    served, watch = sandbox
    ask(served, method, url, body)
    told = [one for one in watch.complaints() if one.startswith("posync sent ")]
    assert any(part in one for one in told)


def test_somebody_elses_request_is_their_own_affair(sandbox: tuple[Sandbox, Watch]) -> None:
    served, watch = sandbox
    ask(served, "GET", f"{ISSUE}?odd=1", agent="somebody")
    assert list(watch.complaints()) == []
    assert len(watch.seen) == 1  # the answer


def test_a_wrong_answer_is_told_whoever_asked(sandbox: tuple[Sandbox, Watch]) -> None:
    served, watch = sandbox
    served.world.jira.issues["10014"].comments[0]["id"] = 7
    ask(served, "GET", f"{ISSUE}/comment", agent="somebody")
    [told] = watch.complaints()
    assert told.startswith("the sandbox answered GET /rest/api/2/issue/SHOP-14/comment with ")
    assert "$.comments[0].id: 7 is not of type 'string'" in told


def test_one_odd_row_among_many_is_found(sandbox: tuple[Sandbox, Watch]) -> None:
    served, watch = sandbox
    ask(served, "GET", "/rest/api/2/field")
    next(reversed(served.world.jira.fields.rows.values()))["name"] = 7  # the last of them
    ask(served, "GET", "/rest/api/2/field")
    assert any("7 is not of type 'string'" in one for one in watch.complaints())


def test_what_a_test_makes_up_is_no_answer_of_the_sandboxs(sandbox: tuple[Sandbox, Watch]) -> None:
    served, watch = sandbox
    served.faults.set([{"do": "patch", "body": {"odd": 1}}])
    ask(served, "GET", "/rest/api/2/myself", agent="somebody")
    assert not watch.seen


def test_each_shape_is_held_once(sandbox: tuple[Sandbox, Watch]) -> None:
    served, watch = sandbox
    ask(served, "GET", f"{ISSUE}/comment?startAt=0")
    assert len(watch.seen) == 2
    ask(served, "GET", f"{ISSUE}/comment?startAt=1")
    ask(served, "GET", f"{ISSUE}/comment?startAt=0")
    assert len(watch.seen) == 2
    ask(served, "GET", f"{ISSUE}/comment?maxResults=5")
    assert len(watch.seen) == 3
