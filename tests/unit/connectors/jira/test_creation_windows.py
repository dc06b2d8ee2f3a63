"""Windows of creation time hand over every issue, however many share a minute, or name the minute that holds too many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posync.connectors.jira import offsets
from posync.connectors.jira.creation_windows import CreationWindows
from posync.connectors.jira.offsets import Page
from posync.connectors.jira.search import Question, issue_ids
from posync.errors import Incomplete

MINUTE = 60_000
MOMENT = 1_760_000_000_000 // MINUTE * MINUTE
SIZE, END = 3, 8  # of a page, and of what offsets reach


class Shelf:
    """Answers like a site where so many issues were created minute by minute, and refuses what lies beyond its end."""

    def __init__(self, counts: Sequence[int]) -> None:
        minutes = [minute for minute, count in enumerate(counts) for _ in range(count)]
        self.minutes = dict(enumerate(minutes, 1))

    def page(self, question: Question, order: str, start: int, size: int) -> Page:
        assert start + size <= END
        bounds = re.findall(r"created (>=|<) (\d+)", question.clause)
        found = [one for one in self.minutes if all(self.holds(one, *bound) for bound in bounds)]
        found.sort(reverse="DESC" in order)
        return Page([self.raw(one) for one in found[start : start + size]], len(found))

    def holds(self, one: int, sign: str, bound: str) -> bool:
        return self.created(one) >= int(bound) if sign == ">=" else self.created(one) < int(bound)

    def created(self, one: int) -> int:
        return MOMENT + self.minutes[one] * MINUTE

    def raw(self, one: int) -> dict[str, Any]:
        when = datetime.fromtimestamp(self.created(one) / 1000, UTC)
        return {"id": str(one), "fields": {"created": when.isoformat()}}


def read(shelf: Shelf) -> set[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(offsets, "PAGE", SIZE)
        patch.setattr(offsets, "CLIFF", END)
        pages = CreationWindows("shop", shelf.page).read(Question("project = SHOP", ("created",)))
        return {one for page in pages for one in issue_ids(page)}


@given(st.lists(st.integers(0, 2 * END + 2), max_size=6))
def test_all_are_read_or_the_minute_is_named_that_holds_more_than_both_ends_show(counts: list[int]) -> None:
    shelf = Shelf(counts)
    too_full = [minute for minute, count in enumerate(counts) if count > 2 * END]
    if too_full:
        when = f"{datetime.fromtimestamp(MOMENT / 1000 + 60 * too_full[0], UTC):%Y-%m-%d %H:%M}"
        with pytest.raises(Incomplete, match=re.escape(f"within one minute ({when} UTC)")):
            read(shelf)
    else:
        assert read(shelf) == {str(one) for one in shelf.minutes}
