from __future__ import annotations

import pytest

from posync.applying.executor import carry_out
from posync.applying.recovery import interrupted, recover
from posync.model.change import AddLabel, Comment
from posync.model.plan import Outcome, Plan, Write
from posync.state.store import Store
from tests.unit.applying.world import Killed, Tracker, World, about, move, plan_of


def three(world: World) -> Plan:
    return plan_of(
        world,
        move(world, 1, "f", "a"),
        AddLabel(**about(world, 2, "b"), label="x"),
        Comment(**about(world, 3, "c"), after="Hello."),
    )


def killed(world: World, tracker: Tracker, store: Store, route: str, *, arrived: bool) -> Plan:
    """Carry out a plan and be killed at one of its writes."""
    plan = three(world)

    def kill(write: Write) -> None:
        if write.route == route:
            raise Killed

    world.behind, world.before = (kill, world.before) if arrived else (world.behind, kill)
    with pytest.raises(Killed):
        carry_out(plan, {"shop": tracker}, store)
    world.behind = world.before = lambda _: None
    return plan


@pytest.mark.parametrize("route", ["rank", "edit", "comment"])
@pytest.mark.parametrize("arrived", [True, False])
def test_what_nobody_saw_is_found_by_looking(
    world: World, tracker: Tracker, store: Store, route: str, arrived: bool
) -> None:
    killed(world, tracker, store, route, arrived=arrived)
    sent = len(world.writes)
    [entry] = store.unsettled()
    assert recover({"shop": tracker}, store) == 1
    assert len(world.writes) == sent
    assert store.unsettled() == ()
    [found] = [e.results for e in store.entries(entry.run) if e.id == entry.id]
    assert found is not None
    assert found[0].outcome is (Outcome.DONE if arrived else Outcome.FAILED)
    if route == "comment":
        assert store.comments() == ({"shop:c": ("1", "Hello.")} if arrived else {})


def test_other_trackers_wait(world: World, tracker: Tracker, store: Store) -> None:
    killed(world, tracker, store, "edit", arrived=True)
    assert recover({}, store) == 0
    assert len(store.unsettled()) == 1


def test_the_plan_of_a_killed_run_is_to_be_finished(world: World, tracker: Tracker, store: Store) -> None:
    assert interrupted(store, ["shop"]) is None
    plan = killed(world, tracker, store, "comment", arrived=False)
    store.end(store.begin("pull"), "done", changes=0, requests=1)
    store.end(store.begin("run", plan_of(world)), "held", changes=0, requests=1)
    assert interrupted(store, ["other"]) is None
    assert interrupted(store, ["shop"]) == (plan, "apply")
    carry_out(plan, {"shop": tracker}, store)
    assert interrupted(store, ["shop"]) is None
