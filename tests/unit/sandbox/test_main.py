"""The command: one line when ready, quick to start, ends when told or when its parent is gone."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from posync.sandbox.__main__ import main


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


def test_it_prints_both_urls_and_ends_with_its_parents_pipe() -> None:
    with started("--flavour", "dc") as (process, urls):
        with urllib.request.urlopen(urls["jira"] + "/rest/api/2/serverInfo", timeout=5) as response:
            assert json.load(response)["deploymentType"] == "Server"
        assert urls["jira"].endswith("/jira")
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def test_it_ends_when_terminated_and_lives_without_stdin() -> None:
    with started("--issues", "3", stdin=subprocess.DEVNULL) as (process, urls):
        with urllib.request.urlopen(urls["trello"] + "/sandbox/state", timeout=5) as response:
            assert len(json.load(response)["jira"]["order"]) == 3
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


def test_a_file_that_cannot_be_loaded_ends_it_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text("{}", encoding="utf-8")
    assert main(["--load", str(path)]) == 64
