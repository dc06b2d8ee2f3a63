"""The clients' own documentation, tried against the sandbox: `jira`, `py-trello`, `atlassian-python-api`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import requests
from jira import JIRA, JIRAError
from trello import ResourceUnavailable, TrelloClient, Unauthorized

from posync.sandbox.server import Sandbox

BASIC = ("po@shop.example", "sandbox-jira-token")


@pytest.fixture(scope="module")
def _cloud() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def _dc() -> Iterator[Sandbox]:
    with Sandbox(flavour="dc") as sandbox:
        yield sandbox


@pytest.fixture
def cloud(_cloud: Sandbox) -> Sandbox:
    _cloud.reset()
    return _cloud


@pytest.fixture
def dc(_dc: Sandbox) -> Sandbox:
    _dc.reset()
    return _dc


@pytest.fixture
def client(cloud: Sandbox) -> Iterator[JIRA]:
    with closing(JIRA(cloud.jira_url, basic_auth=BASIC, max_retries=0)) as jira:
        yield jira


class Swapped(requests.Session):
    """py-trello's base URL is fixed: its documented `http_service` is where another host comes in."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **more: Any) -> requests.Response:
        return super().request(method, str(url).replace("https://api.trello.com", self.url), *args, **more)


def trello_client(sandbox: Sandbox, token: str = "sandbox-trello-token") -> TrelloClient:
    return TrelloClient(
        api_key="sandbox-trello-key", api_secret=token, http_service=Swapped(sandbox.trello_url)
    )


@pytest.fixture
def trello(cloud: Sandbox) -> Iterator[TrelloClient]:
    client = trello_client(cloud)
    yield client
    client.http_service.close()


# --- jira -----------------------------------------------------------------------------------------


def test_the_client_sees_a_cloud_site_and_who_it_is(client: JIRA) -> None:
    assert client.server_info()["deploymentType"] == "Cloud"
    assert client.myself()["emailAddress"] == "po@shop.example"


def test_search_pages_through_everything(client: JIRA) -> None:
    found = client.search_issues("project = SHOP ORDER BY Rank ASC", maxResults=False)
    assert len(found) == 40
    assert [issue.key for issue in found[:3]] == ["SHOP-14", "SHOP-15", "SHOP-7"]


def test_enhanced_search_gives_tokens_by_hand(client: JIRA) -> None:
    first = client.enhanced_search_issues("project = SHOP", maxResults=15, fields="summary")
    second = client.enhanced_search_issues(
        "project = SHOP", maxResults=15, fields="summary", nextPageToken=first.nextPageToken
    )
    assert len(first) == len(second) == 15
    assert not {issue.id for issue in first} & {issue.id for issue in second}


def test_the_approximate_count(client: JIRA) -> None:
    assert client.approximate_issue_count("project = SHOP AND issuetype = Bug") == 5


def test_an_issue_reads_like_the_documentation_says(client: JIRA) -> None:
    issue = client.issue("SHOP-14")
    assert issue.fields.project.key == "SHOP"
    assert issue.fields.issuetype.name == "Story"
    assert issue.fields.status.name == "In Progress"
    assert issue.fields.customfield_10016 == 5.0
    assert issue.fields.parent.key == "SHOP-1"
    assert [version.name for version in issue.fields.fixVersions] == ["2026.11"]
    assert "h3. Acceptance criteria" in str(issue.fields.description)


def test_adding_a_label_keeps_the_others(client: JIRA) -> None:
    issue = client.issue("SHOP-15")
    issue.update(update={"labels": [{"add": "urgent"}, {"remove": "checkout"}]})
    assert issue.fields.labels == ["customer-request", "urgent"]


def test_updating_fields_replaces_them(client: JIRA) -> None:
    issue = client.issue("SHOP-15")
    issue.update(summary="Baskets are merged", fields={"labels": ["only"]})
    again = client.issue("SHOP-15")
    assert (again.fields.summary, again.fields.labels) == ("Baskets are merged", ["only"])


def test_comments_are_added_edited_and_deleted(client: JIRA) -> None:
    comment = client.add_comment("SHOP-7", "Which carrier?")
    assert [one.body for one in client.comments("SHOP-7")] == ["Which carrier?"]
    comment.update(body="Which carriers?")
    assert client.comment("SHOP-7", comment.id).body == "Which carriers?"
    comment.delete()
    assert client.comments("SHOP-7") == []


def test_versions_are_listed_and_made_once(client: JIRA) -> None:
    assert [one.name for one in client.project_versions("SHOP")][:3] == ["2026.10", "2026.11", "2026.12"]
    made = client.create_version("2027.02", "SHOP", releaseDate="2027-02-16")
    assert client.get_project_version_by_name("SHOP", "2027.02").id == made.id
    with pytest.raises(JIRAError) as refused:
        client.create_version("2027.02", "SHOP")
    assert refused.value.status_code == 400


