"""Whatever a tracker, or a proxy before it, writes into the headers that posync reads: a sane wait, or a plain error."""

from __future__ import annotations

from typing import Any

import requests
from hypothesis import example, given
from hypothesis import strategies as st
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from posync.connectors.transport import JIRA_ALLOWANCES, BearerAuth, Clock, Pacing, ReadTransport
from posync.connectors.transport.retry import LONGEST_WAIT
from posync.connectors.transport.waits import LONGEST_ASKED
from posync.errors import QuotaSpent, TrackerError, Transient

READ = (
    "Retry-After",
    "Date",
    "X-RateLimit-Reset",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Interval-Seconds",
    "X-RateLimit-FillRate",
    "x-rate-limit-api-token-interval-ms",
    "x-rate-limit-api-token-max",
    "x-rate-limit-api-token-remaining",
    "RateLimit-Reason",
    "X-Authentication-Denied-Reason",
    "Location",
    "Content-Type",
)
LATIN = st.text(st.characters(max_codepoint=0xFF, exclude_characters="\r\n"), max_size=12)
NUMBERS = st.one_of(
    st.integers(0, 130).map(str),
    st.integers(0, 10**12).map(str),
    st.sampled_from(
        ["²", "0", "-1", "1e9", "0.001", "1.", ".", "nan", "inf", "1_000", "9" * 400, "9" * 5000]
    ),
)
DATES = st.one_of(
    st.datetimes().map(lambda t: t.strftime("%a, %d %b %Y %H:%M:%S GMT")),
    st.datetimes().map(lambda t: t.isoformat() + "Z"),
    st.sampled_from(
        [
            "Mon, 05 Jan 9999999999999999 10:00:00 GMT",
            "Fri, 31 Dec 9999 23:59:59 -2359",
            "9999-12-31T23:59-23:59",
        ]
    ),
)
ODD = st.sampled_from(
    ["http://[", "//[::1", "/\xb2", "text/plain; charset=idna", "text/html", "quota", "\x00"]
)
HEADERS = st.dictionaries(st.sampled_from(READ), st.one_of(LATIN, NUMBERS, DATES, ODD), max_size=8)
BODIES = st.sampled_from([b"{}", b"", b"[" * 100_000, b"<html>", b"\xff", b'{"errors": [1]}'])


class Scripted(BaseAdapter):
    """Gives the same answer to everything."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        super().__init__()
        self.says = status, headers, body

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        response = requests.Response()
        response.status_code, headers, response._content = self.says
        response.headers, response.request = CaseInsensitiveDict(headers), request
        response.url = str(request.url)
        return response

    def close(self) -> None:
        """Nothing is open."""


@given(HEADERS, st.sampled_from([200, 204, 302, 400, 401, 403, 404, 408, 429, 503]), BODIES)
@example({"Retry-After": "²"}, 429, b"")
@example({"Retry-After": "9" * 400}, 429, b"")
@example({"X-RateLimit-Remaining": "²", "X-RateLimit-Limit": "9" * 5000}, 200, b"{}")
@example(
    {"X-RateLimit-Interval-Seconds": "99999999", "X-RateLimit-FillRate": "1", "X-RateLimit-Remaining": "0"},
    200,
    b"{}",
)
@example({"Date": "Fri, 31 Dec 9999 23:59:59 -2359"}, 200, b"{}")
@example({"Location": "http://["}, 302, b"")
@example({}, 404, b"[" * 100_000)
def test_any_header_is_a_sane_wait_or_a_plain_error(
    headers: dict[str, str], status: int, body: bytes
) -> None:
    at, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        at[0] += seconds

    clock = Clock(now=lambda: at[0], sleep=sleep)
    session = requests.Session()
    session.mount("https://", Scripted(status, headers, body))
    transport = ReadTransport(
        "shop",
        "https://acme.example",
        BearerAuth("t"),
        session,
        allowances=JIRA_ALLOWANCES,
        pace=Pacing(clock),
        clock=clock,
    )
    for _ in range(3):
        try:
            transport.get("/x", operation="look")
        except TrackerError as error:
            asked = error.retry_after if isinstance(error, Transient) else None
            assert asked is None or 0 <= asked <= LONGEST_ASKED
            if isinstance(error, QuotaSpent):
                break
    assert all(0 <= seconds <= LONGEST_WAIT + 1 for seconds in slept)
