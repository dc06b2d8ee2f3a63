from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from posync.applying.drift import Drift
from posync.applying.executor import carry_out
from posync.applying.present import Present
from posync.model.change import AddLabel
from posync.model.issue import State
from posync.model.plan import Outcome, Plan, Write
from posync.state.store import Store
from tests.unit.applying.world import Tracker, World, about, move, plan_of

DONE, SKIPPED = Outcome.DONE, Outcome.SKIPPED


@pytest.fixture
def judgings(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often what is judged."""
    counted: Counter[str] = Counter()
    moves, other = Drift._moves, Drift._judged

    def count_moves(self: Drift, lane: str, present: Present) -> object:
        counted["list"] += 1
        return moves(self, lane, present)

    def count_other(self: Drift, change: AddLabel, present: Present) -> object:
        counted[change.issue] += 1
        return other(self, change, present)

    monkeypatch.setattr(Drift, "_moves", count_moves)
    monkeypatch.setattr(Drift, "_judged", count_other)
    return counted


def reversing(world: World) -> Plan:
    """Move f, e, d, c, b up to the top, one by one, and label two."""
    moves = [move(world, n, name, "a", "above") for n, name in enumerate("fedcb", 1)]
    labels = [AddLabel(**about(world, n, name), label="x") for n, name in enumerate("ab", 6)]
    return plan_of(world, *moves, *labels)


def on_write(world: World, number: int, act: Callable[[], None]) -> None:
    """Let people do something right after one of the writes."""
    sent = 0

    def hook(_: Write) -> None:
        nonlocal sent
        sent += 1
        if sent == number:
            act()

    world.behind = hook


def test_what_nobody_touched_is_judged_once(
    world: World, tracker: Tracker, store: Store, judgings: Counter[str]
) -> None:
    carry_out(reversing(world), {"shop": tracker}, store)
    assert world.names == "fedcba"
    assert judgings == {"list": 1, "SHOP-a": 1, "SHOP-b": 1}


def test_a_list_is_judged_again_once_somebody_drags(
    world: World, tracker: Tracker, store: Store, judgings: Counter[str]
) -> None:
    on_write(world, 2, lambda: world.drag("c", 0))
    applied = carry_out(reversing(world), {"shop": tracker}, store)
    assert [r.outcome for r in applied.results] == [DONE, DONE, DONE, SKIPPED, DONE, DONE, DONE]
    assert world.names == "cfedba"
    assert judgings["list"] == 2


@pytest.mark.parametrize("gone", [True, False])
def test_a_list_is_judged_again_once_one_of_its_issues_is_done_or_gone(
    world: World, tracker: Tracker, store: Store, gone: bool
) -> None:
    on_write(world, 2, lambda: world.delete("c") if gone else world.edit("c", state=State.DONE))
    applied = carry_out(reversing(world), {"shop": tracker}, store, fresh=-1)
    assert applied.results[3].outcome is SKIPPED
    assert ("no longer in this list" if gone else "is now done") in applied.results[3].because
    assert world.names == ("fedba" if gone else "fedbac")


def test_only_what_was_looked_at_again_is_judged_again(
    world: World, tracker: Tracker, store: Store, judgings: Counter[str]
) -> None:
    plan = plan_of(world, *(AddLabel(**about(world, n, x), label="x") for n, x in enumerate("abc", 1)))
    carry_out(plan, {"shop": tracker}, store, fresh=-1)
    # each is looked at before its own write, together with all that are still to come
    assert judgings == {"SHOP-a": 2, "SHOP-b": 3, "SHOP-c": 4}
