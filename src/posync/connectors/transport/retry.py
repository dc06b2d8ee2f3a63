"""When a failed call is tried again, by what may be done twice: the only place that decides it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from posync.connectors.transport.clock import Clock
from posync.errors import QuotaSpent, Transient
from posync.model.repeat import Repeat

TRIES = 4
BASE, CEILING = 2.0, 30.0  # seconds of the first wait, doubling up to the ceiling; jitter x0.7-1.3
BROKEN_LINE = 0.5  # seconds of the first wait where no answer came at all
LONGEST_WAIT = 120.0  # seconds a tracker may ask for before the run ends resumably instead

T = TypeVar("T")


def may_repeat(error: BaseException, repeat: Repeat) -> bool:
    """Whether the same request may be sent once more after `error`.

    What is safe is repeated after anything that passes. All other writes are repeated only
    where the tracker surely did not take them: they never left, or were turned away with 429.
    """
    if not isinstance(error, Transient) or isinstance(error, QuotaSpent):
        return False
    return repeat is Repeat.SAFE or not error.sent or error.status == 429


def pause_before(attempt: int, error: Transient, jitter: Callable[[float, float], float]) -> float:
    """Return the seconds to wait after failure number `attempt` (from 1).

    What the vendor asks for is a minimum; the first time it is followed to the second, later
    posync's own growing wait applies too. A broken line is tried again sooner than a busy host.
    """
    base = BROKEN_LINE if error.status is None else BASE
    if not error.retry_after:
        return min(CEILING, base * 2.0 ** (attempt - 1)) * jitter(0.7, 1.3)
    own = base * 2.0 ** (attempt - 2) if attempt > 1 else 0.0
    return max(error.retry_after, min(CEILING, own)) + jitter(0.0, 0.5)


def persist(
    call: Callable[[], T],
    repeat: Repeat,
    clock: Clock,
    jitter: Callable[[float, float], float] = random.uniform,  # spreads load, guards nothing
) -> T:
    """Return what `call` returns, trying again as its class allows; raises its last error.

    Raises QuotaSpent where the tracker asks for a longer wait than a run should sit through.
    """

    def wait(state: RetryCallState) -> float:
        return pause_before(state.attempt_number, _error(state), jitter)

    def watch(state: RetryCallState) -> None:
        error = _error(state)
        if (error.retry_after or 0) > LONGEST_WAIT:
            raise _too_long(error) from None

    retrying = Retrying(
        retry=retry_if_exception(lambda error: may_repeat(error, repeat)),
        stop=stop_after_attempt(TRIES),
        wait=wait,
        before_sleep=watch,
        sleep=clock.sleep,
        reraise=True,
    )
    return retrying(call)


def _error(state: RetryCallState) -> Transient:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, Transient), "only passing errors are tried again"
    return error


def _too_long(error: Transient) -> QuotaSpent:
    return QuotaSpent(
        error.tracker,
        error.operation,
        f"the tracker asks for {error.retry_after:.0f} s of rest",
        status=error.status,
        retry_after=error.retry_after,
        remedy="Run posync again then: what is done stays done.",
    )
