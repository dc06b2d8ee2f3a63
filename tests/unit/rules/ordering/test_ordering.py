"""What `order` does with the backlogs a product owner would try it on."""

from __future__ import annotations

import random
import time
from fractions import Fraction

import pytest
from pydantic import ValidationError

from posync.rules.ordering import least_delay
from posync.rules.ordering.plain import order
from posync.rules.ordering.precedence import strong_groups
from posync.rules.ordering.settings import Aging, OrderSettings, Pin


def test_without_links_the_dearest_delay_per_size_comes_first() -> None:
    assert order({"A": (1, 1), "B": (8, 2), "C": (9, 9)}, {}) == ["B", "A", "C"]


def test_nothing_to_order() -> None:
    assert order({}, {}) == []


def test_equals_stand_smaller_first_then_by_id() -> None:
    assert order({"B": (2, 2), "C": (1, 1), "A": (2, 2)}, {}) == ["C", "A", "B"]


def test_a_cheap_blocker_rises_with_what_waits_for_it() -> None:
    items = {"wall": (1, 1), "roof": (20, 1), "paint": (9, 1)}
    assert order(items, {"roof": {"wall"}}) == ["wall", "roof", "paint"]


def test_a_blocker_too_heavy_to_pay_off_takes_what_waits_for_it_down() -> None:
    items = {"wall": (1, 20), "roof": (20, 1), "paint": (9, 1)}
    assert order(items, {"roof": {"wall"}}) == ["paint", "wall", "roof"]


def test_a_chain_stands_as_it_must() -> None:
    items = {name: (5 + at, 1) for at, name in enumerate("abcdefghij")}
    blockers = {name: {before} for before, name in zip("abcdefghi", "bcdefghij", strict=True)}
    assert order(items, blockers) == list("abcdefghij")


def test_a_long_chain_takes_as_long_from_either_end() -> None:
    def seconds(blockers: dict[int, list[int]]) -> float:
        began = time.process_time()
        assert len(strong_groups(list(blockers), blockers)) == 20_000
        return time.process_time() - began

    up = {n: [n - 1] for n in range(1, 20_000)}
    down = {n: [n + 1] for n in range(19_999)}  # each blocker is met before what it blocks is through
    assert min(seconds(down) for _ in range(3)) < 20 * min(seconds(up) for _ in range(3))


def test_links_to_unknown_issues_and_from_them_are_ignored() -> None:
    assert order({"A": (1, 1), "B": (2, 1)}, {"B": {"gone"}, "gone": {"A"}}) == ["B", "A"]


def test_members_of_a_cycle_keep_the_order_given_and_other_links_hold() -> None:
    items = {"B": (1, 1), "A": (9, 1), "first": (0, 1), "last": (50, 1)}
    blockers = {"A": {"B", "first"}, "B": {"A"}, "last": {"A"}}
    way = order(items, blockers)
    assert way.index("B") < way.index("A") < way.index("last")
    assert way.index("first") < way.index("A")


def test_an_issue_that_blocks_itself_is_as_free_as_before() -> None:
    assert order({"A": (1, 1), "B": (2, 1)}, {"B": {"B"}}) == ["B", "A"]


def test_what_takes_no_time_and_is_worth_something_comes_first() -> None:
    assert order({"A": (100, 1), "B": (1, 0), "C": (0, 0)}, {}) == ["B", "A", "C"]


def test_what_takes_no_time_still_waits_for_its_blocker() -> None:
    assert order({"A": (1, 5), "B": (1, 0), "C": (3, 1)}, {"B": {"A"}}) == ["C", "A", "B"]


def test_costs_below_zero_go_last() -> None:
    assert order({"A": (-3, 1), "B": (0, 1), "C": (1, 9)}, {}) == ["C", "B", "A"]


def test_numbers_are_compared_exactly() -> None:
    third = Fraction(1, 3)
    assert order({"A": (1 / 3, 1), "B": (third, 1)}, {}) == ["B", "A"]  # the float is a little less
    assert order({"A": (10**400, 1), "B": (10**400 + 1, 1)}, {}) == ["B", "A"]


@pytest.mark.parametrize(
    ("item", "says"),
    [((1, -2), "a size below 0: -2"), ((float("nan"), 1), "nan"), ((1, float("inf")), "inf")],
)
def test_numbers_that_mean_nothing_are_refused(item: tuple[float, float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        order({"A": item}, {})


def test_equal_scores_with_links_do_not_travel_as_one_block() -> None:
    """Blocks of the same ratio fall apart, so that ties decide as far as the links allow."""
    items = {"A": (1, 1), "B": (1, 1), "C": (1, 1), "D": (1, 1)}
    assert order(items, {"A": {"D"}}) == ["B", "C", "D", "A"]


def linked(n: int, links: int, seed: int) -> tuple[dict[str, tuple[int, int]], dict[str, set[str]]]:
    rng = random.Random(seed)
    items = {f"I{at}": (rng.randint(1, 40), rng.choice((1, 2, 3, 5, 8, 13))) for at in range(n)}
    blockers: dict[str, set[str]] = {}
    for _ in range(links):
        a, b = sorted(rng.sample(range(n), 2))
        blockers.setdefault(f"I{b}", set()).add(f"I{a}")
    return items, blockers


@pytest.mark.parametrize(("n", "links"), [(200, 200), (1000, 1500), (300, 5000)])
def test_large_tangles_are_ordered_in_time_and_without_a_fault(n: int, links: int) -> None:
    items, blockers = linked(n, links, seed=n)
    started = time.thread_time()
    place = {name: at for at, name in enumerate(order(items, blockers))}
    assert time.thread_time() - started < 5
    assert all(place[b] < place[name] for name, needs in blockers.items() for b in needs)


def test_blocks_too_large_for_the_exact_order_come_close_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def cost(way: list[str], items: dict[str, tuple[int, int]]) -> int:
        time_, total = 0, 0
        for name in way:
            time_ += items[name][1]
            total += items[name][0] * time_
        return total

    extra = []
    for seed in range(40):
        items, blockers = linked(12, 13, seed)
        best = cost(order(items, blockers), items)
        with monkeypatch.context() as patched:
            patched.setattr(least_delay, "EXACT", 1)
            extra.append(cost(order(items, blockers), items) / best - 1)
    assert sum(extra) / len(extra) < 0.006
    assert max(extra) < 0.13


def test_settings_say_what_is_wrong() -> None:
    with pytest.raises(ValidationError, match="runs upwards"):
        Pin(issue="A", at=(5, 2), owner="Ana", because="promised")
    with pytest.raises(ValidationError, match="write it like 5d or 2w"):
        Aging.model_validate_json('{"grace": "5 days"}')
    with pytest.raises(ValidationError, match=r"less than or equal to 0\.5"):
        Aging(at_most=0.9)
    with pytest.raises(ValidationError, match="String should match"):
        OrderSettings(ties=("--size",))


def test_settings_read_as_packs_write_them() -> None:
    settings = OrderSettings.model_validate_json(
        '{"ties": ["time_criticality", "-job_size"], "stability": 2, "aging": {"grace": "30d", "over": "12w"},'
        ' "pins": [{"issue": "A", "at": [1, 3], "owner": "Ana", "because": "promised", "until": "2026-12-01"}]}'
    )
    assert settings.aging == Aging(grace=30, over=84)
    assert (settings.pins[0].first, settings.pins[0].last) == (1, 3)
