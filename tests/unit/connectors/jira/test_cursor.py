"""Cursors: from the data's own times, with an overlap, and forgotten when the question changes."""

from __future__ import annotations

import pytest

from posync.connectors.jira.cursor import MOST_SEEN, OVERLAP, PATIENCE, SECOND, Cursor, advanced, digest_of
from posync.connectors.jira.search import MINUTE, WITH_FIELDS

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


def _many(count: int = WITH_FIELDS) -> dict[str, int]:
    return {str(n): AT for n in range(count)}


@pytest.mark.parametrize("count", [WITH_FIELDS, MOST_SEEN + 1])
def test_after_a_bulk_change_it_looks_back_until_the_index_has_had_its_time(count: int) -> None:
    soon = advanced("d", _many(count), began=AT + PATIENCE)
    assert soon.since < AT
    late = advanced("d", _many(count), soon, began=AT + PATIENCE + MINUTE)
    assert AT < late.since <= AT + MINUTE
    assert Cursor.from_json(late.to_json()) == late


def test_what_it_looked_back_at_stays_behind_until_something_new_comes() -> None:
    spent = advanced("d", _many(), began=AT + 2 * PATIENCE)
    assert spent.spent
    assert advanced("d", {}, spent, began=AT + 3 * PATIENCE) == spent
    fresh = advanced("d", {"7": AT + 3 * PATIENCE}, spent, began=AT + 3 * PATIENCE)
    assert fresh.since < fresh.latest - OVERLAP + MINUTE
    assert fresh.seen == {"7": AT + 3 * PATIENCE}


HOURS = 3 * 3_600_000


@pytest.mark.parametrize("ahead", [0, HOURS])
def test_behind_a_clock_of_another_time_what_is_noted_is_looked_back_at_every_time(ahead: int) -> None:
    cursor = advanced("d", _many(MOST_SEEN), began=AT + ahead, keeps_time=False)
    later = advanced("d", {}, cursor, began=AT + ahead + HOURS, keeps_time=False)
    assert later == cursor
    assert later.since < AT


@pytest.mark.parametrize("ahead", [0, HOURS])
def test_behind_a_clock_of_another_time_more_than_is_noted_is_looked_back_at_while_that_clock_goes_on(
    ahead: int,
) -> None:
    many = _many(MOST_SEEN + 1)
    cursor: Cursor | None = None
    for passed in (0, PATIENCE - MINUTE):
        cursor = advanced("d", many, cursor, began=AT + ahead + passed, keeps_time=False)
        assert not cursor.spent
        assert cursor.since < AT
        cursor = Cursor.from_json(cursor.to_json())
    spent = advanced("d", many, cursor, began=AT + ahead + PATIENCE, keeps_time=False)
    assert AT < spent.since <= AT + MINUTE
    assert advanced("d", {}, spent, began=AT + ahead + HOURS, keeps_time=False) == spent
    assert not advanced("d", {"7": AT + HOURS}, spent, began=AT + ahead + HOURS, keeps_time=False).spent


@pytest.mark.parametrize(("count", "began"), [(WITH_FIELDS - 1, AT + 2 * PATIENCE), (WITH_FIELDS, 0)])
def test_few_changes_and_sites_that_tell_no_time_are_looked_back_at_every_time(
    count: int, began: int
) -> None:
    assert advanced("d", _many(count), began=began).since < AT


def test_what_is_updated_while_a_long_pull_goes_on_moves_it_no_further_than_to_where_that_began() -> None:
    cursor = advanced("d", {"1": AT - 5, "2": AT + 3 * OVERLAP}, began=AT)
    assert cursor.latest == AT + SECOND
    assert cursor.seen == {"1": AT - 5, "2": AT + 3 * OVERLAP}
    assert advanced("d", {"1": AT - 5, "2": AT + 3 * OVERLAP}).latest == AT + 3 * OVERLAP


def test_an_empty_tracker_has_a_cursor_too() -> None:
    assert advanced("d", {}).since == 0


def test_does_not_grow_without_bound() -> None:
    assert advanced("d", _many(MOST_SEEN + 1)).seen == {}


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