def test_a_fix_version_is_added_by_name(client: JIRA) -> None:
    issue = client.issue("SHOP-22")
    issue.add_field_value("fixVersions", {"name": "2026.12"})  # type: ignore[arg-type]  # documented, typed too narrowly
    assert [one.name for one in client.issue("SHOP-22").fields.fixVersions] == ["2026.12"]


def test_rank_moves_one_issue(client: JIRA) -> None:
    client.rank("SHOP-6", next_issue="SHOP-14")
    client.rank("SHOP-15", prev_issue="SHOP-7")
    keys = [issue.key for issue in client.search_issues("project = SHOP ORDER BY Rank", maxResults=4)]
    assert keys == ["SHOP-6", "SHOP-14", "SHOP-7", "SHOP-15"]


def test_boards_and_sprints(client: JIRA) -> None:
    board = client.boards(projectKeyOrID="SHOP")[0]
    assert [sprint.name for sprint in client.sprints(board.id, state="active")] == ["Sprint 41, checkout"]


def test_properties_and_permissions(client: JIRA) -> None:
    client.add_issue_property("SHOP-7", "posync", {"seen": 1})
    assert client.issue_property("SHOP-7", "posync").value.seen == 1
    held = client.my_permissions(projectKey="SHOP", permissions="SCHEDULE_ISSUES,BULK_CHANGE")
    assert all(row["havePermission"] for row in held["permissions"].values())


def test_an_issue_is_created(client: JIRA) -> None:
    made = client.create_issue(
        project="SHOP", summary="A new one", issuetype={"name": "Story"}, description="text"
    )
    assert made.key == "SHOP-41"
    assert client.search_issues("project = SHOP ORDER BY Rank DESC", maxResults=1)[0].key == "SHOP-41"


def test_what_is_wrong_is_said_in_the_vendors_words(client: JIRA) -> None:
    with pytest.raises(
        JIRAError, match="Issue does not exist or you do not have permission to see it"
    ) as missing:
        client.issue("SHOP-999")
    assert missing.value.status_code == 404
    with pytest.raises(JIRAError, match="Field 'nonsense' does not exist"):
        client.search_issues("nonsense = 1")
    with pytest.raises(JIRAError, match="Unbounded JQL"):
        client.search_issues("ORDER BY created")


def test_wrong_credentials_cannot_say_who_they_are(cloud: Sandbox) -> None:
    jira = JIRA(cloud.jira_url, basic_auth=("po@shop.example", "wrong"), max_retries=0)
    with closing(jira), pytest.raises(JIRAError) as refused:
        jira.myself()
    assert refused.value.status_code == 401


def test_the_gateway_and_a_scoped_token(cloud: Sandbox) -> None:
    cloud_id = requests.get(cloud.jira_url + "/_edge/tenant_info", timeout=30).json()["cloudId"]
    gateway = f"{cloud.jira_url}/ex/jira/{cloud_id}"
    with closing(
        JIRA(gateway, basic_auth=("scoped@shop.example", "sandbox-scoped-token"), max_retries=0)
    ) as jira:
        assert jira.myself()["displayName"] == "Scott Scoped"
        assert len(jira.search_issues("project = SHOP", maxResults=5)) == 5


def test_data_center_pages_by_offset(dc: Sandbox) -> None:
    with closing(JIRA(dc.jira_url, token_auth="sandbox-jira-pat", max_retries=0)) as jira:
        assert jira.deploymentType == "Server"
        found = jira.search_issues("project = SHOP ORDER BY Rank", startAt=10, maxResults=5)
        assert (found.total, found.startAt, len(found)) == (40, 10, 5)
        assert len(jira.search_issues("project = SHOP", maxResults=False)) == 40
        sprint = jira.issue("SHOP-14").fields.customfield_10020[0]
        assert "state=ACTIVE,name=Sprint 41, checkout," in sprint
        assert jira.issue("SHOP-15").fields.customfield_10014 == "SHOP-1"


# --- py-trello ------------------------------------------------------------------------------------


def board_of(client: TrelloClient) -> Any:
    return next(board for board in client.list_boards() if board.name == "Shop mobile")


def test_boards_lists_and_cards(trello: TrelloClient) -> None:
    board = board_of(trello)
    assert [one.name for one in board.list_lists("open")] == ["Backlog", "Next", "Doing", "Done"]
    assert len(board.all_lists()) == 5
    assert len(board.visible_cards()) == 26
    assert len(board.all_cards()) == 29
    assert {label.name for label in board.get_labels()} >= {"bug", "checkout", ""}


