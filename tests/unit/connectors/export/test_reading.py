"""A saved file is recognised, or named for what it is, in one clear message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.export.reading import files_of, read_saved
from posync.connectors.export.recognition import what_it_is
from posync.errors import NotFound, UnexpectedPayload

BOARD = {"id": "b", "lists": [], "cards": []}
ISSUE = {"id": "1", "key": "SHOP-1", "fields": {"summary": "Sign in"}}


def read(content: Any) -> Any:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_saved(Path("saved.json"), raw, "old")


@pytest.mark.parametrize(
    ("content", "kind", "count"),
    [
        (BOARD, "board", 1),
        (ISSUE, "issues", 1),
        ([ISSUE, ISSUE], "issues", 2),
        ({"issues": [ISSUE], "total": 1}, "issues", 1),
        ({"issues": []}, "issues", 0),
        (b"Summary,Issue key,Labels,Labels\nx,SHOP-1,a,b\n\n", "table", 1),
        (b'\xef\xbb\xbfIssue key;Summary\nSHOP-1;"a;\r\nb"\n', "table", 1),
        (b"Issue key\tSummary\nSHOP-1\tx\n", "table", 1),
    ],
)
def test_what_is_read(content: Any, kind: str, count: int) -> None:
    found = read(content)
    assert (found.kind, len(found.items)) == (kind, count)


@pytest.mark.parametrize("lead", ["// exported 2014\n# by hand\n", "/* two\nlines */\n", "\ufeff", " \n"])
def test_comment_lines_before_the_json_do_no_harm(lead: str) -> None:
    assert read(lead.encode() + json.dumps(BOARD).encode()).kind == "board"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_old_encodings(encoding: str) -> None:
    text = json.dumps({**BOARD, "name": "Größe"}, ensure_ascii=False)
    assert read(text.encode(encoding)).items[0]["name"] == "Größe"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n // only a comment\n", "is empty"),
        (b'{"lists": [], "cards": [{"id": "x"', "not whole JSON.*line 1, column 35.*ends too early"),
        (b'{"lists": [], "cards": [{"id": "x', "ends too early"),
        (b'{"lists": [} , 1', "not whole JSON.*line 1, column 12"),
        (b'{"pos": NaN}', r"number that no tracker writes \(NaN\)"),
        (b'{"pos": 1e999}', r"number that no tracker writes \(1e999\)"),
        (b'{"pos": ' + b"9" * 400 + b"}", "999999999999..., 400 digits"),
        (b'{"pos": ' + b"9" * 5000 + b"}", "number that no tracker writes"),
        (b"[" * 100_000, "nested too deeply"),
        (b"<!doctype html><title>Log in</title>", "neither JSON nor a Jira CSV"),
        (b"just words", "neither JSON nor a Jira CSV"),
        (b"Summary,Issue key\nx,SHOP-1,too many\n", "3 cells up to line 2 where its header has 2"),
        (b'Summary,Issue key\nx,"SHOP-1', "no whole CSV"),
        ([ISSUE, {"key": "SHOP-2"}], "item 2 is none"),
        ({"issues": [{"key": "SHOP-2"}]}, "issue 1 in it has no key or no fields"),
        ([], "is an empty list, neither"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(content: Any, says: str) -> None:
    with pytest.raises(UnexpectedPayload, match=f"old: read export: saved.json .*{says}"):
        read(content)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"values": [{"id": 1, "name": "x", "type": "scrum", "self": "..."}]}, "a list of Jira boards"),
        ([{"id": "summary", "name": "Summary", "clauseNames": [], "schema": {}}], "a list of Jira fields"),
        ({"values": [{"id": 1, "originBoardId": 1, "state": "active"}]}, "a list of Jira sprints"),
        ({"webhookEvent": "x", "issue": {}}, "a webhook message of Jira"),
        ({"type": "doc", "version": 1, "content": []}, "one formatted text (an Atlassian document)"),
        ({"errorMessages": ["no"], "errors": {}}, "an error answer of Jira"),
        ({"model": {}, "action": {}}, "a webhook message of Trello"),
        (
            [{"id": "1", "idBoard": "b", "idList": "l", "shortLink": "x"}],
            "a list of Trello cards without their board",
        ),
        (
            {"id": "1", "idBoard": "b", "idList": "l", "shortLink": "x"},
            "one item of a list of Trello cards without their board",
        ),
        (["a"], "a list of words"),
        ([3], "a list of JSON values (int)"),
        ({"b": 1, "a\x1b[31m": 2}, r"JSON with the keys a\x1b[31m, b"),
        ({}, "JSON with nothing in it"),
        ([dict.fromkeys("abcdefg", 1)], "a list of objects with the keys a, b, c, d, e and others"),
        (7, "a single JSON value (int)"),
    ],
)
def test_other_things_are_called_by_their_names(content: Any, what: str) -> None:
    assert what_it_is(content) == what


def test_the_message_says_what_a_file_is_not() -> None:
    with pytest.raises(UnexpectedPayload, match=r"is a list of Jira fields, not of issues\. posync reads"):
        read([{"id": "summary", "clauseNames": [], "schema": {}}])


def test_half_an_emoji_does_not_break_anything() -> None:
    found = read(b'{"lists": [], "cards": [{"id": "1", "name": "cut \\ud83d", "tags": ["\\ud83d\\ude00"]}]}')
    assert found.items[0]["cards"][0] == {"id": "1", "name": "cut \ufffd", "tags": ["\U0001f600"]}


def test_files_of_a_folder(tmp_path: Path) -> None:
    for name in ("b.json", "a.csv", "notes.md"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [file.name for file in files_of(tmp_path, "old")] == ["a.csv", "b.json"]
    with pytest.raises(NotFound, match="there is no file"):
        files_of(tmp_path / "missing.json", "old")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFound, match=r"holds no .json or .csv file"):
        files_of(tmp_path / "empty", "old")
