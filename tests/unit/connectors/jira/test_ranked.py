"""Orders are put right by rank texts where a search index is behind posync's own moves, and are left alone elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posync.connectors.jira.ranked import PastIndex, Placed, RankTexts, lately, misplaced, note
from posync.connectors.jira.search import Question
from posync.connectors.jira.site import RECENT
from posync.connectors.transport import Clock
from posync.errors import Incomplete, QuotaSpent
from posync.model.issue import Issue
from posync.model.observation import Aside, Memory
from tests.unit.connectors.jira.test_performing import Desk

both = pytest.mark.parametrize("site", ["cloud", "dc"], indirect=True)
dc = pytest.mark.parametrize("site", ["dc"], indirect=True)
ASKED = Question("project = SHOP", ("rank",), rank_fields=("rank",))


def put(order: Sequence[str], block: Placed) -> list[str]:
    """Return what a rank call makes of an order."""
    rest = [one for one in order if one not in block.ids]
    at = rest.index(block.anchor) + (block.side == "below")
    return [*rest[:at], *block.ids, *rest[at:]]


def told(**texts: str | None) -> RankTexts:
    """Return rank texts as one answer brings them."""
    found = RankTexts(["rank"])
    found.note([{"id": one, "fields": {"rank": text}} for one, text in texts.items()])
    return found


@st.composite
def blocks(draw: st.DrawFn) -> list[Placed]:
    """Draw rank calls as a plan has them, first to last: anchors stay, and each issue is moved once at most."""
    moving = draw(st.permutations("fghijkl"))
    cuts = sorted({0, *draw(st.lists(st.integers(0, 7), max_size=4))})
    groups = [tuple(moving[a:b]) for a, b in pairwise(cuts)]
    return [
        Placed(0.0, draw(st.sampled_from("abcde")), draw(st.sampled_from(("above", "below"))), group)
        for group in groups
    ]


@given(st.permutations("abcdefghijkl"), blocks(), st.data())
def test_an_order_shows_all_moves_exactly_where_they_leave_it_as_it_is(
    before: list[str], moves: list[Placed], data: st.DataObject
) -> None:
    """Of those orders that an index may show: the one before, the one after some of the moves, or after all."""
    shown, now = before, before
    for block in moves[: data.draw(st.integers(0, len(moves)))]:
        shown = put(shown, block)
    now = shown
    for block in moves:
        now = put(now, block)
    assert (misplaced(shown, moves[::-1]) == []) == (shown == now)
    assert misplaced(now, moves[::-1]) == []


def test_what_is_moved_again_is_looked_for_where_it_was_moved_last() -> None:
    first, second = Placed(1.0, "a", "below", ("d", "e")), Placed(2.0, "c", "above", ("d",))
    order = put(put("abcde", first), second)
    assert order == ["a", "e", "b", "d", "c"]
    assert misplaced(order, [second, first]) == []
    assert misplaced(put("abcde", first), [second, first]) == ["d"]
    assert misplaced("abcde", [second, first]) == ["d", "e"]


def test_what_is_not_in_the_scope_is_not_missed() -> None:
    moves = [Placed(2.0, "x", "below", ("c",)), Placed(1.0, "a", "below", ("y", "b"))]
    assert misplaced("abc", moves) == []
    assert misplaced("acb", moves) == []  # c was moved later: between the two it says nothing
    assert misplaced("adbc", moves) == ["b"]


def test_texts_sort_as_they_stand_bucket_first_and_equal_ones_as_they_stood() -> None:
    texts = told(a="1|hzzzzz:", b="0|i0000v:", c="0|i0000v:i", d="0|hzzzzz:zz", e="0|hzzzzz:zz")
    assert texts.sorted("abced", [Placed(1.0, "a", "above", ("b",))]) == ("e", "d", "b", "c", "a")


def test_an_issue_without_a_text_follows_what_it_followed() -> None:
    texts = told(a="0|b:", b="0|a:", c="0|c:", x=None, y="")
    assert texts.sorted("yaxbc", [Placed(1.0, "c", "above", ("a",))]) == ("y", "b", "a", "x", "c")


@pytest.mark.parametrize("text", [None, "", "9000", "high"])
def test_where_the_text_of_what_was_moved_is_none_nothing_is_said(text: str | None) -> None:
    assert told(a="0|a:", b="0|b:", c=text).sorted("abc", [Placed(1.0, "a", "above", ("c",))]) is None


def test_numbers_are_no_rank_texts() -> None:
    """What a profile calls rank may be a field of another kind, whose texts do not sort as they stand."""
    assert told(a="2", b="10", c="1").sorted("abc", [Placed(1.0, "a", "above", ("c",))]) is None


def test_ranks_from_before_and_after_a_move_to_another_bucket_are_not_compared() -> None:
    texts = told(a="0|a:", b="0|b:", c="1|a:")
    assert texts.sorted("abc", [Placed(1.0, "a", "below", ("c",))]) is None
    assert texts.sorted("abc", [Placed(1.0, "a", "below", ("b",))]) == ("a", "b", "c")


def test_of_several_rank_fields_the_one_that_most_issues_have_counts() -> None:
    texts = RankTexts(["old", "rank"])
    rows = {"a": ("0|a:", "0|c:"), "b": ("0|b:", "0|b:"), "c": (None, "0|a:")}
    texts.note(
        [{"id": one, "fields": dict(zip(("old", "rank"), row, strict=True))} for one, row in rows.items()]
    )
    assert texts.sorted("abc", [Placed(1.0, "b", "above", ("c",))]) == ("c", "b", "a")


def test_texts_that_are_newer_than_the_order_they_came_in_are_enough(site: Any) -> None:
    jira = site.open().site
    past = PastIndex(jira, lambda *_: pytest.fail("nothing is to be asked for"))
    note(jira, ["c"], "a", "below")
    assert past.order(ASKED, ("a", "c", "b"), told()) == ("a", "c", "b")
    assert past.order(ASKED, ("a", "b", "c"), told(a="0|a:", b="0|c:", c="0|b:")) == ("a", "c", "b")
    assert past.assured(("a",)) == ("a",)


def test_an_order_that_cannot_be_put_right_is_left_and_known_as_such(site: Any) -> None:
    jira, asked = site.open().site, []
    past = PastIndex(jira, lambda *asking: asked.append(asking))
    note(jira, ["c"], "a", "below")
    assert past.order(ASKED, ("a", "b", "c"), told(a=None, b=None, c=None)) == ("a", "b", "c")
    assert len(asked) == 1
    with pytest.raises(Incomplete, match="does not show yet where issues were put"):
        past.assured(("a",))
    past.order(ASKED, ("a", "c", "b"), told())
    assert past.assured(("a",)) == ("a",)


def test_moves_are_remembered_for_a_quarter_of_an_hour(site: Any) -> None:
    jira, now = site.open().site, [1_000_000.0]
    jira.transport.clock = Clock(wall=lambda: now[0])
    note(jira, ["1", "2"], "9", "above")
    now[0] += RECENT - 1
    note(jira, ["3"], "9", "below")
    assert [(one.anchor, one.side, tuple(one.ids)) for one in lately(jira)] == [
        ("9", "below", ("3",)),
        ("9", "above", ("1", "2")),
    ]
    now[0] += 2
    assert [tuple(one.ids) for one in lately(jira)] == [("3",)]
    now[0] += RECENT
    assert lately(jira) == []


def late(site: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk at a site whose index is late, and whose search reconciles fewer issues than are moved."""
    monkeypatch.setattr("posync.connectors.jira.cloud.RECONCILE", 2)
    desk = Desk(site)
    site.sandbox.limits.index_lag = site.sandbox.world.jira.index_lag = 600
    return desk


