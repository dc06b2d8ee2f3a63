"""The command: one line when ready, quick to start, ends when told or when its parent is gone."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from posync.sandbox.__main__ import main
from posync.sandbox.server import _has_parent


@contextmanager
def started(
    *arguments: str, stdin: int = subprocess.PIPE
) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    command = [sys.executable, "-m", "posync.sandbox", *arguments]
    with subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def lives_on(process: subprocess.Popen[str], urls: dict[str, str]) -> bool:
    """Whether it still serves after longer than its end takes, and nothing but a kill ends it."""
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=2)
    with urllib.request.urlopen(urls["jira"] + "/rest/api/2/serverInfo", timeout=30) as response:
        response.read()
    process.kill()
    return process.wait(timeout=60) == -signal.SIGKILL


def test_it_prints_both_urls_and_ends_with_its_parents_pipe() -> None:
    with started("--flavour", "dc") as (process, urls):
        with urllib.request.urlopen(urls["jira"] + "/rest/api/2/serverInfo", timeout=30) as response:
            assert json.load(response)["deploymentType"] == "Server"
        assert urls["jira"].endswith("/jira")
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def test_it_ends_when_terminated_and_lives_without_stdin() -> None:
    with started("--issues", "3", stdin=subprocess.DEVNULL) as (process, urls):
        with urllib.request.urlopen(urls["trello"] + "/sandbox/state", timeout=30) as response:
            assert len(json.load(response)["jira"]["order"]) == 3
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0


def test_a_file_that_cannot_be_loaded_ends_it_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text("{}", encoding="utf-8")
    assert main(["--load", str(path)]) == 64


def test_a_pipe_that_ended_before_is_nobody_to_wait_for() -> None:
    read, write = os.pipe()
    os.close(write)
    with started(stdin=read) as (process, urls):
        assert lives_on(process, urls)
    os.close(read)


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems close a stream like this")
def test_it_lives_with_stdin_closed() -> None:
    command = ["sh", "-c", f'exec "{sys.executable}" -m posync.sandbox <&-']
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert lives_on(process, json.loads(process.stdout.readline()))
        finally:
            process.kill()


@pytest.mark.parametrize("held", [True, False])
def test_a_parent_is_who_holds_the_pipe_open(held: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    with os.fdopen(read) as stdin, os.fdopen(write, "wb") as end:
        monkeypatch.setattr("sys.stdin", stdin)
        if not held:
            end.close()
        assert _has_parent() is held


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have terminals like this")
def test_no_stream_and_no_terminal_is_a_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert not _has_parent()
    keyboard, terminal = os.openpty()
    with os.fdopen(terminal) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert not _has_parent()
    os.close(keyboard)


@pytest.mark.parametrize(
    "faults",
    [
        '[{"do": ',
        "a: 1",
        '[{"do": html, "match": {"path": "("}}]',
        "[1]",
        "- {do: 500, match: 5}",
        "- {do: 500, match: {nth: x}}",
    ],
)
def test_faults_that_cannot_be_read_end_it_with_a_sentence(
    faults: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text(faults, encoding="utf-8")
    assert main(["--faults", str(path)]) == 64
    assert "fault" in capsys.readouterr().err


def test_a_file_or_port_that_cannot_be_had_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--faults", str(tmp_path)]) == 64
    assert capsys.readouterr().err == f"{tmp_path}: Is a directory\n"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 64
    assert capsys.readouterr().err == f"port {port}: Address already in use\n"


def test_a_port_beyond_the_last_ends_it_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "65535"]) == 64  # Trello would need the one after
    assert "port" in capsys.readouterr().err
