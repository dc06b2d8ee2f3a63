"""For any edits, moves, deletions and increments, what is remembered equals what the tracker has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_jira
from posync.connectors.profile import load_profile
from posync.connectors.transport import BasicAuth
from posync.model.issue import Issue
from posync.model.observation import Memory, Observation
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox

place = st.integers(min_value=0, max_value=200)
step = st.one_of(
    st.tuples(st.just("title"), place, st.text(alphabet="aäß 漢\u00a0-*{", min_size=1, max_size=9)),
    st.tuples(st.just("label"), place, st.sampled_from(["web", "Web", "späť"])),
    st.tuples(st.just("rank"), place, place),
    st.tuples(st.just("delete"), place, st.none()),
    st.tuples(st.just("add"), place, st.none()),
    st.tuples(st.just("pull"), st.none(), st.none()),
)


class Remembered:
    """A store's memory of one tracker, and the tracker itself."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.issues: dict[str, Issue] = {}
        self.last: Observation | None = None

    def reader(self) -> Any:
        name = "jira-cloud" if self.sandbox.flavour == "cloud" else "jira-data-center"
        return open_jira(
            "shop",
            url=self.sandbox.jira_url,
            auth=BasicAuth("po@shop.example", "sandbox-jira-token"),
            scope=JiraScope(project="SHOP"),
            profile=load_profile(name, Path()),
            workspace="shop",
        )

    def pull(self) -> None:
        memory = None
        if self.last is not None:
            memory = Memory(self.last.cursor, {issue.id: issue.key for issue in self.issues.values()})
        handed: list[Issue] = []
        self.last = self.reader().pull(memory, handed.extend)
        held = {**self.issues, **{issue.uid: issue for issue in handed}}
        self.issues = {uid: held[uid] for uid in self.last.order}

    def whole(self) -> dict[str, Issue]:
        handed: list[Issue] = []
        seen = self.reader().pull(None, handed.extend)
        held = {issue.uid: issue for issue in handed}
        return {uid: held[uid] for uid in seen.order}

    def edit(self, verb: str, at: Any, value: Any) -> None:
        world = self.sandbox.world.jira
        keys = [world.issues[one].key for one in world.order()]
        if len(keys) < 3 and verb == "delete":
            return
        key = keys[(at or 0) % len(keys)]
        edits: dict[str, dict[str, Any]] = {
            "title": {"issue": key, "set": {"summary": value}},
            "label": {"issue": key, "add_label": value},
            "rank": {"issue": key, "rank_before": keys[value % len(keys)] if verb == "rank" else ""},
            "delete": {"issue": key, "delete": True},
            "add": {"add_issue": {"project": "SHOP", "summary": f"New {at}"}},
        }
        with self.sandbox.lock:
            human_edit(world, self.sandbox.trello, [edits[verb]])


@pytest.fixture(scope="module", params=["cloud", "dc"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(flavour=request.param) as served:
        yield served


def plain(issues: dict[str, Issue]) -> dict[str, Any]:
    """Leave out what follows from the order, and the opaque rank, which Data Center changes without a trace."""
    return {uid: issue.model_dump(exclude={"rank", "position"}) for uid, issue in issues.items()}


@settings(max_examples=12, phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck))
@given(steps=st.lists(step, max_size=9))
def test_what_is_remembered_is_what_is_there(sandbox: Sandbox, steps: list[tuple[str, Any, Any]]) -> None:
    sandbox.reset()
    remembered = Remembered(sandbox)
    remembered.pull()
    for verb, at, value in steps:
        if verb == "pull":
            remembered.pull()
        else:
            remembered.edit(verb, at, value)
    remembered.pull()
    whole = remembered.whole()
    assert list(remembered.issues) == list(whole)
    assert plain(remembered.issues) == plain(whole)
