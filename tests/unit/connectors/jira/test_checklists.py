"""Checklist apps: the shapes their lines come in."""

from __future__ import annotations

from typing import Any

import pytest

from posync.connectors.jira.checklists import checklists_in
from posync.model.issue import CheckItem, Checklist

RAILSWARE = "com.railsware.SmartChecklist.checklist"


def items(*lines: tuple[str, bool]) -> tuple[CheckItem, ...]:
    return tuple(CheckItem(text=text, done=done) for text, done in lines)


CASES: list[tuple[dict[str, Any], list[Checklist]]] = [
    (
        {
            RAILSWARE: "# Criteria\n- Pays by card\n+ Shows the total\n~ Sends mail\nx Faxes it\n# Done means\n+ Reviewed"
        },
        [
            Checklist(
                name="Criteria",
                items=items(("Pays by card", False), ("Shows the total", True), ("Sends mail", False)),
            ),
            Checklist(name="Done means", items=items(("Reviewed", True))),
        ],
    ),
    (
        {"checklist": {"items": "First\nSecond", "allItemsCompleted": False}},
        [Checklist(name="Checklist", items=items(("First", False), ("Second", False)))],
    ),
    (
        {"checklist": {"items": "First", "allItemsCompleted": True}},
        [Checklist(name="Checklist", items=items(("First", True)))],
    ),
    (
        {
            "checklist": {
                "checklists": [{"name": "AC", "items": [{"name": "One", "checked": True}, {"name": "Two"}]}]
            }
        },
        [Checklist(name="AC", items=items(("One", True), ("Two", False)))],
    ),
    (
        {"other.app": [{"name": "Head", "isHeader": True}, {"name": "One", "checked": False}, "Two", 3]},
        [Checklist(name="other.app", items=items(("One", False), ("Two", False)))],
    ),
    ({"checklist": {"items": []}}, []),
    ({"checklist": 7, RAILSWARE: None}, []),
]


@pytest.mark.parametrize(("properties", "found"), CASES)
def test_reads_properties(properties: dict[str, Any], found: list[Checklist]) -> None:
    assert list(checklists_in(properties, [])) == found


def test_reads_text_fields() -> None:
    assert checklists_in({}, ["- [a] odd\n[x] ticked\n[ ] open", None]) == (
        Checklist(name="Checklist", items=items(("[a] odd", False), ("ticked", True), ("open", False))),
    )
