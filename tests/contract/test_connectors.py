"""What every connector keeps to, whichever tracker is behind it: one suite, run over each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from posync.connectors.base import Reader, Writer, marked
from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_export, open_jira, open_trello
from posync.connectors.profile import load_profile
from posync.connectors.transport import BasicAuth, BearerAuth, TrelloAuth
from posync.errors import AccessRefused, PosyncError, Refused, TrackerError, Transient, UnexpectedPayload
from posync.model.change import AddLabel, Change, Comment, Move, RemoveLabel, Standing, Was
from posync.model.claim import Claim, Claimed, Scope
from posync.model.issue import Issue
from posync.model.observation import Memory, Observation
from posync.model.plan import CLAIM, Outcome, Result
from posync.sandbox.edits import human_edit
from posync.sandbox.house import READING
from posync.sandbox.server import Sandbox

KINDS = ("jira-cloud", "jira-dc", "trello")
WHOLE = ("trello", "export")  # where anything changed, all of it is handed over
CANARY = "canary-51f7"


@dataclass
class Place:
    """One kind of tracker with a sandbox behind it, and what a person may do there meanwhile."""

    kind: str
    sandbox: Sandbox
    cache: Path

    @property
    def url(self) -> str:
        return self.sandbox.trello_url if self.kind == "trello" else self.sandbox.jira_url

    def open(
        self,
        *,
        token: str | None = None,
        url: str | None = None,
        writable: bool = False,
        workspace: str = "shop",
    ) -> Any:
        if self.kind == "export":
            return open_export(
                "here", path=self.saved(), profile=load_profile("jira-cloud", Path()), workspace=workspace
            )
        if self.kind == "trello":
            return open_trello(
                "here",
                url=url or self.url,
                auth=TrelloAuth("sandbox-trello-key", token or "sandbox-trello-token"),
                board="shopboard",
                profile=load_profile("trello", Path()),
                workspace=workspace,
                writable=writable,
            )
        cloud = self.kind == "jira-cloud"
        return open_jira(
            "here",
            url=url or self.url,
            auth=BasicAuth("po@shop.example", token or "sandbox-jira-token")
            if cloud
            else BearerAuth(token or "sandbox-jira-pat"),
            scope=JiraScope(project="SHOP"),
            profile=load_profile("jira-cloud" if cloud else "jira-data-center", Path()),
            workspace=workspace,
            cache=self.cache,
            writable=writable,
        )

    def saved(self) -> Path:
        """Save all pages of a search, as a person without an account for posync would."""
        self.cache.mkdir(exist_ok=True)
        question: dict[str, Any] = {"jql": "project = SHOP", "fields": ["*all"], "expand": "names"}
        with requests.Session() as session:
            session.auth = ("po@shop.example", "sandbox-jira-token")
            for number in range(100):
                page = session.post(f"{self.url}/rest/api/2/search/jql", json=question, timeout=60).json()
                (self.cache / f"page {number}.json").write_text(json.dumps(page), encoding="utf-8")
                if "nextPageToken" not in page:
                    return self.cache
                question["nextPageToken"] = page["nextPageToken"]
        raise AssertionError("the search has no end")

    def edit(self, issue: Issue, **verbs: Any) -> None:
        """Edit an issue as a person would in the browser."""
        named = {"card": issue.id} if self.kind == "trello" else {"issue": issue.key}
        with self.sandbox.lock:
            human_edit(self.sandbox.world.jira, self.sandbox.trello, [named | verbs])

    def retitle(self, issue: Issue, title: str) -> None:
        self.edit(issue, set={"name" if self.kind == "trello" else "summary": title})

    def sent(self, since: int = 0) -> list[tuple[str, str]]:
        """Return method and path of the write requests served so far."""
        return [
            (one.method, one.path)
            for one in self.sandbox.entries[since:]
            if one.method != "GET" and not any(one.path.endswith(path) for path in READING)
        ]


@dataclass
class Pulled:
    """One pull, and what the next one may remember of it."""

    observation: Observation
    issues: dict[str, Issue]
    handed: list[Issue] = field(default_factory=list)

    @property
    def memory(self) -> Memory:
        known = {issue.id: issue.key for issue in self.issues.values()}
        return Memory(self.observation.cursor, known)

    @property
    def ordered(self) -> list[Issue]:
        return [self.issues[uid] for uid in self.observation.order]

    def lane(self, least: int = 6) -> list[Issue]:
        """Return the issues of one lane that has enough of them, in order."""
        lanes: dict[str, list[Issue]] = {}
        for issue in self.ordered:
            if issue.ranked:
                lanes.setdefault(issue.lane, []).append(issue)
        return next(issues for issues in lanes.values() if len(issues) >= least)


def pull(reader: Reader, before: Pulled | None = None) -> Pulled:
    handed: list[Issue] = []
    observation = reader.pull(before.memory if before else None, handed.extend)
    issues = {**(before.issues if before else {}), **{issue.uid: issue for issue in handed}}
    return Pulled(observation, {uid: issues[uid] for uid in observation.order}, handed)


@pytest.fixture(scope="module", params=KINDS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[tuple[str, Sandbox]]:
    with Sandbox(flavour="dc" if request.param == "jira-dc" else "cloud") as served:
        yield request.param, served


everywhere = pytest.mark.parametrize("sandbox", [*KINDS, "export"], indirect=True, scope="module")
"""For what holds of saved files too."""


@pytest.fixture
def place(sandbox: tuple[str, Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    kind, served = sandbox
    served.reset()
    served.faults.set([])
    served.callbacks.clear()
    for name in ("BASE", "BROKEN_LINE"):
        monkeypatch.setattr(f"posync.connectors.transport.retry.{name}", 0.001)
    # Trello names no wait with its 429: a window of ten seconds has to pass, here a shorter one.
    monkeypatch.setattr("posync.connectors.transport.pacing.Limiter.interval", 0.02)
    return Place(kind, served, tmp_path / "cache")


class Changes:
    """Makes changes with ids of their own."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, kind: Callable[..., Any], issue: Issue, **more: Any) -> Any:
        self.count += 1
        return kind(id=self.count, tracker="here", issue=issue.key, uid=issue.uid, **more)


