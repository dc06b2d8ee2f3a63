"""A Jira sandbox, and connectors to it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_jira
from posync.connectors.profile import Profile, load_profile
from posync.connectors.transport import Auth, BasicAuth
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from posync.sandbox.settings import Limits


class Site:
    """A sandbox with what a test does to it and asks of it."""

    def __init__(self, sandbox: Sandbox, cache: Path) -> None:
        self.sandbox, self.cache = sandbox, cache

    def open(
        self,
        *,
        auth: Auth | None = None,
        scope: JiraScope | None = None,
        profile: Profile | None = None,
        writable: bool = False,
        url: str | None = None,
    ) -> Any:
        name = "jira-cloud" if self.sandbox.flavour == "cloud" else "jira-data-center"
        return open_jira(
            "shop",
            url=url or self.sandbox.jira_url,
            auth=auth or BasicAuth("po@shop.example", "sandbox-jira-token"),
            scope=scope or JiraScope(project="SHOP"),
            profile=profile or load_profile(name, Path()),
            workspace="shop",
            cache=self.cache,
            writable=writable,
        )

    def edit(self, *edits: dict[str, Any]) -> None:
        with self.sandbox.lock:
            human_edit(self.sandbox.world.jira, self.sandbox.trello, edits)

    def second_project(self, key: str) -> None:
        """Open another project beside SHOP."""
        projects = self.sandbox.world.jira.projects
        other = copy.deepcopy(projects["SHOP"])
        other.key, other.id, other.name = key, "20000", key
        other.raw |= {"key": key, "id": "20000", "name": key}
        projects[key] = other

    def faults(self, *rules: dict[str, Any]) -> None:
        self.sandbox.faults.set(list(rules))

    def asked(self, path: str = "") -> list[tuple[str, str]]:
        """Return method and path of the requests served so far, those that name `path`."""
        return [(one.method, one.path) for one in self.sandbox.entries if path in one.path]

    def truth(self) -> list[str]:
        """Return the keys of the sandbox's own issues in rank order."""
        world = self.sandbox.world.jira
        with self.sandbox.lock:
            return [world.issues[one].key for one in world.order() if world.issues[one].project == "SHOP"]


@pytest.fixture(scope="session")
def _sandboxes() -> Iterator[dict[str, Sandbox]]:
    with Sandbox(flavour="cloud") as cloud, Sandbox(flavour="dc") as dc:
        yield {"cloud": cloud, "dc": dc}


@pytest.fixture
def site(
    _sandboxes: dict[str, Sandbox], request: pytest.FixtureRequest, tmp_path: Path, quick: None
) -> Iterator[Site]:
    sandbox = _sandboxes[getattr(request, "param", "cloud")]
    sandbox.reset()
    sandbox.faults.set([])
    yield Site(sandbox, tmp_path / "cache")
    sandbox.callbacks.clear()
    for name, value in vars(Limits()).items():
        setattr(sandbox.limits, name, value)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait hardly at all before trying again."""
    for name in ("BASE", "BROKEN_LINE"):
        monkeypatch.setattr(f"posync.connectors.transport.retry.{name}", 0.001)
    monkeypatch.setattr("posync.connectors.jira.ranking.FIRST_PAUSE", 0.001)
    monkeypatch.setattr("posync.connectors.jira.bulk.FIRST_LOOK", 0.001)
