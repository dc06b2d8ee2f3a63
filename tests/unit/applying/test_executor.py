from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from posync.applying.executor import Applied, carry_out
from posync.errors import (
    AccessRefused,
    ChangedMeanwhile,
    InvalidPlan,
    NotFound,
    QuotaSpent,
    Refused,
    StalePlan,
    Transient,
    UsageError,
)
from posync.model.change import AddLabel, Change, Comment, RemoveLabel, SetField, SetReleases
from posync.model.issue import State
from posync.model.plan import Outcome, Plan, Result, Write
from posync.model.text import Text
from posync.state.store import Store
from tests.unit.applying.world import Killed, Tracker, World, about, move, plan_of

DONE, ALREADY, SKIPPED, FAILED = Outcome.DONE, Outcome.ALREADY, Outcome.SKIPPED, Outcome.FAILED


def everything(world: World) -> Plan:
    """One change of each kind, and a batch of moves."""
    world.edit("b", labels=("old", "theirs"), releases=("1",), fields={"score": 1.0})
    return plan_of(
        world,
        move(world, 1, "e", "a", batch=1),
        move(world, 2, "f", "a", batch=1),
        AddLabel(**about(world, 3, "b"), label="needs-ac"),
        RemoveLabel(**about(world, 4, "b"), label="old"),
        SetReleases(**about(world, 5, "b"), before=("1",), after=("2",)),
        SetField(**about(world, 6, "b"), field="score", before=1.0, after=2.0),
        Comment(**about(world, 7, "c"), after="Add criteria."),
    )


def said(world: World, before: str | None, after: str | None) -> Comment:
    """Return what makes of posync's comment on one issue what is wanted."""
    return Comment(**about(world, 1, "c"), before=before, after=after)


def outcomes(applied: Applied) -> list[Outcome]:
    return [result.outcome for result in applied.results]


def fails_once(error: Exception, *, route: str = "") -> Callable[[Write], None]:
    """Return a hook that raises once, at the first write of the route."""
    waiting = [error]

    def hook(write: Write) -> None:
        if waiting and write.route.startswith(route):
            raise waiting.pop()

    return hook


def transient(**more: Any) -> Transient:
    return Transient("shop", "edit", "no answer", **more)


def test_a_plan_is_carried_out_exactly(world: World, tracker: Tracker, store: Store) -> None:
    plan = everything(world)
    told: list[tuple[int, int]] = []
    applied = carry_out(plan, {"shop": tracker}, store, progress=lambda n, of: told.append((n, of)))
    assert applied.outcome == "done"
    assert outcomes(applied) == [DONE] * 7
    assert world.names == "aefbcd"
    issue = world.issues["shop:b"]
    assert (set(issue.labels), issue.releases, issue.fields) == (
        {"theirs", "needs-ac"},
        ("2",),
        {"score": 2.0},
    )
    assert store.comments() == {"shop:c": ("1", "Add criteria.")}
    assert told == [(n, 7) for n in range(1, 8)]
    [run] = store.runs()
    assert (run.outcome, run.changes, run.requests) == ("done", 7, applied.requests)
    assert run.plan == plan.checksum


def test_it_reads_and_writes_in_few_requests(world: World, tracker: Tracker, store: Store) -> None:
    applied = carry_out(everything(world), {"shop": tracker}, store)
    # one look, one reading of comments, one order before and after; one rank, one edit, one comment
    assert applied.requests == 4 + 3


def test_the_same_plan_again_writes_nothing(world: World, tracker: Tracker, store: Store) -> None:
    plan = everything(world)
    carry_out(plan, {"shop": tracker}, store)
    sent = len(world.writes)
    again = carry_out(plan, {"shop": tracker}, store)
    assert outcomes(again) == [ALREADY] * 7
    assert len(world.writes) == sent


