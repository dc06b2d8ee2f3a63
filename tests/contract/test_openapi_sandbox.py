"""Every answer of the sandbox, held against the OpenAPI documents that the vendors publish."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from posync.sandbox.server import Sandbox

FOLDER = Path(__file__).parents[3] / "shared/data/openapi"
if not FOLDER.exists():
    FOLDER = Path(__file__).parents[2] / "../shared/data/openapi"

V3 = "jira-platform-v3.2025-12.jarekbird.json"
V2 = "jira-platform-v2.2025-12.primelib.yaml"
SOFTWARE = "jira-software.2022-07.salto.json"
SERVER = "jira-software-dc-10.0.jiradc-cli.json"
TRELLO = "trello.2026.kevinhillinger.json"

# Where the documents are wrong or behind, as (document, operation, part of the complaint): the reason.
KNOWN_ERRORS: dict[tuple[str, str, str], str] = {
    (SOFTWARE, "GET .*/board/{boardId}/configuration", "$.location: Additional properties"): (
        "recorded answers of real sites carry the project's id, key and name in `location`"
    ),
    (
        SERVER,
        "GET /api/2/(field|project/.*/versions)",
        "is not of type 'object'",
    ): "lists are declared as one element",
    (
        SERVER,
        "(GET|POST) /api/2/(search|issue/.*)",
        "is not of type 'object'",
    ): "every field is declared an object",
    (
        SERVER,
        "(GET|POST) /api/2/(search|issue/.*)",
        "None for not nullable",
    ): "unset fields are null on every site",
    (
        SERVER,
        "GET /api/2/.*/properties/.*",
        "is not of type 'string'",
    ): "a property holds any JSON, as the same document says where it is set",
    (TRELLO, "GET .*", "'private' is not one of ['org', 'board']"): "the most usual level of all is missing",
    (
        TRELLO,
        ".*",
        "None is not one of ['separator', 'board', 'mirror', 'link']",
    ): "nullable, but its enum forgets null",
    (
        TRELLO,
        "(GET|PUT) .*",
        ".labels[",
    ): "a card's labels are declared as ids, every real answer has whole labels",
    (TRELLO, ".*", "descData: None"): "null in every real export",
    (TRELLO, ".*", "idOrganization: None"): "null for boards outside a workspace",
    (TRELLO, ".*", "softLimit: None"): "null in every real export",
}


@dataclass(frozen=True)
class Asked:
    """One request and the operation it is an instance of."""

    document: str
    method: str
    template: str
    path: str
    body: Any = None
    status: int = 200

    def __str__(self) -> str:
        return f"{self.method} {self.template} {self.status}"


@cache
def document(name: str) -> tuple[Any, Any]:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the vendors' documents are not here: {name}")
    if name.endswith(".yaml"):
        yaml = pytest.importorskip("yaml", reason="a document of 3 MB needs a fast YAML reader")
        data = yaml.load(
            path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
    else:
        data = json.loads(path.read_text(encoding="utf-8"))
    resource = Resource.from_contents(data, default_specification=DRAFT4)
    return data, Registry().with_resource("doc:", resource)


def pointer(*parts: str) -> str:
    return "doc:#/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)


def complaints(asked: Asked, response: requests.Response) -> list[str]:
    """Return what the document says against an answer, known errors left out."""
    data, registry = document(asked.document)
    if not response.content:
        return [] if response.status_code == 204 else ["an empty body"]
    answers = data["paths"][asked.template][asked.method.lower()]["responses"]
    status = str(response.status_code)
    if status not in answers:
        found = [f"status {status} is not declared"]
    else:
        content = answers[status].get("content", {})
        media = next((one for one in content if "json" in one), "")
        if not media or "schema" not in content[media]:
            return []
        place = (
            "paths",
            asked.template,
            asked.method.lower(),
            "responses",
            status,
            "content",
            media,
            "schema",
        )
        validator = OAS30Validator({"$ref": pointer(*place)}, registry=registry)
        found = [
            f"{error.json_path}: {shorten(error.message)}"
            for error in validator.iter_errors(content_of(response))
        ]
    return [one for one in found if not known(asked, one)]


def content_of(response: requests.Response) -> Any:
    """Return an answer; the shop's board has an id that people can type, here it gets a usual one."""
    return json.loads(response.text.replace('"shopboard"', '"5f0000000000000000000abc"'))