def carry_out(
    writer: Writer, changes: Sequence[Change], comment_ids: dict[str, str] | None = None
) -> list[Result]:
    return [
        result
        for write in writer.writes(changes)
        for result in writer.perform(write, comment_ids=comment_ids or {})
    ]


# Pulling


@everywhere
def test_hands_over_every_issue_once_in_an_order_that_names_each(place: Place) -> None:
    pulled = pull(place.open())
    assert len(pulled.handed) == len(pulled.issues) == len(pulled.observation.order) > 20
    assert pulled.observation.full
    assert not pulled.observation.gone
    assert all(issue.uid == f"here:{issue.id}" for issue in pulled.handed)
    assert all(issue.title and issue.url for issue in pulled.handed)


@everywhere
def test_asks_for_nothing_twice_where_nothing_changed(place: Place) -> None:
    first = pull(place.open())
    reader = place.open()
    second = pull(reader, first)
    assert reader.requests <= 2
    assert second.handed == []
    assert second.observation.order == first.observation.order
    third = pull(place.open(), second)
    assert third.handed == []


@everywhere
def test_hands_over_what_a_person_changed_and_nothing_else(place: Place) -> None:
    first = pull(place.open())
    edited = first.ordered[3]
    place.retitle(edited, "Größer, with\u00a0care")
    second = pull(place.open(), first)
    handed = [issue.uid for issue in second.handed]
    assert edited.uid in handed if place.kind in WHOLE else handed == [edited.uid]
    assert second.issues[edited.uid].title == "Größer, with\u00a0care"
    again = pull(place.open())
    assert {uid: issue.title for uid, issue in again.issues.items()} == {
        uid: issue.title for uid, issue in second.issues.items()
    }


