"""As fast as a tracker allows and no faster: one limiter per host, account and class of call."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from posync.connectors.transport.clock import Clock
from posync.connectors.transport.waits import LONGEST_ASKED, figure, retry_after

SHARE = 0.98  # of an allowance posync takes for itself; the rest is for whoever else uses the account
POLL = 0.005  # seconds until it is looked again whether an answer has come
LATELY = 50  # answers whose way is looked back on
ENOUGH = 20  # answers needed for that: the first ones also open connections
SURE = 0.95  # of the shortest way lately; lines jitter


class Allowance(NamedTuple):
    """At most `limit` requests in any `interval` seconds."""

    limit: int
    interval: float


JIRA_ALLOWANCES = {
    # Burst limits per tenant, endpoint and method; docs/sources.md, "Jira rate limits".
    "GET": Allowance(100, 1.0),
    "POST": Allowance(100, 1.0),
    "PUT": Allowance(50, 1.0),
    "DELETE": Allowance(50, 1.0),
}
TRELLO_ALLOWANCES = {
    "*": Allowance(100, 10.0)
}  # per token, every method; docs/sources.md, "Trello rate limits"


@dataclass(slots=True)
class _Window:
    """One sliding window; `others` are requests that somebody else spends from the same allowance."""

    limit: int
    interval: float
    others: int = 0
    others_until: float = 0.0
    spare: int = 0  # saved-up tokens of a bucket (Data Center), beyond the steady rate

    @property
    def mine(self) -> int:
        return max(1, int(self.limit * SHARE))

    def wait(self, answered: list[float], under_way: int, now: float, way: float) -> float:
        """Return the seconds until one more request fits; `way` is the shortest there and back.

        The tracker counts a request at some moment between sending and answer. An earlier one was
        counted at the latest its way back before its answer, the next one is counted at the earliest
        its way there after now. So a request counts until its answer is one interval less `way` old:
        neither a slow line nor a queue at the other end compresses requests into a fuller window.
        """
        if self.spare > 0:
            return 0.0
        room = max(1, self.mine - (self.others if now < self.others_until else 0)) - under_way
        if room <= 0:
            return POLL
        counts = max(0.0, self.interval - way)
        recent = len(answered) - bisect_right(answered, now - counts)
        return 0.0 if recent < room else answered[len(answered) - room] + counts - now

    def learn(self, remaining: int, answered: list[float], under_way: int, now: float) -> None:
        """Compare what is left with what posync itself has spent."""
        own = len(answered) - bisect_right(answered, now - self.interval) + under_way
        self.others = max(0, self.limit - remaining - own)
        self.others_until = now + self.interval


class Limiter:
    """Lets requests through one by one; shared by all threads that spend the same allowance."""

    def __init__(self, allowance: Allowance, clock: Clock | None = None) -> None:
        self.allowance, self.clock = allowance, clock or Clock()
        self._lock = threading.Lock()
        self._answered: list[float] = []  # when, ascending, for as long as it counts
        self._took: deque[float] = deque(maxlen=LATELY)
        self._under_way = 0
        self._quiet_until = 0.0
        self._windows = {"": _Window(self.allowance.limit, self.allowance.interval)}

    @property
    def interval(self) -> float:
        """The seconds after which the allowance is fresh, at the latest."""
        return max(window.interval for window in self._windows.values())

    def delay(self) -> float:
        """Return 0 and count one request as under way until `answered`, or the seconds to wait before asking again."""
        with self._lock:
            now, way = self.clock.now(), self._shortest_way()
            waits = [w.wait(self._answered, self._under_way, now, way) for w in self._windows.values()]
            wait = max(self._quiet_until - now, *waits)
            if wait <= 0:
                self._spend(now)
            return max(0.0, wait)

    def _spend(self, now: float) -> None:
        del self._answered[: bisect_right(self._answered, now - self.interval)]
        self._under_way += 1
        for window in self._windows.values():
            window.spare = max(0, window.spare - 1)

    def answered(self, sent: float) -> None:
        """Note that the request that went at `sent` is over, whatever came of it."""
        with self._lock:
            now = self.clock.now()
            self._under_way -= 1
            self._answered.append(now)
            self._took.append(now - sent)

    def _shortest_way(self) -> float:
        """Return the seconds that any request and its answer surely spend under way."""
        return min(self._took) * SURE if len(self._took) >= ENOUGH else 0.0

    def pause(self, seconds: float) -> None:
        """Let nobody through for this long."""
        with self._lock:
            self._quiet_until = max(self._quiet_until, self.clock.now() + seconds)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take the vendor's own figures from an answer, whichever family of headers it speaks."""
        with self._lock:
            for who in ("token", "key"):
                if figures := _trello(headers, who):
                    self._adopt(who, *figures)
            if figures := _data_center(headers):
                self._adopt_bucket(*figures)
            elif counts := _cloud(headers):
                self._adopt_cloud(*counts, reset=retry_after(headers))

    def _adopt(self, name: str, limit: int, interval: float, remaining: int) -> None:
        self._windows.pop("", None)
        window = self._windows.setdefault(name, _Window(limit, interval))
        window.limit, window.interval = limit, interval
        window.learn(remaining, self._answered, self._under_way, self.clock.now())

    def _adopt_bucket(self, fill: int, interval: float, remaining: int) -> None:
        known = "bucket" in self._windows
        self._windows.pop("", None)
        window = self._windows.setdefault("bucket", _Window(fill, interval))
        window.limit, window.interval = fill, interval
        saved = max(0, remaining - fill)
        window.spare = min(window.spare, saved) if known else saved

    def _adopt_cloud(self, limit: int, remaining: int, *, reset: float | None) -> None:
        window = next(iter(self._windows.values()))
        window.limit = limit
        if remaining == 0 and reset is not None:
            self._quiet_until = max(self._quiet_until, self.clock.now() + min(reset, 60.0))


