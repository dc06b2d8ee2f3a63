"""Dates in JQL: epoch milliseconds, quoted days and minutes in the account's zone, and relative ones."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from posync.sandbox.clock import ZONE, milliseconds
from posync.sandbox.jira.jql import Function, Value, refused

FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")
RELATIVE = re.compile(r"([+-]?)(\d+)(w|d|h|m)", re.IGNORECASE)
UNITS = {"w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000}


def moment(value: Any) -> int | None:
    """Return a date field's value in epoch milliseconds, None where it is unset."""
    return milliseconds(value) or None


def bound(value: Value, field: str, now: int) -> int:
    """Return what a date in a clause means in epoch milliseconds; raises Refusal where it is no date."""
    if isinstance(value, Function):
        return _function(value, now)
    if re.fullmatch(r"-?\d{5,}", value):
        return int(value)
    relative = RELATIVE.fullmatch(value)
    if relative:
        amount = int(relative[2]) * UNITS[relative[3].lower()]
        return now - amount if relative[1] == "-" else now + amount
    for form in FORMS:
        try:
            return round(datetime.strptime(value, form).replace(tzinfo=ZONE).timestamp() * 1000)
        except ValueError:
            continue
    raise refused(
        f"Date value '{value}' for field '{field}' is invalid. Valid formats include: "
        "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
    )


def _function(function: Function, now: int) -> int:
    day = datetime.fromtimestamp(now / 1000, ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = {
        "now": datetime.fromtimestamp(now / 1000, ZONE),
        "startofday": day,
        "endofday": day + timedelta(days=1),
        "startofweek": day - timedelta(days=(day.weekday() + 1) % 7),
        "startofmonth": day.replace(day=1),
    }
    if function.name not in starts:
        raise refused(f"Unable to find JQL function '{function.name}()'.")
    return round(starts[function.name].timestamp() * 1000)
