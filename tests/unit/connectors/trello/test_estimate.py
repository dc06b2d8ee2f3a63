"""Estimates in titles, as teams really write them."""

from __future__ import annotations

import pytest

from posync.connectors.trello.estimate import points_in_title


@pytest.mark.parametrize(
    ("title", "points"),
    [
        ("(5) Sign in", 5.0),
        ("(.5) Rename a button", 0.5),
        ("(0,5) Knopf umbenennen", 0.5),
        ("(0) Nothing left", 0.0),
        ("(1/3) Half way", 3.0),
        (" (13) leading space", 13.0),
        ("(5)", 5.0),
    ],
)
def test_an_estimate_is_read(title: str, points: float) -> None:
    assert points_in_title(title) == points


@pytest.mark.parametrize(
    "title",
    ["", "Sign in (5)", "(?) Not yet estimated", "[4] a ticket number", "(2019) Report", "(five) x", "() x"],
)
def test_no_estimate_is_invented(title: str) -> None:
    assert points_in_title(title) is None
