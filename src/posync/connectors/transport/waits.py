"""How long a tracker asks to be left alone, read from its headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_ASKED = 86_400.0
"""Seconds: what a tracker asks for beyond a day is a slip, and a day is far more than any run waits."""

_SECONDS = re.compile(r"[0-9]+\.?[0-9]*")
_FIGURE = re.compile("[0-9]{1,9}")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait before trying again, a day at most; None where the tracker does not say.

    Takes `Retry-After` as seconds (0 too, as Data Center sends it) or as an HTTP date, else
    `X-RateLimit-Reset` as an ISO time. Dates are compared with the answer's own `Date`, so
    that a wrong clock on this machine does not matter.
    """
    asked = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(asked):
        return min(float(asked), LONGEST_ASKED)
    then = _http_date(asked) or _iso(headers.get("X-RateLimit-Reset", ""))
    if then is None:
        return None
    return min(max(0.0, (then - served_at(headers)).total_seconds()), LONGEST_ASKED)


def figure(headers: Mapping[str, str], name: str) -> int | None:
    """Return the whole number that a header names, None where it names none or one beyond all sense."""
    text = headers.get(name, "").strip()
    return int(text) if _FIGURE.fullmatch(text) else None


def served_at(headers: Mapping[str, str]) -> datetime:
    """Return the server's own time of the answer, aware UTC; this machine's where it does not say."""
    return dated(headers) or datetime.now(UTC)


def dated(headers: Mapping[str, str]) -> datetime | None:
    """Return the server's own time of the answer, aware UTC; None where it does not say."""
    return _http_date(headers.get("Date", ""))


def _http_date(text: str) -> datetime | None:
    return _moment(text, parsedate_to_datetime)


def _iso(text: str) -> datetime | None:
    return _moment(text.strip(), datetime.fromisoformat)


def _moment(text: str, reading: Callable[[str], datetime]) -> datetime | None:
    try:
        moment = reading(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):  # the last: years that no calendar has
        return None
