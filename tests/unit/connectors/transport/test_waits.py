"""How long trackers ask to be left alone."""

from __future__ import annotations

import pytest

from posync.connectors.transport.waits import retry_after

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
        ({}, None),
    ],
)
def test_reads_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds
