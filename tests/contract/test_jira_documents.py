"""Every request posync sends to Jira is one that the vendor's published documents describe."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import pytest
import requests

from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_jira
from posync.connectors.profile import load_profile
from posync.connectors.transport import BasicAuth
from posync.model.change import AddLabel, Comment, Move, SetField, SetReleases, Standing, Was
from posync.model.claim import Claim
from posync.model.issue import Issue
from posync.model.observation import Memory
from posync.sandbox.server import Sandbox
from posync.sandbox.settings import CLOUD_ID
from tests.contract import openapi_documents as documents

CLOUD, AGILE, SERVER = (
    "jira-platform-v3.2025-12.jarekbird.json",
    "jira-software.2022-07.salto.json",
    "jira-software-dc-10.0.jiradc-cli.json",
)
KNOWN_ERRORS = {
    # The cloud document describes API version 3, where a comment is a document; posync writes version 2, wiki text.
    "/rest/api/3/issue/{issueIdOrKey}/comment": "body",
    "/rest/api/3/issue/{issueIdOrKey}/comment/{id}": "body",
    # Data Center's document leaves out what its own reference lists.
    "/api/2/mypermissions": "permissions",
    "/api/2/issue/{issueIdOrKey}": "notifyUsers",
    "/api/2/issue/{issueIdOrKey}/comment/{id}": "notifyUsers",
}
UNTRUE = (
    "9.5 is not of type 'object'",  # Data Center's document: every field's value an object, numbers too
)
Sent = tuple[str, str, dict[str, str], Any]


@cache
def document(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def operation(doc: Mapping[str, Any], method: str, path: str) -> tuple[str, Mapping[str, Any]] | None:
    """Return the template and operation a request belongs to; the one with the fewest placeholders."""
    fits = [
        template
        for template, verbs in doc["paths"].items()
        if method.lower() in verbs and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path)
    ]
    best = min(fits, key=lambda template: template.count("{"), default=None)
    return None if best is None else (best, doc["paths"][best][method.lower()])


def resolved(doc: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    for step in part["$ref"].split("/")[1:] if "$ref" in part else ():
        doc = doc[step]
    return doc if "$ref" in part else part


def problems(doc: Mapping[str, Any], sent: Sent) -> Iterator[str]:
    method, path, query, body = sent
    found = operation(doc, method, path)
    if found is None:
        yield f"{method} {path} is not in the document"
        return
    template, described = found
    known = {resolved(doc, one)["name"] for one in described.get("parameters", [])}
    excused = KNOWN_ERRORS.get(template, "")
    yield from (
        f"{method} {template}: unknown query {name}"
        for name in query
        if name not in known and name != excused
    )
    if body is not None and excused != "body":
        schema = resolved(doc, described.get("requestBody") or {})["content"]["application/json"]["schema"]
        checker = jsonschema.Draft7Validator({**schema, "components": doc.get("components", {})})
        yield from (
            f"{method} {template}: {error.message[:200]}"
            for error in checker.iter_errors(body)
            if error.message not in UNTRUE
        )


def place(response: requests.Response) -> str:
    """Return where a request went, without the parts that differ by how a site is reached."""
    return re.sub(r"^(/jira|/ex/jira/[^/]+)(?=/rest/)", "", urlsplit(str(response.request.url)).path)


def everything(flavour: str, tmp_path: Path, answers: list[requests.Response] | None = None) -> list[Sent]:
    """Do all that posync does with a Jira site once, and return each request; `answers` takes the answers."""
    sent: list[Sent] = []

    def note(response: requests.Response, **_: Any) -> None:
        if answers is not None:
            assert response.content is not None  # read in one piece: whoever comes later is given the same
            answers.append(response)
        raw = response.request.body
        query = dict(parse_qsl(urlsplit(str(response.request.url)).query))
        sent.append((str(response.request.method), place(response), query, json.loads(raw) if raw else None))

    with Sandbox(flavour="cloud" if flavour == "cloud" else "dc") as sandbox:
        project, board = JiraScope(project="SHOP"), JiraScope(board=1)
        for scope in (project, board):
            _use(_writer(sandbox, scope, tmp_path, note))
        # Pages of a few issues, a project without a version, and on Cloud the gateway.
        sandbox.limits.search_page = sandbox.limits.server_page = 12
        sandbox.world.jira.projects["SHOP"].versions.clear()
        _use(_writer(sandbox, project, tmp_path / "other", note, gateway=flavour == "cloud"))
    return sent


def _writer(
    sandbox: Sandbox, scope: JiraScope, cache: Path, note: Callable[..., None], *, gateway: bool = False
) -> Any:
    profile = load_profile("jira-cloud" if sandbox.flavour == "cloud" else "jira-data-center", Path())
    writer: Any = open_jira(
        "shop",
        url=sandbox.jira_url + (f"/ex/jira/{CLOUD_ID}" if gateway else ""),
        auth=BasicAuth("po@shop.example", "sandbox-jira-token"),
        scope=scope,
        profile=profile.with_fields(["Priority score"]),
        workspace="shop",
        cache=cache,
        writable=True,
    )
    writer.site.transport._session.hooks["response"].append(note)
    return writer


def _use(writer: Any) -> None:
    handed: list[Issue] = []
    seen = writer.pull(None, handed.extend)
    writer.pull(Memory(seen.cursor, {issue.id: issue.key for issue in handed}), handed.extend)
    writer.capabilities()
    writer.comments([handed[0].uid])
    writer.look(seen.order[:2])
    held = {issue.uid: issue for issue in handed}

    def make(number: int, kind: type[Any], at: int, **more: Any) -> Any:
        issue = held[seen.order[at]]
        return kind(id=number, tracker="shop", issue=issue.key, uid=issue.uid, **more)

    def move(number: int, at: int, anchor: int, side: str) -> Any:
        where: dict[str, Any] = {
            "before": Was(rank=at + 1),
            "after": Standing(rank=anchor + 1),
            "batch": number,
        }
        return make(number, Move, at, anchor=seen.order[anchor], side=side, **where)

    changes = [
        *(make(at + 1, AddLabel, at, label="x") for at in range(6)),
        *(
            make(20 + at, SetReleases, at, before=held[seen.order[at]].releases, after=("2030.01",))
            for at in (7, 8)
        ),
        make(30, SetField, 8, field="Priority score", after=9.5),
        make(31, Comment, 1, after="One"),
        make(32, Comment, 2, after="Two"),
        move(33, 9, anchor=0, side="above"),
        move(34, 10, anchor=3, side="below"),
    ]
    claims = [
        Claim(workspace=name, tracker="shop", scope=scope)
        for scope in writer.scopes(["SHOP-1"])
        for name in ("shop", "other")
    ]
    for claim in claims:
        writer.perform(writer.marking(claim), comment_ids={})
        assert writer.marked(claim)
        assert len(writer.claimed(claim.scope).others) == claims.index(claim)
        writer.perform(writer.marking(claim), comment_ids={})
    writer.perform(writer.unmarking(claims[1]), comment_ids={})
    for write in writer.writes(changes):
        writer.perform(write, comment_ids={})
    for change in (make(40, Comment, 1, before="One", after="Uno"), make(41, Comment, 2, before="Two")):
        writer.perform(writer.writes([change])[0], comment_ids={})


def test_cloud(shared_data: Path, tmp_path: Path) -> None:
    platform, agile = (document(shared_data / "openapi" / name) for name in (CLOUD, AGILE))
    sent = everything("cloud", tmp_path)
    asked = {(method, path) for method, path, _, _ in sent}
    assert {("GET", "/rest/api/2/serverInfo"), ("GET", "/rest/api/2/project/SHOP")} <= asked
    given = {(path.rpartition("/")[2], name) for _, path, _, body in sent for name in body or ()}
    assert {("jql", "nextPageToken"), ("rank", "rankBeforeIssue"), ("rank", "rankAfterIssue")} <= given
    wrong: set[str] = set()
    for method, path, query, body in sent:
        doc = agile if path.startswith("/rest/agile") else platform
        wrong.update(problems(doc, (method, path.replace("/rest/api/2/", "/rest/api/3/"), query, body)))
    assert not wrong


def test_data_center(shared_data: Path, tmp_path: Path) -> None:
    doc = document(shared_data / "openapi" / SERVER)
    wrong: set[str] = set()
    sent = everything("dc", tmp_path)
    assert ("GET", "/rest/api/2/project/SHOP") in {(method, path) for method, path, _, _ in sent}
    assert {"rankBeforeIssue", "rankAfterIssue"} <= {name for _, _, _, body in sent for name in body or ()}
    assert any(path.endswith("/search") and (body or {}).get("startAt") for _, path, _, body in sent)
    for method, path, query, body in sent:
        wrong.update(problems(doc, (method, path.removeprefix("/rest"), query, body)))
    assert not wrong


@pytest.mark.parametrize("flavour", ["cloud", "dc"])
def test_every_answer_posync_is_given_is_one_the_documents_describe(
    flavour: str, shared_data: Path, tmp_path: Path
) -> None:
    given: list[requests.Response] = []
    everything(flavour, tmp_path, given)
    wrong: set[str] = set()
    for response in given:
        method, path = str(response.request.method), place(response)
        said = documents.said(flavour, method, path, response.status_code, response.content)
        assert said is not None, f"{method} {path} is in no document"
        wrong.update(f"{said}: {one}" for one in documents.unknown(said))
    assert len(given) > 30
    assert not wrong


@pytest.mark.parametrize("path", ["/rest/api/3/nothing", "/rest/api/3/issue"])
def test_the_check_itself_finds_what_is_wrong(shared_data: Path, path: str) -> None:
    doc = document(shared_data / "openapi" / CLOUD)
    assert list(problems(doc, ("POST", path, {"odd": "1"}, {"fields": 7})))
