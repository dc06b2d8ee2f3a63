"""`posync init` and `posync check`: a first workspace, and what stands in its way."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posync.cli.common import DEFAULT_CONFIG, ConfigOption, YesOption, command
from posync.cli.output import Output
from posync.errors import UsageError

if TYPE_CHECKING:
    from posync.connectors.base import Capability
    from posync.service import Workspace


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


def check(
    out: Output,
    config: ConfigOption = DEFAULT_CONFIG,
    take_over: Annotated[
        str | None,
        typer.Option(
            "--take-over",
            metavar="WORKSPACE",
            help="Remove what a workspace that is no more has marked as its own.",
        ),
    ] = None,
    yes: YesOption = False,
) -> None:
    """Validate files, credentials, permissions, mapping and whose the issues are; say what posync would not do."""
    from posync.reporting import render_check
    from posync.service import open_workspace

    with open_workspace(Path(config)) as workspace:
        if take_over is not None:
            _take_over(out, workspace, take_over, yes)
        checked = workspace.check()
    document = {
        "workspace": workspace.settings.workspace,
        "packs": [pack.pack for pack in workspace.packs],
        "trackers": [
            {
                "name": one.name,
                "error": str(one.error) if one.error else None,
                "capabilities": [
                    {
                        "name": c.name,
                        "granted": _told(c),
                        "because": c.because,
                        "consequence": c.consequence,
                        "remedy": c.remedy,
                    }
                    for c in one.capabilities
                ],
                "notes": list(one.notes),
                "warnings": list(one.warnings),
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


def _told(one: Capability) -> bool | None:
    """Return whether posync may, None where the tracker does not say."""
    return one.granted if one.known or not one.granted else None


def _take_over(out: Output, workspace: Workspace, other: str, yes: bool) -> None:
    """Remove another workspace's markers once somebody has agreed; what is left to people is named."""
    if other == workspace.settings.workspace:
        raise UsageError(f"{other} is this very workspace: name the one whose markers are to go")
    found = workspace.marked_by(other)
    if not found:
        raise UsageError(f"no workspace {other} has marked anything here")
    for name, claims in found.items():
        for claim in claims:
            out.say(f"{name}: marked {claim.words}")
    if not yes and not out.can_ask:
        raise UsageError("nobody is at a terminal to confirm this: add --yes")
    if not yes and not out.ask(f"Is workspace {other} no more, so that its markers may go?"):
        raise typer.Abort
    taken = workspace.take_over(found)
    if taken.gone:
        out.say(f"Removed {taken.gone} marker{'' if taken.gone == 1 else 's'} of workspace {other}.")
    for how in taken.left:
        out.say(f"One is left for you: {how}. Until then it still counts.")
