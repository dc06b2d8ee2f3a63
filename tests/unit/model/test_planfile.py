"""Plans read in parts are those read as a whole; what is wrong with them is said alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from posync.errors import InvalidPlan
from posync.model import planfile
from posync.model.change import AddLabel, Change, Comment, Move, Standing, Was
from posync.model.plan import LaneOrder, Plan, Precondition, read_plan
from posync.model.planfile import parsed

HOSTILE = '"]\n  },\n  {\n ]\n "changes": [\n'


def change(n: int) -> Change:
    about: dict[str, Any] = {"tracker": "t", "issue": f"A-{n // 3}", "title": HOSTILE, "uid": f"t:{n // 3}"}
    match n % 3:
        case 0:
            return AddLabel(id=n, label=HOSTILE, because=("no criteria", HOSTILE), **about)
        case 1:
            return Comment(id=n, after=HOSTILE, **about)
        case _:
            near: dict[str, Any] = {"anchor": "t:9", "side": "below", "batch": n}
            return Move(id=n, before=Was(rank=n), after=Standing(rank=1, above=HOSTILE), **near, **about)


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Return a plan whose lists are long for this test."""
    monkeypatch.setattr(planfile, "_SIZE", 400)
    changes = tuple(change(n) for n in range(1, 40))
    return Plan(
        workspace=HOSTILE,
        created=datetime(2026, 11, 22, tzinfo=UTC),
        changes=changes,
        preconditions=tuple(Precondition(uid=one.uid, labels=(HOSTILE,)) for one in changes),
        lanes=(LaneOrder(tracker="t", lane="", order=tuple(one.uid for one in changes)),),
        warnings=(HOSTILE,) * 40,
    ).sealed()


def test_read_in_parts_it_is_the_same(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    text = plan.to_json()
    assert parsed(Plan, text) == parsed(Plan, text.encode()) == plan
    found = read_plan(text)
    assert found.changes[0].uid is found.changes[1].uid is found.preconditions[1].uid
    read: list[int] = []

    def spy(text: bytes) -> Plan:
        read.append(len(text))
        return whole(text)

    whole = Plan.model_validate_json
    monkeypatch.setattr(Plan, "model_validate_json", spy)
    assert parsed(Plan, text) == plan
    assert max(read) < len(text) / 2


@pytest.mark.parametrize("indent", [None, 1, 2])
def test_other_layouts_are_read_as_a_whole(plan: Plan, indent: int | None) -> None:
    text = json.dumps(json.loads(plan.to_json()), indent=indent, sort_keys=True)
    assert read_plan(text) == plan


@pytest.mark.parametrize("n", [1, 20, 38])
def test_a_fault_is_said_with_its_place(plan: Plan, n: int) -> None:
    text = plan.to_json().replace(f'"id": {n + 1},', '"id": "x",')
    with pytest.raises(ValidationError) as in_parts:
        parsed(Plan, text)
    with pytest.raises(ValidationError) as whole:
        Plan.model_validate_json(text)
    assert in_parts.value.errors() == whole.value.errors()
    assert in_parts.value.errors()[0]["loc"][:2] == ("changes", n)


@pytest.mark.parametrize("layout", ["parts", "whole"])
@pytest.mark.parametrize(
    ("place", "key"),
    [
        ('"workspace":', "workspace"),
        ('"id": 20,', "id"),
        ('"rank": 20', "rank"),
        ('"changes": [', "changes"),
    ],
)
def test_what_people_and_posync_could_read_differently_is_refused(
    plan: Plan, place: str, key: str, layout: str
) -> None:
    """The last of two equal keys wins for pydantic, and the checksum would not tell."""
    text = plan.to_json() if layout == "parts" else json.dumps(json.loads(plan.to_json()))
    assert text.count(place) == 1
    twice = text.replace(place, f'"{key}": {"[]" if "[" in place else 1}, {place}')
    with pytest.raises(InvalidPlan, match=f"the key '{key}' stands twice in one place. Make it again"):
        read_plan(twice)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_half_a_file_is_no_plan(plan: Plan, cut: float) -> None:
    text = plan.to_json()
    with pytest.raises(InvalidPlan):
        read_plan(text[: int(len(text) * cut)])
    with pytest.raises(InvalidPlan):
        read_plan(text.encode() + b"\xff")
