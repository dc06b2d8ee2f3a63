"""Every request posync sends to Jira, in one go: all of them are documented, or excused by a line that is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_jira
from posync.connectors.profile import load_profile
from posync.connectors.transport import BasicAuth
from posync.model.change import AddLabel, Comment, Move, SetField, SetReleases, Standing, Was
from posync.model.claim import Claim
from posync.model.issue import Issue
from posync.model.observation import Memory
from posync.sandbox.house import House
from posync.sandbox.server import Sandbox
from posync.sandbox.settings import CLOUD_ID, Flavour
from tests.contract import openapi_documents as documents
from tests.contract.openapi_known import SERVER, SOFTWARE, V2, V3
from tests.contract.openapi_known_requests import KNOWN_ERRORS
from tests.contract.openapi_watch import Watch

pytestmark = pytest.mark.skipif(
    bool(documents.absent()), reason="the vendors' documents (../shared/data/openapi) are not here"
)


def everything(flavour: Flavour, tmp_path: Path) -> None:
    """Do all that posync does with a Jira site once."""
    with Sandbox(flavour=flavour) as sandbox:
        project, board = JiraScope(project="SHOP"), JiraScope(board=1)
        for scope in (project, board):
            _use(_writer(sandbox, scope, tmp_path))
        # Pages of a few issues, a project without a version, and on Cloud the gateway.
        sandbox.limits.search_page = sandbox.limits.server_page = 12
        sandbox.world.jira.projects["SHOP"].versions.clear()
        _use(_writer(sandbox, project, tmp_path / "other", gateway=flavour == "cloud"))


def _writer(sandbox: Sandbox, scope: JiraScope, cache: Path, *, gateway: bool = False) -> Any:
    profile = load_profile("jira-cloud" if sandbox.flavour == "cloud" else "jira-data-center", Path())
    return open_jira(
        "shop",
        url=sandbox.jira_url + (f"/ex/jira/{CLOUD_ID}" if gateway else ""),
        auth=BasicAuth("po@shop.example", "sandbox-jira-token"),
        scope=scope,
        profile=profile.with_fields(["Priority score"]),
        workspace="shop",
        cache=cache,
        writable=True,
    )


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
    for change in (
        make(40, Comment, 1, before="One", after="Uno"),
        make(41, Comment, 2, before="Two"),
        make(42, SetField, 8, field="Priority score", before=9.5),
    ):
        writer.perform(writer.writes([change])[0], comment_ids={})


@pytest.mark.parametrize("flavour", ["cloud", "dc"])
def test_no_line_about_requests_to_jira_is_idle(
    flavour: Flavour, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch()
    monkeypatch.setattr(House, "serve", watch.around(House.serve))
    everything(flavour, tmp_path)
    assert list(watch.complaints()) == []
    assert len([one for one in watch.seen if one[0] == "asked"]) > 25
    described = (SERVER,) if flavour == "dc" else (V2, V3, SOFTWARE)
    assert {line for line in KNOWN_ERRORS if line[0] in described} - watch.excused == set()
