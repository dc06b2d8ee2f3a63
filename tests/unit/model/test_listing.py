"""Sentences name the first few and count the rest."""

from __future__ import annotations

import pytest

from posync.model.listing import few


@pytest.mark.parametrize(
    ("names", "most", "said"),
    [
        ([], 5, ""),
        (["A"], 5, "A"),
        (list("ABCDE"), 5, "A, B, C, D, E"),
        (list("ABCDEF"), 5, "A, B, C, D, E and 1 more"),
        (map(str, range(2000)), 2, "0, 1 and 1,998 more"),
    ],
)
def test_the_first_few_are_named_and_the_rest_is_counted(names: list[str], most: int, said: str) -> None:
    assert few(names, most) == said
