"""Cursors: from the data's own times, with an overlap, and forgotten when the question changes."""

from __future__ import annotations

import pytest

from posync.connectors.jira.cursor import MOST_SEEN, OVERLAP, Cursor, advanced, digest_of

AT = 1_767_000_030_500


def test_asks_again_from_a_whole_minute_and_a_quarter_of_an_hour_before() -> None:
    cursor = advanced("d", {"1": AT, "2": AT - 60_000, "3": AT - 3_600_000})
    assert cursor.since == 1_767_000_000_000 - OVERLAP
    assert cursor.seen == {"1": AT, "2": AT - 60_000}
    assert Cursor.from_json(cursor.to_json()) == cursor


def test_moves_forward_only() -> None:
    before = advanced("d", {"1": AT})
    assert advanced("d", {"2": AT - 1000}, before).latest == AT
    after = advanced("d", {"2": AT + 2 * OVERLAP}, before)
    assert after.seen == {"2": AT + 2 * OVERLAP}


def test_an_empty_tracker_has_a_cursor_too() -> None:
    assert advanced("d", {}).since == 0


def test_does_not_grow_without_bound() -> None:
    assert advanced("d", {str(n): AT for n in range(MOST_SEEN + 1)}).seen == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"digest": 1}',
        '{"digest":"d","latest":"x","seen":{}}',
        '{"digest":"d","latest":1,"seen":[]}',
    ],
)
def test_a_foreign_cursor_is_none(text: str) -> None:
    assert Cursor.from_json(text) is None


def test_digests_tell_questions_apart() -> None:
    assert digest_of("a", ["b", "c"]) != digest_of("a", ["b,c"])
    assert digest_of("a", ["b"]) == digest_of("a", ("b",))
