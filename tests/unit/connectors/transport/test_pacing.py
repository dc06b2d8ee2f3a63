"""Pacing against servers that count: nearly all of the allowance, and never a refusal."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable

import pytest

from posync.connectors.transport.clock import Clock
from posync.connectors.transport.pacing import Allowance, Limiter, Pacing


class Counting:
    """A vendor's counter: sliding, or starting anew every interval; `others` spend from it too."""

    def __init__(self, limit: int, interval: float, *, sliding: bool, others: float = 0.0) -> None:
        self.limit, self.interval, self.sliding, self.others = limit, interval, sliding, others
        self.times: deque[float] = deque()
        self.refused = self.taken = 0
        self._other_from = 0.0

    def take(self, at: float) -> int:
        while self.others and self._other_from <= at:
            self.times.append(self._other_from)
            self._other_from += self.interval / self.others
        edge = at - self.interval if self.sliding else at // self.interval * self.interval
        while self.times and (self.times[0] <= edge if self.sliding else self.times[0] < edge):
            self.times.popleft()
        if len(self.times) >= self.limit:
            self.refused += 1
        else:
            self.taken += 1
            self.times.append(at)
        return max(0, self.limit - len(self.times))


def drive(
    server: Counting,
    limiter: Limiter,
    now: list[float],
    seconds: float,
    headers: Callable[[int], dict[str, str]],
) -> None:
    """Ask as fast as the limiter allows, one after the other, over a line that takes 4 ms."""
    jitter = random.Random(7)
    until = now[0] + seconds
    while now[0] < until:
        wait = limiter.delay()
        if wait > 0:
            now[0] += wait
            continue
        went = now[0]
        remaining = server.take(went + jitter.uniform(0.0, 0.004))
        now[0] = went + 0.004
        limiter.learn(headers(remaining))
        limiter.answered(went)


def trello(remaining: int) -> dict[str, str]:
    return {
        "x-rate-limit-api-token-interval-ms": "10000",
        "x-rate-limit-api-token-max": "100",
        "x-rate-limit-api-token-remaining": str(remaining),
    }


def nothing(remaining: int) -> dict[str, str]:
    return {}


@pytest.mark.parametrize("sliding", [True, False])
@pytest.mark.parametrize(
    ("limit", "interval", "headers"), [(100, 10.0, trello), (100, 1.0, nothing), (50, 1.0, nothing)]
)
def test_uses_nine_tenths_without_a_refusal(
    limit: int, interval: float, headers: Callable[[int], dict[str, str]], sliding: bool
) -> None:
    now = [1000.0]
    server = Counting(limit, interval, sliding=sliding)
    limiter = Limiter(Allowance(limit, interval), Clock(now=lambda: now[0]))
    drive(server, limiter, now, interval * 20, headers)
    assert server.refused == 0
    assert server.taken >= 0.9 * limit * 20


def test_a_queue_at_the_other_end_cannot_compress_requests_into_a_fuller_window() -> None:
    """Eight threads, and a server that now and then answers nobody for 0.4 s and then everybody at once."""
    jitter = random.Random(3)
    blocked_until = 0.0

    def line(now: float) -> tuple[float, float]:
        nonlocal blocked_until
        if jitter.random() < 0.01:
            blocked_until = now + 0.4
        served = max(now + 0.03, blocked_until)
        return served, served

    server = Counting(20, 1.0, sliding=True)
    eight(server, 30, line)
    assert server.refused == 0
    assert server.taken >= 0.6 * 20 * 30


LINES: dict[str, Callable[[random.Random, float], tuple[float, float]]] = {
    "counted early": lambda _, way: (0.0, way),
    "counted late": lambda _, way: (way, 0.0),
    "even": lambda dice, way: (way / 2 + dice.uniform(0, 0.002), way / 2 + dice.uniform(0, 0.002)),
    "jitters": lambda dice, way: (
        way / 2 + dice.expovariate(10 / way),
        way / 2 + dice.expovariate(10 / way),
    ),
    "slow at times": lambda dice, way: (
        way / 2 * dice.choice((1.0, 1.0, 1.0, 4.0)),
        way / 2 * dice.choice((1.0, 1.0, 1.0, 4.0)),
    ),
}


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize("way", [0.05, 0.2])
def test_a_long_way_costs_no_share_and_earns_no_refusal(kind: str, way: float) -> None:
    """Wherever on the way a request is counted, and the way's first requests take three times as long."""
    dice, asked = random.Random(11), iter(range(10**6))

    def line(now: float) -> tuple[float, float]:
        there, back = LINES[kind](dice, way)
        longer = 3.0 if next(asked) < 8 else 1.0  # connections are made
        return now + there * longer, now + (there + back) * longer

    server = Counting(20, 1.0, sliding=True)
    eight(server, 100, line)
    assert server.refused == 0
    steady = kind in ("counted early", "counted late", "even")
    assert server.taken >= (0.9 if steady else 0.8) * 20 * 100


