"""`posync pull`: observe the trackers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from posync.cli.common import DEFAULT_CONFIG, ConfigOption, command
from posync.cli.output import Output


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    command(app, "pull")(pull)


def pull(
    out: Output,
    config: ConfigOption = DEFAULT_CONFIG,
    full: Annotated[
        bool, typer.Option("--full", help="Read everything again, not only what changed.")
    ] = False,
    accept_loss: Annotated[
        bool,
        typer.Option(
            "--accept-loss", help="Accept, this once, a picture with far fewer issues than the last, or none."
        ),
    ] = False,
) -> None:
    """Observe every tracker: incremental, complete, or exit code 4."""
    from posync.reporting import render_pulled
    from posync.service import open_workspace

    with open_workspace(Path(config)) as workspace, out.progress() as progress:
        pulled = workspace.pull(full=full, accept_loss=accept_loss, progress=progress)
    for one in pulled:
        for warning in one.warnings:
            out.say(f"{one.name}: {warning}", level="warning", tracker=one.name)
    keys = ("name", "issues", "complete", "changed", "requests", "seconds", "warnings")
    document = {"trackers": [{key: getattr(one, key) for key in keys} for one in pulled]}
    out.data(render_pulled(pulled), document)