def test_an_altered_plan_is_refused(world: World, tracker: Tracker, store: Store) -> None:
    plan = everything(world).model_copy(update={"workspace": "other"})
    with pytest.raises(InvalidPlan, match="altered"):
        carry_out(plan, {"shop": tracker}, store)
    assert store.runs() == ()


def test_a_plan_for_another_tracker_is_refused(world: World, store: Store) -> None:
    with pytest.raises(UsageError, match="shop"):
        carry_out(everything(world), {}, store)


def test_an_empty_plan_is_done(world: World, tracker: Tracker, store: Store) -> None:
    applied = carry_out(plan_of(world), {"shop": tracker}, store)
    assert (applied.outcome, applied.results, applied.requests) == ("done", (), 0)


class TestPeopleWin:
    """What people changed since the plan is left alone and named; the rest goes on."""

    @pytest.mark.parametrize(
        ("edit", "left_alone", "because"),
        [
            ({"labels": ("old", "theirs", "urgent")}, {3, 4}, "SHOP-b: labels changed since the plan"),
            ({"releases": ("3",)}, {5}, "SHOP-b: releases changed since the plan"),
            ({"fields": {"score": 7.0}}, {6}, "SHOP-b: score changed since the plan"),
            ({"description": Text(source="new")}, {3, 4}, "SHOP-b: its text changed since the plan"),
            ({"state": State.DONE}, {3, 4, 5, 6}, "SHOP-b: is now done, was todo when the plan was made"),
        ],
    )
    def test_edits(
        self,
        world: World,
        tracker: Tracker,
        store: Store,
        edit: dict[str, Any],
        left_alone: set[int],
        because: str,
    ) -> None:
        plan = everything(world)
        world.edit("b", **edit)
        applied = carry_out(plan, {"shop": tracker}, store)
        skipped = {r.change for r in applied.results if r.outcome is SKIPPED}
        assert skipped == left_alone
        assert {r.because for r in applied.results if r.change in skipped} == {because}
        assert applied.outcome == "done"
        assert because in store.runs()[0].detail

    def test_what_people_did_themselves_is_already_so(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        plan = everything(world)
        world.edit("b", labels=("theirs", "needs-ac"), releases=("2",))
        applied = carry_out(plan, {"shop": tracker}, store)
        assert outcomes(applied)[2:5] == [ALREADY, ALREADY, ALREADY]

    def test_an_issue_that_is_gone(self, world: World, tracker: Tracker, store: Store) -> None:
        plan = everything(world)
        world.delete("b")
        world.delete("e")
        applied = carry_out(plan, {"shop": tracker}, store)
        assert outcomes(applied) == [SKIPPED, DONE, SKIPPED, SKIPPED, SKIPPED, SKIPPED, DONE]
        assert applied.results[0].because == "SHOP-e: is no longer in this list"
        assert world.names == "afcd"

    def test_a_comment_people_took_away_is_not_written_again(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        plan = everything(world)
        carry_out(plan, {"shop": tracker}, store)
        world.comments["shop:c"].clear()
        assert outcomes(carry_out(plan, {"shop": tracker}, store))[6] is SKIPPED
        assert not world.comments["shop:c"]

    @pytest.mark.parametrize("stands", ["By hand.", None])
    @pytest.mark.parametrize("wanted", ["Add two criteria.", None])
    @pytest.mark.parametrize("drift", ["skip", "abort"])
    def test_a_comment_people_took_over_is_theirs(
        self, world: World, tracker: Tracker, store: Store, stands: str | None, wanted: str | None, drift: Any
    ) -> None:
        carry_out(plan_of(world, said(world, None, "Add criteria.")), {"shop": tracker}, store)
        world.comments["shop:c"] = [("1", stands)] if stands else []
        with suppress(StalePlan):
            applied = carry_out(
                plan_of(world, said(world, "Add criteria.", wanted)), {"shop": tracker}, store, drift=drift
            )
            assert outcomes(applied) == [SKIPPED if stands or wanted else ALREADY]
        assert world.comments["shop:c"] == ([("1", stands)] if stands else [])
        assert store.comments() == ({"shop:c": ("", None)} if stands or wanted else {})

    def test_a_comment_in_other_markup_is_still_posyncs(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        written = "- 0 of 1 criteria (see https://shop.example/ready).\n- No estimate."
        carry_out(plan_of(world, said(world, None, written)), {"shop": tracker}, store)
        link = "[https://shop.example/ready|https://shop.example/ready]"
        world.comments["shop:c"] = [("1", f"* 0 of 1 criteria \\(see {link}\\).\n* No estimate.")]
        applied = carry_out(plan_of(world, said(world, written, "- No estimate.")), {"shop": tracker}, store)
        assert outcomes(applied) == [DONE]

    def test_a_comment_that_the_state_does_not_know_is_left_alone(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        world.comments["shop:c"] = [("1", "From another machine.")]
        applied = carry_out(plan_of(world, said(world, None, "Add criteria.")), {"shop": tracker}, store)
        assert outcomes(applied) == [SKIPPED]
        assert applied.results[0].because.endswith("does not read as posync left it, so it stays as it is")
        assert store.comments() == {"shop:c": ("", None)}

    def test_a_comment_that_a_later_plan_wrote_is_still_posyncs(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        old = plan_of(world, said(world, None, "One."))
        carry_out(plan_of(world, said(world, None, "Two.")), {"shop": tracker}, store)
        applied = carry_out(old, {"shop": tracker}, store)
        assert applied.results[0].because == "SHOP-c: posync's comment changed since the plan"
        assert store.comments() == {"shop:c": ("1", "Two.")}

    def test_a_comment_deleted_right_before_the_write_is_peoples(
        self, world: World, tracker: Tracker, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        carry_out(plan_of(world, said(world, None, "One.")), {"shop": tracker}, store)
        gone = Result(change=1, outcome=SKIPPED, because="somebody deleted posync's comment")
        monkeypatch.setattr(tracker, "perform", lambda *_, **__: (gone,))
        applied = carry_out(plan_of(world, said(world, "One.", "Two.")), {"shop": tracker}, store)
        assert outcomes(applied) == [SKIPPED]
        assert store.comments() == {"shop:c": ("", None)}

    def test_a_comment_taken_over_while_posync_writes_is_peoples(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        carry_out(plan_of(world, said(world, None, "One.")), {"shop": tracker}, store)
        label = AddLabel(**about(world, 2, "b"), label="needs-ac")
        plan = plan_of(world, said(world, "One.", "Two."), label)
        world.behind = lambda _: world.comments.update({"shop:c": [("1", "By hand.")]})
        applied = carry_out(plan, {"shop": tracker}, store, fresh=-1)
        assert outcomes(applied) == [SKIPPED, DONE]
        assert store.comments() == {"shop:c": ("", None)}

    def test_why_a_comment_is_not_written_stays_the_same(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        carry_out(plan_of(world, said(world, None, "One.")), {"shop": tracker}, store)
        plan = plan_of(world, said(world, "One.", "Two."))
        world.comments["shop:c"].clear()
        for _ in range(2):
            [result] = carry_out(plan, {"shop": tracker}, store).results
            assert result.because == "SHOP-c: somebody deleted posync's comment, so it is not written again"

    def test_what_people_took_over_is_written_where_it_stands_as_the_plan_says(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        store.leave_comment("shop:c")
        applied = carry_out(plan_of(world, said(world, None, "Put back.")), {"shop": tracker}, store)
        assert outcomes(applied) == [DONE]
        assert store.comments() == {"shop:c": ("1", "Put back.")}

    def test_a_label_people_took_off_again_stays_off(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        plan = everything(world)
        carry_out(plan, {"shop": tracker}, store)
        world.edit("b", labels=("theirs",))
        assert outcomes(carry_out(plan, {"shop": tracker}, store))[2] is SKIPPED
        assert world.issues["shop:b"].labels == ("theirs",)

    def test_trello_labels_differ_by_more_than_case(self, world: World, store: Store) -> None:
        plan = plan_of(world, AddLabel(**about(world, 1, "a"), label="needs-ac"))
        world.edit("a", labels=("Needs-AC",))
        assert outcomes(carry_out(plan, {"shop": Tracker(world, kind="trello")}, store)) == [ALREADY]

    def test_abort_writes_nothing_and_names_each(self, world: World, tracker: Tracker, store: Store) -> None:
        plan = everything(world)
        world.edit("b", releases=("3",))
        with pytest.raises(StalePlan, match="SHOP-b: releases changed since the plan"):
            carry_out(plan, {"shop": tracker}, store, drift="abort")
        assert world.writes == []
        assert store.runs()[0].outcome == "held"

    def test_edits_between_reading_and_writing(self, world: World, tracker: Tracker, store: Store) -> None:
        """What was read too long ago is read again, so that edits during a long run are seen."""
        plan = everything(world)
        world.behind = lambda write: world.edit("b", releases=("3",)) if write.route == "rank" else None
        applied = carry_out(plan, {"shop": tracker}, store, fresh=-1)
        assert outcomes(applied)[4] is SKIPPED
        assert world.issues["shop:b"].releases == ("3",)
        assert "needs-ac" in world.issues["shop:b"].labels


def test_what_a_change_took_beyond_the_plan_is_told(
    world: World, tracker: Tracker, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = Result(change=1, outcome=DONE, because="2 more writes than planned")
    monkeypatch.setattr(tracker, "perform", lambda *_, **__: (done,))
    applied = carry_out(plan_of(world, move(world, 1, "b", "a", "above")), {"shop": tracker}, store)
    assert applied.warnings[0] == "SHOP-b: 2 more writes than planned"


class TestMoves:
    """An order is compared as a whole: who moved is found, whoever did not goes on."""

    def test_who_was_dragged_stays_and_others_go_on(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        plan = plan_of(world, move(world, 1, "e", "a"), move(world, 2, "f", "a"))
        world.drag("e", 0)
        applied = carry_out(plan, {"shop": tracker}, store)
        assert outcomes(applied) == [SKIPPED, DONE]
        assert applied.results[0].because == "SHOP-e: moved since the plan"
        assert world.names == "eafbcd"

    def test_next_to_who_was_dragged_nothing_is_put(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        plan = plan_of(world, move(world, 1, "f", "b"))
        world.drag("b", 2)
        applied = carry_out(plan, {"shop": tracker}, store)
        assert applied.results[0].because == "SHOP-f: its neighbour shop:b is not where the plan expects it"

    def test_new_issues_are_no_drift(self, world: World, tracker: Tracker, store: Store) -> None:
        plan = plan_of(world, move(world, 1, "f", "a"))
        world.issues["shop:x"] = world.issues["shop:a"].model_copy(update={"uid": "shop:x"})
        world.order.insert(0, "shop:x")
        assert outcomes(carry_out(plan, {"shop": tracker}, store)) == [DONE]
        assert world.names == "xafbcde"

    def test_when_two_have_changed_places_nobody_knows_who_moved(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        plan = plan_of(world, move(world, 1, "c", "f"), move(world, 2, "d", "f"))
        world.drag("d", 2)
        assert outcomes(carry_out(plan, {"shop": tracker}, store)) == [SKIPPED, SKIPPED]
        assert world.names == "abdcef"

    def test_who_moves_it_after_posync_is_told_not_fought(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        plan = plan_of(world, move(world, 1, "f", "a"))
        world.behind = lambda _: world.drag("f", 3)
        applied = carry_out(plan, {"shop": tracker}, store)
        assert applied.warnings == ("SHOP-f does not stand where it was put: somebody moved it meanwhile",)
        assert world.names == "abcfde"

    def test_behind_an_issue_that_could_not_be_moved_nothing_is_put(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        plan = plan_of(world, move(world, 1, "f", "a"), move(world, 2, "e", "f"), move(world, 3, "d", "b"))
        world.before = fails_once(Refused("shop", "rank", "no"))
        assert outcomes(carry_out(plan, {"shop": tracker}, store)) == [FAILED, SKIPPED, DONE]
        assert outcomes(carry_out(plan, {"shop": tracker}, store)) == [DONE, DONE, ALREADY]
        assert world.names == "afebdc"

    def test_into_the_same_gap_nothing_overtakes_it(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        plan = plan_of(world, move(world, 1, "f", "a"), move(world, 2, "e", "a"))
        world.before = fails_once(Refused("shop", "rank", "no"))
        assert outcomes(carry_out(plan, {"shop": tracker}, store)) == [FAILED, SKIPPED]
        assert outcomes(carry_out(plan, {"shop": tracker}, store)) == [DONE, DONE]
        assert world.names == "aefbcd"

    @pytest.mark.parametrize("listed", [False, True])
    def test_what_seemed_gone_is_moved_once_it_is_seen_again(
        self, listed: bool, world: World, tracker: Tracker, store: Store
    ) -> None:
        """An account that was not recognised sees nothing at all; that is no reason to give a plan up."""
        plan = plan_of(world, move(world, 1, "f", "a"), move(world, 2, "e", "f"))
        issues, order = world.issues, list(world.order)
        world.issues, world.order = {}, world.order if listed else []
        assert outcomes(carry_out(plan, {"shop": tracker}, store)) == [SKIPPED, SKIPPED]
        world.issues, world.order = issues, order
        assert outcomes(carry_out(plan, {"shop": tracker}, store)) == [DONE, DONE]
        assert world.names == "afebcd"


class TestFailures:
    """A tracker that fails stops its own part; what is unknown is looked at, never repeated blindly."""

    @pytest.mark.parametrize(
        "error", [QuotaSpent("shop", "edit", "spent"), AccessRefused("shop", "edit", "no")]
    )
    def test_stop_and_resume(self, world: World, tracker: Tracker, store: Store, error: Exception) -> None:
        plan = everything(world)
        world.before = fails_once(error, route="edit")
        applied = carry_out(plan, {"shop": tracker}, store)
        assert applied.outcome == "failed"
        assert outcomes(applied) == [DONE, DONE, *[FAILED] * 5]
        assert store.runs()[0].detail.endswith("Apply the same plan again to resume.")
        assert outcomes(carry_out(plan, {"shop": tracker}, store)) == [ALREADY, ALREADY, *[DONE] * 5]

    @pytest.mark.parametrize("route", ["rank", "edit", "comment"])
    @pytest.mark.parametrize("arrived", [True, False])
    def test_no_answer(self, world: World, tracker: Tracker, store: Store, route: str, arrived: bool) -> None:
        plan = everything(world)
        hook = fails_once(transient(), route=route)
        world.behind, world.before = (hook, world.before) if arrived else (world.behind, hook)
        assert outcomes(carry_out(plan, {"shop": tracker}, store)) == [DONE] * 7
        assert len(world.writes) == 3
        assert store.unsettled() == ()
        assert len(world.comments["shop:c"]) == 1

    def test_a_tracker_that_never_answers_is_left(self, world: World, tracker: Tracker, store: Store) -> None:
        def down(_: Write) -> None:
            raise transient(sent=False)

        world.before = down
        applied = carry_out(everything(world), {"shop": tracker}, store)
        assert outcomes(applied) == [FAILED] * 7
        assert "no answer" in applied.results[0].because

    def test_what_nobody_can_look_at_stays_open_for_the_next_run(
        self, world: World, tracker: Tracker, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan = everything(world)
        world.behind = fails_once(transient(), route="comment")
        look, calls = tracker.look, []

        def blind(uids: Any) -> Any:
            calls.append(uids)
            if len(calls) == 2:
                raise transient()
            return look(uids)

        monkeypatch.setattr(tracker, "look", blind)
        assert outcomes(carry_out(plan, {"shop": tracker}, store)) == [*[DONE] * 6, FAILED]
        assert len(store.unsettled()) == 1
        assert outcomes(carry_out(plan, {"shop": tracker}, store)) == [ALREADY] * 7
        assert store.unsettled() == ()
        assert store.comments() == {"shop:c": ("1", "Add criteria.")}

    def test_a_refused_change_does_not_stop_others(
        self, world: World, tracker: Tracker, store: Store
    ) -> None:
        world.before = fails_once(Refused("shop", "edit", "not on the screen"), route="edit")
        applied = carry_out(everything(world), {"shop": tracker}, store)
        assert outcomes(applied) == [DONE, DONE, *[FAILED] * 4, DONE]

    def test_changed_meanwhile_is_tried_once_more(self, world: World, tracker: Tracker, store: Store) -> None:
        world.before = fails_once(ChangedMeanwhile("shop", "edit", "conflict"), route="edit")
        assert outcomes(carry_out(everything(world), {"shop": tracker}, store)) == [DONE] * 7

    @pytest.mark.parametrize("kind", [ChangedMeanwhile, NotFound])
    def test_and_then_left_to_people(
        self, world: World, tracker: Tracker, store: Store, kind: type[ChangedMeanwhile]
    ) -> None:
        def conflict(write: Write) -> None:
            if write.route == "edit":
                raise kind("shop", "edit", "conflict")

        world.before = conflict
        applied = carry_out(everything(world), {"shop": tracker}, store)
        assert outcomes(applied) == [DONE, DONE, *[SKIPPED] * 4, DONE]

    def test_one_tracker_down_does_not_stop_the_other(self, world: World, store: Store) -> None:
        other = World(tracker="other")
        first = plan_of(world, AddLabel(**about(world, 1, "a"), label="x"))
        changes: tuple[Change, ...] = (*first.changes, AddLabel(**about(other, 2, "a"), label="x"))
        plan = first.model_copy(update={"changes": changes}).sealed()
        world.before = fails_once(AccessRefused("shop", "edit", "no"))
        applied = carry_out(plan, {"shop": Tracker(world), "other": Tracker(other)}, store)
        assert outcomes(applied) == [FAILED, DONE]


@pytest.mark.parametrize("at", range(1, 4))
@pytest.mark.parametrize("arrived", [True, False])
def test_killed_at_any_write_the_same_plan_converges(
    world: World, tracker: Tracker, store: Store, at: int, arrived: bool, tmp_path: Path
) -> None:
    plan = everything(world)
    sent = 0

    def kill(_: Write) -> None:
        nonlocal sent
        sent += 1
        if sent == at:
            raise Killed

    world.behind, world.before = (kill, world.before) if arrived else (world.behind, kill)
    with pytest.raises(Killed):
        carry_out(plan, {"shop": tracker}, store)
    assert store.runs()[0].outcome == "interrupted"
    carry_out(plan, {"shop": tracker}, store)
    calm = World()
    with Store.open(f"sqlite:///{tmp_path}/calm.db", "shop") as other:
        carry_out(everything(calm), {"shop": Tracker(calm)}, other)
    assert world.picture() == calm.picture()


def test_what_left_the_list_does_not_stop_the_moves_of_others(
    world: World, tracker: Tracker, store: Store
) -> None:
    plan = plan_of(world, move(world, 1, "e", "a"), move(world, 2, "f", "b"))
    world.order.remove("shop:e")  # archived, or dragged to another list
    applied = carry_out(plan, {"shop": tracker}, store)
    assert outcomes(applied) == [SKIPPED, DONE]
    assert applied.results[0].because == "SHOP-e: is no longer in this list"
    assert world.names == "abfcd"
