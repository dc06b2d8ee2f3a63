"""Data Center's safeguards: ties in any order, minutes too full for a window, pages that stop, warn or shift."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.profile import load_profile
from posync.errors import Incomplete
from posync.model.issue import Issue
from posync.model.observation import Memory

pytestmark = pytest.mark.parametrize("site", ["dc"], indirect=True)
MINUTE = 60_000
MOMENT = 1_760_000_000_000 // MINUTE * MINUTE  # 2025-10-09 08:53 UTC
SEARCH = {"path": "/search"}


@pytest.fixture
def _low_cliff(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the forty issues of the sandbox be too many to read by offset."""
    monkeypatch.setattr("posync.connectors.jira.offsets.CLIFF", 20)
    site.sandbox.limits.server_cliff, site.sandbox.limits.server_page = 20, 5


low_cliff = pytest.mark.usefixtures("_low_cliff")


def created(site: Any, *minutes: range) -> None:
    """Let the issues with these places have been created in one minute each; the others in one of their own."""
    world = site.sandbox.world.jira
    issues = list(world.issues.values())
    for number, issue in enumerate(issues):
        world.import_at(MOMENT + number * MINUTE, [issue])
    for numbers in minutes:
        world.import_at(issues[numbers[0]].created, [issues[one] for one in numbers])


def pulled(site: Any, **options: Any) -> list[Issue]:
    """Return what a first pull hands over, in its order."""
    handed: list[Issue] = []
    seen = site.open(**options).pull(None, handed.extend)
    assert len({issue.uid for issue in handed}) == len(handed)
    held = {issue.uid: issue for issue in handed}
    return [held[uid] for uid in seen.order]


def keys(issues: list[Issue]) -> list[str]:
    return [issue.key for issue in issues]


def searches(site: Any, **options: Any) -> list[dict[str, Any]]:
    """Return what each search of a first pull asked for."""
    reader, asked = site.open(**options), list[dict[str, Any]]()
    reader.site.transport._session.hooks["response"].append(
        lambda response, **_: asked.append(json.loads(response.request.body or b"{}"))
    )
    reader.pull(None, lambda _: None)
    return [body for body in asked if "jql" in body]


def orders(site: Any, **options: Any) -> list[str]:
    """Return the ORDER BY of each search of a first pull."""
    return [body["jql"].partition("ORDER BY ")[2] for body in searches(site, **options)]


@pytest.mark.parametrize(("size", "asked"), [(40, 1), (39, 2), (21, 2), (20, 3), (14, 3), (10, 5)])
def test_pages_that_share_one_issue_are_hardly_more(site: Any, size: int, asked: int) -> None:
    site.sandbox.limits.server_page = size
    assert orders(site) == ["Rank ASC, key ASC"] * asked


@low_cliff
def test_no_page_reaches_beyond_the_cliff(site: Any) -> None:
    created(site, range(40))
    assert max(body["startAt"] + body["maxResults"] for body in searches(site) if body["startAt"]) == 20


@low_cliff
def test_the_other_end_of_a_minute_is_read_as_far_as_needed(site: Any) -> None:
    created(site, range(23))
    assert orders(site).count("created DESC, key DESC") == 1


@low_cliff
def test_the_other_end_of_a_minute_is_that_of_no_other(site: Any) -> None:
    created(site, range(40))
    site.edit({"add_issue": {"project": "SHOP", "summary": "A minute later"}})
    world = site.sandbox.world.jira
    first = min(issue.created for issue in world.issues.values())
    world.import_at(first + MINUTE, list(world.issues.values())[-1:])
    assert keys(pulled(site)) == site.truth()


@low_cliff
def test_pages_of_issues_that_tie_neither_overlap_nor_leave_gaps(site: Any) -> None:
    created(site, range(5, 22))
    assert keys(pulled(site)) == site.truth()


@low_cliff
@pytest.mark.parametrize("full", [range(40), range(3, 38), range(20, 40), range(19), range(2, 24)])
def test_a_minute_too_full_for_a_window_is_read_from_both_ends(site: Any, full: range) -> None:
    created(site, full)
    assert keys(pulled(site)) == site.truth()


@low_cliff
def test_a_minute_too_full_for_both_ends_is_refused_with_what_to_do(site: Any) -> None:
    created(site, range(40))
    site.edit({"add_issue": {"project": "SHOP", "summary": "One too many"}})
    site.sandbox.world.jira.import_at(MOMENT, site.sandbox.world.jira.issues.values())
    with pytest.raises(
        Incomplete, match=r"41 issues were created within one minute \(2025-10-09 08:53"
    ) as told:
        pulled(site)
    assert "Divide the scope between two trackers" in str(told.value)


