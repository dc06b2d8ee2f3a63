"""Pulls against a site that lags, loses, warns, refuses and changes meanwhile: whole, or an error."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.jira.scope import JiraScope
from posync.connectors.jira.search import Question
from posync.connectors.profile import Profile, load_profile
from posync.connectors.transport import BasicAuth, BearerAuth
from posync.errors import AccessRefused, Incomplete, NotFound, TrackerError, UnexpectedPayload
from posync.model.issue import Issue, State
from posync.model.observation import Memory, Observation
from posync.sandbox.clock import jira_time
from posync.sandbox.server import Sandbox
from posync.sandbox.settings import CLOUD_ID
from tests.meeting import Meeting

both = pytest.mark.parametrize("site", ["cloud", "dc"], indirect=True)
on_dc = pytest.mark.parametrize("site", ["dc"], indirect=True)


class Store:
    """Remembers issues as a store would: by uid, in the order of the last observation."""

    def __init__(self) -> None:
        self.issues: dict[str, Issue] = {}
        self.last: Observation | None = None
        self.handed: list[Issue] = []

    def pull(self, reader: Any, *, full: bool = False) -> Observation:
        self.handed = []
        memory = None
        if self.last is not None and not full:
            memory = Memory(self.last.cursor, {issue.id: issue.key for issue in self.issues.values()})
        seen: Observation = reader.pull(memory, self.handed.extend)
        held = {**self.issues, **{issue.uid: issue for issue in self.handed}}
        self.issues = {uid: held[uid] for uid in seen.order}
        self.last = seen
        return seen

    @property
    def keys(self) -> list[str]:
        return [issue.key for issue in self.issues.values()]


@both
def test_order_is_rank(site: Any) -> None:
    store = Store()
    store.pull(site.open())
    assert store.keys == site.truth()


def test_cloud_counts_its_requests(site: Any) -> None:
    reader = site.open()
    Store().pull(reader)
    assert reader.requests == 4  # field, mypermissions, ids, bulkfetch
    again = site.open()
    Store().pull(again)
    assert again.requests == 2  # field, and one search: so few issues come with their fields at once


def test_a_first_pull_lists_the_scope_while_it_asks_for_the_fields(site: Any) -> None:
    together = Meeting(2, "/field$|/search/jql$")
    site.sandbox.on_request(together)
    store = Store()
    store.pull(site.open())
    assert together.met.is_set()
    assert sorted(together.came) == ["/rest/api/2/field", "/rest/api/2/search/jql"]
    assert store.keys == site.truth()


def test_a_first_pull_of_a_site_without_ranks_is_listed_again_by_creation(site: Any) -> None:
    unranked = load_profile("jira-cloud", Path()).model_copy(update={"rank": ()})
    reader, store = site.open(profile=unranked), Store()
    store.pull(reader)
    assert sorted(store.keys) == sorted(site.truth())
    created = [issue.created for issue in store.issues.values() if issue.created]
    assert created == sorted(created)
    assert reader.requests == 5


def test_asks_for_named_fields_only(site: Any) -> None:
    bodies = []
    reader = site.open()
    reader.site.transport._session.hooks["response"].append(
        lambda response, **_: bodies.append(json.loads(response.request.body or "{}"))
    )
    Store().pull(reader)
    asked = [body for body in bodies if "issueIdsOrKeys" in body]
    assert asked
    assert "*all" not in asked[0]["fields"]
    assert "comment" not in asked[0]["fields"]
    assert asked[0]["properties"] == ["checklist", "com.railsware.SmartChecklist.checklist"]


def test_falls_back_to_a_hundred_and_remembers(site: Any) -> None:
    with Sandbox(issues=250) as sandbox:
        sandbox.limits.bulkfetch = 100
        site.sandbox = sandbox
        store = Store()
        store.pull(site.open())
        assert len(store.issues) == 250
        assert len(site.asked("bulkfetch")) == 1 + 3
        Store().pull(site.open())
        assert len(site.asked("bulkfetch")) == 4 + 3


@pytest.mark.parametrize("status", [400, 413])
def test_however_a_site_refuses_so_many_it_is_asked_by_the_hundred(site: Any, status: int) -> None:
    with Sandbox(issues=250) as sandbox:
        site.sandbox = sandbox
        site.faults({"match": {"path": "bulkfetch", "nth": 1}, "do": str(status)})
        store = Store()
        store.pull(site.open())
        assert len(store.issues) == 250
        assert len(site.asked("bulkfetch")) == 1 + 3


def test_where_a_hundred_go_at_once_a_gap_is_not_asked_for_twice(site: Any) -> None:
    with Sandbox(issues=250) as sandbox:
        sandbox.limits.bulkfetch = 100
        site.sandbox = sandbox
        Store().pull(site.open())
        reader, before = site.open(), len(site.asked("bulkfetch"))
        ids = [*list(sandbox.world.jira.issues)[:150], "999999"]
        reader.search.fetch(Question("", ("summary",)), ids, lambda _: None)
        assert len(site.asked("bulkfetch")) == before + 2


def test_a_withheld_issue_is_asked_for_again(site: Any) -> None:
    key = site.truth()[3]
    site.faults({"match": {"path": "bulkfetch", "nth": 1}, "do": "omit", "keys": [key]})
    store = Store()
    store.pull(site.open())
    assert store.keys == site.truth()


def test_an_issue_that_stays_withheld_makes_the_picture_incomplete(site: Any) -> None:
    site.faults({"match": {"path": "bulkfetch"}, "do": "omit", "keys": [site.truth()[3]]})
    with pytest.raises(Incomplete, match="1 issues that the site does not hand out"):
        Store().pull(site.open())


def test_an_issue_deleted_while_it_is_read_is_not_missed(site: Any) -> None:
    gone = site.truth()[3]
    site.faults(
        {"match": {"path": "bulkfetch", "nth": 1}, "do": "edit", "edit": {"issue": gone, "delete": True}}
    )
    store = Store()
    store.pull(site.open())
    assert gone not in store.keys
    assert store.keys == site.truth()


@pytest.mark.parametrize(
    "body",
    [{"warnings": ["Some results were left out."]}, {"warningMessages": ["x"]}, {"isLast": False}],
)
def test_warnings_and_pages_without_an_end_are_incomplete(site: Any, body: dict[str, Any]) -> None:
    site.faults({"match": {"path": "search"}, "do": "patch", "body": body})
    with pytest.raises(Incomplete):
        Store().pull(site.open())


def test_a_repeated_token_is_incomplete(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posync.connectors.jira.cloud.TOO_MANY_PAGES", 20)
    site.sandbox.limits.search_page = 10
    cursors = site.sandbox.jira.finder.cursors

    def knows_the_token(_: Any) -> None:
        if cursors:
            cursors.setdefault("same", next(iter(cursors.values())))

    site.sandbox.on_request(knows_the_token)
    site.faults(
        {"match": {"path": "search/jql"}, "do": "patch", "body": {"isLast": False, "nextPageToken": "same"}}
    )
    with pytest.raises(Incomplete, match="hands out the same page again and again"):
        Store().pull(site.open())


def test_an_issue_that_exists_and_is_not_listed_is_incomplete(site: Any) -> None:
    store = Store()
    store.pull(site.open())
    hidden = list(store.issues.values())[3].id
    site.faults({"match": {"path": "search/jql"}, "do": "omit", "keys": [hidden]})
    with pytest.raises(Incomplete, match="1 issue of project SHOP exists, but no search lists it"):
        store.pull(site.open())


@pytest.mark.parametrize("body", [{"issues": None}, {"issues": [{}]}, {"issues": "x"}])
def test_an_odd_shape_is_said_to_be_one(site: Any, body: dict[str, Any]) -> None:
    site.faults({"match": {"path": "search/jql"}, "do": "patch", "body": body})
    with pytest.raises(UnexpectedPayload):
        Store().pull(site.open())


@both
def test_answers_to_nobody_are_not_believed(site: Any) -> None:
    store = Store()
    store.pull(site.open())
    site.faults({"do": "anonymous"})
    with pytest.raises(AccessRefused):
        store.pull(site.open())


@pytest.mark.parametrize("path", ["search/jql", "mypermissions"])
def test_a_first_answer_to_nobody_is_asked_for_again(site: Any, path: str) -> None:
    asked = threading.Event()

    def hold_the_others(event: Any) -> dict[str, Any] | None:
        if event.path.endswith("/myself"):
            asked.set()
        if event.phase == "before" or asked.is_set() or event.path.endswith(path):
            return None
        return {"do": "slow", "until": asked, "seconds": 30}

    site.faults({"match": {"path": path, "nth": 1}, "do": "anonymous"})
    site.sandbox.on_request(hold_the_others)
    store = Store()
    store.pull(site.open())
    assert store.keys == site.truth()
    assert len(site.asked(path)) == 2
    assert len(site.asked("myself")) == 1


@pytest.mark.parametrize("runs", [1, 2])
def test_a_site_whose_answers_never_name_the_account_is_believed(
    site: Any, monkeypatch: pytest.MonkeyPatch, runs: int
) -> None:
    monkeypatch.setattr("posync.connectors.jira.site._signed", lambda _: False)
    for _ in range(runs):
        store = Store()
        store.pull(site.open())
        assert store.keys == site.truth()
    assert 1 <= len(site.asked("myself")) <= 2
    assert len(site.asked("/field")) == runs


def test_that_a_first_search_finds_nothing_is_not_believed_where_it_names_nobody(site: Any) -> None:
    site.faults({"match": {"path": "search"}, "do": "anonymous"})
    with pytest.raises(AccessRefused, match="as it would to anybody"):
        Store().pull(site.open())


@both
def test_an_empty_scope_is_said_to_be_one(site: Any) -> None:
    seen = Store().pull(site.open(scope=JiraScope(jql="project = SHOP AND summary ~ nosuchword")))
    assert seen.order == ()
    assert seen.warnings == ("This account sees no issue in the given JQL.",)


@on_dc
def test_a_count_below_what_is_shown_is_incomplete(site: Any) -> None:
    site.faults({"match": {"path": "search"}, "do": "patch", "body": {"total": 3}})
    with pytest.raises(Incomplete, match="more issues than the 3 it counts"):
        Store().pull(site.open())


@both
def test_wrong_credentials_are_the_cause_not_a_missing_project(site: Any) -> None:
    with pytest.raises(AccessRefused, match=r"log in|search"):
        Store().pull(site.open(auth=BasicAuth("po@shop.example", "wrong")))


@both
def test_a_project_that_does_not_exist_is_named(site: Any) -> None:
    with pytest.raises(NotFound, match="NOPE"):
        Store().pull(site.open(scope=JiraScope(project="NOPE")))


@both
def test_says_deleted_from_moved(site: Any) -> None:
    store = Store()
    store.pull(site.open())
    gone, moved = site.truth()[2], site.truth()[4]
    site.second_project("OPS")
    by_key = {issue.key: issue.uid for issue in store.issues.values()}
    site.edit({"issue": gone, "delete": True}, {"issue": moved, "move_to": "OPS"})
    seen = store.pull(site.open())
    assert seen.gone[by_key[gone]].startswith("deleted or archived")
    assert seen.gone[by_key[moved]] == "moved to project OPS"
    assert seen.elsewhere == (by_key[moved],)


def late_edits(site: Any) -> None:
    """Edit an issue and add one, neither of which the search index shows until `catch_up`."""
    site.sandbox.limits.index_lag = site.sandbox.world.jira.index_lag = 600
    site.edit(
        {"issue": site.truth()[0], "set": {"summary": "Not in the index yet"}},
        {"add_issue": {"project": "SHOP", "summary": "Brand new"}},
    )
    site.sandbox.limits.index_lag = site.sandbox.world.jira.index_lag = 0


def catch_up(site: Any) -> None:
    with site.sandbox.lock:
        site.sandbox.world.jira.stale.clear()


@both
def test_takes_a_lagging_index_for_what_it_is(site: Any) -> None:
    store = Store()
    store.pull(site.open())
    late_edits(site)
    store.pull(site.open())
    assert store.handed == []
    catch_up(site)
    site.edit({"issue": site.truth()[5], "set": {"summary": "Edited later"}})
    store.pull(site.open())
    assert {issue.title for issue in store.handed} == {"Not in the index yet", "Brand new", "Edited later"}
    assert store.keys == site.truth()


def test_an_index_that_catches_up_in_the_middle_of_a_pull_hides_nothing_for_good(site: Any) -> None:
    store = Store()
    store.pull(site.open())
    late_edits(site)
    before = len(site.asked())
    site.sandbox.on_request(lambda _: catch_up(site) if len(site.asked()) > before else None)
    store.pull(site.open())
    assert [issue.title for issue in store.handed] == ["Not in the index yet"]
    store.pull(site.open())
    assert [issue.title for issue in store.handed] == ["Brand new"]
    assert store.keys == site.truth()


@both
def test_a_changed_profile_reads_everything_anew(site: Any) -> None:
    store = Store()
    store.pull(site.open())
    name = "jira-cloud" if site.sandbox.flavour == "cloud" else "jira-data-center"
    profile = load_profile(name, Path()).with_fields(["Priority score"])
    assert store.pull(site.open(profile=profile)).full
    assert not store.pull(site.open(profile=profile)).full


@both
def test_a_profile_that_only_reads_the_same_fields_otherwise_does_so_too(site: Any) -> None:
    store, reader = Store(), site.open()
    store.pull(reader)
    first = next(iter(store.issues.values()))
    other = State.DONE if first.state is not State.DONE else State.TODO
    statuses = {first.status: other, **reader.profile.statuses}
    profile = Profile.model_validate(reader.profile.model_dump() | {"statuses": statuses})
    assert site.open(profile=profile)._question == reader._question
    assert store.pull(site.open(profile=profile)).full
    assert next(iter(store.issues.values())).state is other


@both
def test_a_rank_change_costs_nothing_more(site: Any) -> None:
    store = Store()
    store.pull(site.open())
    keys = site.truth()
    site.edit({"issue": keys[5], "rank_before": keys[0]})
    reader = site.open()
    store.pull(reader)
    assert store.keys == site.truth()
    assert reader.requests <= 3


@both
def test_new_issues_are_found_by_the_census(site: Any) -> None:
    store = Store()
    store.pull(site.open())
    site.edit({"add_issue": {"project": "SHOP", "summary": "New here"}})
    reader = site.open()
    store.pull(reader)
    assert [issue.title for issue in store.handed] == ["New here"]
    assert store.keys == site.truth()
    assert reader.requests <= 3


@pytest.mark.parametrize(("flavour", "most"), [("cloud", 5), ("dc", 3)])
def test_many_changes_are_read_in_bulk(site: Any, flavour: Any, most: int) -> None:
    with Sandbox(issues=400, flavour=flavour) as sandbox:
        site.sandbox = sandbox
        store = Store()
        store.pull(site.open())
        for keys, requests in ((site.truth()[:4], 3), (site.truth()[:150], most)):
            site.edit(*({"issue": key, "set": {"summary": f"Edited {len(keys)}"}} for key in keys))
            reader = site.open()
            store.pull(reader)
            assert {issue.key for issue in store.handed} == set(keys)
            assert reader.requests <= requests
        store.pull(site.open())
        assert store.handed == []


@pytest.mark.parametrize("most", [100, 1000])
@both
def test_a_bulk_change_of_long_ago_is_not_read_again(site: Any, most: int) -> None:
    with Sandbox(issues=400, flavour=site.sandbox.flavour) as sandbox:
        site.sandbox, sandbox.limits.bulkfetch = sandbox, most
        imported(sandbox, sandbox.world.clock.now() - 5 * 86_400_000)
        store = Store()
        store.pull(site.open())
        for _ in range(2):
            reader = site.open()
            store.pull(reader)
            assert (reader.requests, store.handed) == (2 if reader.cloud else 1, [])
        site.edit({"issue": "SHOP-7", "set": {"summary": "Edited since"}})
        store.pull(site.open())
        assert [issue.title for issue in store.handed] == ["Edited since"]


def imported(sandbox: Sandbox, at: int) -> None:
    """Let all issues have been changed in one moment, as imports and bulk edits do."""
    with sandbox.lock:
        for issue in sandbox.world.jira.issues.values():
            issue.updated, issue.fields["updated"] = at, jira_time(at)
            issue.encoded.clear()
        sandbox.world.jira.revision += 1


def unindexed(site: Any, keys: list[str]) -> None:
    """Let the index know nothing of these issues, as while it is rebuilt."""
    world = site.sandbox.world.jira
    with site.sandbox.lock:
        world.stale = {world.find(key).id: (world.clock.now() + 3_600_000, None) for key in keys}
        world.revision += 1


@pytest.mark.parametrize("scope", [JiraScope(project="SHOP"), JiraScope(jql="labels = keep")])
@both
def test_what_the_index_has_lost_for_a_while_is_not_taken_for_gone(
    site: Any, scope: JiraScope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posync.connectors.jira.cloud.RECONCILE", 5)
    store, keys = Store(), site.truth()
    site.edit(*({"issue": key, "add_label": "keep"} for key in keys))
    store.pull(site.open(scope=scope))
    unindexed(site, keys[3:15])
    with pytest.raises(Incomplete, match=r"issues of .* exist, but no search lists them"):
        store.pull(site.open(scope=scope))
    unindexed(site, [])
    store.pull(site.open(scope=scope))
    assert store.keys == site.truth()


@both
def test_what_left_the_scope_is_told_from_what_the_index_lost(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posync.connectors.jira.cloud.RECONCILE", 5)
    store, keys, scope = Store(), site.truth(), JiraScope(jql="labels = keep")
    site.edit(*({"issue": key, "add_label": "keep"} for key in keys))
    store.pull(site.open(scope=scope))
    site.edit({"issue": keys[0], "delete": True})
    site.edit(*({"issue": key, "remove_label": "keep"} for key in keys[3:15]))
    seen = store.pull(site.open(scope=scope))
    assert store.keys == [keys[1], keys[2], *keys[15:]]
    reasons = list(seen.gone.values())
    assert sum(reason == "no longer in the given JQL" for reason in reasons) == 12
    assert sum("deleted" in reason for reason in reasons) == 1


def test_an_edit_right_after_an_issue_was_read_is_seen_after_a_pull_of_any_length(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.sandbox.limits.bulkfetch = 10
    for name, value in (("BULK_DOCUMENTED", 10), ("WORKERS", 1)):
        monkeypatch.setattr(f"posync.connectors.jira.cloud.{name}", value)
    early, late = site.truth()[0], site.truth()[-1]
    clock, fetched = site.sandbox.world.clock, 0

    def meanwhile(event: Any) -> None:
        nonlocal fetched
        if event.phase == "after" and event.path.endswith("bulkfetch"):
            fetched += 1
            if fetched == 2:  # the first asks for too many
                site.edit({"issue": early, "set": {"summary": "Edited behind the pull"}})
                clock.last += 40 * 60_000
                site.edit({"issue": late, "set": {"summary": "Edited before it"}})

    site.sandbox.on_request(meanwhile)
    store = Store()
    store.pull(site.open())
    store.pull(site.open())
    assert {"Edited behind the pull", "Edited before it"} <= {issue.title for issue in store.issues.values()}


@both
def test_an_issue_that_comes_back_as_it_was_is_read_again(site: Any) -> None:
    store, scope = Store(), JiraScope(jql="project = SHOP")
    site.edit({"issue": "SHOP-7", "set": {"summary": "Here, away, and back"}})
    store.pull(site.open(scope=scope))
    world = site.sandbox.world.jira
    away = world.find("SHOP-7")
    for present in (False, True, True):
        with site.sandbox.lock:
            world.issues = {one: issue for one, issue in world.issues.items() if issue is not away}
            world.issues |= {away.id: away} if present else {}
            world._order, world.revision = None, world.revision + 1
        store.pull(site.open(scope=scope))
        assert ("SHOP-7" in store.keys) is present
        assert store.keys == site.truth()


@pytest.mark.parametrize(
    "scope",
    [
        JiraScope(jql="project = SHOP ORDER BY created DESC"),
        JiraScope(jql="project = SHOP OR project = NOSUCH AND x = y ORDER BY key"),
    ],
)
def test_jql_scopes(site: Any, scope: JiraScope) -> None:
    if "NOSUCH" in (scope.jql or ""):
        with pytest.raises(TrackerError):
            Store().pull(site.open(scope=scope))
        return
    store = Store()
    store.pull(site.open(scope=scope))
    assert store.keys == site.truth()


@both
def test_board_scopes(site: Any) -> None:
    board = next(iter(site.sandbox.world.jira.boards))
    assert site.open(scope=JiraScope(board=board))._question.clause == f"filter = {10_000 + board}"
    with pytest.raises(NotFound, match="board"):
        Store().pull(site.open(scope=JiraScope(board=9999)))


@both
def test_a_board_shows_what_its_filter_and_its_sub_query_find(site: Any) -> None:
    board = next(iter(site.sandbox.world.jira.boards.values()))
    scope, store = JiraScope(board=board.id), Store()
    store.pull(site.open(scope=scope))
    assert store.keys == site.truth()
    reader = site.open(scope=scope)
    store.pull(reader)
    assert reader.requests <= 2
    board.jql = "project = SHOP AND type != Epic ORDER BY Rank ASC"
    board.sub_query = "fixVersion in unreleasedVersions() OR fixVersion is EMPTY ORDER BY created"
    site.cache = site.cache.with_name("another day")
    store.pull(site.open(scope=scope))

    def shown(key: str) -> bool:
        fields = site.sandbox.world.jira.find(key).fields
        versions = fields.get("fixVersions") or []
        open_ones = any(not version.get("released") for version in versions)
        return fields["issuetype"]["name"] != "Epic" and (not versions or open_ones)

    assert store.keys == [key for key in site.truth() if shown(key)]
    assert 0 < len(store.keys) < len(site.truth())


def test_bearer_tokens(site: Any) -> None:
    store = Store()
    store.pull(site.open(auth=BearerAuth("sandbox-jira-pat")))
    assert store.keys == site.truth()


def test_scoped_tokens_go_through_the_gateway(site: Any) -> None:
    auth = BasicAuth("scoped@shop.example", "sandbox-scoped-token")
    with pytest.raises(AccessRefused):
        Store().pull(site.open(auth=auth))
    store = Store()
    store.pull(site.open(auth=auth, url=f"{site.sandbox.jira_url}/ex/jira/{CLOUD_ID}"))
    assert store.keys == site.truth()
    first = next(iter(store.issues.values()))
    assert first.url == f"{site.sandbox.jira_url}/browse/{first.key}"


def test_the_other_kind_of_site_is_named(site: Any) -> None:
    with pytest.raises(TrackerError, match=r"profile|route|url"):
        Store().pull(site.open(profile=load_profile("jira-data-center", Path())))


def test_reading_scans_of_several_pages_misses_nothing_that_moves(site: Any) -> None:
    site.sandbox.limits.search_page = 10
    keys = site.truth()
    site.faults(
        {
            "match": {"path": "search/jql", "nth": 2},
            "do": "edit",
            "edit": {"issue": keys[30], "rank_before": keys[0]},
        }
    )
    store = Store()
    store.pull(site.open())
    assert sorted(store.keys) == sorted(site.truth())


def test_the_last_of_the_scans_counts_too(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posync.connectors.jira.cloud.SCANS", 1)
    test_reading_scans_of_several_pages_misses_nothing_that_moves(site)


@on_dc
def test_data_center_pages_that_shift_miss_nothing(site: Any) -> None:
    site.sandbox.limits.server_page = 10
    keys = site.truth()
    for edit in (
        {"issue": keys[35], "rank_before": keys[0]},
        {"issue": keys[1], "delete": True},
        {"add_issue": {"project": "SHOP", "summary": "New"}},
    ):
        site.sandbox.reset()
        site.faults({"match": {"path": "/search", "nth": 2}, "do": "edit", "edit": edit})
        store = Store()
        store.pull(site.open())
        assert set(site.truth()) <= set(store.keys) | {"SHOP-41"}
        assert len(set(store.keys)) == len(store.keys)


@on_dc
@pytest.mark.parametrize("count", [12_000])
def test_data_center_beyond_the_cliff(site: Any, count: int) -> None:
    with Sandbox(issues=count, flavour="dc") as sandbox:
        site.sandbox = sandbox
        store = Store()
        reader = site.open()
        store.pull(reader)
        assert store.keys == site.truth()
        assert reader.requests <= 2 + 16
        reader = site.open()
        store.pull(reader)
        assert store.handed == []
        assert store.keys == site.truth()


def test_a_cache_that_cannot_be_used_costs_requests_only(site: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    site.cache = tmp_path / "file"
    store = Store()
    store.pull(site.open())
    assert store.keys == site.truth()


def test_no_secret_is_cached(site: Any) -> None:
    Store().pull(site.open())
    for path in site.cache.iterdir():
        assert "sandbox-jira-token" not in path.read_text(encoding="utf-8") + path.name
