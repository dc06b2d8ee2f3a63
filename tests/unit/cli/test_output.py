from __future__ import annotations

import io
import json
import sys

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


HOSTILE = "SHOP-1\x1b]0;pwned\x07\x1b[2J\x9b31m is there twice.\r\nSave it again."


def test_talk_that_quotes_an_issue_cannot_command_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = "SHOP-1␛]0;pwned␇␛[2J\ufffd31m is there twice.\nSave it again.\n"
    Output().say(HOSTILE)
    assert capsys.readouterr().err == shown
    monkeypatch.setattr(output, "_is_terminal", lambda _: True)
    Output().say(HOSTILE)
    assert capsys.readouterr().err == shown
    Output(log_format="json").say(HOSTILE, tracker="\x9b")
    written = capsys.readouterr().err
    assert written.rstrip("\n").isprintable()
    assert written.isascii()
    assert json.loads(written)["message"] == HOSTILE


def test_nor_can_a_question(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert Output().ask("Is workspace \x1b[8mshop no more?")
    assert capsys.readouterr().err == "Is workspace ␛[8mshop no more? [y/N] "


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_is_named_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", shown := Terminal())
    with Output().progress() as tell:
        tell("pull [red]\x1b]0;pwned\x07[/red]", 1, None)
    assert "pull [red]␛]0;pwned␇[/red]" in shown.getvalue()


def test_only_text_is_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_is_terminal", lambda _: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert Output().colour
    assert not Output(as_json=True).colour  # its steps are told on stderr, as talk
