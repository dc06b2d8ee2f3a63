"""Text from trackers is hostile: it may neither command a terminal nor hide what it says."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posync.reporting.clean import clean, lines, short
from posync.reporting.plan_markdown import escaped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("two\nlines\tand tabs", "two lines and tabs"),
        ("bell\x07 del\x7f c1\x9b31m", "bell␇ del␡ c1\ufffd31m"),
        ("\u202egnp.exe", "gnp.exe"),
        ("zero\u200bwidth", "zerowidth"),
        ("no\xa0break", "no break"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("👩\u200d💻 支払い", "👩\u200d💻 支払い"),
        ("a\u2028b", "a b"),
    ],
)
def test_what_would_command_is_shown_or_dropped(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(st.text())
def test_nothing_clean_can_command(text: str) -> None:
    assert not {unicodedata.category(c) for c in clean(text)} & {"Cc", "Cs", "Zl", "Zp"}
    assert clean(clean(text)) == clean(text)


def test_lines_stay_lines_and_short_says_that_it_cut() -> None:
    assert lines("a\n\x1bb") == ["a", "␛b"]
    assert short("abcdef", 4) == "abc…"
    assert short("abcd", 4) == "abcd"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* _it_ `code`", r"\*bold\* \_it\_ \`code\`"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[x](javascript:alert)", r"\[x\](javascript:alert)"),
        ("ask @team, see #12", r"ask &#64;team, see \#12"),
        ("a | b", r"a \| b"),
        ("https://evil.example", "https&#58;//evil.example"),
        ("1. first", r"1\. first"),
        ("a\n# heading", "a # heading"),
        ("# heading", r"\# heading"),
        ("SHOP-7 (see +1)", "SHOP-7 (see +1)"),
        ("- item", r"\- item"),
    ],
)
def test_markdown_shows_it_as_it_is(text: str, shown: str) -> None:
    assert escaped(text) == shown
