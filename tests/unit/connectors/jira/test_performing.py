"""Writes on a Jira site: exactly what was meant, people's work untouched, and honest where Jira refuses."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.jira.editing import as_sent
from posync.connectors.profile import load_profile
from posync.connectors.transport import BasicAuth
from posync.errors import AccessRefused, NotFound, Refused, Transient
from posync.model.change import AddLabel, Comment, Move, RemoveLabel, SetField, SetReleases, Standing, Was
from posync.model.issue import Issue
from posync.model.plan import Outcome, Result, Write

both = pytest.mark.parametrize("site", ["cloud", "dc"], indirect=True)


class Desk:
    """A writer, the issues it sees, and changes made for them."""

    def __init__(self, site: Any, **opened: Any) -> None:
        self.site = site
        name = "jira-cloud" if site.sandbox.flavour == "cloud" else "jira-data-center"
        profile = load_profile(name, Path()).with_fields(["Priority score"])
        self.writer = site.open(writable=True, profile=profile, **opened)
        issues: list[Issue] = []
        seen = self.writer.pull(None, issues.extend)
        held = {issue.uid: issue for issue in issues}
        self.issues = [held[uid] for uid in seen.order]
        self.count = itertools.count(1)

    def make(self, kind: type[Any], at: int, **more: Any) -> Any:
        issue = self.issues[at]
        return kind(id=next(self.count), tracker="shop", issue=issue.key, uid=issue.uid, **more)

    def do(self, *changes: Any) -> list[Result]:
        return [r for write in self.plan(changes) for r in self.writer.perform(write, comment_ids={})]

    def plan(self, changes: Sequence[Any]) -> tuple[Write, ...]:
        planned: tuple[Write, ...] = self.writer.writes(changes)
        return planned

    def now(self, at: int) -> Issue:
        uid = self.issues[at].uid
        found: Issue = self.writer.look([uid])[uid]
        return found

    def moves(self, ats: Sequence[int], anchor: int, side: str) -> list[Any]:
        return [
            self.make(
                Move,
                at,
                before=Was(rank=at + 1),
                after=Standing(rank=1),
                anchor=self.issues[anchor].uid,
                side=side,
                batch=1,
            )
            for at in ats
        ]

    @property
    def order(self) -> list[int]:
        """Return the present order as places in the order before."""
        place = {issue.uid: at for at, issue in enumerate(self.issues)}
        return [place[uid] for uid in self.writer.order("")]


def outcomes(results: Sequence[Result]) -> list[Outcome]:
    return [result.outcome for result in results]


@both
def test_all_edits_of_an_issue_go_in_one_request_beside_what_people_do(site: Any) -> None:
    desk = Desk(site)
    site.edit({"issue": desk.issues[1].key, "add_label": "from-a-person"})
    before = desk.now(1)
    results = desk.do(
        desk.make(AddLabel, 1, label="needs-criteria"),
        desk.make(SetReleases, 1, before=before.releases, after=("2026.12",)),
        desk.make(SetField, 1, field="Priority score", before=None, after=9.5),
    )
    assert outcomes(results) == [Outcome.DONE] * 3
    after = desk.now(1)
    assert set(after.labels) == {*before.labels, "needs-criteria"}
    assert "from-a-person" in after.labels
    assert after.releases == ("2026.12",)
    assert after.fields["Priority score"] == 9.5
    assert len([1 for method, _ in site.asked("/issue/") if method == "PUT"]) == 1


@both
def test_a_field_is_emptied(site: Any) -> None:
    desk = Desk(site)
    desk.do(desk.make(SetField, 1, field="Priority score", after=3.0))
    assert desk.now(1).fields["Priority score"] == 3.0
    desk.do(desk.make(SetField, 1, field="Priority score", before=3.0, after=None))
    assert "Priority score" not in desk.now(1).fields


def test_a_missing_version_is_created_once(site: Any) -> None:
    desk = Desk(site)
    for at in (1, 2):
        desk.do(desk.make(SetReleases, at, before=desk.issues[at].releases, after=("2027.06",)))
    assert [desk.now(at).releases for at in (1, 2)] == [("2027.06",), ("2027.06",)]
    assert len([1 for method, _ in site.asked("/version") if method == "POST"]) == 1


@pytest.mark.parametrize("fault", ["drop_after", "truncate"])
def test_a_version_whose_answer_is_lost_is_not_created_twice(site: Any, fault: str) -> None:
    desk = Desk(site)
    site.faults({"match": {"method": "POST", "path": "/version$", "nth": 1}, "do": fault})
    desk.do(desk.make(SetReleases, 1, before=desk.issues[1].releases, after=("2027.06",)))
    assert desk.now(1).releases == ("2027.06",)
    names = [version["name"] for version in site.sandbox.world.jira.projects["SHOP"].versions]
    assert names.count("2027.06") == 1


def test_an_archived_version_is_left_alone_and_named(site: Any) -> None:
    desk = Desk(site)
    results = desk.do(
        desk.make(AddLabel, 1, label="good"),
        desk.make(SetReleases, 1, before=desk.issues[1].releases, after=("2025 relaunch",)),
    )
    assert outcomes(results) == [Outcome.DONE, Outcome.FAILED]
    assert "archived" in results[1].because
    assert "good" in desk.now(1).labels


def test_who_may_not_create_versions_is_told_what_to_do(site: Any) -> None:
    desk = Desk(site, auth=BasicAuth("editor@shop.example", "sandbox-editor-token"))
    (result,) = desk.do(desk.make(SetReleases, 1, before=desk.issues[1].releases, after=("2027.06",)))
    assert result.outcome is Outcome.FAILED
    assert "Create the version by hand" in result.because


@pytest.mark.parametrize("label", ["two words", "", "x" * 256, "tab\there", "nbsp\u00a0"])
def test_a_label_jira_would_refuse_does_not_stop_the_others(site: Any, label: str) -> None:
    desk = Desk(site)
    results = desk.do(desk.make(AddLabel, 1, label=label), desk.make(AddLabel, 1, label="good"))
    assert outcomes(results) == [Outcome.FAILED, Outcome.DONE]
    assert "Jira takes" in results[0].because
    assert "good" in desk.now(1).labels


def test_labels_are_case_sensitive(site: Any) -> None:
    desk = Desk(site)
    desk.do(desk.make(AddLabel, 1, label="OAuth2"), desk.make(AddLabel, 1, label="oauth2"))
    desk.do(desk.make(RemoveLabel, 1, label="oauth2"))
    assert "OAuth2" in desk.now(1).labels


def test_one_refused_field_does_not_take_the_rest_with_it(site: Any) -> None:
    desk = Desk(site)
    message = "Field 'fixVersions' cannot be set. It is not on the appropriate screen, or unknown."
    site.faults(
        {"match": {"method": "PUT", "path": "/issue/", "nth": 1}, "do": "400", "message": message},
        {"match": {"method": "PUT", "path": "/issue/", "nth": 3}, "do": "400", "message": message},
    )
    results = desk.do(
        desk.make(AddLabel, 1, label="good"),
        desk.make(SetReleases, 1, before=desk.issues[1].releases, after=("2026.12",)),
    )
    assert outcomes(results) == [Outcome.DONE, Outcome.FAILED]
    assert "edit screen" in results[1].because
    assert "good" in desk.now(1).labels


def test_an_edit_that_is_refused_alone_raises_with_what_to_do(site: Any) -> None:
    desk = Desk(site)
    site.faults(
        {
            "match": {"method": "PUT"},
            "do": "400",
            "message": "Field 'labels' cannot be set. It is not on the appropriate screen, or unknown.",
        }
    )
    with pytest.raises(Refused, match="edit screen"):
        desk.do(desk.make(AddLabel, 1, label="good"))


def test_an_edit_meets_another_and_is_sent_again(site: Any) -> None:
    desk = Desk(site)
    site.faults({"match": {"method": "PUT", "nth": 1}, "do": "409"})
    desk.do(desk.make(AddLabel, 1, label="good"))
    assert "good" in desk.now(1).labels


def test_a_field_created_since_is_found(site: Any) -> None:
    desk = Desk(site)
    (result,) = desk.do(desk.make(SetField, 1, field="Nowhere", after=1.0))
    assert result.outcome is Outcome.FAILED
    assert "Create it" in result.because
    assert len(site.asked("/field")) == 2
    desk.do(desk.make(SetField, 2, field="Nowhere", after=1.0))
    assert len(site.asked("/field")) == 2


def test_mails_are_kept_quiet_only_where_that_is_permitted(site: Any) -> None:
    for auth, quiet in (
        (BasicAuth("po@shop.example", "sandbox-jira-token"), "false"),
        (BasicAuth("editor@shop.example", "sandbox-editor-token"), None),
    ):
        desk = Desk(site, auth=auth)
        desk.do(desk.make(AddLabel, 1, label="good"))
        put = next(one for one in reversed(site.sandbox.entries) if one.method == "PUT")
        assert put.query.get("notifyUsers") == quiet


def test_who_may_only_read_is_refused(site: Any) -> None:
    desk = Desk(site, auth=BasicAuth("reader@shop.example", "sandbox-reader-token"))
    held = {one.name: one for one in desk.writer.capabilities()}
    assert held["read"].granted
    assert not held["label"].granted
    assert "EDIT_ISSUES" in held["label"].because
    assert held["rank"].consequence
    with pytest.raises(AccessRefused):
        desk.do(desk.make(AddLabel, 1, label="good"))
    with pytest.raises(AccessRefused):
        desk.do(*desk.moves([3], 0, "above"))


# Bulk edits


def test_equal_deltas_go_in_one_bulk_edit_that_keeps_peoples_labels(site: Any) -> None:
    desk = Desk(site)
    desk.writer.capabilities()
    before = [set(issue.labels) for issue in desk.issues[:6]]
    changes = [desk.make(AddLabel, at, label="needs-criteria") for at in range(6)]
    assert [write.route for write in desk.plan(changes)] == ["bulk/issues/fields"]
    assert outcomes(desk.do(*changes)) == [Outcome.DONE] * 6
    assert [set(desk.now(at).labels) for at in range(6)] == [labels | {"needs-criteria"} for labels in before]
    desk.do(*(desk.make(RemoveLabel, at, label="needs-criteria") for at in range(6)))
    assert [set(desk.now(at).labels) for at in range(6)] == before


def test_releases_go_in_bulk_too(site: Any) -> None:
    desk = Desk(site)
    desk.writer.capabilities()
    free = [at for at, issue in enumerate(desk.issues) if not issue.releases][:5]
    changes = [desk.make(SetReleases, at, before=(), after=("2026.12",)) for at in free]
    assert outcomes(desk.do(*changes)) == [Outcome.DONE] * 5
    assert {desk.now(at).releases for at in free} == {("2026.12",)}
    assert site.asked("bulk/issues/fields")


def test_without_the_permission_every_issue_is_edited_alone(site: Any) -> None:
    desk = Desk(site, auth=BasicAuth("editor@shop.example", "sandbox-editor-token"))
    desk.writer.capabilities()
    changes = [desk.make(AddLabel, at, label="x") for at in range(6)]
    assert {write.route for write in desk.plan(changes)} == {"issue/{id}"}


def test_an_issue_a_bulk_edit_left_out_is_named(site: Any) -> None:
    desk = Desk(site)
    desk.writer.capabilities()
    gone = desk.issues[2].key
    site.faults(
        {
            "match": {"path": "bulk/issues/fields", "nth": 1},
            "do": "edit",
            "edit": {"issue": gone, "delete": True},
        }
    )
    results = desk.do(*(desk.make(AddLabel, at, label="x") for at in range(6)))
    assert [at for at, result in enumerate(results) if result.outcome is Outcome.FAILED] == [2]


@pytest.mark.parametrize("status", ["FAILED", "DEAD", "CANCELLED"])
def test_a_bulk_edit_that_ends_badly_is_of_unknown_outcome(site: Any, status: str) -> None:
    desk = Desk(site)
    desk.writer.capabilities()
    site.faults({"match": {"path": "bulk/queue"}, "do": "patch", "body": {"status": status}})
    with pytest.raises(Transient, match=status.lower()):
        desk.do(*(desk.make(AddLabel, at, label="x") for at in range(6)))


def test_a_bulk_edit_whose_answer_is_lost_is_not_sent_twice(site: Any) -> None:
    desk = Desk(site)
    desk.writer.capabilities()
    site.faults({"match": {"path": "bulk/issues/fields"}, "do": "drop_after"})
    with pytest.raises(Transient) as caught:
        desk.do(*(desk.make(AddLabel, at, label="x") for at in range(6)))
    assert caught.value.sent
    assert len(site.asked("bulk/issues/fields")) == 1


# Ranks


@both
@pytest.mark.parametrize(
    ("ats", "anchor", "side", "head"),
    [
        ([5, 3, 9], 0, "above", [5, 3, 9, 0, 1, 2, 4]),
        ([5, 3, 9], 1, "below", [0, 1, 5, 3, 9, 2, 4]),
        ([0], 2, "below", [1, 2, 0, 3]),
    ],
)
def test_ranks_a_batch_beside_its_anchor(
    site: Any, ats: list[int], anchor: int, side: str, head: list[int]
) -> None:
    desk = Desk(site)
    assert set(outcomes(desk.do(*desk.moves(ats, anchor, side)))) == {Outcome.DONE}
    assert desk.order[: len(head)] == head
    assert len([1 for method, _ in site.asked("issue/rank") if method == "PUT"]) == 1


@pytest.mark.parametrize("side", ["above", "below"])
@pytest.mark.parametrize("failures", [1, 2, 5])
def test_what_jira_left_behind_ends_where_it_belongs(site: Any, side: str, failures: int) -> None:
    desk = Desk(site)
    site.sandbox.limits.rank_failures = failures
    results = desk.do(*desk.moves([20, 25, 22, 30, 21], 3, side))
    assert set(outcomes(results)) == {Outcome.DONE}
    moved = [20, 25, 22, 30, 21]
    assert desk.order[:9] == ([0, 1, 2, *moved, 3] if side == "above" else [0, 1, 2, 3, *moved])


def test_an_issue_that_never_moves_is_failed_and_the_others_are_done(site: Any) -> None:
    desk = Desk(site)
    site.faults({"match": {"path": "issue/rank"}, "do": "partial", "count": 1})
    results = desk.do(*desk.moves([20, 25, 22], 3, "below"))
    assert Outcome.FAILED in outcomes(results)
    assert Outcome.DONE in outcomes(results)


def test_a_rank_whose_answer_is_lost_is_left_to_a_fresh_look(site: Any) -> None:
    desk = Desk(site)
    site.faults({"match": {"path": "issue/rank"}, "do": "drop_after"})
    with pytest.raises(Transient) as caught:
        desk.do(*desk.moves([5], 0, "above"))
    assert caught.value.sent
    assert desk.order[:2] == [5, 0]
    assert len(site.asked("issue/rank")) == 1


def test_never_ranks_an_issue_beside_itself(site: Any) -> None:
    desk = Desk(site)
    with pytest.raises(Refused, match="beside itself"):
        desk.do(*desk.moves([5, 3], 3, "above"))
    assert not site.asked("issue/rank")


# Comments


@both
def test_a_comment_is_looked_for_in_one_request_before_many_are_written(site: Any) -> None:
    desk = Desk(site)
    uids = [issue.uid for issue in desk.issues[:10]]
    before = desk.writer.requests
    assert set(desk.writer.comments(uids).values()) == {None}
    desk.do(*(desk.make(Comment, at, after=f"Number {at}") for at in range(10)))
    assert desk.writer.requests - before == 11


@both
def test_a_comment_among_many_is_found(site: Any) -> None:
    desk = Desk(site)
    desk.do(desk.make(Comment, 1, after="Early"))
    for number in range(130):
        site.edit({"issue": desk.issues[1].key, "comment": f"Talk {number}"})
    uid = desk.issues[1].uid
    found = desk.writer.comments([uid])[uid]
    assert found is not None
    assert found[1] == "Early"
    (result,) = desk.do(desk.make(Comment, 1, after="Early"))
    assert result.outcome is Outcome.ALREADY


def test_nothing_in_a_comment_acts(site: Any) -> None:
    desk = Desk(site)
    desk.do(desk.make(Comment, 1, after="[~accountid:712020:po] {color:red}x{color} <b>"))
    (held,) = [c["body"] for c in site.sandbox.world.jira.find(desk.issues[1].key).comments]
    assert held.startswith(r"\[~accountid:712020:po] \{color:red}x\{color} <b>")
    assert held.endswith("— posync · shop")


def test_another_workspaces_comment_is_not_ours(site: Any) -> None:
    desk = Desk(site)
    site.edit({"issue": desk.issues[1].key, "comment": "Theirs\n\n— posync · other"})
    (result,) = desk.do(desk.make(Comment, 1, after="Ours"))
    assert result.outcome is Outcome.DONE
    assert len(site.sandbox.world.jira.find(desk.issues[1].key).comments) == 2


def test_a_comment_somebody_deleted_is_not_forced_back(site: Any) -> None:
    desk = Desk(site)
    (first,) = desk.do(desk.make(Comment, 1, after="One"))
    site.sandbox.world.jira.find(desk.issues[1].key).comments.clear()
    write = desk.plan([desk.make(Comment, 1, before="One", after="Two")])[0]
    known = {desk.issues[1].uid: first.receipt["comment_id"]}
    (result,) = desk.writer.perform(write, comment_ids=known)
    assert result.outcome is Outcome.SKIPPED
    take_back = desk.plan([desk.make(Comment, 1, before="One")])[0]
    assert outcomes(desk.writer.perform(take_back, comment_ids=known)) == [Outcome.ALREADY]


def test_an_issue_that_is_gone_is_not_found(site: Any) -> None:
    desk = Desk(site)
    site.edit({"issue": desk.issues[1].key, "delete": True})
    with pytest.raises(NotFound):
        desk.do(desk.make(AddLabel, 1, label="x"))


@pytest.mark.parametrize(
    ("value", "kind", "sent"),
    [
        (9.5, "number", 9.5),
        ("9.5", "number", 9.5),
        ("Must", "option", {"value": "Must"}),
        (("a", "b"), "array", ["a", "b"]),
        ("a", "array", ["a"]),
        (7, "string", "7"),
        ("2026-01-01", "date", "2026-01-01"),
        (None, "option", None),
    ],
)
def test_values_go_out_in_the_fields_own_shape(value: Any, kind: str, sent: Any) -> None:
    assert as_sent(value, kind) == sent
