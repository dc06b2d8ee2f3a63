"""Field values in every shape Jira sends them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from posync.connectors.jira.values import adf_text, day, field_value, moment, number, sprint, words
from posync.connectors.profile import FieldType
from posync.model.issue import SprintState


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-03-01T10:00:00.123-0500", datetime(2026, 3, 1, 15, 0, 0, 123000, UTC)),
        ("2026-03-01T10:00:00.000+0000", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        (None, None),
        (17, None),
    ],
)
def test_times_are_utc(text: Any, when: datetime | None) -> None:
    assert moment(text) == when


def test_days() -> None:
    assert (day("2026-03-01"), day("2026-03-01T00:00"), day("March"), day(None)) == (
        date(2026, 3, 1),
        date(2026, 3, 1),
        None,
        None,
    )


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (5, 5.0),
        (0, 0.0),
        ("3.5", 3.5),
        ("0.0", 0.0),
        ({"value": "8"}, 8.0),
        (True, None),
        (None, None),
        ("M", None),
        (float("nan"), None),
        (10**400, None),
        ({"id": 1}, None),
    ],
)
def test_numbers(raw: Any, found: float | None) -> None:
    assert number(raw) == found


@pytest.mark.parametrize(
    ("raw", "kind", "found"),
    [
        ("8.0", "number", 8.0),
        ({"value": "Must"}, "option", "Must"),
        ({"value": "Europe", "child": {"value": "Spain"}}, "option", "Europe / Spain"),
        ([{"value": "a"}, {"value": "b"}], "options", ("a", "b")),
        ({"displayName": "Pia", "accountId": "1"}, "user", "Pia"),
        ("2026-03-01T00:00:00.000+0000", "date", "2026-03-01"),
        ([{"value": "Impediment"}], "flag", True),
        ([], "flag", None),
        ("text", "text", "text"),
        (7, "any", 7),
        (True, "any", True),
        ({"name": "High"}, "any", "High"),
        ([], "any", None),
        (float("inf"), "any", None),
        ("", "any", None),
        (None, "any", None),
    ],
)
def test_fields_as_their_profile_reads_them(raw: Any, kind: FieldType, found: Any) -> None:
    assert field_value(raw, kind) == found


def node(kind: str, *content: Any, **more: Any) -> dict[str, Any]:
    return {"type": kind, "content": list(content), **more}


def test_a_document_becomes_lines() -> None:
    text = {"type": "text", "text": "Cart empties"}
    document = node(
        "doc",
        node("heading", text),
        node(
            "bulletList",
            node("listItem", node("paragraph", text)),
            node(
                "listItem",
                node(
                    "paragraph",
                    {"type": "text", "text": "by "},
                    {"type": "mention", "attrs": {"text": "@Pia"}},
                ),
            ),
        ),
    )
    assert adf_text(document) == "Cart empties\n- Cart empties\n- by @Pia"
    assert field_value(document, "text") == adf_text(document)


def test_a_document_as_deep_as_one_likes() -> None:
    deep: dict[str, Any] = {"type": "text", "text": "x"}
    for _ in range(50_000):
        deep = node("blockquote", deep)
    assert adf_text(node("doc", deep)) == "x"


OLD = "com.atlassian.greenhopper.service.sprint.Sprint@4c9c[id={},rapidViewId=7,state={},name={},startDate={},endDate=<null>,completeDate=<null>,sequence=3,goal=Do, it=well]"


@pytest.mark.parametrize("name", ["Sprint 1", "Q3, part=2", "a,b=c,d", "[brackets]", "zwei\nZeilen"])
def test_old_sprint_texts_with_any_name(name: str) -> None:
    found = sprint([OLD.format(9, "ACTIVE", name, "2026-03-01T09:00:00.000+01:00")])
    assert found is not None
    assert (found.id, found.name, found.state) == ("9", name, SprintState.ACTIVE)


def test_old_sprint_texts_where_the_goal_comes_first() -> None:
    text = "com.x.Sprint@1[id=4,state=FUTURE,name=Next, up,goal=a,b,startDate=<null>,endDate=<null>]"
    found = sprint([text])
    assert found is not None
    assert found.name == "Next, up"


def of(number: int, state: str) -> dict[str, Any]:
    return {"id": number, "name": f"S{number}", "state": state, "boardId": 1}


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ([of(1, "closed"), of(3, "future"), of(2, "active")], "2"),
        ([of(1, "closed"), of(3, "future"), of(4, "future")], "3"),
        ([of(1, "closed"), of(2, "closed")], "2"),
        (of(5, "ACTIVE"), "5"),
    ],
)
def test_the_sprint_that_counts(raw: Any, found: str) -> None:
    chosen = sprint(raw)
    assert chosen is not None
    assert chosen.id == found


@pytest.mark.parametrize("raw", [None, [], "Sprint 1", [7], [{"id": 1, "state": "odd"}]])
def test_no_sprint(raw: Any) -> None:
    assert sprint(raw) is None


def test_words() -> None:
    assert words([{"name": "a"}, None, "", "b"]) == ("a", "b")
