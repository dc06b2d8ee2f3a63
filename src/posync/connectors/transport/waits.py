"""How long a tracker asks to be left alone, read from its headers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait before trying again; None where the tracker does not say.

    Takes `Retry-After` as seconds (0 too, as Data Center sends it) or as an HTTP date, else
    `X-RateLimit-Reset` as an ISO time. Dates are compared with the answer's own `Date`, so
    that a wrong clock on this machine does not matter.
    """
    asked = headers.get("Retry-After", "").strip()
    if asked.replace(".", "", 1).isdigit():
        return float(asked)
    then = _http_date(asked) or _iso(headers.get("X-RateLimit-Reset", ""))
    if then is None:
        return None
    return max(0.0, (then - served_at(headers)).total_seconds())


def served_at(headers: Mapping[str, str]) -> datetime:
    """Return the server's own time of the answer, aware UTC; this machine's where it does not say."""
    return dated(headers) or datetime.now(UTC)


def dated(headers: Mapping[str, str]) -> datetime | None:
    """Return the server's own time of the answer, aware UTC; None where it does not say."""
    return _http_date(headers.get("Date", ""))


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
