"""Scopes: bounded, combined safely, and never with an order of their own."""

from __future__ import annotations

from typing import Any

import pytest

from posync.connectors.jira.scope import JiraScope, quoted, without_order
from posync.errors import ConfigError


@pytest.mark.parametrize(
    ("scope", "clause"),
    [
        (JiraScope(project="SHOP"), 'project = "SHOP"'),
        (JiraScope(project='A "b" \\ c'), r'project = "A \"b\" \\ c"'),
        (JiraScope(jql="project = A OR project = B"), "(project = A OR project = B)"),
        (JiraScope(jql="project = A order   BY rank DESC"), "(project = A)"),
        (JiraScope(jql='summary ~ "order by name" ORDER BY key'), '(summary ~ "order by name")'),
        (
            JiraScope(jql=r"summary ~ 'say \'order by\'' AND x = 1"),
            r"(summary ~ 'say \'order by\'' AND x = 1)",
        ),
        (JiraScope(jql="reorder by = 1"), "(reorder by = 1)"),
    ],
)
def test_becomes_a_condition(scope: JiraScope, clause: str) -> None:
    assert scope.clause() == clause


def test_a_board_is_its_filter() -> None:
    assert JiraScope(board=12).clause("10012") == "filter = 10012"
    assert JiraScope(board=12).clause("10012", "a = 1 OR b = 2 ORDER BY Rank") == (
        "filter = 10012 AND (a = 1 OR b = 2)"
    )


@pytest.mark.parametrize("wrong", [{}, {"project": "A", "board": 1}, {"jql": "ORDER BY Rank"}, {"jql": "  "}])
def test_refuses_what_is_none_or_several(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="scope"):
        JiraScope(**wrong)


def test_quotes_round() -> None:
    assert quoted('a"b') == '"a\\"b"'
    assert without_order("a = 1") == "a = 1"
