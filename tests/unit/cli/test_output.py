from __future__ import annotations

import json

import pytest

from posync.cli import output
from posync.cli.output import Output

PIECES = ['{"title": "Bezahlen mit K\u00e4rtchen \U0001f4b3', ' \u009b31m"}\n']


def test_a_document_is_written_as_it_comes(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).document(iter(PIECES))
    assert capsys.readouterr().out == "".join(PIECES)


def test_on_a_terminal_hostile_characters_do_not_act(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_is_terminal", lambda _: True)
    Output(as_json=True).document(iter(PIECES))
    written = capsys.readouterr().out
    assert written.isascii()
    assert json.loads(written) == json.loads("".join(PIECES))


def test_talk_is_broken_between_words_where_a_terminal_ends(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    said = "shop: pull: only 5 of the 40 issues of the last picture are there.\n\n- run `posync pull --accept-loss`"
    Output().say(said)
    assert capsys.readouterr().err == said + "\n"
    monkeypatch.setattr(output, "_is_terminal", lambda _: True)
    Output().say(said)
    assert capsys.readouterr().err.split("\n") == [
        "shop: pull: only 5 of the 40 issues of",
        "  the last picture are there.",
        "",
        "- run `posync pull --accept-loss`",
        "",
    ]
    Output(log_format="json").say(said)
    assert json.loads(capsys.readouterr().err)["message"] == said
