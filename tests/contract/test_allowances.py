"""A pull uses nine tenths of its allowance, over a long way too, and is never refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_jira
from posync.connectors.profile import load_profile
from posync.connectors.transport import WORKERS, BasicAuth, Clock, Pacing
from posync.model.issue import Issue
from posync.sandbox.house import Event
from posync.sandbox.server import Sandbox
from tests.turns import Turns

ALLOWED, WINDOWS = 20, 4
AT_ONCE = 50  # issues a request


@pytest.mark.parametrize(
    ("real", "way"),
    [(False, 0), *(pytest.param(True, way, marks=pytest.mark.sweep) for way in (0, 50, 200))],
)
def test_a_pull_uses_nine_tenths_of_its_allowance(
    real: bool, way: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert way / 1000 * ALLOWED <= WORKERS * 0.8  # where docs/sources.md promises it
    turns = Turns(monkeypatch, real=real)
    with Sandbox(issues=(WINDOWS + 1) * ALLOWED * AT_ONCE, latency_ms=way) as sandbox:
        turns.told_to(sandbox)
        sandbox.limits.bulkfetch = AT_ONCE
        monkeypatch.setattr("posync.connectors.jira.cloud.BULK_DOCUMENTED", AT_ONCE)
        sandbox.limits.jira_per_second = {"GET": 100, "POST": ALLOWED, "PUT": 50}
        asked: list[float] = []

        def note(event: Event) -> None:
            if event.phase == "before" and event.path.endswith("/bulkfetch"):
                asked.append(turns.clock.now())

        sandbox.on_request(note)
        reader = open_jira(
            "shop",
            url=sandbox.jira_url,
            auth=BasicAuth("po@shop.example", "sandbox-jira-token"),
            scope=JiraScope(project="SHOP"),
            profile=load_profile("jira-cloud", Path()),
            workspace="shop",
            cache=tmp_path / "cache",
        )
        got: list[Issue] = []
        reader.pull(None, got.extend)
        reader.close()
    assert len(got) == (WINDOWS + 1) * ALLOWED * AT_ONCE
    assert not [entry for entry in sandbox.log if entry[2] == 429]
    starts = asked[2 : ALLOWED + 2]  # after the first, which shows how many issues go at once
    counted = [sum(start <= when < start + WINDOWS for when in asked) for start in starts]
    assert max(counted) >= 0.9 * ALLOWED * WINDOWS  # a busy machine may miss a turn now and then


def test_accounts_of_one_cloud_site_share_what_it_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posync.connectors.transport.pacing.SHARED", Pacing(Clock()))
    with Sandbox(issues=1600) as sandbox:
        sandbox.limits.enforce, sandbox.limits.bulkfetch = True, 100
        sandbox.limits.jira_per_second = {"GET": 100, "POST": 8, "PUT": 50}

        def pulled(who: str, token: str, jql: str) -> int:
            reader = open_jira(
                who,
                url=sandbox.jira_url,
                auth=BasicAuth(f"{who}@shop.example", token),
                scope=JiraScope(jql=jql),
                profile=load_profile("jira-cloud", Path()),
                workspace="shop",
                cache=tmp_path / "cache",
            )
            with closing(reader):
                return len(reader.pull(None, lambda _: None).order)

        accounts = [
            ("po", "sandbox-jira-token", "key <= SHOP-800"),
            ("editor", "sandbox-editor-token", "key > SHOP-800"),
        ]
        with ThreadPoolExecutor(2) as both:
            assert sum(both.map(lambda one: pulled(*one), accounts)) == 1600
    assert not [entry for entry in sandbox.log if entry[2] == 429]
