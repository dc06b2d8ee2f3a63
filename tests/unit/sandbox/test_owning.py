"""Properties of projects: for everybody to read, for administrators to write, within Jira's limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from posync.sandbox.server import Sandbox

OWNER, EDITOR = ("po@shop.example", "sandbox-jira-token"), ("editor@shop.example", "sandbox-editor-token")


@pytest.fixture(scope="module", params=["cloud", "dc"])
def served(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(flavour=request.param) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    served.reset()
    return served


def send(
    sandbox: Sandbox, method: str, key: str = "", who: tuple[str, str] | None = OWNER, **more: Any
) -> Any:
    url = f"{sandbox.jira_url}/rest/api/2/project/SHOP/properties" + (f"/{key}" if key else "")
    return requests.request(method, url, auth=who, timeout=30, **more)


def test_a_property_is_set_read_replaced_and_removed(sandbox: Sandbox) -> None:
    revision = sandbox.world.jira.revision
    assert send(sandbox, "PUT", "posync.shop~jira", json={"a": [1]}).status_code == 201
    assert send(sandbox, "PUT", "posync.shop~jira", json={"a": [2]}).status_code == 200
    assert sandbox.world.jira.revision > revision
    assert [row["key"] for row in send(sandbox, "GET").json()["keys"]] == ["posync.shop~jira"]
    read = send(sandbox, "GET", "posync.shop~jira", EDITOR)
    assert read.json() == {"key": "posync.shop~jira", "value": {"a": [2]}}
    assert send(sandbox, "DELETE", "posync.shop~jira").status_code == 204
    assert send(sandbox, "DELETE", "posync.shop~jira").status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_only_administrators_of_the_project_write(sandbox: Sandbox, method: str) -> None:
    sandbox.world.jira.projects["SHOP"].properties["mine"] = 1
    assert send(sandbox, method, "mine", EDITOR, json=2).status_code == 403
    assert send(sandbox, method, "mine", None, json=2).status_code in {401, 404}
    assert sandbox.world.jira.projects["SHOP"].properties == {"mine": 1}


def test_what_is_too_long_is_refused(sandbox: Sandbox) -> None:
    assert send(sandbox, "PUT", "k" * 256, json=1).status_code == 400
    assert send(sandbox, "PUT", "k" * 255, json="x" * 32_766).status_code == 201
    assert send(sandbox, "PUT", "k" * 255, json="x" * 32_767).status_code == 400
