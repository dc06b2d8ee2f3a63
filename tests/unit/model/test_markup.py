"""Four ways of writing a description down, and the blocks they give."""

import pytest

from posync.model.markup.block import Block, Kind
from posync.model.markup.reading import without_comments
from posync.model.text import Format, Text


def shape(form: Format, source: str) -> list[tuple[str, int, str]]:
    return [(block.kind.value, block.level, block.text) for block in Text(format=form, source=source).blocks]


def only(form: Format, source: str) -> Block:
    (block,) = Text(format=form, source=source).blocks
    return block


def test_markdown_blocks() -> None:
    source = "# One\n\nText over\ntwo lines\n\n- a\n  - b\n    more\n- [x] done\n\n```sql\nselect 1\n```\n\n|h|i|\n|-|-|\n|c|d|\n\n> said\n"
    assert shape(Format.MARKDOWN, source) == [
        ("heading", 1, "One"),
        ("paragraph", 0, "Text over\ntwo lines"),
        ("item", 1, "a"),
        ("item", 2, "b\nmore"),
        ("task", 1, "done"),
        ("code", 0, "select 1"),
        ("row", 0, "h\ni"),
        ("row", 0, "c\nd"),
        ("paragraph", 0, "said"),
    ]
    blocks = Text(format=Format.MARKDOWN, source=source).blocks
    assert [blocks[4].checked, blocks[5].label, blocks[6].label, blocks[8].quoted] == [
        True,
        "sql",
        "header",
        True,
    ]


def test_wiki_blocks() -> None:
    source = (
        "h2. One\nText\n* a\n** b\n# c\n\n{code:sql}\nselect 1\n{code}\n||h||i||\n|c|d|\n{quote}\nsaid\n{quote}\nbq. too\n"
        "{panel:title=Two|borderStyle=solid}\ninside\n{panel}\n"
    )
    assert shape(Format.WIKI, source) == [
        ("heading", 2, "One"),
        ("paragraph", 0, "Text"),
        ("item", 1, "a"),
        ("item", 2, "b"),
        ("item", 1, "c"),
        ("code", 0, "select 1"),
        ("row", 0, "h\ni"),
        ("row", 0, "c\nd"),
        ("paragraph", 0, "said"),
        ("paragraph", 0, "too"),
        ("heading", 6, "Two"),
        ("paragraph", 0, "inside"),
    ]


def test_wiki_that_lost_its_newlines() -> None:
    source = "As a buyer I want it.    h3. Notes  * one  * two - still two  {code}x = 1{code}  end"
    assert shape(Format.WIKI, source) == [
        ("paragraph", 0, "As a buyer I want it."),
        ("heading", 3, "Notes"),
        ("item", 1, "one"),
        ("item", 1, "two - still two"),
        ("code", 0, "x = 1"),
        ("paragraph", 0, "end"),
    ]


def test_plain_text_draws_its_own_layout() -> None:
    source = "Notes\n-----\n• one\n(2) two\n☑ three\nh3. Four\n  text\nFive:\n\n====\n"
    assert shape(Format.PLAIN, source) == [
        ("heading", 2, "Notes"),
        ("item", 1, "one"),
        ("item", 1, "two"),
        ("task", 0, "three"),
        ("heading", 3, "Four"),
        ("paragraph", 0, "text\nFive:"),
    ]


def test_adf_blocks() -> None:
    source = """{"type":"doc","content":[
      {"type":"heading","attrs":{"level":3},"content":[{"type":"text","text":"One"}]},
      {"type":"paragraph","content":[{"type":"text","text":"Hi "},{"type":"mention","attrs":{"text":"@po"}},
        {"type":"hardBreak"},{"type":"text","text":"gone","marks":[{"type":"strike"}]},{"type":"text","text":"there"}]},
      {"type":"bulletList","content":[{"type":"listItem","content":[
        {"type":"paragraph","content":[{"type":"text","text":"a"}]},
        {"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"b"}]}]}]}]}]},
      {"type":"taskList","content":[{"type":"taskItem","attrs":{"state":"DONE"},"content":[{"type":"text","text":"c"}]},{"type":"taskItem"}]},
      {"type":"expand","attrs":{"title":"Two"},"content":[{"type":"codeBlock","attrs":{"language":"sql"},"content":[{"type":"text","text":"x"}]}]},
      {"type":"table","content":[{"type":"tableRow","content":[{"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"h"}]}]}]}]}
    ]}"""
    assert shape(Format.ADF, source) == [
        ("heading", 3, "One"),
        ("paragraph", 0, "Hi @po\nthere"),
        ("item", 1, "a"),
        ("item", 2, "b"),
        ("task", 1, "c"),
        ("task", 1, ""),
        ("heading", 6, "Two"),
        ("code", 0, "x"),
        ("row", 0, "h"),
    ]


@pytest.mark.parametrize(
    ("form", "raw", "words"),
    [
        (
            Format.MARKDOWN,
            "a **b** _c_ `d` ~~e~~ [f](http://x/y_(z)) ![g](h) &lt;i&gt; :tada: \\*j\\*",
            "a b c d f <i> *j*",
        ),
        (Format.MARKDOWN, "snake_case_name and 2 * 3 * 4 stay", "snake_case_name and 2 * 3 * 4 stay"),
        (Format.MARKDOWN, "<b>bold</b><br/>next", "bold"),
        (Format.WIKI, "a *b* _c_ +d+ {{e}} [f|http://x] !g.png! {color:red}h{color}", "a b c d e f h"),
        (Format.WIKI, "well-known - and 2-3", "well-known - and 2-3"),
        (Format.WIKI, "-gone as a whole-", ""),
    ],
)
def test_a_reader_sees_no_markup(form: Format, raw: str, words: str) -> None:
    assert Text(format=form, source=raw).blocks[0].lines[0].text.replace(" ", "") == words.replace(" ", "")


@pytest.mark.parametrize(
    ("form", "raw", "strong"),
    [
        (Format.MARKDOWN, "**Whole line:**", True),
        (Format.MARKDOWN, "**Whole line**:", True),
        (Format.MARKDOWN, "__Whole line__", True),
        (Format.MARKDOWN, "**Only** the beginning", False),
        (Format.WIKI, "*Whole line*", True),
        (Format.WIKI, "+Underlined line+", True),
        (Format.WIKI, "*Only* the beginning", False),
    ],
)
def test_bold_and_underlined_lines_are_known(form: Format, raw: str, strong: bool) -> None:
    assert only(form, raw).lines[0].strong is strong


def test_spans_point_into_the_source_whatever_ends_its_lines() -> None:
    source = "Intro\r\n\r\n- **one** thing\r\n  - two\r- three\n\n> four"
    for block in Text(format=Format.MARKDOWN, source=source).blocks:
        for line in block.lines:
            assert source[slice(*line.span)].replace("**", "") == line.text


def test_comments_leave_everything_else_in_its_place() -> None:
    source = "a <!-- b\nc --> d <!-- open"
    assert without_comments(source) == "a       \n      d <!-- open"
    assert len(without_comments(source)) == len(source)


def test_an_empty_text_has_no_blocks_and_a_block_without_lines_no_extent() -> None:
    for form in Format:
        assert Text(format=form).blocks == () or all(
            not line.text for b in Text(format=form).blocks for line in b.lines
        )
    assert Block(Kind.ITEM, ()).span == (0, 0)
