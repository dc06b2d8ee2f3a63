"""Every request posync sends to Trello, held against the OpenAPI document that Trello publishes."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
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
from tests.contract import openapi_documents as documents
from tests.contract.openapi_known import TRELLO

pytestmark = pytest.mark.skipif(
    not (documents.FOLDER / TRELLO).is_file(),
    reason="Trello's OpenAPI document (../shared/data/openapi) is not here",
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


# What the document has wrong about values: (template, part of the complaint): the reason.
WRONG_VALUES: dict[tuple[str, str], str] = {
    ("/cards/{id}", "attachments: 'true'"): "declared a text that is a truth value: no JSON is both",
    ("/members/{id}", "fields: 'id,username'"): "its own description says a comma-separated list",
    ("/cards/{id}/labels", "color: None"): "its own description says that null is a colour",
    ("/labels", "color: None"): "the schema of a label has null for no colour",
    ("/cards/{idCard}/customFields", "'^[0-9a-fA-F]{32}$'"): "an id has 24 digits, in its own example too",
    ("/cards/{idCard}/customFields", "is not of type 'number'"): (
        "numbers are sent as text, as they come back: so says Trello's guide to custom fields"
    ),
}


def complaints(method: str, url: str, body: Any) -> list[str]:
    """Return what the document has against a request, its own errors about values left out."""
    return [one for one in objections(method, url, body) if _excuse(one) is None]


def _excuse(complaint: str) -> tuple[str, str] | None:
    operation, _, what = complaint.partition(": ")
    template = operation.partition(" ")[2]
    return next((line for line in WRONG_VALUES if line[0] == template and line[1] in what), None)


def objections(method: str, url: str, body: Any) -> list[str]:
    """Return all that the document has against a request; the parts of a batch are requests of their own."""
    parts = urlsplit(url)
    path, query = parts.path.removeprefix("/1"), dict(parse_qsl(parts.query, keep_blank_values=True))
    template = documents.template_of(TRELLO, method, path)
    assert template is not None, f"{method} {path} is in no part of the document"
    doc = documents.document(TRELLO)
    operation = doc["paths"][template][method.lower()]
    parameters = [*operation.get("parameters", []), *doc["paths"][template].get("parameters", [])]
    known = {one["name"]: one.get("schema", {}) for one in parameters}
    required = {one["name"] for one in parameters if one.get("required") and one["in"] == "query"}
    carried = documents.schema_in(operation.get("requestBody") or {}) or {}
    choices = [carried, *carried.get("oneOf", ())]
    names = (
        known.keys()
        | NESTED.get(template, set())
        | {name for one in choices for name in one.get("properties", ())}
    )
    placed = _placed(template, path)
    given = {**query, **(body or {})}
    found = [f"{method} {template}: {name} is not documented" for name in given.keys() - names]
    found += [f"{method} {template}: {name} is missing" for name in required - given.keys()]
    found += [
        f"{method} {template}: {name}: {value!r} is no value for it"
        for name, value in (given | placed).items()
        if not _fits(value, known.get(name, {}), as_text=name not in (body or {}))
    ]
    if body and carried:
        found += [
            f"{method} {template}: {error.message}"
            for error in documents.validator(TRELLO, carried).iter_errors(body)
        ]
    if path == "/batch":
        for inner in filter(None, query.get("urls", "").split(",")):
            found += objections("GET", inner, None)
    return found


def _placed(template: str, path: str) -> dict[str, str]:
    """Return the parameters within a path; the shop's board has an id that people can type, here it gets a usual one."""
    parts = zip(
        template.split("/"), path.replace("shopboard", "5f0000000000000000000abc").split("/"), strict=True
    )
    return {name[1:-1]: value for name, value in parts if name.startswith("{")}


def _fits(value: Any, schema: Mapping[str, Any], *, as_text: bool) -> bool:
    """Tell whether a value is one of a parameter; what stands in an address may be read as text or as JSON."""
    readings = [value]
    if as_text:
        with contextlib.suppress(ValueError):
            readings.append(json.loads(value))
    return any(documents.validator(TRELLO, schema).is_valid(one) for one in readings)


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
    asked = [(str(one.method), str(one.url), json.loads(one.body) if one.body else None) for one in sent]
    assert not [complaint for one in asked for complaint in complaints(*one)]
    excused = {_excuse(complaint) for one in asked for complaint in objections(*one)}
    assert WRONG_VALUES.keys() == excused, "a line of the list is no longer needed"
    assert not {complaint for response in answers for complaint in _against(response)}
    assert {str(request.method) for request in sent} == {"GET", "POST", "PUT", "DELETE"}
    assert all(len(str(request.url)) < 8192 for request in sent)
    assert not any("sandbox-trello" in str(request.url) for request in sent)
    assert not any(request.method == "GET" and request.body for request in sent)


def _against(response: requests.Response) -> list[str]:
    """Return what the document has against an answer."""
    method, url = str(response.request.method), str(response.request.url)
    said = documents.said("trello", method, url, response.status_code, response.content)
    assert said is not None, f"{method} {urlsplit(url).path} is in no part of the document"
    return [f"{said}: {complaint}" for complaint in documents.unknown(said, url)]


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("/cards/5f0000000000000000000abc?customFieldItems=maybe", "customFieldItems: 'maybe' is no value"),
        ("/cards/short?customFieldItems=true", "id: 'short' is no value"),
        ("/cards/5f0000000000000000000abc?odd=1", "odd is not documented"),
        ("/batch?urls=/cards/short", "id: 'short' is no value"),
        ("/batch", "urls is missing"),
    ],
)
def test_the_check_itself_finds_what_is_wrong(asked: str, part: str) -> None:
    assert any(part in one for one in complaints("GET", f"https://api.trello.com/1{asked}", None))


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
