"""What `posync check` and a whole pull learn of a site that has changed since they last asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from posync.connectors.base import Capability
from posync.connectors.jira.checking import MOST
from posync.connectors.jira.scope import JiraScope
from posync.model.issue import Issue
from posync.model.observation import Memory

both = pytest.mark.parametrize("site", ["cloud", "dc"], indirect=True)
REACH = "customfield_30001"


def with_reach(site: Any) -> None:
    """Create the field Reach, as a product owner would after reading that it is missing, and fill it in SHOP-5."""
    with site.sandbox.lock:
        world = site.sandbox.world.jira
        world.fields.add(REACH, "Reach", "float", "number")
        issue = world.find("SHOP-5")
        issue.fields[REACH] = 500.0
        world.changed(issue)


def reach_of(handed: list[Issue]) -> Any:
    return next(issue.fields.get("reach") for issue in handed if issue.key == "SHOP-5")


@both
def test_a_field_created_today_is_seen_by_check(site: Any) -> None:
    site.open().pull(None, lambda _: None)
    before = site.open()
    before.capabilities()
    assert not [note for note in before.notes() if note.startswith("reach: ")]
    with_reach(site)
    after = site.open()
    after.capabilities()
    assert f"reach: Reach ({REACH})" in after.notes()


@both
@pytest.mark.parametrize("remembered", [True, False])
def test_a_field_created_today_is_seen_by_a_whole_pull(site: Any, remembered: bool) -> None:
    handed: list[Issue] = []
    site.open().pull(None, handed.extend)
    assert reach_of(handed) is None
    with_reach(site)
    known = Memory("", {issue.id: issue.key for issue in handed}) if remembered else None
    handed.clear()
    site.open().pull(known, handed.extend)
    assert reach_of(handed) == 500.0


@both
def test_increments_do_not_ask_for_the_fields(site: Any) -> None:
    handed: list[Issue] = []
    seen = site.open().pull(None, handed.extend)
    asked = len(site.asked("/field"))
    site.open().pull(Memory(seen.cursor, {issue.id: issue.key for issue in handed}), handed.extend)
    assert len(site.asked("/field")) == asked


def test_a_whole_pull_of_few_issues_lists_none_ahead(site: Any) -> None:
    site.open().pull(None, lambda _: None)
    searched = len(site.asked("search"))
    site.open().pull(None, lambda _: None)
    assert len(site.asked("search")) == searched + 1


# What an account may do in one project and not in another

READS = frozenset({"BROWSE_PROJECTS"})
ANYWHERE = JiraScope(jql="labels = web")


def may(site: Any, scope: JiraScope, *keys: str) -> dict[str, Capability]:
    return {one.name: one for one in site.open(scope=scope).capabilities(lambda: keys)}


@pytest.fixture
def shop_only_read(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the account do anything in TOY, and only read SHOP."""
    site.second_project("TOY")
    accounts = tuple(replace(one, in_projects={"SHOP": READS}) for one in site.sandbox.jira.accounts)
    monkeypatch.setattr(site.sandbox.jira, "accounts", accounts)


@both
@pytest.mark.usefixtures("shop_only_read")
@pytest.mark.parametrize("scope", [JiraScope(jql="project = SHOP"), JiraScope(board=1)])
def test_check_asks_in_the_project_that_the_scope_names(site: Any, scope: JiraScope) -> None:
    held = may(site, scope)
    assert held["read"][:3] == ("read", True, "in SHOP: BROWSE_PROJECTS")
    for name, lacking in (("rank", "SCHEDULE_ISSUES"), ("label", "EDIT_ISSUES")):
        assert held[name][:3] == (name, False, f"in SHOP: missing {lacking}")
    assert held["rank"].consequence == "The order is planned and shown, and not written."


@both
@pytest.mark.usefixtures("shop_only_read")
def test_check_asks_in_the_projects_that_the_last_picture_shows(site: Any) -> None:
    there = may(site, ANYWHERE, "TOY-1")
    assert there["rank"] == Capability("rank", granted=True, because="in TOY: SCHEDULE_ISSUES")
    both_projects = may(site, ANYWHERE, "TOY-1", "TOY-2", "SHOP-3")
    assert both_projects["read"].because == "in TOY, SHOP: BROWSE_PROJECTS"
    assert both_projects["rank"][:3] == ("rank", False, "in SHOP: missing SCHEDULE_ISSUES")
    assert both_projects["rank"].consequence == "There: The order is planned and shown, and not written."


@both
@pytest.mark.usefixtures("shop_only_read")
def test_check_does_not_tick_what_is_allowed_in_some_other_project(site: Any) -> None:
    held = may(site, ANYWHERE)
    assert (held["rank"].granted, held["rank"].known) == (True, False)
    assert held["rank"].because == "in some project of the site: SCHEDULE_ISSUES"
    assert "posync pull" in held["rank"].remedy
    assert held["rank"].consequence.startswith("If not there: ")
    assert all(
        one.known for one in held.values() if one.name == "bulk edits"
    )  # a permission of the whole site


def test_check_asks_about_a_few_projects_and_says_how_many_are_left(site: Any) -> None:
    names = [f"P{number}" for number in range(MOST + 2)]
    for name in names:
        site.second_project(name)
    before = len(site.asked("mypermissions"))
    held = may(site, ANYWHERE, *(f"{name}-1" for name in names))
    assert len(site.asked("mypermissions")) - before == 1 + MOST
    assert (held["rank"].granted, held["rank"].known) == (True, False)
    assert held["rank"].because.endswith("; 2 more projects were not asked about")


def test_the_project_of_a_scope_needs_no_naming(site: Any) -> None:
    before = len(site.asked("mypermissions"))
    held = may(site, JiraScope(project="SHOP"), "TOY-1")
    assert held["rank"] == Capability("rank", granted=True, because="SCHEDULE_ISSUES")
    assert len(site.asked("mypermissions")) - before == 1


@both
def test_a_board_kept_in_no_project_leaves_it_open(site: Any) -> None:
    site.faults(
        {
            "match": {"path": "configuration"},
            "do": "patch",
            "body": {"location": {"type": "user", "key": "po"}},
        }
    )
    assert may(site, JiraScope(board=1))["rank"].because.startswith("in some project of the site")
