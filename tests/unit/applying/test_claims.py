"""Before anything is written: others' markers are read, an overlap is refused, the own marker is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from posync.applying.claims import TakenOver, compared, take_over
from posync.applying.executor import Applied, carry_out
from posync.applying.recovery import recover
from posync.errors import (
    AccessRefused,
    ConfigError,
    NotFound,
    QuotaSpent,
    Refused,
    TrackerError,
    Transient,
    UnexpectedPayload,
)
from posync.model.change import AddLabel
from posync.model.claim import Claim, Claiming, Scope
from posync.model.plan import CLAIM, Outcome, Plan, Result, Write
from posync.state.store import Store
from tests.unit.applying.world import Killed, Tracker, World, about, claim_of, move, plan_of

DONE, FAILED = Outcome.DONE, Outcome.FAILED
MINE = claim_of(order=True, labels=("needs-ac",))


def planned(world: World, claim: Claim = MINE, *, write: bool = True) -> Plan:
    """A label and a move, by a workspace that owns something."""
    changes = (AddLabel(**about(world, 1, "b"), label="needs-ac"), move(world, 2, "e", "a"))
    return plan_of(world, *changes, claims=[Claiming(claim=claim, write=write)])


def settled(store: Store, run: str) -> list[tuple[str, list[Result]]]:
    return [(e.write.method, list(e.results or ())) for e in store.entries(run) if e.write.claim is not None]


def once(error: Exception) -> Callable[[Write], None]:
    """Return a hook that fails the first marker it sees."""
    waiting = [error]

    def hook(write: Write) -> None:
        if write.claim is not None and waiting:
            raise waiting.pop()

    return hook


def always(error: Exception) -> Callable[[Write], None]:
    def hook(write: Write) -> None:
        if write.claim is not None:
            raise error

    return hook


def unclear() -> Transient:
    return Transient("shop", "mark", "no answer")


def run(world: World, tracker: Tracker, store: Store, plan: Plan | None = None) -> Applied:
    return carry_out(plan or planned(world), {"shop": tracker}, store)


def test_the_marker_comes_before_all_other_writes(world: World, tracker: Tracker, store: Store) -> None:
    applied = run(world, tracker, store)
    assert [write.claim for write in world.writes] == [MINE, None, None]
    assert (applied.outcome, applied.warnings, len(applied.results)) == ("done", (), 2)
    assert world.markers == {("shop", "shop"): MINE}
    assert store.claims() == {("shop", "SHOP"): MINE}
    assert settled(store, applied.run) == [("PUT", [Result(change=CLAIM, outcome=DONE)])]
    [entry] = store.runs()
    assert entry.changes == 2


def test_the_same_plan_again_asks_nobody_whose_it_is(world: World, tracker: Tracker, store: Store) -> None:
    plan = planned(world)
    run(world, tracker, store, plan)
    tracker.claimed = None  # type: ignore[assignment,method-assign]  # whoever asks fails
    assert run(world, tracker, store, plan).outcome == "done"
    assert len(world.writes) == 3


def test_a_plan_that_says_not_to_mark_does_not(world: World, tracker: Tracker, store: Store) -> None:
    assert run(world, tracker, store, planned(world, write=False)).outcome == "done"
    assert (world.markers, store.claims()) == ({}, {})


def test_a_claim_that_overlaps_is_refused_before_anything_is_written(
    world: World, tracker: Tracker, store: Store
) -> None:
    world.markers["web", "x"] = claim_of("web", labels=("needs-ac", "other"))
    with pytest.raises(ConfigError) as caught:
        run(world, tracker, store)
    said = str(caught.value)
    for words in (
        "shop: workspace web",
        "both manage the label needs-ac",
        "nothing is written",
        "--take-over web",
    ):
        assert words in said
    assert "order" not in said
    assert world.writes == []
    [entry] = store.runs()
    assert (entry.outcome, entry.detail) == ("failed", said)


def test_one_refused_tracker_stops_the_others_too(store: Store) -> None:
    one, other = World(tracker="shop"), World(tracker="web")
    one.markers["else", "x"] = claim_of("else", order=True)
    first, second = planned(one), plan_of(other, AddLabel(**about(other, 3, "b"), label="x"))
    both = first.model_copy(
        update={
            "changes": (*first.changes, *second.changes),
            "preconditions": (*first.preconditions, *second.preconditions),
        }
    ).sealed()
    with pytest.raises(ConfigError, match="both order project SHOP"):
        carry_out(both, {"shop": Tracker(one), "web": Tracker(other)}, store)
    assert (one.writes, other.writes) == ([], [])


@pytest.mark.parametrize("write", [True, False])
def test_where_nothing_is_left_to_write_but_a_marker_only_that_is_looked_into(
    write: bool, world: World, tracker: Tracker, store: Store
) -> None:
    plan = planned(world, write=write)
    world.edit("b", labels=("needs-ac",))
    world.drag("e", 1)
    if write:
        run(world, tracker, store, plan)
        assert [each.claim for each in world.writes] == [MINE]
        return
    world.markers["web", "x"] = claim_of("web", order=True)
    assert run(world, tracker, store, plan).outcome == "done"
    assert world.writes == []


def test_a_doubt_and_an_unreadable_marker_are_told(world: World, tracker: Tracker, store: Store) -> None:
    query = Scope(kind="jira", place="SHOP", query="x = 1")
    world.markers["web", "x"] = claim_of("web", query, order=True)
    world.unreadable = ("the property 'posync.?'",)
    mine = claim_of(scope=Scope(kind="jira", place="SHOP", board=3), order=True)
    applied = run(world, tracker, store, planned(world, mine))
    assert applied.outcome == "done"
    doubt, unreadable = applied.warnings
    assert "workspace web (its tracker shop) works in SHOP too" in doubt
    assert "both order board 3 in project SHOP, if their issues meet" in doubt
    assert "the property 'posync.?' looks like a posync marker" in unreadable


@pytest.mark.parametrize("error", [AccessRefused("shop", "read", "no"), NotFound("shop", "read", "none")])
def test_whoever_may_not_read_markers_goes_on_and_is_told(
    error: TrackerError, world: World, tracker: Tracker, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blind(_: Scope) -> Any:
        raise error

    monkeypatch.setattr(tracker, "claimed", blind)
    applied = run(world, tracker, store)
    assert applied.outcome == "done"
    assert "cannot be seen" in applied.warnings[0]
    assert store.claims() == {("shop", "SHOP"): MINE}


@pytest.mark.parametrize(
    "error", [AccessRefused("shop", "mark", "no"), Refused("shop", "mark", "full")], ids=str
)
def test_a_marker_that_is_refused_stops_nothing(
    error: TrackerError, world: World, tracker: Tracker, store: Store
) -> None:
    world.before = always(error)
    plan = planned(world)
    applied = run(world, tracker, store, plan)
    assert applied.outcome == "done"
    assert [write.claim for write in world.writes] == [None, None]
    assert "other workspaces cannot see" in applied.warnings[0]
    assert store.claims() == {}
    assert [[r.outcome for r in results] for _, results in settled(store, applied.run)] == [[FAILED]]
    world.before = lambda _: None
    run(world, tracker, store, plan)  # the same plan again makes up for it
    assert world.markers == {("shop", "shop"): MINE}


@pytest.mark.parametrize("arrived", [True, False])
def test_an_answer_that_makes_no_sense_is_looked_after(
    arrived: bool, world: World, tracker: Tracker, store: Store
) -> None:
    strange = once(UnexpectedPayload("shop", "mark", "a web page"))
    world.behind, world.before = (strange, lambda _: None) if arrived else (lambda _: None, strange)
    applied = run(world, tracker, store)
    assert (applied.outcome, applied.warnings) == ("done", ())
    assert store.claims() == {("shop", "SHOP"): MINE}


def test_a_lost_answer_is_looked_after(world: World, tracker: Tracker, store: Store) -> None:
    world.behind = once(unclear())  # it arrived
    applied = run(world, tracker, store)
    assert (applied.outcome, world.markers) == ("done", {("shop", "shop"): MINE})
    assert [write.claim for write in world.writes] == [MINE, None, None]
    assert store.claims() == {("shop", "SHOP"): MINE}


def test_a_lost_marker_is_sent_again(world: World, tracker: Tracker, store: Store) -> None:
    world.before = once(unclear())  # it did not
    applied = run(world, tracker, store)
    assert (applied.outcome, world.markers) == ("done", {("shop", "shop"): MINE})
    assert [[r.outcome for r in results] for _, results in settled(store, applied.run)] == [[FAILED], [DONE]]


@pytest.mark.parametrize("error", [unclear(), QuotaSpent("shop", "mark", "rest")])
def test_where_nobody_answers_nothing_is_written_and_the_plan_can_be_resumed(
    error: TrackerError, world: World, tracker: Tracker, store: Store
) -> None:
    plan = planned(world)
    world.before = always(error)
    applied = run(world, tracker, store, plan)
    assert applied.outcome == "failed"
    assert {result.outcome for result in applied.results} == {FAILED}
    assert world.writes == []
    world.before = lambda _: None
    assert run(world, tracker, store, plan).outcome == "done"
    assert (len(world.writes), store.unsettled()) == (3, ())


@pytest.mark.parametrize("arrived", [True, False])
def test_a_kill_at_the_marker_converges(arrived: bool, world: World, tracker: Tracker, store: Store) -> None:
    plan = planned(world)

    def kill(write: Write) -> None:
        if write.claim is not None:
            raise Killed

    world.behind, world.before = (kill, lambda _: None) if arrived else (lambda _: None, kill)
    with pytest.raises(Killed):
        run(world, tracker, store, plan)
    [entry] = store.unsettled()
    assert entry.write.claim == MINE
    world.behind = world.before = lambda _: None
    recover({"shop": tracker}, store)
    assert store.unsettled() == ()
    assert store.claims() == ({("shop", "SHOP"): MINE} if arrived else {})
    run(world, tracker, store, plan)
    assert [write.claim for write in world.writes] == [MINE, None, None]
    assert store.claims() == {("shop", "SHOP"): MINE}


def test_a_marker_that_is_gone_is_forgotten_so_that_the_next_plan_leaves_it(
    world: World, tracker: Tracker, store: Store
) -> None:
    run(world, tracker, store)
    world.markers.clear()
    again = plan_of(
        world, AddLabel(**about(world, 1, "c"), label="needs-ac"), claims=[Claiming(claim=MINE, write=False)]
    )
    assert run(world, tracker, store, again).outcome == "done"
    assert (world.markers, store.claims()) == ({}, {})


def test_people_who_move_something_while_it_marks_are_seen(
    world: World, tracker: Tracker, store: Store
) -> None:
    def drag(write: Write) -> None:
        if write.claim is not None:
            world.drag("e", 5)

    world.behind = drag
    plan = plan_of(world, move(world, 1, "e", "a"), claims=[Claiming(claim=MINE)])
    applied = run(world, tracker, store, plan)
    assert [result.outcome for result in applied.results] == [Outcome.SKIPPED]
    assert world.names == "abcdfe"


def test_taking_over_is_journalled_and_can_be_told_from_the_history(
    world: World, tracker: Tracker, store: Store
) -> None:
    theirs = claim_of("web", order=True)
    world.markers["web", "shop"] = theirs
    assert take_over({"shop": [theirs]}, {"shop": tracker}, store) == TakenOver(gone=1)
    assert world.markers == {}
    [entry] = store.runs()
    assert (entry.kind, entry.outcome, entry.changes, entry.requests) == ("take-over", "done", 1, 1)
    assert settled(store, entry.id) == [("DELETE", [Result(change=CLAIM, outcome=DONE)])]
    assert store.claims() == {}
    assert compared(MINE, tracker).overlaps == ()


def test_a_marker_that_two_trackers_see_counts_once(world: World, tracker: Tracker, store: Store) -> None:
    theirs = claim_of("web", order=True)
    world.markers["web", "shop"] = theirs
    tracker.claimed = None  # type: ignore[assignment,method-assign]  # what was found is not asked for again
    assert take_over({"shop": [theirs, theirs]}, {"shop": tracker}, store) == TakenOver(gone=1)
    [entry] = store.runs()
    assert (entry.changes, entry.requests) == (1, 2)
    assert [r.outcome for _, results in settled(store, entry.id) for r in results] == [DONE, Outcome.ALREADY]


def test_of_several_trackers_each_says_whether_posync_may_remove_markers(store: Store) -> None:
    ours, theirs = World(tracker="shop"), World(tracker="board")
    theirs.by_hand = "tear off the note"
    found = {"board": [claim_of("web"), claim_of("web", labels=("a",))], "shop": [claim_of("web")]}
    ours.markers["web", "shop"] = claim_of("web")
    taken = take_over(found, {"shop": Tracker(ours), "board": Tracker(theirs)}, store)
    assert taken == TakenOver(gone=1, left=("tear off the note",))
    [entry] = store.runs()
    assert (entry.outcome, entry.changes, entry.requests) == ("done", 1, 1)
    assert (ours.markers, theirs.writes) == ({}, [])


@pytest.mark.parametrize("kind", ["jira", "trello"])
def test_an_overlap_says_how_the_other_marker_goes_as_its_tracker_does(kind: str, world: World) -> None:
    tracker = Tracker(world, kind=kind)
    world.markers["web", "x"] = claim_of("web", order=True)
    [said] = compared(MINE, tracker).overlaps
    assert said.endswith("If workspace web is no more, run `posync check --take-over web`.")
    world.by_hand = "tear off the note"
    [said] = compared(MINE, tracker).overlaps
    assert said.endswith("If workspace web is no more, tear off the note.")


@pytest.mark.parametrize("arrived", [True, False])
def test_taking_over_that_was_cut_short_is_found_out(
    arrived: bool, world: World, tracker: Tracker, store: Store
) -> None:
    theirs = claim_of("web", order=True)
    world.markers["web", "shop"] = theirs
    if arrived:
        world.behind = once(unclear())
    else:
        world.before = once(unclear())
    with pytest.raises(Transient):
        take_over({"shop": [theirs]}, {"shop": tracker}, store)
    [entry] = store.runs()
    assert (entry.outcome, entry.changes, entry.requests) == ("failed", 0, 1)
    recover({"shop": tracker}, store)
    [(_, [result])] = settled(store, store.runs()[0].id)
    assert result.outcome is (DONE if arrived else FAILED)
    assert store.claims() == {}


def test_a_marker_that_may_not_be_removed_is_an_error(world: World, tracker: Tracker, store: Store) -> None:
    world.before = always(AccessRefused("shop", "give free", "no"))
    with pytest.raises(AccessRefused):
        take_over({"shop": [claim_of("web")]}, {"shop": tracker}, store)
    assert store.unsettled() == ()
    [entry] = store.runs()
    assert (entry.outcome, entry.changes, entry.requests) == ("failed", 0, 1)
