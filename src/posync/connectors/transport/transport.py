"""The one way to a tracker: paced, repeated where that is safe, and every failure in posync's words."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from concurrent.futures import CancelledError
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from posync.connectors.transport import faults, pacing
from posync.connectors.transport.answer import Answer, decode
from posync.connectors.transport.auth import Auth
from posync.connectors.transport.clock import Clock
from posync.connectors.transport.pacing import Allowance, Limiter, Pacing
from posync.connectors.transport.retry import LONGEST_WAIT, persist
from posync.connectors.transport.waits import dated
from posync.errors import ConfigError, QuotaSpent, TrackerError, Transient, UnexpectedPayload
from posync.model.address import base_address
from posync.model.repeat import Repeat

TIMEOUT = (5, 60)  # seconds to connect, and between two bytes of an answer
WORKERS = 8  # requests under way at once, at most
MOST_REDIRECTS = 3

READING_ROUTES = (
    # POST, but nothing changes: the questions are too long for a URL.
    "/rest/api/2/search/jql",
    "/rest/api/2/search",
    "/rest/api/2/issue/bulkfetch",
)

Params = Mapping[str, str | int | bool]
Method = Literal["POST", "PUT", "DELETE"]


class Tally:
    """How many requests were sent, repeats included, and the seconds spent waiting for allowance."""

    def __init__(self) -> None:
        self.requests, self.waited = 0, 0.0
        self._lock = threading.Lock()

    def sent(self) -> None:
        """Count one request."""
        with self._lock:
            self.requests += 1

    def rested(self, seconds: float) -> None:
        """Count one wait."""
        with self._lock:
            self.waited += seconds


class ReadTransport:
    """Asks a tracker, and cannot tell it anything: there is no method that writes.

    `base` is the address of the site or API, path prefix included; routes start with "/".
    The session is handed over: the transport sets its auth and closes it. `per_site` says that all accounts
    spend the same allowances, as on Jira Cloud.
    """

    def __init__(
        self,
        tracker: str,
        base: str,
        auth: Auth,
        session: requests.Session,
        *,
        allowances: Mapping[str, Allowance],
        per_site: bool = False,
        pace: Pacing | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.tracker, self.base = tracker, checked_base(tracker, base)
        self.tally = Tally()
        self.dated: datetime | None = None  # the tracker's own time of its latest answer
        self._closed = threading.Event()
        self.clock = clock or Clock(sleep=self._rest)
        self._session, self._auth, self._allowances = session, auth, allowances
        self._pace = pace or pacing.SHARED
        who = hashlib.sha256("\0".join(auth.secrets).encode()).hexdigest()
        self._whose = self.base if per_site else f"{urlsplit(self.base).netloc} {who}"
        session.auth = auth
        session.headers["Accept"] = "application/json"
        session.headers["User-Agent"] = "posync"  # for whoever reads a site's log

    def get(self, route: str, params: Params | None = None, *, operation: str) -> Answer:
        """Return the answer to a GET; `operation` is what posync is doing, in a few plain words."""
        return persist(
            lambda: self._once("GET", route, params, None, operation, writing=False), Repeat.SAFE, self.clock
        )

    def ask(self, route: str, question: Any, params: Params | None = None, *, operation: str) -> Answer:
        """Return the answer to a question that is sent as POST; only on the written list of reading routes."""
        if route not in READING_ROUTES:
            raise ValueError(f"{route} is not on the list of reading routes")
        return persist(
            lambda: self._once("POST", route, params, question, operation, writing=False),
            Repeat.SAFE,
            self.clock,
        )

    def close(self) -> None:
        """Give back connections; no request begins after this, and no wait goes on: CancelledError."""
        self._closed.set()
        self._session.close()

    def _rest(self, seconds: float) -> None:
        self._closed.wait(seconds)

    def _once(
        self, method: str, route: str, params: Params | None, body: Any, operation: str, *, writing: bool
    ) -> Answer:
        limiter = self._pace.limiter(self._whose, method, self._allowances)
        self._take_turn(limiter, operation)
        sent = self.clock.now()
        try:
            response = self._exchange(method, self.base + route, params, body, operation)
            limiter.learn(response.headers)
            self.dated = dated(response.headers) or self.dated
        finally:
            limiter.answered(sent)
        if response.status_code < 300:
            return decode(self.tracker, operation, response)
        error = faults.from_response(self.tracker, operation, response, writing=writing, hide=self._hide)
        if response.status_code == 429:
            self._slow_down(limiter, response, error)
        raise error

    def _take_turn(self, limiter: Limiter, operation: str) -> None:
        """Wait until the limiter lets this request through; raises QuotaSpent beyond the ceiling."""
        while not self._closed.is_set() and (wait := limiter.delay()) > 0:
            if wait > LONGEST_WAIT:
                raise QuotaSpent(
                    self.tracker,
                    operation,
                    f"the tracker asks for {wait:.0f} s of rest",
                    retry_after=wait,
                    remedy="Run posync again then: what is done stays done.",
                )
            self.tally.rested(wait)
            self.clock.sleep(wait)
        if self._closed.is_set():
            raise CancelledError

    def _slow_down(self, limiter: Limiter, response: requests.Response, error: TrackerError) -> None:
        """Hold back all threads after a 429, unless it concerns one issue only."""
        if "per-issue" in response.headers.get("RateLimit-Reason", ""):
            return
        if isinstance(error, Transient):
            if error.retry_after is None:
                error.retry_after = limiter.interval
            limiter.pause(min(error.retry_after, LONGEST_WAIT))

    def _exchange(
        self, method: str, url: str, params: Params | None, body: Any, operation: str
    ) -> requests.Response:
        """Send one request and follow redirects within the host only."""
        for _ in range(MOST_REDIRECTS + 1):
            response = self._send(method, url, params, body, operation)
            if not response.is_redirect:
                return response
            url, params = self._within_host(method, response, operation), None
        raise UnexpectedPayload(
            self.tracker, operation, "the host redirects in circles", remedy="Check the url of this tracker."
        )

    def _send(
        self, method: str, url: str, params: Params | None, body: Any, operation: str
    ) -> requests.Response:
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode(errors="replace")
        headers = {} if data is None else {"Content-Type": "application/json; charset=utf-8"}
        query = {name: _query(value) for name, value in (params or {}).items()}
        request = requests.Request(method, url, params=query, data=data, headers=headers)
        try:
            prepared = self._session.prepare_request(request)
            settings = self._session.merge_environment_settings(prepared.url, {}, False, None, None)
            settings["verify"] = settings["verify"] or True  # nobody turns TLS verification off
            self.tally.sent()
            return self._session.send(prepared, timeout=TIMEOUT, allow_redirects=False, **settings)
        except (requests.RequestException, HTTPError, ValueError) as error:
            raise faults.from_exception(self.tracker, operation, error) from None

    def _within_host(self, method: str, response: requests.Response, operation: str) -> str:
        target = urljoin(str(response.url), response.headers["Location"])
        here, there = urlsplit(self.base), urlsplit(target)
        if method == "GET" and (here.scheme, here.netloc) == (there.scheme, there.netloc):
            return target
        raise UnexpectedPayload(
            self.tracker,
            operation,
            f"the host sends posync on to {there.hostname or 'no host'}, where it does not take its credentials",
            status=response.status_code,
            remedy="Put the address of the API itself under url.",
        )

    def _hide(self, text: str) -> str:
        for secret in self._auth.secrets:
            text = text.replace(secret, "[secret]") if secret else text
        return text


class Transport(ReadTransport):
    """Asks and tells; only applying is given one."""

    def write(
        self,
        method: Method,
        route: str,
        body: Any = None,
        params: Params | None = None,
        *,
        repeat: Repeat,
        operation: str,
    ) -> Answer:
        """Return the answer to a write; `repeat` says whether it may be sent again when its fate is unknown."""
        return persist(
            lambda: self._once(method, route, params, body, operation, writing=True), repeat, self.clock
        )


def checked_base(tracker: str, base: str) -> str:
    """Return the address without its last slash; raises ConfigError where it is not safe to use."""
    try:
        return base_address(base)
    except ValueError as error:
        raise ConfigError(f"{tracker}: url: {error}.") from None


def _query(value: str | int | bool) -> str:  # noqa: FBT001 - a query value, not a switch
    return str(value).lower() if isinstance(value, bool) else str(value)
