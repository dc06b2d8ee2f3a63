"""Two orders of the same backlog, and what is said of their difference."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from itertools import combinations
from math import sqrt

import pytest

from posync.errors import UsageError
from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.rules.comparing import Comparison, Shift, compare, kendall_tau


def compared(one: str, other: str, tops: tuple[int, ...] = (10, 50)) -> Comparison:
    """Compare two orders of issues with keys of one letter."""
    issues = tuple(
        Issue(uid=f"t:{key}", tracker="t", key=key, title=key * 3) for key in sorted({*one, *other})
    )
    now = datetime(2026, 11, 20, tzinfo=UTC)
    backlog = Backlog(tracker="t", issues=issues, complete=True, shown_by="written", observed=now)
    return compare(backlog, ("old", [f"t:{k}" for k in one]), ("new", [f"t:{k}" for k in other]), tops)


def test_the_same_order_differs_in_nothing() -> None:
    assert compared("abc", "abc") == Comparison("old", "new", 3, (), 1.0, {10: (), 50: ()})


def test_who_rises_and_who_falls() -> None:
    found = compared("abcd", "dabc", tops=(1,))
    assert found.shifts[0] == Shift("t", "d", "ddd", 4, 1)
    assert [shift.by for shift in found.shifts] == [3, -1, -1, -1]
    assert found.newcomers == {1: ("d",)}
    assert found.tau == 0


def test_issues_in_one_order_only_are_listed_without_a_distance() -> None:
    found = compared("ab", "ca")
    assert [(s.issue, s.before, s.after, s.by) for s in found.shifts] == [
        ("c", None, 1, None),
        ("a", 1, 2, -1),
        ("b", 2, None, None),
    ]
    assert (found.common, found.tau) == (1, None)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("ab", "", "new orders nothing"),
        ("", "ab", "old orders nothing"),
    ],
)
def test_a_policy_that_orders_nothing_is_not_compared(one: str, other: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        compared(one, other)


def test_an_empty_backlog_is_compared() -> None:
    assert compared("", "").common == 0


def test_the_reverse_order_is_minus_one() -> None:
    assert compared("abcde", "edcba").tau == -1


@pytest.mark.parametrize("seed", range(20))
def test_tau_is_what_counting_pairs_gives(seed: int) -> None:
    rng = random.Random(seed)
    one, other = ([rng.randrange(6) for _ in range(12)] for _ in range(2))
    signs = [(a[0] - b[0], a[1] - b[1]) for a, b in combinations(zip(one, other, strict=True), 2)]
    together = sum((x * y > 0) - (x * y < 0) for x, y in signs)
    weight = sqrt(sum(x != 0 for x, _ in signs) * sum(y != 0 for _, y in signs))
    assert kendall_tau(one, other) == pytest.approx(together / weight)


def test_nothing_to_compare() -> None:
    assert kendall_tau([], []) is None
    assert kendall_tau([1, 1], [1, 2]) is None


def test_a_hundred_thousand_are_compared_in_seconds() -> None:
    ranks = list(range(100_000))
    started = time.thread_time()
    kendall_tau(ranks, random.Random(1).sample(ranks, len(ranks)))
    assert time.thread_time() - started < 5
