"""Data Center's safeguards: ties in any order, minutes too full for a window, pages that stop, warn or shift."""

from __future__ import annotations

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
    monkeypatch.setattr("posync.connectors.jira.data_center.CLIFF", 20)
    monkeypatch.setattr("posync.connectors.jira.data_center.WINDOW", 10)
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


def orders(site: Any, **options: Any) -> list[str]:
    """Return the ORDER BY of each search of a first pull."""
    reader, asked = site.open(**options), list[str]()
    reader.site.transport._session.hooks["response"].append(
        lambda response, **_: asked.append(str(response.request.body or b""))
    )
    reader.pull(None, lambda _: None)
    return [body.partition("ORDER BY ")[2].partition('"')[0] for body in asked if "ORDER BY" in body]


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


def test_an_issue_withheld_from_its_page_makes_the_picture_incomplete(site: Any) -> None:
    site.faults({"match": SEARCH, "do": "omit", "keys": [site.truth()[3]]})
    with pytest.raises(Incomplete, match="only 39 of 40 issues could be read"):
        pulled(site)


def test_an_empty_page_before_the_end_makes_the_picture_incomplete(site: Any) -> None:
    site.faults({"match": SEARCH, "do": "patch", "body": {"issues": []}})
    with pytest.raises(Incomplete, match="the site stops after 0 of 40 issues"):
        pulled(site)


def test_a_site_that_stops_in_the_middle_makes_the_picture_incomplete(site: Any) -> None:
    site.sandbox.limits.server_page, site.sandbox.limits.server_cliff = 10, 20
    with pytest.raises(Incomplete, match="the site stops after 20 of 40 issues"):
        pulled(site)


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
    with pytest.raises(
        Incomplete, match="1 issues of project SHOP exist but the search does not list them yet"
    ):
        site.open().pull(memory, lambda _: None)
    assert searches == 3
