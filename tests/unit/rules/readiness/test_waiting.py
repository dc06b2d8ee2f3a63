"""Which texts say that they wait for another issue, and which only name one."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posync.model.issue import Issue
from posync.model.text import Format, Text
from posync.rules.readiness.waiting import awaited, awaited_in


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ("Blocked by AB-2.", ["AB-2"]),
        ("This depends on [AB-2|https://jira.example/browse/AB-2], AB-3 and AB-4", ["AB-2", "AB-3", "AB-4"]),
        ("See https://jira.example/browse/AB-9. It waits for https://jira.example/browse/AB-2", ["AB-2"]),
        ("Once AB-2 has been merged, show the total", ["AB-2"]),
        ("When we're done with AB-2 / AB-3: show the total", ["AB-2", "AB-3"]),
        ("Also needs: AB-2", ["AB-2"]),
        ("Wartet auf AB-2", ["AB-2"]),
        ("Dépend de AB-2", ["AB-2"]),
        ("This no longer depends on AB-2", []),
        ("Does it depend on AB-2?", []),
        ("This blocks AB-2", []),
        ("A follow-up of AB-2, which is done", []),
        ("After AB-2 the total is wrong", []),
        ("It depends on UTF-8-strings", []),
    ],
)
def test_what_a_text_waits_for(body: str, keys: list[str]) -> None:
    assert awaited_in(body) == tuple(keys)


def test_an_issue_waits_by_its_title_or_an_atlassian_document() -> None:
    said = {"type": "text", "text": "Blocked by "}
    card = {"type": "inlineCard", "attrs": {"url": "https://jira.example/browse/AB-2"}}
    source = json.dumps({"type": "doc", "content": [{"type": "paragraph", "content": [said, card]}]})
    issue = Issue(uid="t:1", tracker="t", key="AB-1", title="Total (depends on AB-3)")
    assert awaited(issue) == ("AB-3",)
    description = Text(format=Format.ADF, source=source)
    assert awaited(issue.model_copy(update={"description": description})) == ("AB-3", "AB-2")
    assert awaited(Issue(uid="t:1", tracker="t", key="AB-1", title="Blocked by nobody")) == ()


@pytest.mark.parametrize(
    "part",
    [
        "blocked by ",
        "once AB-1 is ",
        "blocked by https://x ",
        "when ",
        "blocked by AB-1, AB-2",
        "hängt von ",
        "|x",
    ],
)
def test_hostile_texts_are_searched_for_blockers_in_linear_time(part: str) -> None:
    text = "blocked by [AB-1" + part * (300_000 // len(part))
    begun = time.thread_time()
    awaited_in(text)
    assert time.thread_time() - begun < 5


@given(st.text(alphabet="AB-12 [](),.?\nblockedy once isn't|/:#", max_size=120))
def test_whatever_is_written_names_keys_or_nothing(text: str) -> None:
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]+-[0-9]+", key) for key in awaited_in(text))
