"""`posync history` and `posync report`: what was done, and how the backlogs stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from posync.cli.common import DEFAULT_CONFIG, ConfigOption, command
from posync.cli.output import Output
from posync.cli.planning import Shape
from posync.cli.saving import save


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    command(app, "history")(history)
    command(app, "report")(report)


def history(
    out: Output,
    config: ConfigOption = DEFAULT_CONFIG,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most so many runs.")
    ] = 20,
) -> None:
    """List the runs of this workspace, newest first."""
    from posync.reporting import render_history
    from posync.service import open_workspace

    with open_workspace(Path(config)) as workspace:
        runs = workspace.history(limit)
    out.data(
        render_history(runs, width=out.width, colour=out.colour),
        [run.model_dump(mode="json") for run in runs],
    )


def report(
    out: Output,
    config: ConfigOption = DEFAULT_CONFIG,
    run: Annotated[
        str | None, typer.Option("--run", help="The run to report on; the latest by default.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the report here.")] = None,
    shape: Annotated[Shape, typer.Option("--format", "-f", help="How to show the report.")] = Shape.TEXT,
) -> None:
    """Report what a run planned and what came of it."""
    from posync.reporting import render_report
    from posync.service import open_workspace

    with open_workspace(Path(config)) as workspace:
        chosen, plan, results = workspace.record(run)
    document = {
        "run": chosen.model_dump(mode="json"),
        "plan": plan.model_dump(mode="json") if plan is not None else None,
        "results": [result.model_dump(mode="json") for result in results],
    }
    out.as_json |= shape is Shape.JSON
    colour = out.colour and output is None
    text = (
        json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        if out.as_json
        else render_report(chosen, plan, results, shape.value, width=out.width, colour=colour)
    )
    if output is None:
        out.data(text, document)
    else:
        save([text], output, "report")
