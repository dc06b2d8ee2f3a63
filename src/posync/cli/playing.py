"""`posync sandbox` and `posync demo`: try everything without touching a real board."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from posync.cli.common import command
from posync.cli.output import Output


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("sandbox")(sandbox)
    command(app, "demo")(demo)


def sandbox(
    load: Annotated[
        list[Path] | None, typer.Option("--load", help="Export files to fill it with; repeatable.")
    ] = None,
    flavour: Annotated[
        Literal["cloud", "dc"], typer.Option("--flavour", help="Jira Cloud or Data Center.")
    ] = "cloud",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 0,
    latency_ms: Annotated[int, typer.Option("--latency-ms", min=0, help="Delay of each answer.")] = 0,
    faults: Annotated[
        Path | None, typer.Option("--faults", help="A YAML or JSON file of faults to inject.")
    ] = None,
    _as_json: Annotated[
        bool, typer.Option("--json", help="As everywhere; the addresses are JSON without it, too.")
    ] = False,
) -> None:
    """Serve Jira and Trello on this machine until interrupted; prints one JSON line with both addresses."""
    from posync.sandbox.__main__ import main as serve

    arguments = [word for file in load or () for word in ("--load", str(file))]
    arguments += ["--flavour", flavour, "--port", str(port), "--latency-ms", str(latency_ms)]
    if faults is not None:
        arguments += ["--faults", str(faults)]
    raise typer.Exit(serve(arguments))


def demo(
    out: Output,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="Leave workspace, plan and state in this new folder.")
    ] = None,
) -> None:
    """Show the main job on an embedded sandbox: pull, plan, apply, plan again, undo."""
    from posync.cli.demo import show

    show(out, keep)
