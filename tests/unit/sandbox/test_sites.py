"""Limits, permissions and kinds of site: what the vendors allow, and how they say no."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import Headers, QueryParams

from posync.sandbox.exchange import Call
from posync.sandbox.front import Outcome
from posync.sandbox.house import House
from posync.sandbox.settings import CLOUD_ID

PORTS = {"jira": 1, "trello": 2}
BOARD = "5f00000000000000000000b2"


def basic(email: str = "po", token: str = "sandbox-jira-token") -> str:
    return "Basic " + base64.b64encode(f"{email}@shop.example:{token}".encode()).decode()


def send(house: House, method: str, url: str, body: Any = None, *, auth: str | None = None) -> Outcome:
    """Put one request to a house without a server."""
    house.jira_port, house.trello_port = PORTS["jira"], PORTS["trello"]
    path, _, query = url.partition("?")
    trello = path.startswith("/1/")
    own = (
        'OAuth oauth_consumer_key="sandbox-trello-key", oauth_token="sandbox-trello-token"'
        if trello
        else basic()
    )
    headers = Headers(
        {
            "host": "127.0.0.1:1",
            "authorization": own if auth is None else auth,
            "content-type": "application/json",
        }
    )
    call = Call(method, path, QueryParams(query), headers, b"" if body is None else json.dumps(body).encode())
    return house.serve(call, PORTS["trello" if trello else "jira"])


def ask(house: House, method: str, url: str, body: Any = None, *, auth: str | None = None) -> tuple[int, Any]:
    """Return status and JSON (or text) of one request."""
    given = send(house, method, url, body, auth=auth).answer
    text = given.body.decode()
    return given.status, json.loads(text) if text[:1] in {"{", "["} else text


@pytest.fixture
def cloud() -> House:
    return House()


@pytest.fixture
def server() -> House:
    return House(flavour="dc")


def test_the_old_search_is_gone_on_cloud_and_the_new_one_absent_on_data_center(
    cloud: House, server: House
) -> None:
    assert ask(cloud, "GET", "/rest/api/3/search?jql=project=SHOP")[0] == 410
    assert ask(server, "GET", "/jira/rest/api/2/search/jql?jql=project=SHOP")[0] == 404
    assert ask(server, "GET", "/jira/rest/api/3/myself")[0] == 404
    assert ask(server, "GET", "/rest/api/2/myself")[0] == 404


def test_pages_are_long_for_ids_and_short_for_fields() -> None:
    house = House(issues=6000, cards=1)
    search = "/rest/api/2/search/jql?jql=project=SHOP&maxResults=5000"
    assert len(ask(house, "GET", search)[1]["issues"]) == 5000
    assert len(ask(house, "GET", search + "&fields=key")[1]["issues"]) == 5000
    assert len(ask(house, "GET", search + "&fields=summary")[1]["issues"]) == 100
    assert list(ask(house, "GET", search)[1]["issues"][0]) == ["id"]


def test_data_center_has_a_cliff(server: House) -> None:
    server.limits.server_cliff, server.limits.server_page = 20, 15
    pages = [
        ask(server, "GET", f"/jira/rest/api/2/search?jql=&startAt={start}&maxResults=50")[1]
        for start in (0, 15, 20)
    ]
    assert [(len(page["issues"]), page["maxResults"], page["total"]) for page in pages] == [
        (15, 15, 40),
        (5, 15, 40),
        (0, 15, 40),
    ]


def test_fields_are_chosen_by_name_minus_and_star(cloud: House) -> None:
    fetch = "/rest/api/2/issue/SHOP-14?fields="
    assert set(ask(cloud, "GET", fetch + "summary,Rank")[1]["fields"]) == {"summary", "customfield_10019"}
    every = ask(cloud, "GET", fetch + "*all,-comment")[1]["fields"]
    assert "comment" not in every
    assert "description" in every
    assert len(ask(cloud, "GET", fetch + "comment")[1]["fields"]["comment"]["comments"]) == 2


def test_names_schema_and_properties_come_on_request(cloud: House) -> None:
    cloud.world.jira.issues["10014"].properties["posync"] = {"seen": 1}
    body = {
        "jql": "key = SHOP-14",
        "fields": ["summary", "customfield_10019"],
        "expand": "names,schema",
        "properties": ["posync"],
    }
    found = ask(cloud, "POST", "/rest/api/3/search/jql", body)[1]
    assert found["names"]["customfield_10019"] == "Rank"
    assert found["schema"]["customfield_10019"]["custom"].endswith("gh-lexo-rank")
    assert found["issues"][0]["properties"] == {"posync": {"seen": 1}}


def test_v2_is_wiki_and_v3_is_adf(cloud: House) -> None:
    assert ask(cloud, "GET", "/rest/api/2/issue/SHOP-7?fields=description")[1]["fields"][
        "description"
    ].startswith("h3. User story")
    document = ask(cloud, "GET", "/rest/api/3/issue/SHOP-14?fields=description")[1]["fields"]["description"]
    assert [block["type"] for block in document["content"]] == ["paragraph", "heading", "bulletList"]


def test_bulk_fetch_leaves_absent_issues_out_of_both_lists_and_follows_moved_keys(cloud: House) -> None:
    world = cloud.world.jira
    moved = world.find("SHOP-8")
    assert moved is not None
    moved.key = "OTHER-1"
    found = ask(
        cloud,
        "POST",
        "/rest/api/2/issue/bulkfetch",
        {"issueIdsOrKeys": ["SHOP-8", "SHOP-1", "99"], "fields": ["summary"]},
    )[1]
    assert [issue["key"] for issue in found["issues"]] == ["SHOP-1", "OTHER-1"]
    assert found["issueErrors"] == []


def test_large_bulk_fetches_need_named_fields() -> None:
    house = House(issues=300, cards=1)
    ids = list(house.world.jira.issues)[:150]
    fetch = "/rest/api/2/issue/bulkfetch"
    assert ask(house, "POST", fetch, {"issueIdsOrKeys": ids, "fields": ["summary"]})[0] == 200
    assert ask(house, "POST", fetch, {"issueIdsOrKeys": ids, "fields": ["*all"]})[0] == 400
    assert ask(house, "POST", fetch, {"issueIdsOrKeys": ids, "fields": ["comment"]})[0] == 400
    house.limits.bulkfetch = 100
    assert ask(house, "POST", fetch, {"issueIdsOrKeys": ids, "fields": ["summary"]})[0] == 400


def test_the_search_index_lags_but_for_reconciled_issues(cloud: House) -> None:
    cloud.limits.index_lag = 30
    ask(cloud, "PUT", "/rest/api/2/issue/SHOP-6", {"update": {"labels": [{"add": "late"}]}})
    search = "/rest/api/2/search/jql?jql=labels=late"
    assert ask(cloud, "GET", search)[1]["issues"] == []
    assert ask(cloud, "GET", search + "&reconcileIssues=10006")[1]["issues"] == [{"id": "10006"}]
    assert ask(cloud, "GET", "/rest/api/2/issue/SHOP-6?fields=labels")[1]["fields"]["labels"] == ["late"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"update": {"labels": [{"add": "two words"}]}}, "labels"),
        ({"update": {"labels": [{"add": "x" * 256}]}}, "labels"),
        ({"update": {"fixVersions": [{"add": {"name": "nothing"}}]}}, "fixVersions"),
        ({"update": {"fixVersions": [{"add": {"name": "2025 relaunch"}}]}}, "fixVersions"),
        ({"fields": {"customfield_10019": "0|zzzzzz:"}}, "customfield_10019"),
        ({"fields": {"customfield_10016": "five"}}, "customfield_10016"),
        ({"fields": {"status": {"name": "Done"}}}, "status"),
        ({"fields": {"customfield_99999": 1}}, "customfield_99999"),
        ({"fields": {"summary": ""}}, "summary"),
    ],
)
def test_wrong_edits_change_nothing(cloud: House, body: dict[str, Any], field: str) -> None:
    before = dict(cloud.world.jira.issues["10014"].fields)
    status, answer = ask(
        cloud, "PUT", "/rest/api/2/issue/SHOP-14", {"properties": [{"key": "p", "value": 1}]} | body
    )
    assert (status, list(answer["errors"])) == (400, [field])
    assert cloud.world.jira.issues["10014"].fields == before
    assert cloud.world.jira.issues["10014"].properties == {}


def test_one_edit_does_all_its_parts(cloud: House) -> None:
    before = cloud.world.jira.issues["10014"].updated
    body = {
        "fields": {"customfield_10035": 9.5},
        "update": {
            "labels": [{"add": "a"}, {"remove": "checkout"}],
            "fixVersions": [{"add": {"id": "10203"}}, {"remove": {"name": "2026.11"}}],
        },
        "properties": [{"key": "posync", "value": {"run": 1}}],
    }
    fields = ask(cloud, "PUT", "/rest/api/2/issue/SHOP-14?returnIssue=true", body)[1]["fields"]
    assert (fields["customfield_10035"], fields["labels"]) == (9.5, ["a"])
    assert [version["name"] for version in fields["fixVersions"]] == ["2026.12"]
    assert cloud.world.jira.issues["10014"].properties == {"posync": {"run": 1}}
    assert cloud.world.jira.issues["10014"].updated > before


def test_permissions_are_asked_for(cloud: House) -> None:
    reader, editor = basic("reader", "sandbox-reader-token"), basic("editor", "sandbox-editor-token")
    rank = {"issues": ["SHOP-6"], "rankBeforeIssue": "SHOP-14"}
    label = {"update": {"labels": [{"add": "x"}]}}
    assert ask(cloud, "PUT", "/rest/api/2/issue/SHOP-14", label, auth=reader)[0] == 403
    assert ask(cloud, "PUT", "/rest/api/2/issue/SHOP-14", label, auth=editor)[0] == 204
    assert ask(cloud, "PUT", "/rest/agile/1.0/issue/rank", rank, auth=editor)[0] == 403
    assert ask(cloud, "PUT", "/rest/api/2/issue/SHOP-14?notifyUsers=false", label, auth=editor)[0] == 403
    held = ask(
        cloud, "GET", "/rest/api/2/mypermissions?permissions=EDIT_ISSUES,SCHEDULE_ISSUES", auth=editor
    )[1]["permissions"]
    assert [held[name]["havePermission"] for name in ("EDIT_ISSUES", "SCHEDULE_ISSUES")] == [True, False]


def test_nobody_sees_nothing_without_an_error(cloud: House, server: House) -> None:
    assert ask(cloud, "GET", "/rest/api/2/search/jql?jql=project=SHOP", auth="")[1] == {
        "issues": [],
        "isLast": True,
    }
    assert ask(cloud, "GET", "/rest/api/2/myself", auth="")[0] == 401
    assert ask(cloud, "GET", "/rest/api/2/issue/SHOP-14", auth="")[0] == 404
    assert ask(server, "GET", "/jira/rest/api/2/myself", auth="Bearer wrong")[0] == 401


def test_scoped_tokens_work_behind_the_gateway_only(cloud: House) -> None:
    scoped = basic("scoped", "sandbox-scoped-token")
    assert ask(cloud, "GET", "/rest/api/2/myself", auth=scoped)[0] == 401
    status, me = ask(cloud, "GET", f"/ex/jira/{CLOUD_ID}/rest/api/2/myself", auth=scoped)
    assert (status, me["displayName"]) == (200, "Scott Scoped")
    assert ask(cloud, "GET", "/ex/jira/another/rest/api/2/myself", auth=scoped)[0] == 404


def test_ranking_has_rules(cloud: House) -> None:
    url = "/rest/agile/1.0/issue/rank"
    assert ask(cloud, "PUT", url, {"issues": ["SHOP-6"], "rankBeforeIssue": "SHOP-6"})[0] == 400
    assert ask(cloud, "PUT", url, {"issues": ["SHOP-6"]})[0] == 400
    assert (
        ask(cloud, "PUT", url, {"issues": [f"SHOP-{n}" for n in range(2, 53)], "rankBeforeIssue": "SHOP-1"})[
            0
        ]
        == 400
    )
    assert ask(cloud, "PUT", url, {"issues": ["SHOP-6", "SHOP-5"], "rankAfterIssue": "SHOP-14"})[0] == 204
    keys = [cloud.world.jira.issues[number].key for number in cloud.world.jira.order()[:3]]
    assert keys == ["SHOP-14", "SHOP-6", "SHOP-5"]


def test_a_rank_change_touches_the_issue_on_cloud_only(cloud: House, server: House) -> None:
    body = {"issues": ["SHOP-6"], "rankBeforeIssue": "SHOP-14"}
    for house, prefix, touched in ((cloud, "", True), (server, "/jira", False)):
        before = house.world.jira.issues["10006"].updated
        assert ask(house, "PUT", f"{prefix}/rest/agile/1.0/issue/rank", body)[0] == 204
        assert (house.world.jira.issues["10006"].updated > before) is touched


def test_a_bulk_edit_is_a_task(cloud: House) -> None:
    row = {"fieldId": "labels", "bulkEditMultiSelectFieldOption": "ADD", "labels": [{"name": "bulk"}]}
    body = {
        "selectedIssueIdsOrKeys": ["SHOP-1", "SHOP-999"],
        "selectedActions": ["labels"],
        "editedFieldsInput": {"labelsFields": [row]},
    }
    status, task = ask(cloud, "POST", "/rest/api/3/bulk/issues/fields", body)
    assert status == 201
    found = [ask(cloud, "GET", f"/rest/api/3/bulk/queue/{task['taskId']}")[1] for _ in range(2)]
    assert [one["status"] for one in found] == ["RUNNING", "COMPLETE"]
    assert found[1]["processedAccessibleIssues"] == [10001]
    assert list(found[1]["failedAccessibleIssues"]) == ["SHOP-999"]
    assert "bulk" in cloud.world.jira.issues["10001"].fields["labels"]


def test_nested_boards_are_cut_at_a_thousand_cards_and_refused_when_huge() -> None:
    house = House(issues=1, cards=1500)
    nested = "/1/boards/shopboard?cards=all&card_fields=id"
    assert len(ask(house, "GET", nested)[1]["cards"]) == 1000
    pages: list[Any] = []
    before = ""
    while not pages or len(pages[-1]) == 1000:
        cards = ask(house, "GET", f"/1/boards/shopboard/cards?filter=all&limit=1000&fields=id{before}")[1]
        pages.append(cards)
        before = "&before=" + min(card["id"] for card in cards)
    assert len({card["id"] for page in pages for card in page}) == 1500
    house.limits.trello_nested_cards = 1400
    assert ask(house, "GET", nested)[1]["error"] == "API_TOO_MANY_CARDS_REQUESTED"


def test_boards_show_fifty_labels_unless_asked_for_more(cloud: House) -> None:
    board = cloud.world.trello.boards["shopboard"]
    board.labels += [
        {"id": f"{n:024x}", "idBoard": board.id, "name": f"l{n}", "color": None} for n in range(100, 160)
    ]
    assert len(ask(cloud, "GET", "/1/boards/shopboard?labels=all")[1]["labels"]) == 50
    assert len(ask(cloud, "GET", "/1/boards/shopboard?labels=all&labels_limit=1000")[1]["labels"]) == 66


def test_visible_leaves_out_cards_on_archived_lists(cloud: House) -> None:
    counts = [
        len(ask(cloud, "GET", f"/1/boards/shopboard?cards={which}")[1]["cards"])
        for which in ("visible", "open", "closed", "all")
    ]
    assert counts == [26, 28, 1, 29]


def test_batches_answer_each_on_its_own(cloud: House) -> None:
    card = next(iter(cloud.world.trello.boards["shopboard"].cards))
    urls = f"/cards/{card}?fields=name%252CidList,/cards/{'0' * 24},/boards/shopboard/lists?fields=name"
    first, second, third = ask(cloud, "GET", f"/1/batch?urls={urls}")[1]
    assert set(first["200"]) == {"id", "name", "idList"}
    assert (second["statusCode"], second["name"]) == (404, "ResourceNotFoundError")
    assert len(third["200"]) == 4
    assert ask(cloud, "GET", "/1/batch?urls=" + ",".join(["/members/me"] * 11))[0] == 400


def test_comments_are_paged_by_id(cloud: House) -> None:
    card = next(iter(cloud.world.trello.boards["shopboard"].cards))
    for number in range(5):
        ask(cloud, "POST", f"/1/cards/{card}/actions/comments", {"text": str(number)})
    actions = "/1/boards/shopboard/actions?filter=commentCard&limit=3"
    first = ask(cloud, "GET", actions)[1]
    second = ask(cloud, "GET", f"{actions}&before={first[-1]['id']}")[1]
    assert [one["data"]["text"] for one in [*first, *second]] == [
        "4",
        "3",
        "2",
        "1",
        "0",
        "Opt-in only, says legal.",
    ]


@pytest.mark.parametrize(
    ("method", "url", "body", "status", "text"),
    [
        ("GET", f"/1/cards/{'0' * 24}", None, 404, "The requested resource was not found."),
        ("GET", f"/1/boards/{'0' * 24}", None, 404, "board not found"),
        ("GET", "/1/boards/no board", None, 400, "invalid id"),
        ("GET", "/1/boards/shopboard?members=everyone", None, 400, "invalid value for members"),
        ("PUT", "/1/cards/s0000001", {"pos": "middle"}, 400, "invalid value for pos"),
        ("PUT", "/1/cards/s0000001", {"idLabels": "x"}, 400, "invalid value for idLabels"),
        ("POST", "/1/cards", {"idList": "x", "name": "n"}, 400, "invalid value for idList"),
        ("POST", "/1/labels", {"idBoard": "shopboard", "color": "beige"}, 400, "invalid value for color"),
        (
            "GET",
            "/1/boards/shopboard?labels=all&labels_limit=1001",
            None,
            400,
            "invalid value for labels_limit",
        ),
        ("GET", "/1/nothing", None, 404, "Cannot GET /1/nothing"),
    ],
)
def test_trello_refuses_in_plain_text(
    cloud: House, method: str, url: str, body: Any, status: int, text: str
) -> None:
    assert ask(cloud, method, url, body) == (status, text)


def test_long_urls_and_gets_with_a_body_are_refused(cloud: House) -> None:
    assert ask(cloud, "GET", "/1/boards/shopboard?x=" + "y" * 9000)[0] == 414
    assert ask(cloud, "GET", "/1/boards/shopboard", {"a": 1})[0] == 403


def test_a_card_takes_all_its_fields_in_one_put(cloud: House) -> None:
    board = cloud.world.trello.boards["shopboard"]
    body = {
        "name": "n",
        "idList": board.lists[1]["id"],
        "pos": "top",
        "idLabels": board.labels[0]["id"],
        "due": "2026-12-24T12:00:00.000Z",
        "closed": "true",
    }
    card = ask(cloud, "PUT", "/1/cards/s0000001", body)[1]
    assert (card["name"], card["idList"], card["closed"]) == ("n", board.lists[1]["id"], True)
    assert [label["name"] for label in card["labels"]] == ["bug"]
    assert card["badges"]["due"] == "2026-12-24T12:00:00.000Z"


def test_a_world_of_any_size_is_the_same_every_time() -> None:
    one, two = (House(issues=50, cards=20) for _ in range(2))
    shown = [ask(house, "GET", "/sandbox/state")[1] for house in (one, two)]
    assert shown[0] == shown[1]
    assert (
        len(shown[0]["jira"]["order"]),
        sum(len(row["cards"]) for row in shown[0]["trello"][0]["lists"]),
    ) == (50, 20)


def test_one_issue_is_not_written_to_too_often(cloud: House) -> None:
    cloud.limits.enforce, cloud.limits.jira_per_issue = True, 2
    cloud.allowances.now = lambda: 0.0
    edit = {"update": {"labels": [{"add": "x"}]}}
    statuses = [ask(cloud, "PUT", "/rest/api/2/issue/SHOP-1", edit)[0] for _ in range(3)]
    refused = send(cloud, "PUT", "/rest/api/2/issue/SHOP-1", edit).answer
    assert statuses == [204, 204, 429]
    assert refused.headers["RateLimit-Reason"] == "jira-per-issue-on-write"
    assert ask(cloud, "PUT", "/rest/api/2/issue/SHOP-2", edit)[0] == 204


def test_data_center_lacks_what_only_cloud_has(server: House) -> None:
    assert ask(server, "POST", "/jira/rest/api/2/issue/bulkfetch", {"issueIdsOrKeys": ["SHOP-1"]})[0] == 404
    assert ask(server, "POST", "/jira/rest/api/2/search/approximate-count", {"jql": ""})[0] == 404


def test_parameters_that_are_no_numbers_are_refused(cloud: House) -> None:
    for url in (
        "/rest/api/2/issue/SHOP-1/comment?startAt=x",
        "/rest/agile/1.0/board?maxResults=x",
        "/rest/api/2/search/jql?jql=project=SHOP&maxResults=x",
    ):
        assert ask(cloud, "GET", url)[0] == 400


def test_people_move_issues_and_cards_elsewhere(tmp_path: Path) -> None:
    issues, board = tmp_path / "issues.json", tmp_path / "board.json"
    issues.write_text(
        json.dumps([{"key": "A-1", "fields": {}}, {"key": "B-1", "fields": {}}]), encoding="utf-8"
    )
    lists = [{"id": "5f00000000000000000000a2", "name": "Other"}]
    board.write_text(
        json.dumps({"id": BOARD, "name": "Other", "lists": lists, "cards": []}), encoding="utf-8"
    )
    house = House([issues, board])
    ask(house, "POST", "/sandbox/edit", [{"issue": "A-1", "move_to": "B"}])
    moved = ask(house, "GET", "/rest/api/2/issue/A-1?fields=project")[1]
    assert (moved["key"], moved["fields"]["project"]["key"]) == ("B-2", "B")
    ask(house, "POST", "/sandbox/edit", [{"add_card": {"list": "Other", "name": "one"}}])
    assert ask(house, "GET", f"/1/boards/{BOARD}/cards")[1][0]["name"] == "one"


def test_answers_say_whom_they_are_for(cloud: House, server: House) -> None:
    def headers(house: House, url: str, auth: str | None = None) -> dict[str, str]:
        return dict(send(house, "GET", url, auth=auth).answer.headers)

    assert headers(cloud, "/rest/api/2/field")["X-AACCOUNTID"] == "712020%3Apo"
    assert "X-AACCOUNTID" not in headers(cloud, "/rest/api/2/serverInfo", auth="")
    assert headers(server, "/jira/rest/api/2/field")["X-AUSERNAME"] == "Paula Owens"
    assert headers(server, "/jira/rest/api/2/serverInfo", auth="")["X-AUSERNAME"] == "anonymous"


def test_data_center_warns_of_unknown_issues_where_it_is_asked_not_to_refuse(server: House) -> None:
    question: dict[str, Any] = {"jql": "id in (10001, 99999)", "fields": ["id"]}
    url = "/jira/rest/api/2/search"
    assert ask(server, "POST", url, question)[0] == 400
    status, found = ask(server, "POST", url, question | {"validateQuery": False})
    assert (status, [one["id"] for one in found["issues"]]) == (200, ["10001"])
    assert "99999" in found["warningMessages"][0]


def test_a_boards_filter_can_be_searched_for(cloud: House) -> None:
    def count(jql: str) -> Any:
        return ask(cloud, "POST", "/rest/api/2/search/approximate-count", {"jql": jql})

    whole = count("project = SHOP")
    assert count("filter = 10001") == count('filter = "Filter for SHOP board"') == whole
    assert count("filter != 10001") == (200, {"count": 0})
    assert count("filter = 4")[0] == 400
    assert count("filter > 10001")[0] == 400


def test_what_is_nested_without_an_end_is_refused_not_failed(cloud: House) -> None:
    deep: Any = {"type": "paragraph", "content": [{"type": "text", "text": "x"}]}
    for _ in range(420):
        deep = {"type": "blockquote", "content": [deep]}
    body = {"version": 1, "type": "doc", "content": [deep]}
    status, _ = ask(cloud, "POST", "/rest/api/3/issue/SHOP-1/comment", {"body": body})
    assert status in {201, 400}
    assert ask(cloud, "GET", "/rest/api/3/issue/SHOP-1/comment")[0] == 200
