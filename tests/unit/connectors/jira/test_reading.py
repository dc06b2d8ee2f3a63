"""Jira's JSON as an issue: Cloud v2 and v3, Data Center, and saved results with holes in them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.jira.fields import FieldMap, SiteField, field_map, fields_of_issues, site_fields
from posync.connectors.jira.reading import Context, issue_from_json
from posync.connectors.profile import Profile, load_profile
from posync.model.issue import IssueType, Link, LinkKind, Ref, State
from posync.model.text import Format

CLOUD = load_profile("jira-cloud", Path())
SERVER = load_profile("jira-data-center", Path())

FIELDS: list[dict[str, Any]] = [
    {"id": "summary", "name": "Summary", "schema": {"type": "string"}},
    {
        "id": "customfield_1",
        "name": "Story Points",
        "schema": {"type": "number", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:float"},
    },
    {
        "id": "customfield_2",
        "name": "Story point estimate",
        "schema": {"type": "number", "custom": "com.pyxis.greenhopper.jira:jsw-story-points"},
    },
    {
        "id": "customfield_3",
        "name": "Sprint!",
        "schema": {"type": "array", "custom": "com.pyxis.greenhopper.jira:gh-sprint"},
    },
    {
        "id": "customfield_4",
        "name": "Rang",
        "schema": {"type": "any", "custom": "com.pyxis.greenhopper.jira:gh-lexo-rank"},
    },
    {
        "id": "customfield_5",
        "name": "Epic Link",
        "schema": {"type": "any", "custom": "com.pyxis.greenhopper.jira:gh-epic-link"},
    },
    {"id": "customfield_6", "name": "Flagged", "schema": {"type": "array"}},
    {
        "id": "customfield_7",
        "name": "Acceptance Criteria (team)",
        "schema": {"type": "string"},
        "scope": {"type": "PROJECT", "project": {"id": "10"}},
    },
    {"id": "customfield_8", "name": "Acceptance criteria", "schema": {"type": "string"}},
    {"id": "customfield_9", "name": "business VALUE ", "schema": {"type": "number"}},
    {"id": "odd"},
]


def read(raw: dict[str, Any], profile: Profile = CLOUD, fields: FieldMap | None = None) -> Any:
    mapped = fields if fields is not None else field_map(site_fields(FIELDS), profile)
    return issue_from_json(raw, Context("shop", profile, mapped, "https://acme.example"), rank=4)


def raw(**fields: Any) -> dict[str, Any]:
    return {
        "id": "10007",
        "key": "SHOP-7",
        "self": "https://elsewhere/rest/api/2/issue/10007",
        "fields": fields,
    }


def test_reads_a_whole_cloud_issue() -> None:
    issue = read(
        raw(
            summary="Pay by card",
            description="h3. Acceptance criteria\r\n* Shows\u00a0the total",
            issuetype={"name": "User Story", "subtask": False},
            status={"name": "In Review", "statusCategory": {"key": "indeterminate"}},
            statuscategorychangedate="2026-02-01T09:00:00.000+0100",
            priority={"name": "High"},
            labels=["web", "OAuth2", "oauth2"],
            fixVersions=[{"id": "1", "name": "2026.11"}],
            assignee={"displayName": "Pia"},
            reporter={"displayName": "Otto"},
            parent={"id": "10001", "key": "SHOP-1", "fields": {"summary": "Checkout"}},
            votes={"votes": 3},
            watches={"watchCount": 2},
            comment={"total": 5, "comments": []},
            duedate="2026-12-24",
            created="2026-01-01T00:00:00.000+0000",
            updated="2026-01-02T00:00:00.000-0500",
            customfield_1=None,
            customfield_2=5.0,
            customfield_3=[{"id": 2, "name": "S2", "state": "active"}],
            customfield_4="0|i00020:",
            customfield_6=[{"value": "Impediment"}],
            customfield_7="- a",
            customfield_9=8,
        )
    )
    assert (issue.uid, issue.key, issue.url, issue.rank) == (
        "shop:10007",
        "SHOP-7",
        "https://acme.example/browse/SHOP-7",
        4,
    )
    assert (issue.type, issue.state, issue.status) == (IssueType.STORY, State.IN_PROGRESS, "In Review")
    assert issue.description.format is Format.WIKI
    assert issue.description.source == "h3. Acceptance criteria\r\n* Shows\u00a0the total"
    assert issue.labels == ("web", "OAuth2", "oauth2")
    assert (issue.releases, issue.points, issue.position) == (("2026.11",), 5.0, "0|i00020:")
    assert issue.parent == Ref(key="SHOP-1", uid="shop:10001")
    assert (issue.votes, issue.watchers, issue.comments) == (3, 2, 5)
    assert (issue.due, issue.updated) == (date(2026, 12, 24), datetime(2026, 1, 2, 5, tzinfo=UTC))
    assert issue.state_since == datetime(2026, 2, 1, 8, tzinfo=UTC)
    assert issue.in_active_sprint
    assert issue.fields == {"acceptance_criteria": "- a", "business_value": 8.0, "flagged": True}
    assert issue.provenance["points"] == "Story point estimate (customfield_2)"
    assert issue.provenance["fields.acceptance_criteria"] == "Acceptance Criteria (team) (customfield_7)"


def test_reads_a_document_as_its_compact_json() -> None:
    document = {"type": "doc", "version": 1, "content": [{"type": "text", "text": "ü\u00a0x"}]}
    text = read(raw(description=document)).description
    assert text.format is Format.ADF
    assert json.loads(text.source) == document
    assert "ü\u00a0x" in text.source


def test_takes_the_first_candidate_that_is_set() -> None:
    assert read(raw(customfield_2=0, customfield_1=13)).points == 0
    assert read(raw(customfield_2=None, customfield_1="13.0")).points == 13
    assert read(raw(customfield_7="", customfield_8="b")).fields == {"acceptance_criteria": "b"}
    assert read(raw()).points is None


def test_of_several_candidates_that_are_set_the_first_readable_one_counts() -> None:
    both = read(raw(customfield_7="a", customfield_8="b"))
    assert both.fields == {"acceptance_criteria": "a"}
    assert both.provenance == {"fields.acceptance_criteria": "Acceptance Criteria (team) (customfield_7)"}
    points = read(raw(customfield_2="much", customfield_1=8))
    assert (points.points, points.provenance) == (8, {"points": "Story Points (customfield_1)"})


def test_reads_data_centers_epic_link() -> None:
    issue = read(raw(customfield_5="SHOP-1"), SERVER)
    assert issue.parent == Ref(key="SHOP-1")
    assert issue.provenance["parent"] == "Epic Link (customfield_5)"
    assert read(raw(parent={"key": "SHOP-2", "id": "2"}, customfield_5="SHOP-1"), SERVER).parent == Ref(
        key="SHOP-2", uid="shop:2"
    )
    assert read(raw(epic={"id": 5, "key": "SHOP-5"})).parent == Ref(key="SHOP-5", uid="shop:5")


@pytest.mark.parametrize("odd", [5, True, {}, [[]], {"key": []}, {"key": ""}])
def test_an_epic_link_that_names_no_issue_is_noted_and_read_as_none(odd: Any) -> None:
    issue = read(raw(customfield_5=odd), SERVER)
    assert issue.parent is None
    assert issue.provenance["parent"] == "Epic Link (customfield_5)"


BLOCKS = {"name": "Blocks", "outward": "blocks", "inward": "is blocked by"}
DEPENDS = {"name": "Dependency", "outward": "depends on", "inward": "is depended on by"}


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ({"type": BLOCKS, "outwardIssue": {"id": "2", "key": "A-2"}}, LinkKind.BLOCKS),
        ({"type": BLOCKS, "inwardIssue": {"id": "2", "key": "A-2"}}, LinkKind.BLOCKED_BY),
        ({"type": DEPENDS, "outwardIssue": {"id": "2", "key": "A-2"}}, LinkKind.BLOCKED_BY),
        ({"type": DEPENDS, "inwardIssue": {"id": "2", "key": "A-2"}}, LinkKind.BLOCKS),
        (
            {"type": {"name": "Cloners", "outward": "clones"}, "outwardIssue": {"id": "2", "key": "A-2"}},
            LinkKind.RELATES,
        ),
        ({"type": {"name": "Blocks"}, "outwardIssue": {"id": "2", "key": "A-2"}}, LinkKind.BLOCKS),
        ({"type": {"name": "Blocks"}, "inwardIssue": {"id": "2", "key": "A-2"}}, LinkKind.BLOCKED_BY),
    ],
)
def test_reads_links_by_the_phrase_the_issue_sees(link: dict[str, Any], kind: LinkKind) -> None:
    assert read(raw(issuelinks=[link, "noise", {}])).links == (
        Link(kind=kind, to=Ref(key="A-2", uid="shop:2")),
    )


def test_reads_the_trello_cards_a_line_names_and_no_more() -> None:
    wiki = "See SHOP-1.\n\n*Blocked by:* [the label|https://trello.com/c/abcd1234/9-print]\nBlocks: SHOP-2"
    card = (Link(kind=LinkKind.BLOCKED_BY, to=Ref(key="abcd1234")),)
    assert read(raw(description=wiki)).links == card
    line = {"type": "text", "text": "Depends on https://trello.com/c/abcd1234"}
    adf = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [line]}]}
    assert read(raw(description=adf)).links == card
    assert read(raw(description="https://trello.com/c/abcd1234 is a card about this")).links == ()


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ({"name": "Epic"}, IssueType.EPIC),
        ({"name": "Initiative", "hierarchyLevel": 1}, IssueType.EPIC),
        ({"name": "Teilaufgabe", "subtask": True}, IssueType.SUBTASK),
        ({"name": "x", "hierarchyLevel": -1}, IssueType.SUBTASK),
        ({"name": "Spike"}, IssueType.OTHER),
        ("Bug", IssueType.BUG),
        (None, IssueType.OTHER),
    ],
)
def test_reads_types(kind: Any, found: IssueType) -> None:
    assert read(raw(issuetype=kind)).type is found


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"status": {"name": "Odd", "statusCategory": {"key": "done"}}}, State.DONE),
        ({"status": {"name": "Odd", "statusCategory": {"key": "undefined"}}}, State.TODO),
        ({"status": {"name": "Closed"}}, State.DONE),
        ({"status": {"name": "Odd"}, "resolution": {"name": "Fixed"}}, State.DONE),
        ({"status": "In Progress"}, State.IN_PROGRESS),
        ({"status": {"name": "Done", "statusCategory": "new"}}, State.DONE),
        ({"status": {"name": "Done", "statusCategory": {"key": ["new"]}}}, State.DONE),
        ({}, State.TODO),
    ],
)
def test_reads_states(fields: dict[str, Any], found: State) -> None:
    assert read(raw(**fields)).state is found


def test_a_profile_has_the_last_word_on_statuses() -> None:
    profile = Profile(profile="mine", kind="jira", statuses={"waiting*": State.IN_PROGRESS})
    status = {"name": "Waiting for customer", "statusCategory": {"key": "new"}}
    assert read(raw(status=status), profile).state is State.IN_PROGRESS


def test_reads_what_has_hardly_anything() -> None:
    issue = read({"key": "A-1", "fields": None}, fields=FieldMap())
    assert (issue.uid, issue.key, issue.title, issue.points) == ("shop:A-1", "A-1", "", None)
    with pytest.raises(KeyError):
        read({"fields": {}})


def test_takes_the_address_of_saved_issues_from_themselves() -> None:
    context = Context("shop", CLOUD)
    assert (
        issue_from_json(
            {"id": "1", "key": "A-1", "self": "https://x.example/ctx/rest/api/2/issue/1"}, context
        ).url
        == "https://x.example/ctx/browse/A-1"
    )
    assert issue_from_json({"id": "1", "key": "A-1", "self": "javascript:x/rest/1"}, context).url == ""


def test_finds_the_fields_of_saved_issues_without_asking_a_site() -> None:
    old = "com.atlassian.greenhopper.service.sprint.Sprint@1[id=1,state=ACTIVE,name=One,startDate=<null>]"
    issues = [
        raw(customfield_11="0|hzzzzz:"),
        raw(customfield_12=[old]),
        raw(**{"Story Points": 3, "customfield_13": None}),
    ]
    mapped = field_map(fields_of_issues(issues, {"customfield_13": "Business value"}), CLOUD)
    assert (mapped.rank, mapped.sprint, mapped.points) == (
        ("customfield_11",),
        ("customfield_12",),
        ("Story Points",),
    )
    assert mapped.custom == {"business_value": (("customfield_13", "number"),)}
    assert read(issues[2], fields=mapped).points == 3


def test_writes_a_projects_own_field_before_a_global_one() -> None:
    mapped = field_map(site_fields(FIELDS), CLOUD)
    assert mapped.to_write("acceptance_criteria", "10") == "customfield_7"
    assert mapped.to_write("acceptance_criteria", "11") == "customfield_8"
    assert mapped.to_write("nothing", "10") is None


def test_reads_fields_of_which_a_site_says_hardly_anything() -> None:
    assert site_fields([{"id": "a"}, {"id": "b", "name": "B", "schema": {}, "scope": {}}]) == (
        SiteField("a", "a"),
        SiteField("b", "B"),
    )


def test_asks_for_each_field_once() -> None:
    wanted = field_map(site_fields(FIELDS), CLOUD).wanted()
    assert len(wanted) == len(set(wanted))
    assert "comment" not in wanted
    assert {"summary", "customfield_4", "customfield_9"} <= set(wanted)


FILES = (
    "apache-search/*.json",
    "cloud-jirametrics/*SP-*.json",
    "cloud-airbyte-fixtures/issues.json",
    "adf-and-cli/*search.json",
    "misc/*.json",
)


@pytest.mark.parametrize("pattern", FILES)
def test_loses_no_byte_of_real_issues(shared_data: Path, pattern: str) -> None:
    paths = sorted((shared_data / "jira").glob(pattern))
    assert paths
    for path in paths:
        data = json.loads(path.read_text(encoding="utf-8"))
        found = data.get("issues", [data]) if isinstance(data, dict) else data
        context = Context("real", SERVER, field_map(fields_of_issues(found, {}), SERVER))
        for one in found:
            issue, fields = issue_from_json(one, context), one["fields"]
            assert issue.title == fields["summary"]
            text = fields.get("description")
            if isinstance(text, str):
                assert issue.description.source == text
            elif text is not None:
                assert json.loads(issue.description.source) == text
            assert list(issue.labels) == fields["labels"]
            assert len(issue.links) == len(fields.get("issuelinks") or [])
