"""An account whose rights differ from project to project."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from posync.sandbox.server import Sandbox

WHO = base64.b64encode(b"po@shop.example:sandbox-jira-token").decode()


@pytest.fixture(params=["cloud", "dc"])
def served(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Serve a site on which everybody may only read SHOP, and do all else elsewhere."""
    with Sandbox(flavour=request.param) as sandbox:
        reads = {"SHOP": frozenset({"BROWSE_PROJECTS"})}
        sandbox.jira.accounts = tuple(replace(one, in_projects=reads) for one in sandbox.jira.accounts)
        yield sandbox


def ask(sandbox: Sandbox, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Basic {WHO}", "Content-Type": "application/json"}
    request = urllib.request.Request(sandbox.jira_url + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.loads(response.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


@pytest.mark.parametrize(("where", "told"), [("&projectKey=SHOP", False), ("", True)])
def test_rights_are_told_of_a_project_or_of_any(served: Sandbox, where: str, told: bool) -> None:
    _, said = ask(served, "GET", f"/rest/api/2/mypermissions?permissions=EDIT_ISSUES{where}")
    assert said["permissions"]["EDIT_ISSUES"]["havePermission"] is told


def test_a_project_is_guarded_by_its_own_rights(served: Sandbox) -> None:
    labels = {"update": {"labels": [{"add": "x"}]}}
    assert ask(served, "PUT", "/rest/api/2/issue/SHOP-1", labels)[0] == 403
    rank = {"issues": ["SHOP-1"], "rankAfterIssue": "SHOP-3"}
    assert ask(served, "PUT", "/rest/agile/1.0/issue/rank", rank)[0] == 403
    assert ask(served, "PUT", "/rest/api/2/project/SHOP/properties/a", 1)[0] == 403
    refused = ask(served, "POST", "/rest/api/2/version", {"name": "9.9", "project": "SHOP"})[0]
    assert refused == (404 if served.flavour == "cloud" else 403)
