from __future__ import annotations

import pytest

from posync.applying.executor import carry_out
from posync.applying.undo import undo_plan
from posync.errors import UsageError
from posync.model.change import AddLabel, Comment, RemoveLabel, SetField, SetReleases
from posync.model.plan import Outcome, Plan, read_plan
from posync.state.store import Store
from tests.unit.applying.world import NOW, Tracker, World, about, move, plan_of


def everything(world: World) -> Plan:
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


@pytest.fixture
def run(world: World, tracker: Tracker, store: Store) -> str:
    return carry_out(everything(world), {"shop": tracker}, store).run


def undo(run: str, tracker: Tracker, store: Store) -> tuple[Plan, str]:
    plan = undo_plan(run, {"shop": tracker}, store, NOW)
    applied = carry_out(plan, {"shop": tracker}, store, kind="undo")
    assert applied.outcome == "done"
    assert {result.outcome for result in applied.results} <= {Outcome.DONE}
    return plan, applied.run


def test_everything_is_put_back(run: str, world: World, tracker: Tracker, store: Store) -> None:
    plan, _ = undo(run, tracker, store)
    assert read_plan(plan.to_json()) == plan
    assert plan.held == ()
    assert world.names == "abcdef"
    issue = world.issues["shop:b"]
    assert (set(issue.labels), issue.releases, issue.fields) == ({"old", "theirs"}, ("1",), {"score": 1.0})
    assert world.comments["shop:c"] == []
    assert store.comments() == {}


def test_making_the_plan_writes_nothing(run: str, world: World, tracker: Tracker, store: Store) -> None:
    sent = len(world.writes)
    plan = undo_plan(run, {"shop": tracker}, store, NOW)
    assert len(world.writes) == sent
    assert len(plan.changes) == 7
    assert len(plan.expected_writes) == 3
    assert [(t.requests.reads, t.requests.writes) for t in plan.trackers] == [(4, 3)]


def test_an_undo_can_be_undone(run: str, world: World, tracker: Tracker, store: Store) -> None:
    before = world.names
    _, second = undo(run, tracker, store)
    undo(second, tracker, store)
    assert world.names == before
    assert set(world.issues["shop:b"].labels) == {"theirs", "needs-ac"}
    assert [text for _, text in world.comments["shop:c"]] == ["Add criteria."]


def test_the_plan_can_be_applied_again_after_an_undo(
    run: str, world: World, tracker: Tracker, store: Store
) -> None:
    plan = store.plan_of(run)
    assert plan is not None
    undo(run, tracker, store)
    applied = carry_out(plan, {"shop": tracker}, store)
    assert {result.outcome for result in applied.results} == {Outcome.DONE}
    assert world.names == "aefbcd"


def test_what_people_changed_since_is_left_and_named(
    run: str, world: World, tracker: Tracker, store: Store
) -> None:
    world.edit("b", releases=("9",), fields={"score": 3.0}, labels=("theirs", "old", "needs-ac"))
    world.drag("f", 5)
    plan, _ = undo(run, tracker, store)
    assert {held.issue for held in plan.held} == {"SHOP-b", "SHOP-f"}
    assert "SHOP-f: moved since that run, move is left as it is" in {held.detail for held in plan.held}
    assert world.names == "abcdef"
    assert world.issues["shop:b"].releases == ("9",)
    assert set(world.issues["shop:b"].labels) == {"theirs", "old"}


def test_what_people_moved_since_keeps_its_neighbours(world: World, tracker: Tracker, store: Store) -> None:
    plan = plan_of(world, move(world, 1, "f", "a", batch=1))
    run = carry_out(plan, {"shop": tracker}, store).run
    assert world.names == "afbcde"
    world.drag("e", 3)
    assert world.names == "afbecd"
    plan, _ = undo(run, tracker, store)
    assert world.names == "abecdf"
    assert [change.issue for change in plan.changes] == ["SHOP-f"]


def test_a_later_run_is_left_as_it_is(world: World, tracker: Tracker, store: Store) -> None:
    first = carry_out(plan_of(world, move(world, 1, "f", "a", batch=1)), {"shop": tracker}, store).run
    carry_out(plan_of(world, move(world, 1, "b", "e", batch=1)), {"shop": tracker}, store)
    assert world.names == "afcdeb"
    undo(first, tracker, store)
    assert world.names == "acdefb"


def test_an_issue_that_is_gone_is_named(run: str, world: World, tracker: Tracker, store: Store) -> None:
    world.delete("b")
    plan, _ = undo(run, tracker, store)
    assert {held.detail.split(",")[0] for held in plan.held} == {"SHOP-b: is no longer there"}


@pytest.mark.parametrize("run_id", ["99", "../x", ""])
def test_no_such_run(tracker: Tracker, store: Store, run_id: str) -> None:
    with pytest.raises(UsageError, match="posync history"):
        undo_plan(run_id, {"shop": tracker}, store, NOW)


def test_a_tracker_that_is_gone_from_the_workspace(run: str, store: Store) -> None:
    with pytest.raises(UsageError, match="Put it back"):
        undo_plan(run, {}, store, NOW)


def test_what_is_back_already_is_no_trouble(run: str, world: World, tracker: Tracker, store: Store) -> None:
    undo(run, tracker, store)
    again = undo_plan(run, {"shop": tracker}, store, NOW)
    assert (again.changes, again.held) == ((), ())