def forget(site: Any, *names: str) -> None:
    """Take away what is remembered of a site under these names."""
    (path,) = site.cache.glob("jira-*.json")
    held = json.loads(path.read_text("utf-8"))
    for name in names:
        del held[name]
    path.write_text(json.dumps(held), "utf-8")


MOVED = [0, *range(20, 29), *range(1, 20), *range(29, 40)]


def pulled(site: Any) -> list[str]:
    """Return the keys that a first pull finds, in its order."""
    issues: dict[str, str] = {}
    seen = site.open().pull(None, lambda found: issues.update((one.uid, one.key) for one in found))
    return [issues[uid] for uid in seen.order]


@both
def test_an_order_over_several_pages_is_put_right(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = late(site, monkeypatch)
    site.sandbox.limits.search_page = site.sandbox.limits.server_page = 15
    desk.do(*desk.moves(range(20, 29), 0, "below"))
    assert desk.order == MOVED
    assert pulled(site) == site.truth()


@dc
def test_more_issues_than_go_by_offset_are_put_right(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = late(site, monkeypatch)
    monkeypatch.setattr("posync.connectors.jira.offsets.CLIFF", 20)
    site.sandbox.limits.server_cliff, site.sandbox.limits.server_page = 20, 5
    desk.do(*desk.moves(range(20, 29), 0, "below"))
    assert desk.order == MOVED


def test_a_pull_that_asks_for_the_fields_anew_puts_right_what_it_had_listed_before(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = late(site, monkeypatch)
    desk.do(*desk.moves(range(20, 29), 0, "below"))
    forget(site, "fields", "counts")
    assert pulled(site) == site.truth()


@dc
def test_where_people_moved_something_few_issues_are_looked_at(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index has caught up: that the first ones are as it shows them is enough."""
    desk = late(site, monkeypatch)
    site.sandbox.limits.index_lag = site.sandbox.world.jira.index_lag = 0
    desk.do(*desk.moves(range(20, 39), 0, "below"))
    for at in (25, 30):
        site.edit({"issue": desk.issues[at].key, "rank_after": desk.issues[10].key})
    start = len(site.asked())
    assert pulled(site) == site.truth()
    assert sum("/issue/" in path for _, path in site.asked()[start:]) <= 16
    reader = site.open()
    order = reader.order("")
    start = len(site.asked())
    assert reader.order("") == order
    assert len(site.asked()) == start + 1


def test_a_pull_that_goes_on_where_a_quota_ended_one_puts_right_what_it_had_listed_before(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = late(site, monkeypatch)
    for name, value in (("BULK_DOCUMENTED", 10), ("WORKERS", 1)):
        monkeypatch.setattr(f"posync.connectors.jira.cloud.{name}", value)
    site.sandbox.limits.bulkfetch = 10
    forget(site, "counts")
    issues: dict[str, str] = {}

    def keep(found: Sequence[Issue]) -> None:
        issues.update((one.uid, one.key) for one in found)

    quota = {"do": "429", "retry_after": 0, "reason": "jira-quota-tenant-based"}
    site.faults({"match": {"path": "bulkfetch", "nth": 4}} | quota)
    with pytest.raises(QuotaSpent) as spent:
        site.open().pull(None, keep)
    site.faults()
    desk.do(*desk.moves(range(20, 29), 0, "below"))
    forget(site, "counts")
    assert spent.value.aside is not None
    seen = site.open().pull(Memory("", {}, Aside(*spent.value.aside)), keep)
    assert seen.resumed
    assert [issues[uid] for uid in seen.order] == site.truth()
