"""Every route of the sandbox, and every refusal, held against the OpenAPI documents that the vendors publish."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import requests

from posync.sandbox.jira.routes import CLOUD_ONLY
from posync.sandbox.jira.routes import ROUTES as JIRA_ROUTES
from posync.sandbox.server import Sandbox
from posync.sandbox.trello.routes import ROUTES as TRELLO_ROUTES
from tests.contract import openapi_documents as documents
from tests.contract.openapi_jira import CLOUD_CASES, SERVER_CASES, Case
from tests.contract.openapi_known import KNOWN_ERRORS, NOT_ASKED, NOT_IN_THE_DOCUMENTS, SHAPES
from tests.contract.openapi_trello import TRELLO_CASES

CASES = {"cloud": CLOUD_CASES, "dc": SERVER_CASES, "trello": TRELLO_CASES}
REFUSALS = (400, 401, 403, 404, 410, 413, 414, 429, 503)
Answers = dict[Case, tuple[documents.Said | None, str]]
TRELLO_KEY = 'OAuth oauth_consumer_key="sandbox-trello-key", oauth_token="{}"'
WHO: dict[str, dict[str, Any]] = {
    "cloud owner": {"auth": ("po@shop.example", "sandbox-jira-token")},
    "cloud reader": {"auth": ("reader@shop.example", "sandbox-reader-token")},
    "dc owner": {"headers": {"Authorization": "Bearer sandbox-jira-pat"}},
    "dc reader": {"headers": {"Authorization": "Bearer sandbox-reader-pat"}},
    "dc stranger": {"headers": {"Authorization": "Bearer of-nobody"}},
    "trello owner": {"headers": {"Authorization": TRELLO_KEY.format("sandbox-trello-token")}},
    "trello reader": {"headers": {"Authorization": TRELLO_KEY.format("sandbox-trello-read")}},
    "trello stranger": {"headers": {"Authorization": TRELLO_KEY.format("of-nobody")}},
}


def prepared(sandbox: Sandbox, fault: str = "") -> Sandbox:
    """Return a sandbox as new, with properties, a comment and bulk tasks whose ids are known, and one fault."""
    sandbox.reset()
    sandbox.faults.set([])
    jira, board = sandbox.world.jira, sandbox.world.trello.boards["shopboard"]
    jira.projects["SHOP"].properties["posync.shop~jira"] = {"seen": 1}
    issue = jira.issues["10014"]
    issue.properties["posync"] = {"seen": 1}
    issue.comments[0] |= {"id": "4711", "properties": [{"key": "posync", "value": {"seen": 1}}]}
    moment = "2026-11-02T09:00:00.000+0000"
    task = {"processed": [10014], "failed": {}, "total": 1, "by": "712020:po", "created": moment}
    jira.tasks |= {"771": task | {"polls": 0}, "772": task | {"polls": 9}}
    worn, ticked = list(board.cards.values())[:2]
    worn |= {"idLabels": [board.labels[0]["id"]], "idAttachmentCover": None, "checkItemStates": None}
    worn |= {"cover": {"idAttachment": None}, "mirrorSourceId": None}
    ticked["checkItemStates"] = [{"idCheckItem": board.checklists[0]["id"], "state": "complete"}]
    sandbox.limits.trello_nested_cards = 1 if fault == "many cards" else 10_000
    if fault == "many labels":
        board.labels.extend(dict(board.labels[0]) for _ in range(1000))
    elif fault and fault != "many cards":
        sandbox.faults.set([{"do": fault, "count": 1}])
    return sandbox


def names(sandbox: Sandbox, flavour: str) -> dict[str, str]:
    """Return what stands for the names in a table."""
    if flavour != "trello":
        return {"task": "771", "done": "772", "token": ""}
    board = sandbox.world.trello.boards["shopboard"]
    checklist = board.checklists[0]
    comment = next(one for one in board.actions if one["type"] == "commentCard")
    return {
        "board": board.id,
        "list": board.lists[0]["id"],
        "card": next(iter(board.cards)),
        "label": board.labels[2]["id"],
        "worn": board.labels[0]["id"],
        "field": board.custom_fields[0]["id"],
        "action": comment["id"],
        "checklist": checklist["id"],
        "ticked": checklist["idCard"],
        "item": checklist["checkItems"][0]["id"],
    }


def ask(sandbox: Sandbox, flavour: str, asked: Case) -> requests.Response:
    """Send one row of a table."""
    base = sandbox.trello_url if flavour == "trello" else sandbox.jira_url
    who = WHO.get(f"{flavour} {asked.who}", {})
    known = names(prepared(sandbox, asked.fault), flavour)
    body = json.dumps(asked.body)
    if "{token}" in body:
        first = {"jql": asked.body["jql"], "maxResults": asked.body["maxResults"]}
        known["token"] = requests.post(base + asked.path, json=first, timeout=60, **who).json()[
            "nextPageToken"
        ]

    def filled(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: known[found[1]], text)

    return requests.request(
        asked.method, base + filled(asked.url), json=json.loads(filled(body)), timeout=60, **who
    )


@cache
def answers(flavour: str) -> Answers:
    """Return the answer to each row of a table, with its place in the documents."""
    found: Answers = {}
    with Sandbox(flavour="dc" if flavour == "dc" else "cloud") as sandbox:
        for asked in CASES[flavour]:
            response = ask(sandbox, flavour, asked)
            assert response.status_code == asked.status, f"{asked}: {response.text[:300]}"
            url = str(response.request.url)
            place = str(response.request.path_url).removeprefix("/jira")
            found[asked] = (
                documents.said(flavour, asked.method, place, response.status_code, response.content),
                url,
            )
    return found


@pytest.mark.parametrize(
    ("flavour", "asked"), [(flavour, one) for flavour, rows in CASES.items() for one in rows], ids=str
)
def test_an_answer_is_one_the_document_describes(flavour: str, asked: Case) -> None:
    documents.document(documents.described_by(flavour, asked.path)[0])
    said, url = answers(flavour)[asked]
    assert said is not None, "the document has no such operation"
    assert documents.unknown(said, url) == []


def routes(flavour: str) -> Iterator[tuple[str, str]]:
    """Yield each route of the sandbox, as method and path, versions of the API written out."""
    if flavour == "trello":
        rows = [(verbs, path) for verbs, path, _ in TRELLO_ROUTES] + [("GET", "/1/batch")]
    else:
        rows = [
            (verbs, path.replace("{v}", version))
            for verbs, path, handler in JIRA_ROUTES
            if flavour == "cloud" or handler not in CLOUD_ONLY
            for version in ("23" if flavour == "cloud" and "{v}" in path else "2")
        ]
    yield from ((verb, path) for verbs, path in rows for verb in verbs.split())


def route_of(flavour: str, asked: Case) -> tuple[str, str] | None:
    """Return the route that serves a row of a table: the first one that fits, as in the sandbox."""
    for verb, path in routes(flavour):
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
        if verb == asked.method and re.fullmatch(pattern, asked.path):
            return verb, path
    return None


@pytest.mark.parametrize("flavour", CASES)
def test_every_route_is_validated_or_listed_with_its_reason(flavour: str) -> None:
    validated = {route_of(flavour, one) for one in CASES[flavour] if one.status < 300 or one.status == 410}
    listed = {(verb, path) for where, verb, path in NOT_IN_THE_DOCUMENTS if where == flavour}
    known = set(routes(flavour))
    assert None not in validated
    assert known - validated - listed == set()
    assert listed <= known - validated, "a line of the list is no longer needed"


@pytest.mark.parametrize("flavour", CASES)
def test_what_is_listed_as_absent_is_absent(flavour: str) -> None:
    for where, verb, path in NOT_IN_THE_DOCUMENTS:
        if where == flavour:
            name, shown = documents.described_by(flavour, path)
            assert documents.template_of(name, verb, re.sub(r"\{\w+\}", "x", shown)) is None


@pytest.mark.parametrize("flavour", CASES)
def test_every_kind_of_refusal_is_validated_or_listed_with_its_reason(flavour: str) -> None:
    asked = {one.status for one in CASES[flavour]}
    listed = {int(what) for where, what in NOT_ASKED if where == flavour and what.isdigit()}
    assert set(REFUSALS) - asked == listed


@pytest.mark.parametrize("flavour", CASES)
def test_every_refusal_whose_body_is_described_is_asked_for(flavour: str) -> None:
    described = set()
    for verb, path in routes(flavour):
        name, shown = documents.described_by(flavour, path)
        template = documents.template_of(name, verb, re.sub(r"\{\w+\}", "x", shown))
        for status, row in documents.responses(name, verb, template).items() if template else ():
            if status.isdigit() and int(status) in REFUSALS and documents.schema_in(row):
                described.add(f"{verb} {template} {status}")
    asked = {str(said) for said, _ in answers(flavour).values() if said is not None}
    listed = {what for where, what in NOT_ASKED if where == flavour and not what.isdigit()}
    assert described - asked == listed


def test_no_line_about_known_errors_is_idle() -> None:
    """A line that explains nothing away any more is to go."""
    used, shaped = set(), set()
    for flavour in CASES:
        for said, url in answers(flavour).values():
            if said is None:
                continue
            shaped |= {
                (name, pattern)
                for name, pattern in SHAPES
                if name == said.document and re.fullmatch(pattern, f"{said.method} {said.template}")
            }
            used |= {documents.excuse(said, each) for each in documents.objections(said, url)}
            used |= set(documents.excused_parts(said, url))
    assert KNOWN_ERRORS.keys() - used == set()
    assert SHAPES.keys() - shaped == set()


def test_the_check_itself_finds_what_is_wrong() -> None:
    """A wrong type, a field too many, a status nobody wrote down, and no JSON at all."""
    for status, body, part in (
        (200, b'{"keys": 7}', "$.keys"),
        (404, b'{"odd": 1}', "Additional properties"),
        (418, b"{}", "status 418"),
        (200, b"<html>", "no JSON"),
    ):
        said = documents.said("cloud", "GET", "/rest/api/3/project/SHOP/properties", status, body)
        assert said is not None
        assert any(part in each for each in documents.unknown(said))
