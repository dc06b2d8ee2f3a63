"""A plan with every kind of change, written for these tests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from posync.model.change import (
    AddLabel,
    Change,
    Comment,
    Move,
    RemoveLabel,
    SetField,
    SetReleases,
    Standing,
    Was,
)
from posync.model.plan import Held, LaneOrder, MissingInput, Plan, Requests, TrackerState

HOSTILE = "\x1b[31m<b>[red]*Pay*[/red]</b> | 支払い"


def move(number: int, key: str, before: int, after: int, title: str = "", lane: str = "") -> Move:
    tracker = "board" if lane else "shop"
    return Move(
        id=number, tracker=tracker, issue=key, uid=f"{tracker}:{key}", title=title, lane=lane,
        because=(f"WSJF {20 - after}",), before=Was(rank=before), after=Standing(rank=after),
        anchor=f"{tracker}:x", side="above", batch=number,
    )  # fmt: skip


def about(number: int, key: str) -> dict[str, object]:
    return {
        "id": number,
        "tracker": "shop",
        "issue": key,
        "uid": f"shop:{key}",
        "because": ("0 of 1 acceptance criteria",),
    }


@pytest.fixture
def plan() -> Plan:
    changes: tuple[Change, ...] = (
        move(1, "SHOP-7", 12, 1, HOSTILE),
        move(2, "SHOP-2", 2, 2),
        move(3, "c1", 3, 1, "Push message", lane="L1"),
        AddLabel.model_validate({**about(4, "SHOP-7"), "label": "needs-criteria", "remedy": "Add one line."}),
        AddLabel.model_validate({**about(5, "SHOP-8"), "label": "needs-criteria", "remedy": "Add one line."}),
        RemoveLabel.model_validate({**about(6, "SHOP-9"), "label": "stale", "because": ("touched again",)}),
        SetReleases.model_validate({**about(7, "SHOP-9"), "before": ("2026.11",), "after": ("2026.12",)}),
        SetField.model_validate({**about(8, "SHOP-9"), "field": "Score", "before": None, "after": 9.5}),
        Comment.model_validate({**about(9, "SHOP-8"), "after": "please add criteria"}),
    )
    return Plan(
        workspace="demo",
        created=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        packs={"wsjf": "sha256:0"},
        trackers=(
            TrackerState(name="shop", complete=True, issues=40, requests=Requests(writes=5)),
            TrackerState(name="board", complete=True, issues=20, requests=Requests(writes=1)),
            TrackerState(name="quiet", complete=True, issues=1),
        ),
        changes=changes,
        lanes=(LaneOrder(tracker="board", lane="L1", name="Next", order=("board:c1",)),),
        missing_inputs=(
            MissingInput(tracker="shop", issue="SHOP-5", uid="shop:5", input="job_size", used="last"),
        ),
        warnings=("wsjf: scores are relative",),
        held=(Held(reason="ignored", detail="label posync-ignore", issue="SHOP-3"),),
    ).sealed()
