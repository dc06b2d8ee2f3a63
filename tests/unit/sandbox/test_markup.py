"""Wiki markup and ADF: what v2 and v3 show of one text says the same words."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posync.sandbox.jira.adf import adf_to_wiki, wiki_to_adf
from posync.sandbox.jira.values import plain


def kinds(text: str) -> list[str]:
    return [block["type"] for block in wiki_to_adf(text)["content"]]


def test_blocks_are_told_apart() -> None:
    text = "h3. Title\n\nOne *bold* word\nand another line\n* a\n** b\n# c\n----\n{code:java}\nx = 1\n{code}\nend"
    assert kinds(text) == [
        "heading",
        "paragraph",
        "bulletList",
        "orderedList",
        "rule",
        "codeBlock",
        "paragraph",
    ]


def test_lists_nest() -> None:
    outer = wiki_to_adf("* a\n** b\n** c\n* d")["content"][0]["content"]
    assert [item["content"][0]["content"][0]["text"] for item in outer] == ["a", "d"]
    assert outer[0]["content"][1]["type"] == "bulletList"


def test_marks_and_links() -> None:
    nodes = wiki_to_adf("see {{code}} and [docs|https://shop.example]")["content"][0]["content"]
    assert [node.get("marks", [{}])[0].get("type") for node in nodes] == [None, "code", None, "link"]


def test_an_open_code_block_stays_text() -> None:
    assert plain(wiki_to_adf("{code}\nnever closed")) == "{code} never closed"


def paragraph(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


def test_adf_becomes_wiki() -> None:
    done = {"type": "taskItem", "attrs": {"state": "DONE"}, "content": [{"type": "text", "text": "two"}]}
    open_task = {"type": "taskItem", "attrs": {"state": "TODO"}, "content": [{"type": "text", "text": "one"}]}
    blocks = [
        {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Title"}]},
        {"type": "taskList", "content": [open_task, done]},
        {"type": "panel", "attrs": {"panelType": "info"}, "content": [paragraph("note")]},
        {
            "type": "table",
            "content": [
                {"type": "tableRow", "content": [{"type": "tableHeader", "content": [paragraph("h")]}]}
            ],
        },
        {"type": "expand", "attrs": {"title": "More"}, "content": [paragraph("inside")]},
        {"type": "unknown", "content": [paragraph("kept")]},
    ]
    expected = "h2. Title\n\n* one\n* (/) two\n\n{info}\nnote\n{info}\n\n||h||\n\nMore\n\ninside\n\nkept"
    assert adf_to_wiki({"type": "doc", "content": blocks}) == expected


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=200))
def test_every_word_survives_the_way_to_adf(text: str) -> None:
    shown = "".join(plain(wiki_to_adf(text)).split())
    assert all(sign in shown or not sign.isalnum() for sign in text if sign not in "h123456")


@given(st.lists(st.text(alphabet="abc xyz", min_size=1), max_size=5))
def test_paragraphs_survive_both_ways(texts: list[str]) -> None:
    document = {"type": "doc", "content": [paragraph(text) for text in texts]}
    assert adf_to_wiki(document) == "\n\n".join(texts)


@pytest.mark.parametrize(
    "piece", ["* a\n", "{code}\n", "{code}\nx", "[", "{{", "*", "h3. x\n\n", "|a|", "*a "]
)
def test_large_texts_take_a_moment_only(piece: str) -> None:
    start = time.thread_time()
    wiki_to_adf(piece * 20_000)
    wiki_to_adf("*" * 5000 + " deep")
    assert time.thread_time() - start < 3