@everywhere
def test_says_what_left_and_what_came(place: Place) -> None:
    first = pull(place.open())
    gone = first.ordered[5]
    place.edit(gone, delete=True)
    reader = place.open()
    second = pull(reader, first)
    assert gone.uid in second.observation.gone
    assert gone.uid not in second.observation.order
    assert reader.look([gone.uid]) == {gone.uid: None}


@everywhere
def test_sees_a_new_order(place: Place) -> None:
    first = pull(place.open())
    lane = first.lane()
    if place.kind == "trello":
        place.edit(lane[4], set={"pos": float(lane[0].position) / 2})
    else:
        place.edit(lane[4], rank_before=lane[0].key)
    second = pull(place.open(), first)
    now = [issue.uid for issue in second.lane()]
    assert now[:2] == [lane[4].uid, lane[0].uid]
    assert now == [uid for uid in place.open().order(lane[0].lane) if uid in now]


@everywhere
def test_looks_again_at_a_few_issues(place: Place) -> None:
    pulled = pull(place.open())
    wanted = [issue.uid for issue in pulled.ordered[:7]]
    reader = place.open()
    found = reader.look(wanted)
    assert list(found) == wanted
    for uid in wanted:
        now, then = found[uid], pulled.issues[uid]
        assert now is not None
        assert (now.title, now.labels, now.releases, now.state, now.fields) == (
            then.title,
            then.labels,
            then.releases,
            then.state,
            then.fields,
        )
    assert reader.look([]) == {}


# Never half a picture


FAULTS: list[dict[str, Any]] = [
    {"do": "drop_before"},
    {"do": "drop_after"},
    {"do": "truncate"},
    {"do": "cut"},
    {"do": "503"},
    {"do": "500"},
    {"do": "429", "retry_after": 0},
    {"do": "html"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault["do"]))
def test_is_whole_or_says_why_not_whatever_goes_wrong_at_any_request(
    place: Place, fault: dict[str, Any]
) -> None:
    whole = pull(place.open())
    place.cache = place.cache.with_name("fresh")
    reader = place.open()
    pull(reader)
    reads = reader.requests
    for nth in range(1, 5):
        place.cache = place.cache.with_name(f"fresh-{nth}")
        place.sandbox.faults.set([{"match": {"nth": nth}} | fault])
        if fault["do"] == "html" and nth <= reads:
            with pytest.raises(UnexpectedPayload, match="web page"):
                pull(place.open())
            continue
        found = pull(place.open())
        assert found.observation.order == whole.observation.order
        assert len(found.handed) == len(whole.handed)


@pytest.mark.parametrize("kind", ["503", "drop_before", "html"])
def test_gives_up_in_plain_words_when_it_does_not_pass(place: Place, kind: str) -> None:
    place.sandbox.faults.set([{"do": kind}])
    with pytest.raises(TrackerError) as caught:
        pull(place.open())
    assert str(caught.value).startswith("here: ")
    assert "sandbox-" not in str(caught.value)


def test_refuses_wrong_credentials_without_showing_them(place: Place) -> None:
    handed: list[Issue] = []
    with pytest.raises(AccessRefused) as caught:
        place.open(token=CANARY).pull(None, handed.extend)
    assert not handed
    assert CANARY not in str(caught.value)


def test_says_that_a_host_cannot_be_reached(place: Place) -> None:
    with pytest.raises(Transient, match="cannot be reached") as caught:
        pull(place.open(url="http://127.0.0.1:9"))
    assert not caught.value.sent


def test_a_reader_cannot_write(place: Place) -> None:
    assert not hasattr(place.open(), "perform")
    assert hasattr(place.open(writable=True), "perform")


def test_tells_what_it_may_do(place: Place) -> None:
    held = {one.name: one for one in place.open().capabilities()}
    assert {"read", "rank", "label", "comment"} <= held.keys()
    assert all(held[name].granted for name in ("read", "rank", "label", "comment"))


# Writing


