"""Rows of Jira's CSV as Jira's own JSON."""

from __future__ import annotations

import pytest

from posync.connectors.export.table import raw_issue


def fields(*row: tuple[str, str]) -> dict[str, object]:
    found = raw_issue([("Issue key", "SHOP-1"), *row])["fields"]
    assert isinstance(found, dict)
    return found


def test_repeated_columns_are_lists_and_empty_cells_are_nothing() -> None:
    found = fields(
        ("Labels", "a"), ("Labels", ""), ("Labels", "b"), ("Fix versions", "1.0"), ("Fix versions", "1.1")
    )
    assert found["labels"] == ["a", "b"]
    assert found["fixVersions"] == [{"name": "1.0"}, {"name": "1.1"}]


def test_texts_are_kept_to_the_last_blank() -> None:
    text = "h2. Criteria\r\n\r\n* one\u00a0\r\n  "
    assert fields(("Description", text))["description"] == text


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        ("25/Oct/25 12:53 PM", "2025-10-25T12:53:00+00:00"),
        ("5/Jan/26 9:05 AM", "2026-01-05T09:05:00+00:00"),
        ("2025-10-25 14:53", "2025-10-25T14:53:00+00:00"),
        ("25.10.2025 14:53", "2025-10-25T14:53:00+00:00"),
    ],
)
def test_dates(cell: str, iso: str) -> None:
    assert fields(("Created", cell))["created"] == iso
    assert fields(("Due date", cell))["duedate"] == iso[:10]


@pytest.mark.parametrize("cell", ["10/11/2025 12:00", "25/Okt/25 12:53", "soon"])
def test_a_date_that_could_be_another_is_not_guessed(cell: str) -> None:
    unread: list[str] = []
    assert raw_issue([("Issue key", "SHOP-1"), ("Created", cell)], unread)["fields"]["created"] is None
    assert unread == [cell]


def test_status_people_parent_and_links() -> None:
    found = fields(
        ("Status", "In review"),
        ("Status Category", "In Progress"),
        ("Assignee", "Ada"),
        ("Parent", "10001"),
        ("Parent key", "SHOP-9"),
        ("Inward issue link (Blocks)", "SHOP-7"),
        ("Outward issue link (Relates)", "SHOP-8"),
        ("Watchers", "Ada"),
        ("Watchers", "Bob"),
        ("Votes", "3"),
        ("Comment", "hello"),
    )
    assert found["status"] == {"name": "In review", "statusCategory": {"key": "indeterminate"}}
    assert found["assignee"] == {"displayName": "Ada"}
    assert found["parent"] == {"key": "SHOP-9", "id": "10001"}
    assert found["issuelinks"] == [
        {"type": {"name": "Blocks"}, "inwardIssue": {"key": "SHOP-7"}},
        {"type": {"name": "Relates"}, "outwardIssue": {"key": "SHOP-8"}},
    ]
    assert (found["watches"], found["votes"], found["comment"]) == (
        {"watchCount": 2},
        {"votes": 3},
        {"total": 1},
    )


def test_custom_fields_go_by_their_names() -> None:
    found = fields(
        ("Custom field (Story Points)", "5.0"), ("Custom field (Team)", "A"), ("Custom field (Team)", "B")
    )
    assert (found["Story Points"], found["Team"]) == ("5.0", ["A", "B"])


def test_without_an_id_the_key_stands_in() -> None:
    assert raw_issue([("Issue key", "SHOP-1")])["id"] == "SHOP-1"
    assert raw_issue([("Issue key", "SHOP-1"), ("Issue id", "10000")])["id"] == "10000"