def shorten(message: str) -> str:
    """Return a message without the middle of the value it quotes."""
    return message if len(message) < 240 else f"{message[:120]} ... {message[-100:]}"


def known(asked: Asked, complaint: str) -> bool:
    operation = f"{asked.method} {asked.template}"
    return any(
        name == asked.document and re.fullmatch(pattern, operation) and part in complaint
        for name, pattern, part in KNOWN_ERRORS
    )


ADF = {
    "version": 1,
    "type": "doc",
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hello"}]}],
}
FIELDS = ["summary", "description", "status", "labels", "comment", "issuelinks", "parent"]


def platform(version: str, name: str) -> list[Asked]:
    root = f"/rest/api/{version}"
    text = ADF if version == "3" else "Hello"

    def ask(method: str, template: str, body: Any = None, status: int = 200, **parts: Any) -> Asked:
        path = template.partition("?")[0]
        shown = re.sub(r"\{(\w+)\}", lambda found: parts[found[1]], template)
        return Asked(name, method, root + path, root + shown, body, status)

    issue: dict[str, Any] = {"issueIdOrKey": "SHOP-14"}
    mark = "/project/{projectIdOrKey}/properties/{propertyKey}"
    return [
        ask("GET", "/myself"),
        ask("GET", "/serverInfo"),
        ask("GET", "/field"),
        ask("GET", "/mypermissions?permissions=EDIT_ISSUES,BULK_CHANGE&projectKey=SHOP"),
        ask("GET", "/issueLinkType"),
        ask("GET", "/status"),
        ask("GET", "/project"),
        ask("GET", "/project/search"),
        ask("GET", "/project/{projectIdOrKey}", projectIdOrKey="SHOP"),
        ask("GET", "/project/{projectIdOrKey}", projectIdOrKey="NONE", status=404),
        ask("GET", "/project/{projectIdOrKey}/versions", projectIdOrKey="SHOP"),
        ask("GET", "/project/{projectIdOrKey}/version", projectIdOrKey="SHOP"),
        ask("POST", "/version", {"name": "2027.05", "projectId": 10000}, 201),
        ask("POST", "/version", {"name": "2026.12", "projectId": 10000}, 400),
        ask("GET", "/version/{id}", id="10202"),
        ask("GET", "/search/jql?jql=project%3DSHOP&maxResults=3"),
        ask("GET", "/search/jql?jql=nonsense%3D1", status=400),
        ask(
            "POST",
            "/search/jql",
            {"jql": "project = SHOP", "fields": ["*all"], "expand": "names,schema", "maxResults": 40},
        ),
        ask("POST", "/search/approximate-count", {"jql": "project = SHOP"}),
        ask(
            "POST",
            "/issue/bulkfetch",
            {"issueIdsOrKeys": ["SHOP-1", "SHOP-14", "SHOP-999"], "fields": FIELDS},
        ),
        ask(
            "POST",
            "/issue",
            {
                "fields": {
                    "project": {"key": "SHOP"},
                    "issuetype": {"name": "Story"},
                    "summary": "x",
                    "description": text,
                }
            },
            201,
        ),
        ask("GET", "/issue/{issueIdOrKey}", **issue),
        ask("GET", "/issue/{issueIdOrKey}", issueIdOrKey="SHOP-999", status=404),
        ask("PUT", "/issue/{issueIdOrKey}", {"update": {"labels": [{"add": "x"}]}}, 204, **issue),
        ask(
            "PUT",
            "/issue/{issueIdOrKey}?returnIssue=true",
            {"update": {"labels": [{"add": "y"}]}},
            200,
            **issue,
        ),
        ask("PUT", "/issue/{issueIdOrKey}", {"update": {"labels": [{"add": "a b"}]}}, 400, **issue),
        ask(
            "PUT",
            "/issue/{issueIdOrKey}/properties/{propertyKey}",
            {"a": 1},
            201,
            propertyKey="fresh",
            **issue,
        ),
        ask("GET", "/issue/{issueIdOrKey}/properties", **issue),
        ask("GET", "/issue/{issueIdOrKey}/properties/{propertyKey}", propertyKey="posync", **issue),
        ask("GET", "/project/{projectIdOrKey}/properties", projectIdOrKey="SHOP"),
        ask("GET", "/project/{projectIdOrKey}/properties", projectIdOrKey="NONE", status=404),
        ask("GET", mark, propertyKey="posync.shop~jira", projectIdOrKey="SHOP"),
        ask("GET", mark, propertyKey="absent", projectIdOrKey="SHOP", status=404),
        ask("PUT", mark, {"a": 1}, propertyKey="posync.shop~jira", projectIdOrKey="SHOP"),
        ask("PUT", mark, {"a": 1}, 201, propertyKey="fresh", projectIdOrKey="SHOP"),
        ask("PUT", mark, "x" * 40_000, 400, propertyKey="fresh", projectIdOrKey="SHOP"),
        ask("DELETE", mark, status=204, propertyKey="posync.shop~jira", projectIdOrKey="SHOP"),
        ask("GET", "/issue/{issueIdOrKey}/comment", **issue),
        ask("POST", "/issue/{issueIdOrKey}/comment", {"body": text}, 201, **issue),
        ask("GET", "/issue/{issueIdOrKey}/comment/{id}", id="4711", **issue),
    ]