def test_adds_and_removes_its_labels_and_leaves_peoples_alone(place: Place) -> None:
    writer, make = place.open(writable=True), Changes()
    before = pull(writer)
    issues = before.ordered[:3]
    writer.look([issue.uid for issue in issues])
    assert {
        r.outcome for r in carry_out(writer, [make(AddLabel, i, label="needs-criteria") for i in issues])
    } <= {Outcome.DONE}
    now = writer.look([issue.uid for issue in issues])
    for issue in issues:
        seen = now[issue.uid]
        assert seen is not None
        assert set(seen.labels) == {*issue.labels, "needs-criteria"}
    carry_out(writer, [make(RemoveLabel, issue, label="needs-criteria") for issue in issues])
    assert all(
        seen is not None and set(seen.labels) == set(before.issues[uid].labels)
        for uid, seen in writer.look([issue.uid for issue in issues]).items()
    )


def test_moves_issues_where_the_plan_says(place: Place) -> None:
    writer, make = place.open(writable=True), Changes()
    lane = pull(writer).lane()
    uids = [issue.uid for issue in lane]
    down, up = lane[0], lane[5]
    moves = [
        make(
            Move,
            down,
            lane=down.lane,
            before=Was(rank=1),
            after=Standing(rank=4),
            anchor=uids[3],
            side="below",
            batch=1,
        ),
        make(
            Move,
            up,
            lane=up.lane,
            before=Was(rank=6),
            after=Standing(rank=1),
            anchor=uids[1],
            side="above",
            batch=2,
        ),
    ]
    results = carry_out(writer, moves)
    assert [result.outcome for result in results] == [Outcome.DONE, Outcome.DONE]
    wanted = [uids[5], uids[1], uids[2], uids[3], uids[0], uids[4], *uids[6:]]
    assert [uid for uid in writer.order(lane[0].lane) if uid in wanted] == wanted


def test_writes_one_comment_edits_it_in_place_and_takes_it_back(place: Place) -> None:
    writer, make = place.open(writable=True), Changes()
    issue = pull(writer).ordered[2]
    place.edit(issue, comment="A person said this")
    text = "0 of 1 acceptance criteria\n\nAdd one {line} under [a heading] *now*."
    (first,) = carry_out(writer, [make(Comment, issue, after=text)])
    found = writer.comments([issue.uid])[issue.uid]
    assert found == (first.receipt["comment_id"], text)
    (again,) = carry_out(place.open(writable=True), [make(Comment, issue, after=text)])
    assert again.outcome in {Outcome.ALREADY, Outcome.DONE}
    assert again.receipt == first.receipt
    change = make(Comment, issue, before=text, after="Mended, thank you")
    (edited,) = carry_out(writer, [change], {issue.uid: found[0]})
    assert edited.outcome is Outcome.DONE
    assert writer.comments([issue.uid])[issue.uid] == (found[0], "Mended, thank you")
    (taken,) = carry_out(writer, [make(Comment, issue, before="Mended, thank you", after=None)])
    assert taken.outcome is Outcome.DONE
    assert writer.comments([issue.uid]) == {issue.uid: None}


def test_a_comment_deleted_between_the_look_and_the_edit_is_not_written_again(place: Place) -> None:
    writer, other, make = place.open(writable=True), place.open(writable=True), Changes()
    issue = pull(writer).ordered[2]
    carry_out(writer, [make(Comment, issue, after="One")])
    seen = writer.comments([issue.uid])[issue.uid]
    assert seen is not None
    carry_out(other, [make(Comment, issue, before="One", after=None)], {issue.uid: seen[0]})
    (result,) = carry_out(writer, [make(Comment, issue, before="One", after="Two")], {issue.uid: seen[0]})
    assert (result.outcome, result.because) == (Outcome.SKIPPED, "somebody deleted posync's comment")
    assert place.open(writable=True).comments([issue.uid]) == {issue.uid: None}


