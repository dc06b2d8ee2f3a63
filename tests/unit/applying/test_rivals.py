from __future__ import annotations

from pathlib import Path

from posync.applying.executor import carry_out
from posync.model.change import AddLabel, RemoveLabel, SetField
from posync.model.plan import Plan
from posync.state.store import Store
from tests.unit.applying.world import Tracker, World, about, plan_of


def adding(world: World, because: str = "") -> Plan:
    return plan_of(world, AddLabel(**about(world, 1, "a"), label="stale", because=(because,)))


def warned(world: World, store: Store, plan: Plan) -> tuple[str, ...]:
    return carry_out(plan, {"shop": Tracker(world)}, store).warnings


def test_two_workspaces_that_undo_each_other_are_told(world: World, store: Store, tmp_path: Path) -> None:
    """One puts a label on that the other takes off: the journal of either shows it, with no request."""
    with Store.open(f"sqlite:///{tmp_path}/other.db", "other") as others:
        assert warned(world, store, adding(world)) == ()
        off = plan_of(world, RemoveLabel(**about(world, 1, "a"), label="stale"))
        assert warned(world, others, off) == ()
        (told,) = warned(world, store, adding(world, "again"))
        assert told.startswith("SHOP-a: somebody took off the label stale that posync put on in run 1")
        assert "another posync workspace" in told
        off = plan_of(world, RemoveLabel(**about(world, 1, "a"), label="stale", because=("again",)))
        (told,) = warned(world, others, off)
        assert "put back the label stale" in told


def test_what_posync_itself_took_back_is_no_fight(world: World, store: Store) -> None:
    warned(world, store, adding(world))
    assert warned(world, store, plan_of(world, RemoveLabel(**about(world, 1, "a"), label="stale"))) == ()
    assert warned(world, store, adding(world, "flagged again")) == ()


def test_resuming_a_plan_is_no_fight(world: World, store: Store) -> None:
    plan = adding(world)
    warned(world, store, plan)
    assert warned(world, store, plan) == ()


def scored(world: World, before: float | None) -> Plan:
    return plan_of(world, SetField(**about(world, 1, "a"), field="score", before=before, after=2.0))


def test_fields_too(world: World, store: Store) -> None:
    assert warned(world, store, scored(world, None)) == ()
    world.edit("a", fields={"score": 9.0})
    (told,) = warned(world, store, scored(world, 9.0))
    assert "somebody changed score back" in told
