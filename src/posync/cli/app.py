"""The written list of commands, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from posync import __version__
from posync.cli.output import Output, error_document
from posync.errors import PosyncError, UsageError

GROUPS = {
    "starting": ("init", "check"),
    "pulling": ("pull",),
    "planning": ("plan", "show"),
    "applying": ("apply", "run", "undo"),
    "explaining": ("explain", "compare", "criteria"),
    "standing": ("ranking", "goals", "baseline"),
    "rules": ("rules",),
    "records": ("history", "report"),
    "playing": ("sandbox", "demo"),
}
"""Each module of commands, and what it adds, in the order of `posync --help`."""

INTERRUPTED = 130  # what shells report for Ctrl-C


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"posync {__version__}")
        raise typer.Exit


def _posync(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", help="Say which posync this is.", callback=_tell_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Keep Jira and Trello backlogs in the order your policies say: pull, judge, dry-run, write back."""


def command_line(asked: str = "") -> typer.Typer:
    """Return the command line; of a command that is asked for only its own group is loaded, which is faster."""
    app = typer.Typer(
        name="posync",
        help="Keep Jira and Trello backlogs in the order your policies say: pull, judge, dry-run, write back.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        epilog="Exit codes: 0 done, 1 failed, 2 changes pending, 3 held for review or in part left alone, "
        "4 a source is incomplete, 64 wrong usage, 78 wrong configuration, 130 interrupted or not agreed to.",
    )
    app.callback()(_posync)
    holding = [group for group, names in GROUPS.items() if asked in names]
    for group in holding or GROUPS:
        import_module(f"posync.cli.{group}").add_to(app)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; nobody is shown a traceback who does not ask for it."""
    output = _output(arguments)
    try:
        return _code(arguments)
    except typer.TyperException as error:  # wrong usage: nothing else of Typer's reaches us
        context = getattr(error, "ctx", None)
        where = context.command_path if context is not None else "posync"
        said = error.format_message()
        sentence = said if said.endswith(("?", ".")) or not said else f"{said}."
        return _failed(output, UsageError(f"{sentence} See `{where} --help`.".lstrip()))
    except PosyncError as error:
        return _failed(output, error)
    except typer.Abort:  # somebody was asked and said no
        output.say("Nothing was written.")
        return INTERRUPTED
    except KeyboardInterrupt:
        return _interrupted(output)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told in a sentence
        if os.environ.get("POSYNC_TRACEBACK"):
            output.say(traceback.format_exc(), level="error")
        return _failed(output, PosyncError(_defect(error)))


def _output(arguments: Sequence[str]) -> Output:
    """Return how to say what went wrong, even where the arguments are not understood."""
    words = " ".join(arguments).replace("--log-format=", "--log-format ")
    given = re.findall(r"--log-format (text|json)\b", words) or [os.environ.get("POSYNC_LOG_FORMAT")]
    return Output(as_json="--json" in arguments, log_format="json" if given[-1] == "json" else "text")


def _code(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; raises whatever keeps it from its end."""
    app = command_line(next(iter(arguments), ""))
    code = app(list(arguments), prog_name="posync", standalone_mode=False)
    if code == INTERRUPTED:  # Typer takes Ctrl-C for an ordinary end
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def _interrupted(output: Output) -> int:
    """Say that somebody pressed Ctrl-C, as JSON on stdout too where that was asked for."""
    said = "Interrupted. What was written is in the journal; the next run goes on from there."
    if output.as_json:
        output.data("", error_document("Interrupted", said, INTERRUPTED))
    output.show_cursor()
    output.say(said)
    return INTERRUPTED


def _defect(error: Exception) -> str:
    """Say of an error that nobody foresaw what and where it is; its text may quote an issue, so it is left out."""
    here = type(error).__name__, traceback.extract_tb(error.__traceback__)[-1]
    kind, last = getattr(error, "there", here)  # of an error that another process has told
    place = f"{Path(last.filename).name}:{last.lineno}"
    return (
        f"posync has a defect: {kind} in {last.name} at {place}. Nothing more was written; what was "
        "is in the journal, and the next run goes on from there. Please report this with what "
        "POSYNC_TRACEBACK=1 shows when you run the same again."
    )


def _failed(output: Output, error: PosyncError) -> int:
    """Say what went wrong, as JSON on stdout too where that was asked for."""
    said = [str(error), *getattr(error, "__notes__", ())]  # a pull of several trackers notes what else failed
    if output.as_json:
        output.data("", error_document(type(error).__name__, "\n".join(said), error.exit_code))
    for each in said:
        output.say(each, level="error")
    return error.exit_code