def _trello(headers: Mapping[str, str], who: str) -> tuple[int, float, int] | None:
    interval = (figure(headers, f"x-rate-limit-api-{who}-interval-ms") or 0) / 1000
    limit = figure(headers, f"x-rate-limit-api-{who}-max")
    return _window(limit, interval, figure(headers, f"x-rate-limit-api-{who}-remaining"))


def _data_center(headers: Mapping[str, str]) -> tuple[int, float, int] | None:
    interval = float(figure(headers, "X-RateLimit-Interval-Seconds") or 0)
    fill = figure(headers, "X-RateLimit-FillRate")
    return _window(fill, interval, figure(headers, "X-RateLimit-Remaining"))


def _window(limit: int | None, interval: float, remaining: int | None) -> tuple[int, float, int] | None:
    """Return a window as a tracker describes it; None where it does not, or where nothing would ever get through."""
    if not limit or remaining is None or not 0 < interval <= LONGEST_ASKED:
        return None
    return limit, interval, remaining


def _cloud(headers: Mapping[str, str]) -> tuple[int, int] | None:
    limit = figure(headers, "X-RateLimit-Limit")
    remaining = figure(headers, "X-RateLimit-Remaining")
    return None if not limit or remaining is None else (limit, remaining)


class Pacing:
    """All limiters of this process, so that two trackers on one host share one allowance."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        self._lock = threading.Lock()
        self._limiters: dict[tuple[str, str], Limiter] = {}

    def limiter(self, whose: str, method: str, allowances: Mapping[str, Allowance]) -> Limiter:
        """Return the limiter for one HTTP method of whoever is given the allowances: a site, or an account on a host."""
        group = method if method in allowances else "*"
        with self._lock:
            return self._limiters.setdefault((whose, group), Limiter(allowances[group], self._clock))


SHARED = Pacing()
