"""What may be done twice, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from posync.connectors.transport.retry import LONGEST_WAIT, TRIES, may_repeat, pause_before, persist
from posync.errors import AccessRefused, QuotaSpent, Transient
from posync.model.repeat import Repeat


def broken(**more: Any) -> Transient:
    return Transient("shop", "rank", "it broke", **more)


@pytest.mark.parametrize(
    ("error", "repeats"),
    [
        (broken(sent=True), {Repeat.SAFE}),
        (broken(sent=False), set(Repeat)),
        (broken(status=503), {Repeat.SAFE}),
        (broken(status=429), set(Repeat)),
        (QuotaSpent("shop", "rank", "spent", status=429), set()),
        (AccessRefused("shop", "rank", "no"), set()),
        (ValueError(), set()),
    ],
)
def test_repeats_only_what_cannot_happen_twice(error: Exception, repeats: set[Repeat]) -> None:
    assert {repeat for repeat in Repeat if may_repeat(error, repeat)} == repeats


@pytest.mark.parametrize(
    ("attempt", "error", "least", "most"),
    [
        (1, broken(status=500), 1.4, 2.6),
        (2, broken(status=500), 2.8, 5.2),
        (9, broken(status=500), 21.0, 39.0),
        (1, broken(), 0.35, 0.65),
        (1, broken(status=429, retry_after=0), 1.4, 2.6),
        (1, broken(status=429, retry_after=7), 7.0, 7.5),
        (1, broken(status=429, retry_after=0.2), 0.2, 0.7),
        (3, broken(status=429, retry_after=1), 4.0, 4.5),
    ],
)
def test_waits_at_least_as_long_as_asked(attempt: int, error: Transient, least: float, most: float) -> None:
    assert pause_before(attempt, error, min) == pytest.approx(least)
    assert pause_before(attempt, error, max) == pytest.approx(most)


def failing(errors: list[Exception]) -> Callable[[], str]:
    def call() -> str:
        if errors:
            raise errors.pop(0)
        return "done"

    return call


def test_goes_on_until_it_works(leaping: Any) -> None:
    assert persist(failing([broken(), broken(status=502)]), Repeat.SAFE, leaping.clock) == "done"
    assert len(leaping.slept) == 2


def test_gives_up_with_the_last_error(leaping: Any) -> None:
    last = broken(status=504)
    errors: list[Exception] = [*(broken() for _ in range(TRIES - 1)), last, broken()]
    with pytest.raises(Transient) as caught:
        persist(failing(errors), Repeat.SAFE, leaping.clock)
    assert caught.value is last


def test_sits_through_the_longest_wait(leaping: Any) -> None:
    longest = broken(status=429, retry_after=LONGEST_WAIT)
    assert persist(failing([longest]), Repeat.SAFE, leaping.clock) == "done"
    assert sum(leaping.slept) >= LONGEST_WAIT


def test_ends_resumably_rather_than_sit_through_half_an_hour(leaping: Any) -> None:
    with pytest.raises(QuotaSpent, match="1847 s") as caught:
        persist(failing([broken(status=429, retry_after=1847.0)]), Repeat.SAFE, leaping.clock)
    assert caught.value.retry_after == 1847
    assert not leaping.slept
