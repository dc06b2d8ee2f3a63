"""Every way a request can fail, said in posync's words: no URL, header or body travels along."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import requests
from requests import Response
from urllib3 import exceptions as wire

from posync.connectors.transport.answer import looks_like_a_page
from posync.connectors.transport.waits import retry_after
from posync.errors import (
    AccessRefused,
    NotFound,
    QuotaSpent,
    Refused,
    TrackerError,
    Transient,
    UnexpectedPayload,
)

OTHER_PROFILE = "Check that the profile fits the site: jira-cloud or jira-data-center."
API_ADDRESS = "Put the address of the API itself under url."
CREDENTIALS = "Check what stands under auth: tokens expire, make a new one where in doubt."
LONGEST_WORD = 300  # characters of a vendor's own message that are repeated
_INVISIBLE = re.compile(
    r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+"
)


def from_exception(tracker: str, operation: str, error: Exception) -> TrackerError:
    """Return what a failed exchange means; `sent` is False only where nothing can have arrived."""
    if isinstance(error, requests.exceptions.SSLError):
        return TrackerError(
            tracker,
            operation,
            "the host's TLS certificate cannot be trusted",
            remedy="Check the url; behind a company proxy, point REQUESTS_CA_BUNDLE at its certificate.",
        )
    if isinstance(error, UnicodeEncodeError | requests.exceptions.InvalidHeader):
        return AccessRefused(
            tracker,
            operation,
            "the token or e-mail holds characters that none can have",
            remedy="Copy it again, without quotes or blanks around it.",
        )
    if isinstance(error, ValueError):  # as addresses are refused
        return _no_address(tracker, operation, error)
    if surely_not_sent(error):
        return Transient(
            tracker,
            operation,
            "the host cannot be reached",
            remedy="Check the url and the network, then try again.",
            sent=False,
        )
    if isinstance(error, requests.exceptions.Timeout):
        return Transient(tracker, operation, "no answer in time")
    return Transient(tracker, operation, "the connection broke before the answer was complete")


def _no_address(tracker: str, operation: str, error: ValueError) -> TrackerError:
    if isinstance(error, requests.RequestException | wire.HTTPError):
        return TrackerError(
            tracker,
            operation,
            "the address of the host, or of a proxy on the way to it, is none that can be used",
            remedy="Check the url, and HTTPS_PROXY, HTTP_PROXY and ALL_PROXY in the environment.",
        )
    return UnexpectedPayload(  # requests looks at where a redirect leads though it is not to follow
        tracker, operation, "the host sends posync on to an address that is none", remedy=API_ADDRESS
    )


def surely_not_sent(error: BaseException) -> bool:
    """Whether the connection was never made: name unknown, refused, or timed out while connecting."""
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    return isinstance(reason, wire.NewConnectionError | wire.ConnectTimeoutError)


def from_response(
    tracker: str, operation: str, response: Response, *, writing: bool, hide: Callable[[str], str]
) -> TrackerError:
    """Return what an answer of status 300 or more means; `hide` takes secrets out of the vendor's words."""
    status = response.status_code
    said = hide(vendor_words(response))
    if status == 429 or status in (408, 409, 425, 449) or status >= 500:
        return _passing(tracker, operation, response, said)
    if status in (401, 403):
        return _refused_access(tracker, operation, response, said)
    if status == 404 or (status == 400 and not writing and "does not exist" in said):
        return NotFound(
            tracker,
            operation,
            said or "nothing is there, or this account may not see it",
            status=status,
            remedy="Check scope and url of this tracker, and that the account may see it.",
        )
    return _final(tracker, operation, status, said, writing=writing)


def _final(tracker: str, operation: str, status: int, said: str, *, writing: bool) -> TrackerError:
    if status == 410:
        return UnexpectedPayload(
            tracker,
            operation,
            "this site no longer offers that route",
            status=status,
            remedy=OTHER_PROFILE,
        )
    if status < 400:
        return UnexpectedPayload(tracker, operation, said, status=status, remedy=API_ADDRESS)
    if writing:
        return Refused(tracker, operation, said or "the tracker rejects it", status=status)
    return TrackerError(
        tracker,
        operation,
        said or "the tracker does not accept the question",
        status=status,
        remedy="Check the scope of this tracker in the workspace file.",
    )


def _passing(tracker: str, operation: str, response: Response, said: str) -> Transient:
    status, wait = response.status_code, retry_after(response.headers)
    if status != 429:
        return Transient(
            tracker, operation, said or "the tracker has trouble", status=status, retry_after=wait
        )
    reason = response.headers.get("RateLimit-Reason", "").lower()
    if "quota" in reason:
        return QuotaSpent(
            tracker,
            operation,
            "the allowance of this account or site is used up",
            status=status,
            retry_after=wait,
            remedy=_when(wait),
        )
    return Transient(tracker, operation, "too many requests", status=status, retry_after=wait)


def _when(wait: float | None) -> str:
    after = f" in {wait:.0f} s" if wait else " later"
    return f"Run posync again{after}: what is done stays done."


def _refused_access(tracker: str, operation: str, response: Response, said: str) -> TrackerError:
    denied = response.headers.get("X-Authentication-Denied-Reason", "")
    if "CAPTCHA" in denied.upper():
        remedy = "Log in once in a browser with this account to answer the CAPTCHA."
    elif response.status_code == 401:
        remedy = CREDENTIALS
    else:
        remedy = (
            "Give this account the permission, or use another account; `posync check` lists what is missing."
        )
    default = "the credentials are not accepted" if response.status_code == 401 else "not permitted"
    return AccessRefused(tracker, operation, said or default, status=response.status_code, remedy=remedy)


def vendor_words(response: Response) -> str:
    """Return the vendor's own message in one short printable line; empty where there is none to trust."""
    if looks_like_a_page(response):
        return ""
    try:
        words = list(_messages(response.json()))
    except (ValueError, RecursionError):
        words = [response.text] if len(response.text) <= LONGEST_WORD else []
    line = " ".join(_INVISIBLE.sub(" ", "; ".join(words)).split()).rstrip(".")
    return line if len(line) <= LONGEST_WORD else line[: LONGEST_WORD - 1] + "…"


def _messages(body: Any) -> Iterable[str]:
    if not isinstance(body, dict):
        return
    for name in ("errorMessages", "errors", "message", "errorMessage", "error"):
        value = body.get(name)
        if isinstance(value, str) and value:
            yield value
        elif isinstance(value, list):
            yield from (str(item) for item in value if isinstance(item, str))
        elif isinstance(value, dict):
            yield from (f"{key}: {item}" for key, item in value.items())
