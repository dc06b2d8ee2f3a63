"""JQL: what clients send is understood, what Jira refuses is refused in its words."""

from __future__ import annotations

import json

import pytest

from posync.sandbox.house import House
from posync.sandbox.jira.issue import Issue
from posync.sandbox.refusals import Refusal


@pytest.fixture(scope="module")
def house() -> House:
    return House()


def keys(house: House, jql: str) -> list[str]:
    return [issue.key for issue in house.jira.finder.find(jql, account="712020:po").issues]


@pytest.mark.parametrize(
    ("jql", "expected"),
    [
        (
            "project = SHOP AND issuetype = Epic ORDER BY key",
            ["SHOP-1", "SHOP-2", "SHOP-3", "SHOP-4", "SHOP-5"],
        ),
        (
            "project in (SHOP) and type = epic order by key desc",
            ["SHOP-5", "SHOP-4", "SHOP-3", "SHOP-2", "SHOP-1"],
        ),
        (
            'project = "Online shop" AND status = "In Progress" AND type != Epic ORDER BY key',
            ["SHOP-14", "SHOP-15", "SHOP-17"],
        ),
        ("key in (SHOP-3, SHOP-1) ORDER BY id", ["SHOP-1", "SHOP-3"]),
        ("id = 10007", ["SHOP-7"]),
        ("issuekey >= SHOP-39 ORDER BY key", ["SHOP-39", "SHOP-40"]),
        ("statusCategory = Done ORDER BY key", ["SHOP-16", "SHOP-27", "SHOP-33", "SHOP-39"]),
        ("labels = legal AND NOT status = Done ORDER BY key", ["SHOP-4", "SHOP-31", "SHOP-32"]),
        (
            "labels in (legal, search) AND labels not in (backend) AND type = Story ORDER BY Rank",
            ["SHOP-22", "SHOP-23", "SHOP-24", "SHOP-31"],
        ),
        ("labels is EMPTY AND type = Epic ORDER BY key", ["SHOP-1", "SHOP-2", "SHOP-3", "SHOP-5"]),
        ("sprint in openSprints() ORDER BY Rank", ["SHOP-14", "SHOP-15", "SHOP-7"]),
        ("sprint = 42", ["SHOP-40"]),
        ('sprint = "Sprint 41, checkout" AND type = Bug', ["SHOP-15"]),
        ("parent = SHOP-14 ORDER BY key", ["SHOP-16", "SHOP-17", "SHOP-18"]),
        ("fixVersion = 2026.12 ORDER BY key", ["SHOP-20", "SHOP-28"]),
        ("text ~ pdf", ["SHOP-28"]),
        ('summary ~ "delivery day"', ["SHOP-7"]),
        ("comment ~ cache", ["SHOP-36"]),
        ("duedate <= 2026-11-30", ["SHOP-15"]),
        ('"Story point estimate" >= 13 AND type != Epic ORDER BY key', ["SHOP-8", "SHOP-30"]),
        ("cf[10016] is empty AND type = Story ORDER BY key", ["SHOP-13", "SHOP-24", "SHOP-34"]),
        ("votes > 40 ORDER BY key", ["SHOP-15", "SHOP-20"]),
        ("priority = Highest OR priority = Lowest ORDER BY priority", ["SHOP-15", "SHOP-6"]),
        ("(type = Bug OR type = Epic) AND (priority = High) ORDER BY key ASC", ["SHOP-25", "SHOP-36"]),
        (
            "project = SHOP AND type = 'Sub-task' ORDER BY updated DESC, key ASC",
            ["SHOP-18", "SHOP-17", "SHOP-16"],
        ),
        ("assignee = currentUser()", []),
        ("updated >= 4000000000000", []),
        ("created < 1770000000000 ORDER BY created", ["SHOP-6"]),
        (
            "NOT (type in (Epic, Story, Task, Sub-task)) AND labels is not empty ORDER BY key",
            ["SHOP-15", "SHOP-25", "SHOP-36"],
        ),
        (
            "project = SHOP AND type = Epic ORDER BY Rank ASC, key ASC",
            ["SHOP-1", "SHOP-2", "SHOP-3", "SHOP-4", "SHOP-5"],
        ),
    ],
)
def test_queries_find(house: House, jql: str, expected: list[str]) -> None:
    assert keys(house, jql) == expected


