"""Which loss of issues refuses a picture, and what is said of where they went."""

from __future__ import annotations

import pytest

from posync.connectors.losing import refuse_loss
from posync.errors import Incomplete
from posync.model.observation import Memory, Observation

TEN = {str(n): f"SHOP-{n}" for n in range(1, 11)}


def seen(*order: int, gone: dict[int, str] | None = None, elsewhere: tuple[int, ...] = ()) -> Observation:
    return Observation(
        order=tuple(f"shop:{n}" for n in order),
        cursor="",
        shown_by="",
        full=True,
        gone={f"shop:{n}": why for n, why in (gone or {}).items()},
        elsewhere=tuple(f"shop:{n}" for n in elsewhere),
    )


def refused(observation: Observation, least: int = 9) -> str:
    with pytest.raises(Incomplete) as error:
        refuse_loss("shop", Memory("", TEN, least=least), observation)
    return str(error.value)


def test_where_issues_went_is_counted_and_five_are_named() -> None:
    gone = dict.fromkeys(range(3, 10), "deleted") | {10: "no longer in the given JQL"}
    said = refused(seen(1, 2, gone=gone))
    assert said.startswith(
        "shop: pull: of the 10 issues of the last complete picture 2 are left, where limits.min_issues asks for 9: "
        "7 deleted; 1 no longer in the given JQL. Among them: SHOP-3, SHOP-4, SHOP-5, SHOP-6, SHOP-7 and 3 more. "
    )
    assert "`posync pull --accept-loss`" in said


def test_new_issues_make_up_for_lost_ones_only_in_number() -> None:
    said = refused(seen(1, 11, 12, gone={}))
    assert "1 is left and 2 are new, where limits.min_issues asks for 9: 9 no longer in scope." in said
    refuse_loss("shop", Memory("", TEN, least=9), seen(1, *range(11, 19)))


def test_what_was_moved_is_not_lost_while_anything_is_left() -> None:
    others = tuple(range(2, 11))
    moved = dict.fromkeys(others, "moved to project OPS")
    refuse_loss("shop", Memory("", TEN, least=9), seen(1, gone=moved, elsewhere=others))
    said = refused(seen(gone=moved | {1: "deleted"}, elsewhere=others))
    assert "none is left: 9 moved to project OPS; 1 deleted. Among them: SHOP-1, SHOP-2, " in said


def test_only_those_that_count_are_named() -> None:
    gone = {2: "moved to another board"} | dict.fromkeys((3, 4), "deleted")
    said = refused(seen(1, *range(5, 11), gone=gone, elsewhere=(2,)))
    assert "7 are left, where limits.min_issues asks for 9: 2 deleted; 1 moved to another board. " in said
    assert "Among them: SHOP-3, SHOP-4. " in said


def test_many_reasons_are_cut_short() -> None:
    said = refused(seen(1, 2, gone={n: f"moved to project P{min(n, 8)}" for n in range(3, 11)}))
    assert said.count("moved to project") == 4
    assert "; 2 otherwise. " in said


def test_an_emptied_scope_is_refused_unless_any_loss_is_accepted() -> None:
    assert "none is left: 10 no longer in scope. " in refused(seen(), least=1)
    refuse_loss("shop", Memory("", TEN), seen())
