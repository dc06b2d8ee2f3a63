"""What every command shares: where the workspace is, how to speak, and how errors end."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from posync.cli.output import Output

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="The workspace file.", envvar="POSYNC_CONFIG")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer with one JSON document on stdout.")]
LogOption = Annotated[
    Literal["text", "json"],
    typer.Option(
        "--log-format",
        help="How to talk on stderr: text, or JSON lines for cron.",
        envvar="POSYNC_LOG_FORMAT",
    ),
]
YesOption = Annotated[
    bool, typer.Option("--yes", "-y", help="Do not ask; needed where there is no terminal.")
]


def command(
    app: typer.Typer, name: str, **settings: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function whose first parameter is an Output as a command with --json and --log-format."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(function, eval_str=True)
        own = list(signature.parameters.values())[1:]
        keyword = inspect.Parameter.KEYWORD_ONLY
        shared = [
            inspect.Parameter("as_json", keyword, default=False, annotation=JsonOption),
            inspect.Parameter("log_format", keyword, default="text", annotation=LogOption),
        ]

        @functools.wraps(function)
        def run(*, as_json: bool, log_format: Literal["text", "json"], **arguments: Any) -> None:
            function(Output(as_json=as_json, log_format=log_format), **arguments)

        own = [parameter.replace(kind=keyword) for parameter in own]
        run.__signature__ = signature.replace(parameters=[*own, *shared])  # type: ignore[attr-defined]
        app.command(name, **settings)(run)
        return function

    return register


DEFAULT_CONFIG = Path("posync.yaml")
