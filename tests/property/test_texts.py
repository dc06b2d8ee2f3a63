"""Whatever people write, reading it never fails, and dressing it up never changes what it says."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posync.model.markup import adf
from posync.model.text import Format, Text
from posync.rules.readiness.criteria import acceptance_criteria
from posync.rules.readiness.missing_description import nothing_in
from posync.rules.readiness.story import stories_in, story_of
from posync.rules.readiness.vague_words import vague_in

FORMATS = st.sampled_from(["markdown", "wiki", "plain"])
_SCRAPS = (
    "Acceptance criteria|AC:|AC1: |## |h3. |- |* |# |** |- [ ] |- [x] |1. |> |bq. |``` |```\n|{code}|{quote}|{panel:title=AC}|"
    "{panel}|{color:red}|{{|}}|[|](|)|!|**|__|*|_|~~|`|<li>|</li>|<h2>|<!--|-->|<b>|&amp;|\\|||a||\n|a|b|\n|---|\n|===\n|Given |When |Then |And |"
    "the total is shown|TBD|...|✅ |• |\n|\n\n|\r\n|  |    |\t|\u00a0|：|验收标准|given|As a |I want |so that |\u200b|\x00|\x1b[31m|…|?"
)
SCRAPS = st.sampled_from(_SCRAPS.split("|"))
TEXTS = st.one_of(st.text(max_size=300), st.lists(SCRAPS, max_size=40).map("".join))


@settings(max_examples=200, deadline=None)
@given(TEXTS, FORMATS)
def test_no_text_crashes_it_and_spans_stay_inside(body: str, form: str) -> None:
    text = Text(format=Format(form), source=body)
    for block in text.blocks:
        for line in block.lines:
            assert 0 <= line.span[0] <= line.span[1] <= len(text.reading)
    found = acceptance_criteria(body, form)
    assert found.because
    for item in found.items:
        assert 0 <= item.span[0] <= item.span[1] <= len(body)
    story_of(body), stories_in(body), vague_in(body), nothing_in(text.blocks, body, 3)


_KINDS = (
    "doc paragraph heading bulletList orderedList listItem taskList taskItem panel expand table tableRow tableHeader tableCell "
    "codeBlock blockquote unknown"
)
NODES = st.recursive(
    st.one_of(
        st.builds(lambda text: {"type": "text", "text": text}, SCRAPS),
        st.sampled_from(
            [
                {"type": "hardBreak"},
                {"type": "rule"},
                {},
                {"type": None, "content": None},
                {"content": [1, None]},
            ]
        ),
    ),
    lambda inner: st.builds(
        lambda kind, content, attrs: {"type": kind, "content": content, "attrs": attrs},
        st.sampled_from(_KINDS.split(" ")),
        st.lists(inner, max_size=4),
        st.sampled_from([{}, {"level": 2}, {"title": "AC"}, {"state": "DONE"}, None, 3]),
    ),
    max_leaves=25,
)


@settings(max_examples=80, deadline=None)
@given(NODES)
def test_no_document_crashes_it(document: dict[str, object]) -> None:
    assert acceptance_criteria(document, "adf").because
    said = adf.reading(document)
    for block in adf.blocks(document):
        for line in block.lines:
            assert said[slice(*line.span)] == line.text


def test_documents_that_are_no_documents() -> None:
    deep: dict[str, object] = {"type": "paragraph", "content": [{"type": "text", "text": "the end"}]}
    for _ in range(20_000):
        deep = {"type": "bulletList", "content": [deep]}
    assert adf.reading(deep) == "the end"
    for source in ("", "no json", "[1, 2]", "3", '{"content": 4}', '{"content":[' * 5000):
        assert acceptance_criteria(source, "adf").because


LINES = st.sampled_from(
    [
        "## Acceptance criteria",
        "**Acceptance criteria:**",
        "Acceptance criteria:",
        "## Notes",
        "## Definition of done",
        "- the total is shown",
        "- [ ] the total should be shown",
        "- TBD",
        "- ...",
        "- Implement the change",
        "1. an empty basket shows a hint",
        "Given a full basket",
        "When I pay",
        "Then an order exists",
        "As a buyer, I want totals.",
        "### Steps to reproduce",
        "",
    ]
)
STORIES = st.lists(LINES, max_size=12).map("\n".join)


def _bold(line: str) -> str:
    mark, space, words = line.partition(" ")
    listed = mark in {"-", "1.", "##", "###"} and words
    if not listed:
        return line if not line or "*" in line else f"**{mark}**{space}{words}"
    return line if words.startswith("[") else f"{mark} {' '.join(f'*{word}*' for word in words.split(' '))}"


DRESSES: list[Callable[[str], str]] = [
    lambda body: body.replace("\n", "\r\n"),
    lambda body: body.replace("\n", "\r"),
    lambda body: body.replace(" ", "\u00a0"),
    lambda body: "\n".join(f"{line}   " for line in body.split("\n")),
    lambda body: f"\n\n  \n{body}\n\n\n",
    lambda body: "\n".join(
        line.replace(" ", "  ") if not line.startswith(("- ", "1.", "#")) else line
        for line in body.split("\n")
    ),
    lambda body: "\n".join(_bold(line) for line in body.split("\n")),
    lambda body: body.replace("total", "<!-- sum -->total"),
]


@pytest.mark.parametrize("dress", range(len(DRESSES)))
@settings(max_examples=80, deadline=None)
@given(body=STORIES)
def test_blanks_line_ends_and_emphasis_do_not_change_the_verdict(dress: int, body: str) -> None:
    assert acceptance_criteria(DRESSES[dress](body)).present == acceptance_criteria(body).present


HOSTILE = {
    "brackets": "[", "links": "[a](", "images": "![a](b", "stars": "*a **b ", "ticks": "`", "quotes": "> ", "lists": "- ", "cells": "|a",
    "rows": "|a|b|\n", "tags": "<li>", "comments": "<!--", "braces": "{{a", "macros": "{code}", "labels": "Acceptance criteria: ", "steps": "Given a\n",
    "prose": "When it is dark, then the lamp is on. ", "blanks": "  ", "slots": "<a ", "emoji": "✅ x\n", "colons": "a:\n",
}  # fmt: skip


@pytest.mark.parametrize("scrap", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("form", ["markdown", "wiki", "plain"])
def test_cost_is_linear_on_hostile_texts(scrap: str, form: str) -> None:
    def seconds(size: int) -> float:
        body = scrap * (size // len(scrap))
        begun = time.thread_time()
        acceptance_criteria(body, form)
        return time.thread_time() - begun

    seconds(1_000)
    small = min(seconds(8_000) for _ in range(2))
    # Eight times the text: linear is 8, square is 64; the floor keeps the clock's grain out, and the
    # second and third look what else the machine was at.
    assert any(seconds(64_000) < 24 * max(small, 0.004) for _ in range(3))