def test_of_several_comments_of_its_own_the_oldest_counts(place: Place) -> None:
    writer, make = place.open(writable=True), Changes()
    issue = pull(writer).ordered[2]
    (first,) = carry_out(writer, [make(Comment, issue, after="One")])
    place.edit(issue, comment=marked("Two", "shop"))
    writer = place.open(writable=True)
    assert writer.comments([issue.uid]) == {issue.uid: (first.receipt["comment_id"], "One")}
    (edited,) = carry_out(place.open(writable=True), [make(Comment, issue, before="One", after="Three")])
    assert edited.receipt == first.receipt
    assert place.open().comments([issue.uid]) == {issue.uid: (first.receipt["comment_id"], "Three")}


def test_a_comment_whose_answer_is_lost_is_not_written_twice(place: Place) -> None:
    writer, make = place.open(writable=True), Changes()
    issue = pull(writer).ordered[2]
    change = make(Comment, issue, after="Once only")
    place.sandbox.faults.set([{"match": {"method": "POST", "path": "comment", "nth": 1}, "do": "drop_after"}])
    with pytest.raises(Transient) as caught:
        carry_out(writer, [change])
    assert caught.value.sent
    (result,) = carry_out(writer, [change])
    assert result.outcome in {Outcome.ALREADY, Outcome.DONE}
    found = writer.comments([issue.uid])[issue.uid]
    assert found == (result.receipt["comment_id"], "Once only")
    assert len([1 for method, path in place.sent() if method == "POST" and "comment" in path]) == 1


def test_sends_exactly_the_writes_it_announced(place: Place) -> None:
    writer, make = place.open(writable=True), Changes()
    pulled = pull(writer)
    issues = pulled.lane()
    carry_out(writer, [make(AddLabel, issues[0], label="flagged")])  # the label itself exists from now on
    changes: list[Change] = [
        make(AddLabel, issues[1], label="flagged"),
        make(Comment, issues[2], after="Please add criteria"),
        make(
            Move,
            issues[4],
            lane=issues[4].lane,
            before=Was(rank=5),
            after=Standing(rank=1),
            anchor=issues[0].uid,
            side="above",
            batch=1,
        ),
    ]
    planned = [write.method for write in writer.writes(changes)]
    before = len(place.sandbox.entries)
    carry_out(writer, changes)
    assert [method for method, _ in place.sent(before)] == planned


def test_every_fault_ends_in_an_error_of_posync(place: Place) -> None:
    make = Changes()
    pulled = pull(place.open())
    issue = pulled.ordered[1]
    for fault in FAULTS:
        if fault["do"] in {"truncate", "cut"}:
            continue  # an answer without a body cannot be cut short
        writer = place.open(writable=True)
        place.sandbox.faults.set([fault])
        with pytest.raises(PosyncError):
            carry_out(writer, [make(AddLabel, issue, label="flagged")])


# Whose it is


def claim_of(writer: Any, workspace: str = "shop", **owned: Any) -> Claim:
    scope = next(iter(writer.scopes(["SHOP-1"])), Scope(kind="jira", place="SHOP"))
    return Claim.model_validate({"workspace": workspace, "tracker": "here", "scope": scope, **owned})


def mark(writer: Any, claim: Claim) -> Outcome:
    [result] = writer.perform(writer.marking(claim), comment_ids={})
    assert result.change == CLAIM
    outcome: Outcome = result.outcome
    return outcome


def test_a_marker_says_to_others_exactly_what_it_was_told(place: Place) -> None:
    ours, theirs = place.open(writable=True), place.open(writable=True, workspace="web.2")
    assert ours.claimed(claim_of(ours).scope) == Claimed()
    names: dict[str, Any] = {
        "labels": ('a, "b" · c = d', "plain", "ünï\u2028code"),
        "fields": ("Priority score",),
    }
    mine = claim_of(ours, order=True, releases=("2026.12",), **names)
    assert mark(ours, mine) is Outcome.DONE
    assert ours.marked(mine)
    seen = place.open(workspace="web.2").claimed(mine.scope)
    assert (seen.others, seen.unreadable, seen.stands) == ((mine,), (), False)
    again = place.open(writable=True).claimed(mine.scope)
    assert (again.others, again.stands) == ((), True)
    second = claim_of(theirs, "web.2", labels=("web",))
    mark(theirs, second)
    assert place.open().claimed(mine.scope).others == (second,)
    assert place.open(workspace="third").claimed(mine.scope).others in {(mine, second), (second, mine)}