AGILE = "/rest/agile/1.0"
SOFTWARE_CASES = [
    Asked(SOFTWARE, "GET", AGILE + "/board", AGILE + "/board"),
    Asked(SOFTWARE, "GET", AGILE + "/board/{boardId}", AGILE + "/board/1"),
    Asked(SOFTWARE, "GET", AGILE + "/board/{boardId}/configuration", AGILE + "/board/1/configuration"),
    Asked(SOFTWARE, "GET", AGILE + "/board/{boardId}/issue", AGILE + "/board/1/issue?maxResults=5"),
    Asked(SOFTWARE, "GET", AGILE + "/board/{boardId}/sprint", AGILE + "/board/1/sprint"),
    Asked(
        SOFTWARE,
        "PUT",
        AGILE + "/issue/rank",
        AGILE + "/issue/rank",
        {"issues": ["SHOP-3"], "rankBeforeIssue": "SHOP-14"},
        204,
    ),
    Asked(
        SOFTWARE,
        "PUT",
        AGILE + "/issue/rank",
        AGILE + "/issue/rank",
        {"issues": ["SHOP-3", "SHOP-998"], "rankBeforeIssue": "SHOP-14"},
        207,
    ),
    Asked(SOFTWARE, "PUT", AGILE + "/issue/rank", AGILE + "/issue/rank", {"issues": ["SHOP-3"]}, 400),
]
BULK_EDIT = {
    "selectedIssueIdsOrKeys": ["SHOP-14", "SHOP-15"],
    "selectedActions": ["labels"],
    "editedFieldsInput": {
        "labelsFields": [
            {"fieldId": "labels", "bulkEditMultiSelectFieldOption": "ADD", "labels": [{"name": "z"}]}
        ]
    },
}
SERVER_CASES = [
    Asked(SERVER, "GET", "/api/2/myself", "/rest/api/2/myself"),
    Asked(SERVER, "GET", "/api/2/serverInfo", "/rest/api/2/serverInfo"),
    Asked(SERVER, "GET", "/api/2/field", "/rest/api/2/field"),
    Asked(SERVER, "GET", "/api/2/mypermissions", "/rest/api/2/mypermissions"),
    Asked(SERVER, "GET", "/api/2/search", "/rest/api/2/search?jql=project%3DSHOP&maxResults=40&fields=*all"),
    Asked(
        SERVER,
        "POST",
        "/api/2/search",
        "/rest/api/2/search",
        {"jql": "project = SHOP", "fields": ["summary"], "startAt": 5},
    ),
    Asked(SERVER, "GET", "/api/2/issue/{issueIdOrKey}", "/rest/api/2/issue/SHOP-14"),
    Asked(SERVER, "GET", "/api/2/issueLinkType", "/rest/api/2/issueLinkType"),
    Asked(SERVER, "GET", "/api/2/project/{projectIdOrKey}/versions", "/rest/api/2/project/SHOP/versions"),
    Asked(SERVER, "GET", "/api/2/project/{projectIdOrKey}/properties", "/rest/api/2/project/SHOP/properties"),
    *(
        Asked(
            SERVER,
            method,
            "/api/2/project/{projectIdOrKey}/properties/{propertyKey}",
            "/rest/api/2/project/SHOP/properties/posync.shop~jira",
            {"a": 1} if method == "PUT" else None,
            204 if method == "DELETE" else 200,
        )
        for method in ("GET", "PUT", "DELETE")
    ),
    Asked(
        SERVER, "POST", "/api/2/version", "/rest/api/2/version", {"name": "2027.05", "project": "SHOP"}, 201
    ),
    Asked(SERVER, "GET", "/api/2/issue/{issueIdOrKey}/comment", "/rest/api/2/issue/SHOP-14/comment"),
    Asked(
        SERVER,
        "POST",
        "/api/2/issue/{issueIdOrKey}/comment",
        "/rest/api/2/issue/SHOP-14/comment",
        {"body": "x"},
        201,
    ),
    Asked(
        SERVER,
        "PUT",
        "/api/2/issue/{issueIdOrKey}",
        "/rest/api/2/issue/SHOP-14",
        {"update": {"labels": [{"add": "x"}]}},
        204,
    ),
    Asked(
        SERVER,
        "PUT",
        "/agile/1.0/issue/rank",
        "/rest/agile/1.0/issue/rank",
        {"issues": ["SHOP-3"], "rankAfterIssue": "SHOP-14"},
        204,
    ),
    Asked(SERVER, "GET", "/agile/1.0/board/{boardId}/configuration", "/rest/agile/1.0/board/1/configuration"),
]


