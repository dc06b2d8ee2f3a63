"""The transport: what it sends, what it refuses to send, and what it makes of every kind of failure."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any

import pytest
import requests
import responses
from responses import matchers
from urllib3.exceptions import LocationParseError, NewConnectionError

from posync.connectors.transport import JIRA_ALLOWANCES, BasicAuth, Pacing, ReadTransport, Transport
from posync.connectors.transport.retry import LONGEST_WAIT
from posync.connectors.transport.transport import READING_ROUTES, checked_base
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
from posync.model.repeat import Repeat

URL = "https://acme.example/rest/api/2/myself"
Opened = Callable[..., Transport]


@pytest.fixture
def web() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def get(transport: ReadTransport) -> Any:
    return transport.get("/rest/api/2/myself", {"expand": "groups"}, operation="log in").data


def test_asks_with_credentials_in_the_header_only(web: Any, opened: Opened) -> None:
    web.get(URL, json={"name": "Pia"}, match=[matchers.query_param_matcher({"expand": "groups"})])
    transport = opened()
    assert get(transport) == {"name": "Pia"}
    sent = web.calls[0].request
    assert sent.headers["Authorization"].startswith("Basic ")
    assert "canary" not in sent.url
    assert transport.tally.requests == 1


def test_writes_text_byte_for_byte(web: Any, opened: Opened) -> None:
    web.put("https://acme.example/x", status=204)
    opened().write("PUT", "/x", {"a": "ä\r\n \u00a0"}, repeat=Repeat.SAFE, operation="edit")
    assert web.calls[0].request.body == '{"a": "ä\\r\\n \u00a0"}'.encode()


def test_a_reading_transport_has_no_way_to_write() -> None:
    public = {name for name in dir(ReadTransport) if not name.startswith("_")}
    assert public == {"get", "ask", "close"}


def test_asks_by_post_only_on_the_written_list(web: Any, opened: Opened) -> None:
    with pytest.raises(ValueError, match="reading routes"):
        opened().ask("/rest/api/2/issue", {}, operation="search")
    assert not web.calls
    assert not [route for route in READING_ROUTES if route.endswith(("/issue", "/comment", "/version"))]


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:8080/jira/", "http://localhost:1", "https://acme.example/ctx"]
)
def test_takes_safe_addresses(base: str) -> None:
    assert checked_base("shop", base) == base.rstrip("/")


@pytest.mark.parametrize(
    "base",
    [
        "http://acme.example",
        "ftp://acme.example",
        "acme.example",
        "https://me:pw@acme.example",
        "https://acme.example?token=x",
    ],
)
def test_refuses_addresses_that_would_give_secrets_away(base: str) -> None:
    with pytest.raises(ConfigError) as caught:
        checked_base("shop", base)
    assert "pw" not in str(caught.value).replace("put", "")


CASES: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"status": 401, "json": {"message": "bad"}}, AccessRefused, "tokens expire"),
    ({"status": 401, "body": "invalid token"}, AccessRefused, "invalid token"),
    ({"status": 403, "json": {"errorMessages": ["no right"]}}, AccessRefused, "no right"),
    (
        {"status": 403, "headers": {"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=x"}},
        AccessRefused,
        "CAPTCHA",
    ),
    ({"status": 404, "json": {"errorMessages": ["gone"]}}, NotFound, "gone"),
    (
        {"status": 400, "json": {"errorMessages": ["The value 'X' does not exist for the field 'project'."]}},
        NotFound,
        "'X'",
    ),
    ({"status": 400, "json": {"errorMessages": ["Error in JQL"]}}, TrackerError, "scope"),
    ({"status": 410, "body": "<html>"}, UnexpectedPayload, "profile"),
    (
        {"status": 200, "body": "<html><title>Sign in</title>", "content_type": "text/html"},
        UnexpectedPayload,
        "single sign-on",
    ),
    (
        {"status": 200, "body": "<!doctype html>", "content_type": "application/json"},
        UnexpectedPayload,
        "web page",
    ),
    ({"status": 200, "body": "hello"}, UnexpectedPayload, "not JSON"),
    ({"status": 200, "body": '{"issues": [{"id"'}, Transient, "broke off"),
    ({"status": 200, "body": "[" * 100_000}, Transient, "broke off"),
    ({"status": 500, "body": "oops"}, Transient, "oops"),
    (
        {"status": 429, "headers": {"RateLimit-Reason": "jira-quota-tenant-based", "Retry-After": "900"}},
        QuotaSpent,
        "900 s",
    ),
    ({"status": 429, "headers": {"Retry-After": "1847"}}, QuotaSpent, "1847"),
    (
        {"status": 302, "headers": {"Location": "https://evil.example/login"}},
        UnexpectedPayload,
        "evil.example",
    ),
]


@pytest.mark.parametrize(("answer", "kind", "words"), CASES)
def test_says_what_went_wrong(
    web: Any, opened: Opened, answer: dict[str, Any], kind: type[Exception], words: str
) -> None:
    web.get(URL, **answer)
    with pytest.raises(kind, match=words) as caught:
        get(opened())
    assert type(caught.value) is kind
    assert str(caught.value).startswith("shop: log in: ")
    assert all(call.request.url.startswith(URL) for call in web.calls)


@pytest.mark.parametrize(
    "error",
    [
        requests.exceptions.ConnectTimeout("canary-token"),
        requests.exceptions.ConnectionError(NewConnectionError(None, "canary-token")),  # type: ignore[arg-type]
        requests.exceptions.ReadTimeout("https://acme.example?token=canary-token"),
        requests.exceptions.ConnectionError("canary-token"),
        requests.exceptions.ChunkedEncodingError("canary-token"),
        requests.exceptions.SSLError("canary-token"),
        requests.exceptions.InvalidHeader("canary-token"),
        requests.exceptions.InvalidProxyURL("canary-token"),
        LocationParseError("canary-token"),
        UnicodeEncodeError("latin-1", "canary-token", 0, 1, "canary-token"),
    ],
)
def test_no_foreign_exception_and_no_secret_gets_out(web: Any, opened: Opened, error: Exception) -> None:
    web.get(URL, body=error)
    with pytest.raises(TrackerError) as caught:
        get(opened())
    assert "canary" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("proxy", ["::::", "socks5://127.0.0.1:9", "http://[::1"])
def test_a_proxy_that_can_be_none_is_told_at_once(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(TrackerError, match="Check the url, and HTTPS_PROXY") as caught:
        get(opened())
    assert not isinstance(caught.value, Transient)


@pytest.mark.parametrize("base", ["https://acme.example:99999", "https://ac me.example"])
def test_an_address_that_can_be_none_is_told_at_once(opened: Opened, base: str) -> None:
    with pytest.raises(ConfigError, match="shop: url: "):
        opened(base=base)
    transport = opened()
    transport.base = base
    with pytest.raises(TrackerError, match="is none that can be used"):
        get(transport)


def test_hides_a_secret_that_an_answer_echoes(web: Any, opened: Opened) -> None:
    web.get(URL, status=404, json={"errorMessages": ["no user canary-token\x1b[31m\u202e"]})
    with pytest.raises(NotFound) as caught:
        get(opened())
    assert caught.value.detail == "no user [secret]"


def test_tells_a_request_that_left_from_one_that_did_not(web: Any, opened: Opened) -> None:
    web.post("https://acme.example/left", body=requests.exceptions.ConnectionError("reset"))
    refused = requests.exceptions.ConnectionError(NewConnectionError(None, "refused"))  # type: ignore[arg-type]
    web.post("https://acme.example/stayed", body=refused)
    for route, sent, tries in (("/left", True, 1), ("/stayed", False, 4)):
        before = len(web.calls)
        with pytest.raises(Transient) as caught:
            opened().write("POST", route, {}, repeat=Repeat.LOOK, operation="comment")
        assert caught.value.sent is sent
        assert len(web.calls) - before == tries


def test_a_write_that_is_rejected_is_refused_with_the_vendors_words(web: Any, opened: Opened) -> None:
    web.put(
        "https://acme.example/x", status=400, json={"errors": {"labels": "Field 'labels' cannot be set."}}
    )
    with pytest.raises(Refused, match="labels: Field 'labels' cannot be set"):
        opened().write("PUT", "/x", {}, repeat=Repeat.SAFE, operation="edit")


def test_waits_out_a_burst_and_holds_the_others_back(web: Any, opened: Opened, leaping: Any) -> None:
    web.get(URL, status=429, headers={"Retry-After": "3", "RateLimit-Reason": "jira-burst-based"})
    web.get(URL, json={})
    transport = opened()
    get(transport)
    assert sum(leaping.slept) >= 3
    assert transport.tally.requests == 2


@pytest.mark.parametrize(("headers", "least"), [({"Retry-After": "30"}, 25.0), ({}, 0.5)])
def test_after_a_refusal_no_other_request_goes_before_its_time(
    web: Any, opened: Opened, leaping: Any, headers: dict[str, str], least: float
) -> None:
    """Another thread, which was not refused itself, rests as long; an interval where the site does not say."""
    web.get(URL, status=429, headers=headers)
    refused, other = opened(), opened()
    other._pace = refused._pace
    with pytest.raises(Transient, match="too many requests"):
        refused._once("GET", "/rest/api/2/myself", None, None, "log in", writing=False)
    web.replace(responses.GET, URL, json={"name": "Pia"})
    assert not leaping.slept
    assert get(other) == {"name": "Pia"}
    assert sum(leaping.slept) >= least


def test_a_rest_beyond_the_ceiling_ends_the_run_before_anything_is_sent(
    web: Any, opened: Opened, leaping: Any
) -> None:
    transport = opened()
    limiter = transport._pace.limiter(transport._whose, "GET", transport._allowances)
    limiter.pause(LONGEST_WAIT + 1)
    with pytest.raises(QuotaSpent, match=r"asks for 121 s of rest"):
        get(transport)
    assert (transport.tally.requests, leaping.slept) == (0, [])


def test_whoever_waits_for_a_transport_that_is_closed_asks_nothing_more(web: Any) -> None:
    web.get(URL, status=429, headers={"Retry-After": "100"})
    session = requests.Session()
    auth = BasicAuth("po@acme.example", "canary-token")
    transport = ReadTransport("shop", URL[:20], auth, session, allowances=JIRA_ALLOWANCES, pace=Pacing())
    threading.Timer(0.2, transport.close).start()
    with pytest.raises(CancelledError):
        get(transport)
    assert transport.tally.requests == 1


def test_follows_a_redirect_within_the_host(web: Any, opened: Opened) -> None:
    web.get(URL, status=301, headers={"Location": "/rest/api/2/me"})
    web.get("https://acme.example/rest/api/2/me", json={"name": "Pia"})
    assert get(opened()) == {"name": "Pia"}


def test_does_not_run_in_circles(web: Any, opened: Opened) -> None:
    web.get(URL, status=301, headers={"Location": URL})
    with pytest.raises(UnexpectedPayload, match="circles"):
        get(opened())


def test_never_sends_without_a_timeout_or_tls_check(
    web: Any, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    web.get(URL, json={})
    transport, seen = opened(), {}
    send = transport._session.send

    def spying(request: Any, **kwargs: Any) -> Any:
        seen.update(kwargs)
        return send(request, **kwargs)

    monkeypatch.setattr(transport._session, "send", spying)
    transport._session.verify = False
    get(transport)
    assert (seen["timeout"], seen["verify"], seen["allow_redirects"]) == ((5, 60), True, False)


def test_a_text_that_no_encoding_takes_is_still_sent(web: Any, opened: Opened) -> None:
    web.put("https://acme.example/x", status=204)
    opened().write("PUT", "/x", {"a": "half \ud800 pair"}, repeat=Repeat.SAFE, operation="edit")
    assert web.calls[0].request.body == b'{"a": "half ? pair"}'


def test_half_a_character_becomes_a_whole_one(web: Any, opened: Opened) -> None:
    web.get(URL, body=rb'{"a": "x\ud800y \ud83d\ude00", "b": "\u00e4"}', content_type="application/json")
    assert get(opened()) == {"a": "x\ufffdy \U0001f600", "b": "\u00e4"}


def test_too_many_writes_to_one_issue_hold_up_no_other(web: Any, opened: Opened) -> None:
    headers = {"Retry-After": "5", "RateLimit-Reason": "jira-per-issue-on-write"}
    web.put("https://acme.example/issue/1", status=429, headers=headers)
    web.put("https://acme.example/issue/2", status=204)
    transport = opened()
    with pytest.raises(Transient):
        transport.write("PUT", "/issue/1", {}, repeat=Repeat.SAFE, operation="edit")
    at = transport.clock.now()
    transport.write("PUT", "/issue/2", {}, repeat=Repeat.SAFE, operation="edit")
    assert transport.clock.now() == at
    assert transport.tally.waited == 0.0


def test_a_spent_quota_ends_the_run_even_where_the_wait_is_short(web: Any, opened: Opened) -> None:
    web.get(URL, status=429, headers={"Retry-After": "5", "RateLimit-Reason": "jira-quota-global-based"})
    transport = opened()
    at = transport.clock.now()
    with pytest.raises(QuotaSpent, match="what is done stays done") as caught:
        get(transport)
    assert (caught.value.exit_code, caught.value.retry_after) == (4, 5.0)
    assert (transport.tally.requests, transport.clock.now()) == (1, at)