def test_a_new_claim_takes_the_place_of_the_old_one(place: Place) -> None:
    writer = place.open(writable=True)
    first, second = claim_of(writer, labels=("a",)), claim_of(writer, order=True)
    assert not writer.marked(first)
    for claim in (first, first, second):
        mark(writer, claim)
    assert (writer.marked(first), writer.marked(second)) == (False, True)
    mark(place.open(writable=True), second)  # by a process that has seen nothing of it
    other = place.open(workspace="web").claimed(first.scope)
    assert other.others == (second,)


def test_to_look_costs_one_request_at_most_where_nobody_else_is(place: Place) -> None:
    writer = place.open(writable=True)
    claim = claim_of(writer, order=True)
    mark(writer, claim)
    reader = place.open()
    pull(reader)
    before = reader.requests
    assert reader.claimed(claim.scope).stands
    assert reader.requests - before == (0 if place.kind == "trello" else 1)


def test_a_marker_is_no_label_of_an_issue(place: Place) -> None:
    before = pull(place.open())
    writer = place.open(writable=True)
    mark(writer, claim_of(writer, order=True))
    if place.kind == "trello":
        board = place.sandbox.world.trello.boards["shopboard"]
        marker = next(one["id"] for one in board.labels if one["name"].startswith("posync · shop"))
        for card in board.cards.values():
            card["idLabels"] = [*(card.get("idLabels") or []), marker]
    after = pull(place.open())
    assert [issue.labels for issue in after.ordered] == [issue.labels for issue in before.ordered]


def test_more_than_a_place_has_room_for_is_cut_and_said_to_be(place: Place) -> None:
    writer = place.open(writable=True)
    claim = claim_of(writer, labels=tuple(f"label {n:05} {'x' * 90}" for n in range(2000)))
    mark(writer, claim)
    assert writer.marked(claim)
    [seen] = place.open(workspace="web").claimed(claim.scope).others
    assert not seen.whole
    assert 10 < len(seen.labels) < 2000


def test_a_connector_takes_a_marker_away_or_says_how_a_person_does(place: Place) -> None:
    writer = place.open(writable=True)
    claim = claim_of(writer, "gone", order=True)
    mark(place.open(writable=True, workspace="gone"), claim)
    before, away = writer.requests, writer.unmarking(claim)
    assert writer.requests == before
    if isinstance(away, str):
        assert place.kind == "trello"
        assert away.startswith("delete the label that begins `posync · gone · here` on board ")
        unheard = writer.marking(claim).model_copy(update={"method": "DELETE"})
        with pytest.raises(Refused, match="deletes no labels"):
            writer.perform(unheard, comment_ids={})
        assert place.open().claimed(claim.scope).others == (claim,)
        return
    assert away.tracker == writer.name
    assert [r.outcome for r in writer.perform(away, comment_ids={})] == [Outcome.DONE]
    assert [r.outcome for r in writer.perform(away, comment_ids={})] == [Outcome.ALREADY]
    assert place.open().claimed(claim.scope) == Claimed()


@pytest.mark.parametrize("sandbox", ["export"], indirect=True, scope="module")
def test_a_file_is_nobodys(place: Place) -> None:
    reader = place.open()
    assert reader.scopes(["SHOP-1"]) == ()
    assert reader.claimed(Scope(kind="jira", place="SHOP")) == Claimed()
    claim = claim_of(reader)
    assert (reader.marking(claim), reader.marked(claim)) == (None, False)
    assert "it holds no marker" in reader.unmarking(claim)
