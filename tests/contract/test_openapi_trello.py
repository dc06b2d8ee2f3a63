"""Every request posync sends to Trello, held against the OpenAPI document that Trello publishes."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from posync.connectors.open import open_trello
from posync.connectors.profile import load_profile
from posync.connectors.transport import TrelloAuth
from posync.model.change import AddLabel, Change, Comment, Move, RemoveLabel, SetField, Standing, Was
from posync.model.claim import Claim
from posync.model.issue import Issue
from posync.model.observation import Memory
from posync.sandbox.server import Sandbox
from tests.contract import test_openapi_sandbox as answers_of

DOCUMENT = Path(__file__).resolve().parents[3] / "shared/data/openapi/trello.2026.kevinhillinger.json"
pytestmark = pytest.mark.skipif(
    not DOCUMENT.is_file(), reason="Trello's OpenAPI document (../shared/data/openapi) is not here"
)

# What the document leaves out: nested resources, which it only links to (Trello's guide "Nested resources").
NESTED = {
    "/boards/{id}": {
        "list_fields",
        "label_fields",
        "labels_limit",
        "member_fields",
        "card_fields",
        "card_customFieldItems",
        "card_attachments",
        "card_attachment_fields",
    },
    "/boards/{id}/cards": {
        "fields",
        "filter",
        "limit",
        "before",
        "customFieldItems",
        "attachments",
        "attachment_fields",
        "checklists",
    },
    "/lists/{id}/cards": {"fields"},
    "/cards/{id}/actions": {"fields", "limit", "filter"},
}


@cache
def paths() -> dict[str, Any]:
    found = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    assert isinstance(found, dict)
    return found


def documented(path: str, method: str) -> tuple[str, dict[str, Any]]:
    """Return the document's template and operation for a request; literal parts win over parameters."""
    fitting = [
        template
        for template in paths()
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path) and method.lower() in paths()[template]
    ]
    assert fitting, f"{method} {path} is in no part of the document"
    best = min(fitting, key=lambda template: template.count("{"))
    return best, paths()[best][method.lower()]


def complaints(method: str, url: str, body: Any) -> list[str]:
    """Return what the document has against a request; the parts of a batch are requests of their own."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    path = parts.path.removeprefix("/1")
    template, operation = documented(path, method)
    parameters = [*operation.get("parameters", []), *paths()[template].get("parameters", [])]
    known = {one["name"] for one in parameters} | NESTED.get(template, set())
    required = {one["name"] for one in parameters if one.get("required") and one["in"] == "query"}
    schema = (
        (operation.get("requestBody") or {}).get("content", {}).get("application/json", {}).get("schema", {})
    )
    for choice in (schema, *schema.get("oneOf", ())):
        known |= set(choice.get("properties", ()))
    given = {**query, **(body or {})}
    found = [f"{method} {template}: {name} is not documented" for name in given.keys() - known]
    found += [f"{method} {template}: {name} is missing" for name in required - given.keys()]
    if path == "/batch":
        for inner in query["urls"].split(","):
            found += complaints("GET", inner, None)
    return found


def test_every_request_and_every_answer_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[requests.PreparedRequest] = []
    answers: list[requests.Response] = []
    send = requests.Session.send

    def recorded(
        self: requests.Session, request: requests.PreparedRequest, **settings: Any
    ) -> requests.Response:
        sent.append(request)
        answers.append(send(self, request, **settings))
        assert answers[-1].content is not None  # read in one piece: whoever comes later is given the same
        return answers[-1]

    monkeypatch.setattr(requests.Session, "send", recorded)
    with Sandbox(cards=1005) as sandbox:
        _everything(sandbox)
    found = [
        complaint
        for request in sent
        for complaint in complaints(
            str(request.method), str(request.url), json.loads(request.body) if request.body else None
        )
    ]
    assert not found
    assert not {complaint for response in answers for complaint in _against(response)}
    assert {str(request.method) for request in sent} == {"GET", "POST", "PUT", "DELETE"}
    assert all(len(str(request.url)) < 8192 for request in sent)
    assert not any("sandbox-trello" in str(request.url) for request in sent)
    assert not any(request.method == "GET" and request.body for request in sent)


def _against(response: requests.Response) -> list[str]:
    """Return what the document has against an answer."""
    method, path = (
        str(response.request.method),
        urlsplit(str(response.request.url)).path.removeprefix("/1"),
    )
    template, _ = documented(path, method)
    asked = answers_of.Asked(answers_of.TRELLO, method, template, path, status=response.status_code)
    return [f"{asked}: {complaint}" for complaint in answers_of.complaints(asked, response)]


def _everything(sandbox: Sandbox) -> None:
    """Let a connector do all it can do."""
    writer: Any = open_trello(
        "ours",
        url=sandbox.trello_url,
        auth=TrelloAuth("sandbox-trello-key", "sandbox-trello-token"),
        board="shopboard",
        profile=load_profile("trello", Path()).with_fields(["Priority score", "Priority no."]),
        workspace="shop",
        writable=True,
    )
    issues: list[Issue] = []
    observation = writer.pull(None, issues.extend)
    writer.pull(
        Memory(
            observation.cursor, {issue.id: issue.key for issue in issues} | {"5f00000000000000000000cc": "x"}
        ),
        issues.extend,
    )
    sandbox.trello.world.changed(sandbox.trello.board("shopboard"))
    writer.pull(Memory(observation.cursor, {"5f00000000000000000000cc": "x"}), issues.extend)
    writer.look([issue.uid for issue in issues[:12]])
    writer.capabilities()
    lane = [issue for issue in issues if issue.lane == issues[0].lane][:3]
    for write in writer.writes(_changes(lane)):
        writer.perform(write, comment_ids={})
    for undo in (
        Comment(**_about(9, lane[0]), before="two"),
        RemoveLabel(**_about(10, lane[0]), label="flag"),
    ):
        for write in writer.writes([undo]):
            writer.perform(write, comment_ids={})
    [scope] = writer.scopes(())
    for labels in (("flag",), ("flag", "more")):
        claim = Claim(workspace="shop", tracker="ours", scope=scope, labels=labels)
        writer.perform(writer.marking(claim), comment_ids={})
        assert writer.marked(claim)
    writer.close()


def _about(number: int, issue: Issue) -> dict[str, Any]:
    return {"id": number, "tracker": "ours", "issue": issue.key, "uid": issue.uid}


def _changes(lane: list[Issue]) -> list[Change]:
    first, second, third = lane
    where: dict[str, Any] = {"before": Was(rank=3), "after": Standing(rank=1), "lane": first.lane, "batch": 1}
    return [
        Move(**_about(1, third), **where, anchor=first.uid, side="above"),
        AddLabel(**_about(2, first), label="flag"),
        AddLabel(**_about(3, second), label="flag"),
        SetField(**_about(4, first), field="Priority score", after=1.5),
        SetField(**_about(5, first), field="Priority no.", after=1),
        SetField(**_about(6, second), field="Priority no.", after=2),
        Comment(**_about(7, first), after="one"),
        Comment(**_about(8, first), before="one", after="two"),
    ]
