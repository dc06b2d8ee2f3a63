"""Markers of a project: which part of it a tracker has, and which properties are claims."""

from __future__ import annotations

import pytest

from posync.connectors.jira.claims import LONG, ROUTE, scopes, unmarking
from posync.connectors.jira.scope import JiraScope
from posync.model.claim import Claim, Scope
from posync.model.repeat import Repeat

SHOP = Scope(kind="jira", place="SHOP")


def test_each_project_of_the_issues_is_a_place() -> None:
    found = scopes(JiraScope(board=12), ["WEB-2", "SHOP-1", "WEB-1", "odd"])
    assert found == tuple(Scope(kind="jira", place=place, board=12) for place in ("SHOP", "WEB"))
    assert scopes(JiraScope(project="shop"), ["SHOP-1"]) == (SHOP,)


def test_without_issues_only_a_project_is_known() -> None:
    assert scopes(JiraScope(project="SHOP"), ()) == (SHOP,)
    assert scopes(JiraScope(board=12), ()) == ()
    assert scopes(JiraScope(jql="type = Bug"), ()) == ()


@pytest.mark.parametrize("jql", ["project = SHOP", 'project="SHOP" ORDER BY Rank', "PROJECT =  'SHOP'  "])
def test_a_query_for_a_project_is_that_project(jql: str) -> None:
    assert scopes(JiraScope(jql=jql), ()) == scopes(JiraScope(jql=jql), ["SHOP-1"]) == (SHOP,)


@pytest.mark.parametrize("jql", ["project = SHOP OR project = WEB", "project != SHOP", "project in (SHOP)"])
def test_another_query_is_a_part_of_each_project(jql: str) -> None:
    assert scopes(JiraScope(jql=jql), ["SHOP-1"]) == (SHOP.model_copy(update={"query": jql}),)


def test_queries_differ_by_more_than_blanks_outside_quotes() -> None:
    one, same, other = (
        scopes(JiraScope(jql=jql), ["SHOP-1"])[0]
        for jql in (
            'text ~ "a  b"  AND\n x = 1 ORDER BY key',
            'text ~ "a  b" AND x = 1',
            'text ~ "a b" AND x = 1',
        )
    )
    assert one == same != other


def test_a_long_query_is_known_by_its_digest() -> None:
    long = "key in (" + ", ".join(f"SHOP-{n}" for n in range(LONG)) + ")"
    [found] = scopes(JiraScope(jql=long), ["SHOP-1"])
    assert found.query is not None
    assert found.query.startswith("sha256:")
    assert scopes(JiraScope(jql=long.replace("(", "( ").replace("( ", "(")), ["SHOP-1"]) == (found,)
    assert scopes(JiraScope(jql=long + " AND x = 1"), ["SHOP-1"]) != (found,)


def test_another_workspaces_marker_is_taken_away_by_the_tracker_that_sees_it() -> None:
    theirs = Claim(workspace="web", tracker="web-jira", scope=SHOP)
    away = unmarking(theirs, "shop-jira")
    assert (away.tracker, away.method, away.route) == ("shop-jira", "DELETE", ROUTE)
    assert (away.repeat, away.claim, away.changes) == (Repeat.SAFE, theirs, ())
