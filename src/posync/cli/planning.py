"""`posync plan` and `posync show`: the dry-run, now and again."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from posync.cli.common import DEFAULT_CONFIG, ConfigOption, command
from posync.cli.output import Output
from posync.cli.saving import save
from posync.errors import UsageError
from posync.model.plan import Plan, read_plan

PENDING = 2  # exit code where a plan holds changes
HELD = 3  # exit code where it is held for review


class Shape(StrEnum):
    """How a plan is shown."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


FormatOption = Annotated[Shape, typer.Option("--format", "-f", help="How to show the plan.")]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    command(app, "plan")(plan)
    command(app, "show")(show)


def plan(
    out: Output,
    config: ConfigOption = DEFAULT_CONFIG,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Save the plan here, for `posync apply`.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Change nothing but this issue; repeatable.")
    ] = None,
    pack: Annotated[
        list[str] | None,
        typer.Option("--pack", help="Judge by this pack instead of the workspace's; repeatable."),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Plan from the last complete picture; ask no tracker.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Read everything again first.")] = False,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Try an input, as in issue.points@SHOP-7=3; repeatable.")
    ] = None,
    shape: FormatOption = Shape.TEXT,
) -> None:
    """Show exactly what would be written, and why; write nothing. Exit code 2 where changes are pending."""
    from posync.service import open_workspace

    if offline and full:
        raise UsageError("--offline and --full contradict each other: give one of them")
    with open_workspace(Path(config)) as workspace, out.progress() as progress:
        made = workspace.plan(
            offline=offline,
            full=full,
            only=only or (),
            packs=pack or (),
            overrides=set_ or (),
            progress=progress,
        )
    if output is not None:
        save(made.pieces(), output, "plan")
    _answer(out, made, shape, str(output) if output is not None else None)
    if made.changes:
        raise typer.Exit(PENDING)


def show(
    out: Output,
    file: Annotated[Path, typer.Argument(help="A saved plan.")],
    shape: FormatOption = Shape.TEXT,
) -> None:
    """Show a saved plan again, in any format; asks no tracker."""
    _answer(out, load(file), shape, str(file))


def load(file: Path) -> Plan:
    """Return the plan in a file; raises UsageError or InvalidPlan."""
    try:
        return read_plan(file.read_bytes(), str(file))
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}. Make a plan with `posync plan -o FILE`."
        ) from None


def _answer(out: Output, made: Plan, shape: Shape, file: str | None) -> None:
    """Show the plan; with --json it is the plan file's own document."""
    from posync.reporting import render_plan

    if out.as_json or shape is Shape.JSON:
        out.document(made.pieces())
    else:
        out.data(render_plan(made, shape.value, width=out.width, colour=out.colour, file=file))