@low_cliff
def test_a_site_that_hides_when_issues_were_created_is_refused(site: Any) -> None:
    world = site.sandbox.world.jira
    for issue in world.issues.values():
        issue.fields["created"] = None
        issue.encoded.clear()
    with pytest.raises(Incomplete, match=r"does not say when its issues were created\. Let this account see"):
        pulled(site)


@low_cliff
@pytest.mark.parametrize("unranked", [False, True])
def test_every_page_is_asked_for_in_an_order_without_ties(site: Any, unranked: bool) -> None:
    profile = load_profile("jira-data-center", Path())
    profile = profile.model_copy(update={"rank": ()}) if unranked else profile
    created(site, range(40))
    found = orders(site, profile=profile)
    first = "created" if unranked else "Rank"
    assert set(found) == {
        f"{first} ASC, key ASC",
        "created ASC, key ASC",
        "created DESC, key DESC",
        "key ASC",
    }


@low_cliff
@pytest.mark.parametrize("full", [range(1), range(40)])
@pytest.mark.parametrize("at", [0, -1])
@pytest.mark.parametrize("nth", range(1, 12))
def test_an_issue_deleted_between_two_pages_hides_no_other(site: Any, full: range, at: int, nth: int) -> None:
    created(site, full)
    gone = sorted(site.sandbox.world.jira.issues.values(), key=lambda issue: (issue.created, issue.place))[at]
    site.faults({"match": SEARCH | {"nth": nth}, "do": "edit", "edit": {"issue": gone.key, "delete": True}})
    found = keys(pulled(site))
    assert set(found) - {gone.key} == set(site.truth())


@low_cliff
def test_pages_that_shift_each_time_are_read_again_for_a_while_and_then_said(site: Any) -> None:
    created(site, range(40))
    site.sandbox.on_request(lambda event: next_swap(site) if event.phase == "before" else None)
    with pytest.raises(Incomplete, match="issues come and go faster than the site can be read"):
        pulled(site)
    assert len(site.asked("/search")) <= 2 + 3 * 10


def next_swap(site: Any) -> None:
    """Delete the oldest issue and create one."""
    oldest = min(site.sandbox.world.jira.issues.values(), key=lambda issue: (issue.created, issue.place))
    site.edit({"issue": oldest.key, "delete": True}, {"add_issue": {"project": "SHOP", "summary": "New"}})


@pytest.mark.parametrize(("size", "asked"), [(40, 1), (20, 2), (14, 3), (10, 4)])
def test_an_increment_is_worth_no_page_more(site: Any, size: int, asked: int) -> None:
    handed: list[Issue] = []
    first = site.open().pull(None, handed.extend)
    site.sandbox.limits.server_page = size
    reader = site.open()
    reader.pull(Memory(first.cursor, {issue.id: issue.key for issue in handed}), handed.extend)
    assert reader.requests == asked


def swap(site: Any, nth: int, *gone: str) -> None:
    """Before the nth search, let these issues be deleted and as many be created: the count stays the same."""
    edits: list[dict[str, Any]] = [{"issue": key, "delete": True} for key in gone]
    edits += [{"add_issue": {"project": "SHOP", "summary": "New"}} for _ in gone]
    site.faults({"match": SEARCH | {"nth": nth}, "do": "edit", "edits": edits})


@pytest.mark.parametrize("size", [7, 10, 20])
@pytest.mark.parametrize("nth", range(2, 8))
def test_issues_deleted_and_created_between_two_pages_hide_no_other(site: Any, size: int, nth: int) -> None:
    site.sandbox.limits.server_page = size
    before = site.truth()
    swap(site, nth, before[0], before[3])
    found = keys(pulled(site))
    assert set(site.truth()) & set(before) <= set(found)


@low_cliff
@pytest.mark.parametrize("size", [5, 7])
@pytest.mark.parametrize("full", [range(1), range(40), range(37), range(3, 30)])
@pytest.mark.parametrize("nth", [3, 4, 6, 7, 9])
def test_nor_do_they_in_pages_by_creation(site: Any, size: int, full: range, nth: int) -> None:
    site.sandbox.limits.server_page = size
    created(site, full)
    before = site.truth()
    oldest = sorted(site.sandbox.world.jira.issues.values(), key=lambda issue: (issue.created, issue.place))
    swap(site, nth, oldest[0].key, oldest[4].key)
    found = keys(pulled(site))
    assert set(site.truth()) & set(before) <= set(found)