def eight(server: Counting, seconds: float, line: Callable[[float], tuple[float, float]]) -> None:
    """Let eight threads ask; `line` tells when a request sent now is counted, and when it is answered."""
    now = 0.0
    limiter = Limiter(Allowance(server.limit, server.interval), Clock(now=lambda: now))
    counted: list[float] = []
    under_way: list[tuple[float, float]] = []  # when each is answered, and was sent
    for step in range(int(seconds * 1000)):
        now = step / 1000
        for served in sorted(one for one in counted if one <= now):
            counted.remove(served)
            server.take(served)
        for one in sorted(one for one in under_way if one[0] <= now):
            under_way.remove(one)
            limiter.answered(one[1])
        while len(under_way) < 8 and limiter.delay() == 0:
            there, back = line(now)
            counted.append(there)
            under_way.append((back, now))


@pytest.mark.parametrize("sliding", [True, False])
def test_leaves_room_for_others_who_spend_the_same_allowance(sliding: bool) -> None:
    now = [1000.0]
    server = Counting(100, 10.0, sliding=sliding, others=40)
    server._other_from = 1000.0
    limiter = Limiter(Allowance(100, 10.0), Clock(now=lambda: now[0]))
    drive(server, limiter, now, 200, trello)
    assert server.refused <= 0.02 * server.taken
    assert server.taken >= 0.8 * 60 * 20


def test_follows_a_smaller_allowance_that_the_headers_name() -> None:
    now = [0.0]
    limiter = Limiter(Allowance(100, 10.0), Clock(now=lambda: now[0]))
    assert limiter.delay() == 0
    limiter.learn(trello(99) | {"x-rate-limit-api-token-max": "10", "x-rate-limit-api-token-remaining": "9"})
    sent = sum(limiter.delay() == 0 for _ in range(50))
    assert sent + 1 <= 10


def went(limiter: Limiter) -> bool:
    if limiter.delay() > 0:
        return False
    limiter.answered(limiter.clock.now())
    return True


def test_spends_what_a_bucket_has_saved_then_keeps_its_rate() -> None:
    now = [0.0]
    limiter = Limiter(Allowance(1000, 1.0), Clock(now=lambda: now[0]))
    assert went(limiter)
    limiter.learn(
        {
            "X-RateLimit-Limit": "50",
            "X-RateLimit-Remaining": "49",
            "X-RateLimit-FillRate": "10",
            "X-RateLimit-Interval-Seconds": "1",
        }
    )
    burst = sum(went(limiter) for _ in range(100))
    assert 30 <= burst <= 49
    now[0] += 1.1
    assert 1 <= sum(went(limiter) for _ in range(100)) <= 10


def test_rests_until_the_reset_when_nothing_remains() -> None:
    now = [0.0]
    limiter = Limiter(Allowance(100, 1.0), Clock(now=lambda: now[0]))
    limiter.learn(
        {
            "X-RateLimit-Limit": "100",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": "2026-01-05T10:00:04Z",
            "Date": "Mon, 05 Jan 2026 10:00:00 GMT",
        }
    )
    assert limiter.delay() == pytest.approx(4.0)


def test_shares_one_limiter_per_owner_and_class() -> None:
    pacing, table = Pacing(), {"GET": Allowance(5, 1.0), "*": Allowance(2, 1.0)}
    get = pacing.limiter("acme.example me", "GET", table)
    assert pacing.limiter("acme.example me", "GET", table) is get
    assert pacing.limiter("acme.example you", "GET", table) is not get
    post = pacing.limiter("acme.example me", "POST", table)
    assert post is not get
    assert pacing.limiter("acme.example me", "PUT", table) is post
