"""How long trackers ask to be left alone."""

from __future__ import annotations

import pytest

from posync.connectors.transport.waits import LONGEST_ASKED, figure, retry_after

DATE = "Mon, 05 Jan 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "Mon, 05 Jan 2026 10:00:09 GMT", "Date": DATE}, 9.0),
        ({"Retry-After": "Mon, 05 Jan 2026 09:59:00 GMT", "Date": DATE}, 0.0),
        ({"X-RateLimit-Reset": "2026-01-05T10:00:03Z", "Date": DATE}, 3.0),
        ({"X-RateLimit-Reset": "2026-01-05T10:00Z", "Date": DATE}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "²"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "9" * 400}, LONGEST_ASKED),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 -2359", "Date": DATE}, None),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT", "Date": DATE}, LONGEST_ASKED),
        ({"Retry-After": "Mon, 05 Jan 99999999999999999999 10:00:00 GMT", "Date": DATE}, None),
        ({"X-RateLimit-Reset": "0001-01-01T00:00:00+23:59", "Date": DATE}, None),
        ({}, None),
    ],
)
def test_reads_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


@pytest.mark.parametrize(
    ("says", "meant"),
    [("100", 100), (" 0 ", 0), ("²", None), ("-1", None), ("1.5", None), ("9" * 5000, None), ("", None)],
)
def test_reads_a_figure_or_none(says: str, meant: int | None) -> None:
    assert figure({"X-RateLimit-Limit": says}, "X-RateLimit-Limit") == meant
    assert figure({}, "X-RateLimit-Limit") is None
