"""Data goes to stdout, talk to stderr; colour and progress bars only where somebody is looking."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

from posync.errors import PosyncError
from posync.reporting.clean import clean

LogFormat = Literal["text", "json"]
Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how much of it is, and of how much, where that is known."""

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


class Output:
    """How one command speaks: `as_json` turns the data into one JSON document on stdout."""

    def __init__(self, *, as_json: bool = False, log_format: LogFormat = "text") -> None:
        self.as_json, self.log_format = as_json, log_format

    @property
    def width(self) -> int:
        """Return the terminal's width in columns; 80 where there is none."""
        return shutil.get_terminal_size((80, 24)).columns if _is_terminal(sys.stdout) else 80

    @property
    def colour(self) -> bool:
        """Whether the answer may be coloured: text on a terminal, and nobody said NO_COLOR."""
        if self.as_json or not _is_terminal(sys.stdout):
            return False
        return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    @property
    def can_ask(self) -> bool:
        """Whether there is somebody to answer a question."""
        return _is_terminal(sys.stdin) and _is_terminal(sys.stderr) and not self.as_json

    def data(self, text: str, document: Any = None) -> None:
        """Write the command's answer: `text`, or `document` as JSON where that was asked for."""
        if self.as_json:
            seen = _is_terminal(sys.stdout)  # where hostile characters must not act
            text = json.dumps(document, ensure_ascii=seen, indent=1, default=str)
        _write(sys.stdout, text if text.endswith("\n") else text + "\n")

    def document(self, pieces: Iterable[str]) -> None:
        """Write an answer that is JSON already, as it comes; on a terminal only ASCII of it."""
        seen = _is_terminal(sys.stdout)
        for piece in pieces:
            _write(sys.stdout, _BEYOND_ASCII.sub(_escaped, piece) if seen else piece)

    def say(self, message: str, *, level: str = "info", **facts: Any) -> None:
        """Say something to whoever watches, on stderr: a line, or a JSON object per line for cron.

        A message may quote an issue or a file: control characters in it are shown, not obeyed.
        """
        seen = _is_terminal(sys.stderr)
        if self.log_format == "json":
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            facts = {"at": at, "level": level, "message": message, **facts}
            said = json.dumps(facts, ensure_ascii=seen, default=str)
        else:
            lines = map(clean, message.split("\n"))
            said = "\n".join(map(_wrapped, lines) if seen else lines)
        _write(sys.stderr, said + "\n")

    def show_cursor(self) -> None:
        """Show a terminal's cursor again, which progress bars hide: Ctrl-C may come before they give it back."""
        if _is_terminal(sys.stderr):
            _write(sys.stderr, "\x1b[?25h")

    def ask(self, question: str) -> bool:
        """Return whether the person at the terminal says yes."""
        _write(sys.stderr, f"{clean(question)} [y/N] ")
        return sys.stdin.readline().strip().lower() in {"y", "yes"}

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Give a Progress that draws bars on a terminal and stays silent elsewhere."""
        if not _is_terminal(sys.stderr) or self.as_json or self.log_format == "json":
            yield _silent
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            tasks: dict[str, Any] = {}

            def tell(what: str, done: int, of: int | None) -> None:
                if what not in tasks:
                    tasks[what] = bars.add_task(clean(what), total=of)
                bars.update(tasks[what], completed=done, total=of)

            yield tell


def error_document(kind: str, message: str, exit_code: int) -> Mapping[str, Any]:
    """Return what `--json` answers where a command failed."""
    return {"error": {"kind": kind, "message": message, "exit_code": exit_code}}


def _escaped(character: re.Match[str]) -> str:
    """Return a character as JSON writes it in ASCII."""
    return json.dumps(character[0])[1:-1]


def _silent(_what: str, _done: int, _of: int | None) -> None:
    """Show nothing."""


def _wrapped(line: str) -> str:
    """Return a line broken between words where the terminal ends; all but the first part are indented."""
    width = shutil.get_terminal_size((80, 24)).columns
    parts = textwrap.wrap(line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return "\n".join(parts)


def _is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sits at the other end; a closed stream, as some cron jobs have, is None."""
    return stream is not None and stream.isatty()


def _write(stream: TextIO | None, text: str) -> None:
    """Write text in whatever encoding the stream has, replacing what it cannot show.

    Where nobody reads it any more, as with `| head`, the command goes on: its exit code still counts.
    """
    if stream is None:
        return
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "replace").decode(encoding))
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise PosyncError(f"the answer could not be written: {error.strerror}") from None
