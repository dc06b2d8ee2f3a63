"""The sandbox's clock: real time that never stands still between two changes."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

# The account's zone. A whole number of hours without daylight saving, so that no zone database is needed.
ZONE = timezone(timedelta(hours=-3))
ZONE_NAME = "America/Sao_Paulo"


class Clock:
    """Gives milliseconds since 1970; each reading is later than the one before."""

    def __init__(self) -> None:
        self.last = 0

    def now(self) -> int:
        """Return now in epoch milliseconds, at least one later than ever before."""
        self.last = max(self.last + 1, time.time_ns() // 1_000_000)
        return self.last


def jira_time(milliseconds: int) -> str:
    """Return a moment as Jira writes it, in the account's zone: `2026-11-22T12:00:00.123-0300`."""
    moment = datetime.fromtimestamp(milliseconds / 1000, ZONE)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}{moment:%z}"


def trello_time(milliseconds: int) -> str:
    """Return a moment as Trello writes it: `2026-11-22T15:00:00.123Z`."""
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


def milliseconds(text: object, default: int = 0) -> int:
    """Return a vendor's timestamp in epoch milliseconds, or `default` where it is none."""
    if isinstance(text, int | float):
        return int(text)
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return default
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)
