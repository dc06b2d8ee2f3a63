"""What `posync check` and a whole pull learn of a site that has changed since they last asked."""

from __future__ import annotations

from typing import Any

import pytest

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