def trello_cases() -> list[Asked]:
    def ask(method: str, template: str, path: str, body: Any = None, status: int = 200) -> Asked:
        return Asked(TRELLO, method, template, "/1" + path, body, status)

    nested = "?lists=all&labels=all&cards=all&checklists=all&customFields=true&card_customFieldItems=true"
    return [
        ask("GET", "/boards/{id}", "/boards/{board}" + nested),
        ask("GET", "/boards/{id}/cards", "/boards/{board}/cards"),
        ask("GET", "/boards/{id}/lists", "/boards/{board}/lists"),
        ask("GET", "/boards/{id}/labels", "/boards/{board}/labels"),
        ask("GET", "/boards/{id}/customFields", "/boards/{board}/customFields"),
        ask("GET", "/boards/{id}/checklists", "/boards/{board}/checklists"),
        ask("GET", "/boards/{boardId}/actions", "/boards/{board}/actions"),
        ask("GET", "/lists/{id}/cards", "/lists/{list}/cards"),
        ask("GET", "/lists/{id}", "/lists/{list}"),
        ask("GET", "/cards/{id}", "/cards/{card}?checklists=all&customFieldItems=true"),
        ask("PUT", "/cards/{id}", "/cards/{card}", {"pos": 1000, "name": "x"}),
        ask("POST", "/cards", "/cards", {"idList": "{list}", "name": "new"}),
        ask("POST", "/cards/{id}/idLabels", "/cards/{card}/idLabels", {"value": "{label}"}),
        ask("DELETE", "/cards/{id}/idLabels/{idLabel}", "/cards/{card}/idLabels/{worn}"),
        ask("POST", "/cards/{id}/actions/comments", "/cards/{card}/actions/comments", {"text": "hello"}),
        ask("GET", "/cards/{id}/actions", "/cards/{card}/actions"),
        ask("GET", "/cards/{id}/checklists", "/cards/{card}/checklists"),
        ask(
            "PUT",
            "/cards/{idCard}/customField/{idCustomField}/item",
            "/cards/{card}/customField/{field}/item",
            {"value": {"number": "3"}},
        ),
        ask("POST", "/labels", "/labels", {"name": "n", "color": "sky", "idBoard": "{board}"}),
        ask("GET", "/labels/{id}", "/labels/{label}"),
        ask("PUT", "/labels/{id}", "/labels/{label}", {"name": "posync · shop"}),
        ask("GET", "/members/{id}", "/members/me"),
        ask("GET", "/members/{id}/boards", "/members/me/boards"),
        ask("GET", "/batch", "/batch?urls=/boards/{board}/lists,/cards/{card}"),
    ]