@pytest.mark.parametrize(
    ("jql", "message"),
    [
        ("nonsense = 1", "Field 'nonsense' does not exist or you do not have permission to view it."),
        ("project = NONE", "The value 'NONE' does not exist for the field 'project'."),
        ("key = SHOP-999", "An issue with key 'SHOP-999' does not exist for field 'key'."),
        ("fixVersion = nothing", "The value 'nothing' does not exist for the field 'fixVersion'."),
        ("project = SHOP AND", "Error in the JQL Query"),
        ("project SHOP", "Error in the JQL Query"),
        ("project = SHOP ORDER BY nonsense", "Field 'nonsense' does not exist"),
        ("updated >= yesterday", "Date value 'yesterday' for field 'updated' is invalid"),
        ("sprint in someSprints()", "Unable to find JQL function 'somesprints()'."),
        ('summary ~ "open', "unexpected character"),
        ("project = SHOP ORDER BY a,b,c,d,e,f,g,h", "must not exceed 7"),
    ],
)
def test_queries_are_refused_as_jira_does(house: House, jql: str, message: str) -> None:
    with pytest.raises(Refusal) as refused:
        keys(house, jql)
    assert refused.value.status == 400
    assert message in json.loads(refused.value.body)["errorMessages"][0]


def test_unbounded_queries_are_refused_on_cloud_only(house: House) -> None:
    with pytest.raises(Refusal, match="Unbounded JQL"):
        house.jira.finder.find("ORDER BY created", bounded=True)
    assert len(house.jira.finder.find("").issues) == 40


def test_dates_are_epoch_milliseconds_or_the_accounts_days() -> None:
    house = House()
    issue = house.world.jira.find("SHOP-7")
    assert isinstance(issue, Issue)
    house.world.jira.changed(issue)
    assert keys(house, f"updated >= {issue.updated}") == ["SHOP-7"]
    assert keys(house, f"updated > {issue.updated}") == []
    assert keys(house, "updated >= -5m") == ["SHOP-7"]
    assert keys(house, "updated >= startOfDay()") == ["SHOP-7"]


def test_pages_survive_edits_between_them() -> None:
    house = House()
    finder, question = house.jira.finder, ("project = SHOP ORDER BY key", ())
    found = finder.find(question[0])
    first, token = finder.page(found, question, "", 10)
    gone, moved = first[2], first[5]
    house.world.jira.remove(gone)
    house.world.jira.changed(moved)
    second, _ = finder.page(finder.find(question[0]), question, token, 10)
    assert [issue.place[1] for issue in second] == list(range(11, 21))


def test_issues_that_an_order_leaves_in_one_place_change_places_between_pages_by_offset() -> None:
    house = House(flavour="dc")
    house.world.jira.import_at(1_760_000_000_000, house.world.jira.issues.values())

    def found(order: str, *, by_offset: bool = True) -> list[str]:
        shown = house.jira.finder.find(f"project = SHOP ORDER BY {order}", by_offset=by_offset)
        return [issue.key for issue in shown.issues]

    assert found("created") != found("created")
    assert sorted(found("created")) == sorted(found("created"))
    assert found("created, key") == found("created, key") == found("key")
    assert found("created", by_offset=False) == found(
        "created", by_offset=False
    )  # a token leads on in one order


def test_a_strange_token_is_refused(house: House) -> None:
    found = house.jira.finder.find("project = SHOP")
    with pytest.raises(Refusal, match="next page token"):
        house.jira.finder.page(found, ("project = SHOP", ()), "strange", 10)
