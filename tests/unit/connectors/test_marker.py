"""posync's own comment is known by its last line, whatever editors do to the blanks around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posync.connectors.base import marked, unmarked


@given(st.text(), st.sampled_from(["shop", "Größe 2"]))
def test_what_is_marked_is_found_again(text: str, workspace: str) -> None:
    found = unmarked(marked(text, workspace), workspace)
    assert found is not None
    assert found == text.replace("\r\n", "\n").rstrip()


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("Text\r\n\r\n— posync · shop\r\n", "Text"),
        ("Text\n  — posync · shop  ", "Text"),
        ("— posync · shop", ""),
        ("Text\n\n— posync · other", None),
        ("— posync · shop\nand a person went on", None),
        ("posync shop", None),
        ("", None),
    ],
)
def test_only_the_last_line_counts(comment: str, found: str | None) -> None:
    assert unmarked(comment, "shop") == found