@pytest.fixture(scope="module")
def _cloud() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def _dc() -> Iterator[Sandbox]:
    with Sandbox(flavour="dc") as sandbox:
        yield sandbox


@pytest.fixture
def cloud(_cloud: Sandbox) -> Sandbox:
    return prepared(_cloud)


@pytest.fixture
def dc(_dc: Sandbox) -> Sandbox:
    return prepared(_dc)


def prepared(sandbox: Sandbox) -> Sandbox:
    """Return a sandbox as new, with two properties and one comment whose id is known."""
    sandbox.reset()
    sandbox.world.jira.projects["SHOP"].properties["posync.shop~jira"] = {"seen": 1}
    issue = sandbox.world.jira.issues["10014"]
    issue.properties["posync"] = {"seen": 1}
    issue.comments[0]["id"] = "4711"
    board = sandbox.world.trello.boards["shopboard"]
    next(iter(board.cards.values()))["idLabels"] = [board.labels[0]["id"]]
    return sandbox


def send(url: str, asked: Asked, **auth: Any) -> requests.Response:
    response = requests.request(asked.method, url + asked.path, json=asked.body, timeout=10, **auth)
    assert response.status_code == asked.status, response.text[:500]
    return response


BASIC = {"auth": ("po@shop.example", "sandbox-jira-token")}


@pytest.mark.parametrize("asked", platform("3", V3), ids=str)
def test_cloud_v3(cloud: Sandbox, asked: Asked) -> None:
    assert complaints(asked, send(cloud.jira_url, asked, **BASIC)) == []


@pytest.mark.parametrize("asked", platform("2", V2), ids=str)
def test_cloud_v2(cloud: Sandbox, asked: Asked) -> None:
    assert complaints(asked, send(cloud.jira_url, asked, **BASIC)) == []


def test_the_bulk_edit_and_its_queue(cloud: Sandbox) -> None:
    submitted = Asked(
        V3, "POST", "/rest/api/3/bulk/issues/fields", "/rest/api/3/bulk/issues/fields", BULK_EDIT, 201
    )
    response = send(cloud.jira_url, submitted, **BASIC)
    assert complaints(submitted, response) == []
    path = f"/rest/api/3/bulk/queue/{response.json()['taskId']}"
    polled = Asked(V3, "GET", "/rest/api/3/bulk/queue/{taskId}", path)
    for status in ("RUNNING", "COMPLETE"):
        answer = send(cloud.jira_url, polled, **BASIC)
        assert answer.json()["status"] == status
        assert complaints(polled, answer) == []


@pytest.mark.parametrize("asked", SOFTWARE_CASES, ids=str)
def test_cloud_software(cloud: Sandbox, asked: Asked) -> None:
    assert complaints(asked, send(cloud.jira_url, asked, **BASIC)) == []


@pytest.mark.parametrize("asked", SERVER_CASES, ids=str)
def test_data_center(dc: Sandbox, asked: Asked) -> None:
    bearer = {"headers": {"Authorization": "Bearer sandbox-jira-pat"}}
    assert complaints(asked, send(dc.jira_url, asked, **bearer)) == []


@pytest.mark.parametrize("asked", trello_cases(), ids=str)
def test_trello(cloud: Sandbox, asked: Asked) -> None:
    filled = fill(cloud)
    concrete = Asked(
        TRELLO,
        asked.method,
        asked.template,
        filled(asked.path),
        json.loads(filled(json.dumps(asked.body))),
        asked.status,
    )
    header = {
        "headers": {
            "Authorization": 'OAuth oauth_consumer_key="sandbox-trello-key", oauth_token="sandbox-trello-token"'
        }
    }
    assert complaints(concrete, send(cloud.trello_url, concrete, **header)) == []


def fill(sandbox: Sandbox) -> Callable[[str], str]:
    board = sandbox.world.trello.boards["shopboard"]
    card = next(iter(board.cards))
    names = {
        "board": board.id,
        "list": board.lists[0]["id"],
        "card": card,
        "label": board.labels[2]["id"],
        "worn": board.labels[0]["id"],
        "field": board.custom_fields[0]["id"],
    }
    return lambda text: re.sub(
        r"\{(board|list|card|label|worn|field)\}", lambda found: str(names[found[1]]), text
    )
