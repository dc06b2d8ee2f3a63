"""What Jira is asked so that every route of the sandbox answers, as tables: one for Cloud, one for Data Center."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, eq=False)
class Case:
    """One request, and the status of the answer it is to have."""

    method: str
    url: str
    status: int = 200
    body: Any = field(default=None, repr=False)
    who: str = "owner"
    fault: str = ""

    def __str__(self) -> str:
        more = "".join(f" ({one})" for one in (self.who, self.fault) if one not in {"", "owner"})
        return f"{self.method} {self.url[:80]} {self.status}{more}"

    @property
    def path(self) -> str:
        """Return where it goes, without the query."""
        return urlsplit(self.url).path


def case(asks: str, status: int = 200, body: Any = None, **more: Any) -> Case:
    """Return a case of "METHOD url"."""
    method, url = asks.split(" ", 1)
    return Case(method, url, status, body, **more)


FIELDS = ["summary", "description", "status", "labels", "comment", "issuelinks", "parent"]
BULK_EDIT = {
    "selectedIssueIdsOrKeys": ["SHOP-14", "SHOP-15"],
    "selectedActions": ["labels"],
    "editedFieldsInput": {
        "labelsFields": [
            {"fieldId": "labels", "bulkEditMultiSelectFieldOption": "ADD", "labels": [{"name": "z"}]}
        ]
    },
}
STORY = {"project": {"key": "SHOP"}, "issuetype": {"name": "Story"}, "summary": "x"}


def text(version: str) -> Any:
    """Return a text as this version of the API takes it."""
    if version == "2":
        return "Hello"
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": "Hello"}]}
    return {"version": 1, "type": "doc", "content": [paragraph]}


def _common(api: str, version: str) -> Iterator[Case]:
    """Yield what both kinds of site are asked alike."""
    issue, mark = f"{api}/issue/SHOP-14", f"{api}/project/SHOP/properties/posync.shop~jira"
    yield case(f"GET {api}/myself")
    yield case(f"GET {api}/serverInfo")
    yield case(f"GET {api}/field")
    yield case(f"GET {api}/mypermissions?permissions=EDIT_ISSUES,BULK_CHANGE&projectKey=SHOP")
    yield case(f"GET {api}/issueLinkType")
    yield case(f"GET {api}/status")
    yield case(f"GET {api}/project")
    yield case(f"GET {api}/project/SHOP")
    yield case(f"GET {api}/project/SHOP/versions")
    yield case(f"GET {api}/project/SHOP/version")
    yield case(f"GET {api}/project/SHOP/properties")
    yield case(f"GET {mark}")
    yield case(f"PUT {mark}", 200, {"a": 1})
    yield case(f"PUT {api}/project/SHOP/properties/fresh", 201, {"a": 1})
    yield case(f"DELETE {mark}", 204)
    yield case(f"POST {api}/version", 201, {"name": "2027.05", "projectId": 10000})
    yield case(f"GET {api}/version/10202")
    yield case(f"PUT {api}/version/10202", 200, {"description": "x"})
    yield case(f"POST {api}/issue", 201, {"fields": STORY | {"description": text(version)}})
    yield case(f"GET {issue}")
    yield case(f"PUT {issue}", 204, {"update": {"labels": [{"add": "x"}]}})
    yield case(f"GET {issue}/properties")
    yield case(f"GET {issue}/properties/posync")
    yield case(f"PUT {issue}/properties/posync", 200, {"a": 1})
    yield case(f"PUT {issue}/properties/fresh", 201, {"a": 1})
    yield case(f"DELETE {issue}/properties/posync", 204)
    yield case(f"GET {issue}/comment")
    yield case(f"POST {issue}/comment", 201, {"body": text(version)})
    yield case(f"GET {issue}/comment/4711")
    yield case(f"PUT {issue}/comment/4711", 200, {"body": text(version)})
    yield case(f"DELETE {issue}/comment/4711", 204)
    yield case(f"GET {api}/comment/4711/properties/posync")
    yield case(f"PUT {api}/comment/4711/properties/posync", 200, {"a": 1})
    yield case(f"PUT {api}/comment/4711/properties/fresh", 201, {"a": 1})


def _refused(api: str) -> Iterator[Case]:
    """Yield what both kinds of site refuse alike."""
    issue, mark = f"{api}/issue/SHOP-14", f"{api}/project/SHOP/properties/posync.shop~jira"
    for path in ("project/NONE", "project/NONE/versions", "project/NONE/version", "project/NONE/properties"):
        yield case(f"GET {api}/{path}", 404)
    yield case(f"GET {api}/mypermissions?permissions=EDIT_ISSUES&projectKey=NONE", 404)
    yield case(f"GET {api}/project/SHOP/properties/absent", 404)
    yield case(f"PUT {mark}", 400, "x" * 40_000)
    yield case(f"PUT {mark}", 403, {"a": 1}, who="reader")
    yield case(f"DELETE {mark}", 403, who="reader")
    yield case(f"POST {api}/version", 400, {"name": "2026.12", "projectId": 10000})
    yield case(f"GET {api}/version/99", 404)
    yield case(f"POST {api}/issue", 400, {"fields": {"project": {"key": "NONE"}}})
    yield case(f"POST {api}/issue", 401, {"fields": STORY}, who="nobody")
    yield case(f"POST {api}/issue", 403, {"fields": STORY}, who="reader")
    yield case(f"GET {api}/issue/SHOP-999", 404)
    yield case(f"PUT {issue}", 400, {"update": {"labels": [{"add": "a b"}]}})
    yield case(f"PUT {issue}", 403, {"update": {"labels": [{"add": "x"}]}}, who="reader")
    yield case(f"PUT {issue}", 409, {"update": {"labels": [{"add": "x"}]}}, fault="409")
    yield case(f"GET {issue}/properties/absent", 404)
    yield case(f"PUT {issue}/properties/posync", 403, {"a": 1}, who="reader")
    yield case(f"GET {issue}/comment/99", 404)
    yield case(f"PUT {issue}/comment/99", 404, {"body": "x"})
    yield case(f"GET {api}/issue/SHOP-999/comment", 404)
    yield case(f"POST {issue}/comment", 400, {"body": ""})
    yield case(f"POST {issue}/comment", 403, {"body": "x"}, who="reader")
    yield case(f"POST {issue}/comment", 413, {"body": "x"}, fault="413")
    yield case(f"PUT {issue}/comment/4711", 400, {"body": "x"}, who="reader")
    yield case(f"DELETE {issue}/comment/4711", 400, who="reader")
    yield case(f"GET {api}/comment/4711/properties/absent", 404)
    yield case(f"GET {api}/comment/99/properties/posync", 404)
    for path in ("myself", "field", "issueLinkType", "status", "version/10202"):
        yield case(f"GET {api}/{path}", 401, who="nobody")
    for status in ("429", "500", "503"):
        yield case(f"GET {issue}", int(status), fault=status)


def _boards() -> Iterator[Case]:
    board, rank = "/rest/agile/1.0/board", "PUT /rest/agile/1.0/issue/rank"
    yield case(f"GET {board}")
    yield case(f"GET {board}/1")
    yield case(f"GET {board}/1/configuration")
    yield case(f"GET {board}/1/issue?maxResults=5")
    yield case(f"GET {board}/1/backlog?maxResults=5")
    yield case(f"GET {board}/1/sprint")
    yield case(rank, 204, {"issues": ["SHOP-3"], "rankBeforeIssue": "SHOP-14"})
    yield case(rank, 204, {"issues": ["SHOP-3"], "rankAfterIssue": "SHOP-14"})
    yield case(rank, 207, {"issues": ["SHOP-3", "SHOP-998"], "rankBeforeIssue": "SHOP-14"})
    yield case(rank, 207, {"issues": ["SHOP-3", "SHOP-4"], "rankAfterIssue": "SHOP-14"}, fault="partial")
    yield case(rank, 400, {"issues": ["SHOP-3"]})
    yield case(rank, 401, {"issues": ["SHOP-3"], "rankAfterIssue": "SHOP-14"}, who="nobody")
    yield case(rank, 403, {"issues": ["SHOP-3"], "rankAfterIssue": "SHOP-14"}, who="reader")
    yield case(rank, 400, {"issues": ["SHOP-3"], "rankAfterIssue": "SHOP-998"})
    yield case(rank, 429, {"issues": ["SHOP-3"], "rankAfterIssue": "SHOP-14"}, fault="429")
    yield case(rank, 503, {"issues": ["SHOP-3"], "rankAfterIssue": "SHOP-14"}, fault="503")
    for part in ("", "/configuration", "/issue", "/backlog", "/sprint"):
        yield case(f"GET {board}/99{part}", 404)
        yield case(f"GET {board}/1{part}", 401, who="nobody")
    yield case(f"GET {board}/1/issue?jql=nonsense%3D1", 400)


def _cloud(api: str) -> Iterator[Case]:
    search, fetch = f"{api}/search/jql", f"POST {api}/issue/bulkfetch"
    yield case(f"GET {api}/project/search")
    yield case(f"POST {api}/version", 404, {"name": "2027.05", "projectId": 10000}, who="reader")
    yield case(f"POST {api}/version", 404, {"name": "2027.05", "projectId": 99})
    yield case(f"GET {api}/mypermissions", 400)
    yield case(f"GET {search}?jql=project%3DSHOP&maxResults=3")
    yield case(f"GET {search}?jql=nonsense%3D1", 400)
    whole = {"jql": "project = SHOP", "fields": ["*all"], "expand": "names,schema", "maxResults": 40}
    yield case(f"POST {search}", 200, whole)
    yield case(f"POST {search}", 200, {"jql": "project = SHOP", "maxResults": 3, "nextPageToken": "{token}"})
    yield case(f"POST {search}", 400, {"jql": "project = SHOP", "nextPageToken": "worn"})
    yield case(f"POST {search}", 429, {"jql": "project = SHOP"}, fault="429")
    yield case(f"POST {search}", 503, {"jql": "project = SHOP"}, fault="503")
    yield case(f"POST {api}/search/approximate-count", 200, {"jql": "project = SHOP"})
    yield case(f"POST {api}/search/approximate-count", 400, {"jql": "nonsense = 1"})
    yield case(fetch, 200, {"issueIdsOrKeys": ["SHOP-1", "SHOP-14", "SHOP-999"], "fields": FIELDS})
    yield case(fetch, 400, {"issueIdsOrKeys": []})
    yield case(f"PUT {api}/issue/SHOP-14?returnIssue=true", 200, {"update": {"labels": [{"add": "y"}]}})
    yield case(f"GET {api}/search?jql=project%3DSHOP", 410)
    yield case(f"POST {api}/search", 410, {"jql": "project = SHOP"})


def _bulk() -> Iterator[Case]:
    edit, queue = "POST /rest/api/3/bulk/issues/fields", "GET /rest/api/3/bulk/queue"
    yield case(edit, 201, BULK_EDIT)
    yield case(edit, 400, BULK_EDIT | {"selectedActions": ["fixVersions"]})
    yield case(edit, 401, BULK_EDIT, who="nobody")
    yield case(edit, 403, BULK_EDIT, who="reader")
    yield case(f"{queue}/{{task}}")
    yield case(f"{queue}/{{done}}")
    yield case(f"{queue}/99", 400)
    yield case(f"{queue}/{{task}}", 401, who="nobody")


CLOUD_CASES = [
    *(one for v in ("2", "3") for one in (*_common(f"/rest/api/{v}", v), *_refused(f"/rest/api/{v}"))),
    *_cloud("/rest/api/2"),
    *_cloud("/rest/api/3"),
    *_bulk(),
    *_boards(),
]


def _server(api: str) -> Iterator[Case]:
    yield case(f"GET {api}/mypermissions")
    yield case(f"POST {api}/version", 403, {"name": "2027.05", "projectId": 10000}, who="reader")
    yield case(f"POST {api}/version", 400, {"name": "2027.05", "projectId": 99})
    yield case(f"GET {api}/search?jql=project%3DSHOP&maxResults=40&fields=*all")
    yield case(f"POST {api}/search", 200, {"jql": "project = SHOP", "fields": ["summary"], "startAt": 5})
    yield case(f"POST {api}/search", 400, {"jql": "nonsense = 1"})
    yield case(f"POST {api}/search", 400, {"jql": "project = SHOP"}, who="nobody")
    yield case(f"POST {api}/search", 401, {"jql": "project = SHOP"}, who="stranger")
    yield case(f"POST {api}/search", 429, {"jql": "project = SHOP"}, fault="429")
    yield case(f"POST {api}/search", 503, {"jql": "project = SHOP"}, fault="503")


SERVER_CASES = [
    *_common("/rest/api/2", "2"),
    *_refused("/rest/api/2"),
    *_server("/rest/api/2"),
    *_boards(),
]