def test_cards_carry_their_parts(trello: TrelloClient) -> None:
    card = next(one for one in board_of(trello).visible_cards() if one.name.startswith("(3) Fingerprint"))
    card.fetch()
    assert [label.name for label in card.labels] == ["customer request"]
    assert [checklist.name for checklist in card.checklists] == ["Acceptance criteria"]
    assert [item["checked"] for item in card.checklists[0].items] == [False, False, True]
    assert {field.name: field.value for field in card.custom_fields}["Business value"] == 8.0


def test_labels_are_put_on_and_taken_off(trello: TrelloClient) -> None:
    board = board_of(trello)
    card = board.visible_cards()[0]
    label = next(one for one in board.get_labels() if one.name == "bug")
    card.add_label(label)
    with pytest.raises(ResourceUnavailable, match="that label is already on the card"):
        card.add_label(label)
    card.remove_label(label)
    assert trello.get_card(card.id).idLabels == []
    assert board.add_label("release:2026.12", "lime").name == "release:2026.12"


def test_comments_on_a_card(trello: TrelloClient) -> None:
    card = board_of(trello).visible_cards()[0]
    made = card.comment("Is this still wanted?")
    card.update_comment(made["id"], "Is this wanted?")
    card.fetch()
    assert [one["data"]["text"] for one in card.comments] == ["Is this wanted?"]
    card.delete_comment(made)
    assert trello.fetch_json(f"/cards/{card.id}/actions") == []


def test_cards_are_moved_and_changed(trello: TrelloClient) -> None:
    backlog, following = board_of(trello).list_lists("open")[:2]
    card = backlog.add_card("A new card", desc="text")
    card.set_pos("top")
    card.change_list(following.id)
    card.set_name("(2) A new card")
    card.set_description("more text")
    again = trello.get_card(card.id)
    assert (again.name, again.description, again.idList) == ("(2) A new card", "more text", following.id)
    card.set_closed(True)
    assert trello.get_card(card.id).closed
    card.delete()
    with pytest.raises(ResourceUnavailable):
        trello.get_card(card.id)


def test_custom_fields_are_written(trello: TrelloClient) -> None:
    board = board_of(trello)
    field = next(one for one in board.get_custom_field_definitions() if one.name == "Priority score")
    card = board.visible_cards()[0]
    card.set_custom_field(7.5, field)
    items = trello.fetch_json(f"/cards/{card.id}", query_params={"customFieldItems": "true"})[
        "customFieldItems"
    ]
    assert {"number": "7.5"} in [item["value"] for item in items]


def test_the_client_sends_its_secrets_in_the_query_and_the_log_says_so(
    cloud: Sandbox, trello: TrelloClient
) -> None:
    trello.list_boards()
    assert cloud.entries[-1].auth == "query"
    assert "token" not in cloud.entries[-1].query


def test_the_client_may_send_them_in_a_header(cloud: Sandbox) -> None:
    service = Swapped(cloud.trello_url)
    client = TrelloClient("sandbox-trello-key", token="sandbox-trello-token", http_service=service)
    with service:
        assert len(client.list_boards()) == 1
    assert cloud.entries[-1].auth == "header"


def test_wrong_tokens_are_refused_in_plain_text(cloud: Sandbox) -> None:
    client = trello_client(cloud, token="revoked")
    with client.http_service, pytest.raises(Unauthorized, match="invalid token"):
        client.list_boards()
    reader = trello_client(cloud, token="sandbox-trello-read")
    with reader.http_service, pytest.raises(Unauthorized, match="unauthorized permission requested"):
        reader.fetch_json("/labels", http_method="POST", post_args={"name": "x", "idBoard": "shopboard"})


def test_checklists_are_added_and_ticked(trello: TrelloClient) -> None:
    card = board_of(trello).visible_cards()[0]
    checklist = card.add_checklist("Acceptance criteria", ["one", "two"], [False, True])
    checklist.set_checklist_item("one", True)
    again = trello.get_card(card.id)  # the client counts checklists only when it first meets a card
    assert [item["checked"] for item in again.checklists[0].items] == [True, True]


# --- atlassian-python-api -------------------------------------------------------------------------


def test_a_third_client_agrees(cloud: Sandbox, dc: Sandbox) -> None:
    atlassian = pytest.importorskip("atlassian", reason="atlassian-python-api is only a peer in benchmarks")
    peer = atlassian.Jira(url=cloud.jira_url, username=BASIC[0], password=BASIC[1], cloud=True)
    found = peer.enhanced_jql("project = SHOP ORDER BY Rank", limit=5, fields="summary")
    assert [issue["key"] for issue in found["issues"]][:2] == ["SHOP-14", "SHOP-15"]
    old = atlassian.Jira(url=dc.jira_url, token="sandbox-jira-pat")
    assert old.jql("project = SHOP", limit=3)["total"] == 40
    peer.close()
    old.close()
