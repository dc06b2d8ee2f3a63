"""How pulls are told."""

from __future__ import annotations

from posync.observing import Pulled
from posync.reporting import render_pulled


def test_pulls() -> None:
    text = render_pulled([Pulled("shop", 2000, True, 0, 3, 0.42), Pulled("board", 1, False, 1, 1, 1.0)])
    assert text.splitlines() == [
        "shop   2,000 issues  nothing changed  3 requests  0.4 s",
        "board       1 issue        1 changed   1 request  1.0 s  incomplete",
    ]


def test_no_tracker_is_no_line() -> None:
    assert render_pulled([]) == ""