@pytest.mark.parametrize("size", [7, 10, 20])
def test_what_an_increment_reads_by_offset_hides_none_either(site: Any, size: int) -> None:
    handed: list[Issue] = []
    first = site.open().pull(None, handed.extend)
    memory = Memory(first.cursor, {issue.id: issue.key for issue in handed})
    site.sandbox.limits.server_page = size
    before = site.truth()
    site.edit({"add_issue": {"project": "SHOP", "summary": "Not known yet"}})
    swap(site, 2, before[0], before[3])
    handed.clear()
    seen = site.open().pull(memory, handed.extend)
    assert {f"shop:{site.sandbox.world.jira.find(key).id}" for key in before if key in site.truth()} <= set(
        seen.order
    )
    assert "Not known yet" in {issue.title for issue in handed}


@low_cliff
@pytest.mark.parametrize("nth", range(8, 14))
def test_a_page_that_is_gone_by_the_time_it_is_asked_for_hides_none(site: Any, nth: int) -> None:
    created(site, range(32, 40))
    before = site.truth()
    latest = sorted(site.sandbox.world.jira.issues.values(), key=lambda issue: (issue.created, issue.place))[
        32:
    ]
    edits = [{"issue": issue.key, "delete": True} for issue in latest[:4]]
    site.faults({"match": SEARCH | {"nth": nth}, "do": "edit", "edits": edits})
    found = keys(pulled(site))
    assert set(site.truth()) & set(before) <= set(found)


def test_an_issue_withheld_from_its_page_makes_the_picture_incomplete(site: Any) -> None:
    site.faults({"match": SEARCH, "do": "omit", "keys": [site.truth()[3]]})
    with pytest.raises(Incomplete, match="only 39 of 40 issues could be read"):
        pulled(site)


def test_an_empty_page_before_the_end_makes_the_picture_incomplete(site: Any) -> None:
    site.faults({"match": SEARCH, "do": "patch", "body": {"issues": []}})
    with pytest.raises(Incomplete, match="the site stops after 0 of 40 issues"):
        pulled(site)


def test_a_site_that_stops_sooner_than_others_is_read_by_creation(site: Any) -> None:
    site.sandbox.limits.server_page, site.sandbox.limits.server_cliff = 10, 20
    assert keys(pulled(site)) == site.truth()


def test_a_site_that_stops_in_the_middle_of_a_minute_makes_the_picture_incomplete(site: Any) -> None:
    site.sandbox.limits.server_page, site.sandbox.limits.server_cliff = 10, 20
    created(site, range(40))
    with pytest.raises(Incomplete, match="the site stops after 20 of 40 issues"):
        pulled(site)


@low_cliff
def test_a_count_that_goes_no_further_than_the_cliff_is_no_count(site: Any) -> None:
    created(site)
    site.faults({"match": SEARCH | {"times": 4}, "do": "patch", "body": {"total": 20}})
    assert keys(pulled(site)) == site.truth()


def test_what_jira_warns_of_makes_the_picture_incomplete(site: Any) -> None:
    site.faults({"match": SEARCH, "do": "patch", "body": {"warningMessages": ["Some were left out."]}})
    with pytest.raises(Incomplete, match=r"warns that its answer is not whole: .*Some were left out"):
        pulled(site)


def test_an_issue_that_exists_and_is_not_listed_makes_the_picture_incomplete(site: Any) -> None:
    """As behind a balancer: the node that lists the project has not indexed what the other one shows by id."""
    handed: list[Issue] = []
    first = site.open().pull(None, handed.extend)
    memory = Memory(first.cursor, {issue.id: issue.key for issue in handed})
    hidden = site.sandbox.world.jira.find(site.truth()[3])
    searches = 0

    def other_node(event: Any) -> None:
        nonlocal searches
        if event.phase == "before" and event.path.endswith("/search"):
            searches += 1
            stale = {} if searches == 2 else {hidden.id: (2 * MOMENT, None)}
            site.sandbox.world.jira.stale = stale

    site.sandbox.on_request(other_node)
    with pytest.raises(Incomplete, match="1 issue of project SHOP exists, but no search lists it"):
        site.open().pull(memory, lambda _: None)
    assert searches == 3


@low_cliff
def test_an_empty_page_where_one_issue_is_left_is_read_again(site: Any) -> None:
    """An answer that lacks the issue both pages share shows that they shifted, whatever it counts."""
    created(site, range(40))
    site.faults({"match": SEARCH | {"nth": 4}, "do": "patch", "body": {"issues": [], "total": 5}})
    assert keys(pulled(site)) == site.truth()
