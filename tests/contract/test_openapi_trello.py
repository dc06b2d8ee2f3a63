"""Every request posync sends to Trello, in one go: all of them are documented, or excused by a line that is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posync.connectors.open import open_trello
from posync.connectors.profile import load_profile
from posync.connectors.transport import TrelloAuth
from posync.model.change import AddLabel, Change, Comment, Move, RemoveLabel, SetField, Standing, Was
from posync.model.claim import Claim
from posync.model.issue import Issue
from posync.model.observation import Memory
from posync.sandbox.house import House
from posync.sandbox.server import Sandbox
from tests.contract import openapi_documents as documents
from tests.contract.openapi_known import TRELLO
from tests.contract.openapi_known_requests import KNOWN_ERRORS
from tests.contract.openapi_watch import Watch

pytestmark = pytest.mark.skipif(
    not (documents.FOLDER / TRELLO).is_file(),
    reason="Trello's OpenAPI document (../shared/data/openapi) is not here",
)


def test_no_line_about_requests_to_trello_is_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a connector do all it can do; a line that explains nothing away any more is to go."""
    watch = Watch()
    monkeypatch.setattr(House, "serve", watch.around(House.serve))
    with Sandbox(cards=1005) as sandbox:
        _everything(sandbox)
        assert {one.auth for one in sandbox.entries} == {"header"}
        assert {one.method for one in sandbox.entries} == {"GET", "POST", "PUT", "DELETE"}
    assert list(watch.complaints()) == []
    assert {line for line in KNOWN_ERRORS if line[0] == TRELLO} - watch.excused == set()


def _everything(sandbox: Sandbox) -> None:
    """Let a connector do all it can do."""
    note = {"id": "5f0000000000000000000f09", "name": "Note", "type": "text"}
    sandbox.world.trello.boards["shopboard"].custom_fields.append(note)
    writer: Any = open_trello(
        "ours",
        url=sandbox.trello_url,
        auth=TrelloAuth("sandbox-trello-key", "sandbox-trello-token"),
        board="shopboard",
        profile=load_profile("trello", Path()).with_fields(["Priority score", "Priority no.", "Note"]),
        workspace="shop",
        writable=True,
    )
    issues: list[Issue] = []
    observation = writer.pull(None, issues.extend)
    writer.pull(
        Memory(
            observation.cursor, {issue.id: issue.key for issue in issues} | {"5f00000000000000000000cc": "x"}
        ),
        issues.extend,
    )
    sandbox.trello.world.changed(sandbox.trello.board("shopboard"))
    writer.pull(Memory(observation.cursor, {"5f00000000000000000000cc": "x"}), issues.extend)
    writer.look([issue.uid for issue in issues[:12]])
    writer.capabilities()
    lane = [issue for issue in issues if issue.lane == issues[0].lane][:3]
    for write in writer.writes(_changes(lane)):
        writer.perform(write, comment_ids={})
    for undo in (
        Comment(**_about(9, lane[0]), before="two"),
        RemoveLabel(**_about(10, lane[0]), label="flag"),
    ):
        for write in writer.writes([undo]):
            writer.perform(write, comment_ids={})
    fields = ("Priority score", "Priority no.")
    emptied = [SetField(**_about(11 + at, lane[0]), field=name) for at, name in enumerate(fields)]
    alone = SetField(**_about(13, lane[0]), field="Note", after="as agreed")
    for write in [*writer.writes(emptied), *writer.writes([alone])]:
        writer.perform(write, comment_ids={})
    [scope] = writer.scopes(())
    for labels in (("flag",), ("flag", "more")):
        claim = Claim(workspace="shop", tracker="ours", scope=scope, labels=labels)
        writer.perform(writer.marking(claim), comment_ids={})
        assert writer.marked(claim)
    writer.close()


def _about(number: int, issue: Issue) -> dict[str, Any]:
    return {"id": number, "tracker": "ours", "issue": issue.key, "uid": issue.uid}


def _changes(lane: list[Issue]) -> list[Change]:
    first, second, third = lane
    where: dict[str, Any] = {"before": Was(rank=3), "after": Standing(rank=1), "lane": first.lane, "batch": 1}
    return [
        Move(**_about(1, third), **where, anchor=first.uid, side="above"),
        AddLabel(**_about(2, first), label="flag"),
        AddLabel(**_about(3, second), label="flag"),
        SetField(**_about(4, first), field="Priority score", after=1.5),
        SetField(**_about(5, first), field="Priority no.", after=1),
        SetField(**_about(6, second), field="Priority no.", after=2),
        Comment(**_about(7, first), after="one"),
        Comment(**_about(8, first), before="one", after="two"),
    ]
