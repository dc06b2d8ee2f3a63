"""`posync init` and `posync check`: a first workspace, and what stands in its way."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from posync.cli.common import DEFAULT_CONFIG, ConfigOption, command
from posync.cli.output import Output
from posync.errors import UsageError


class Example(StrEnum):
    """The workspaces that ship as a starting point."""

    BOTH = "jira-and-trello"
    SANDBOX = "sandbox"


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    command(app, "init")(init)
    command(app, "check")(check)


def init(
    out: Output,
    config: ConfigOption = DEFAULT_CONFIG,
    example: Annotated[
        Example, typer.Option("--example", help="Which workspace to start from.")
    ] = Example.BOTH,
) -> None:
    """Write a starter workspace, with a comment at each line you must change; never overwrites a file."""
    from posync.shipped import shipped

    text = (shipped("config") / f"{example.value}.yaml").read_text(encoding="utf-8")
    try:
        with config.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise UsageError(
            f"{config} is already there, and posync init overwrites nothing: name another file with --config"
        ) from None
    except OSError as error:
        raise UsageError(f"{config} cannot be written: {error.strerror}") from None
    out.data(f"Wrote {config}. Edit it, then run `posync check`.", {"wrote": str(config)})


def check(out: Output, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Validate files, credentials, permissions and profile mapping, and say what posync would not do."""
    from posync.reporting import render_check
    from posync.service import open_workspace

    with open_workspace(Path(config)) as workspace:
        checked = workspace.check()
    document = {
        "workspace": workspace.settings.workspace,
        "packs": [pack.pack for pack in workspace.packs],
        "trackers": [
            {
                "name": one.name,
                "error": str(one.error) if one.error else None,
                "capabilities": [
                    {"name": c.name, "granted": c.granted, "because": c.because, "consequence": c.consequence}
                    for c in one.capabilities
                ],
                "notes": list(one.notes),
            }
            for one in checked
        ],
    }
    out.data(
        render_check(workspace.settings.workspace, checked, width=out.width, colour=out.colour), document
    )
    failed = [one.error for one in checked if one.error is not None]
    if failed:
        raise typer.Exit(failed[0].exit_code)
