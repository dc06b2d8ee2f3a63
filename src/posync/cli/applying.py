"""`posync apply`, `run` and `undo`: the commands that write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from posync.cli.common import DEFAULT_CONFIG, ConfigOption, YesOption, command
from posync.cli.output import Output
from posync.cli.planning import HELD, load
from posync.cli.saving import save
from posync.errors import StateError, UsageError
from posync.model.plan import Outcome, Plan

if TYPE_CHECKING:
    from posync.applying.executor import Applied
    from posync.service import Workspace

FAILED = 1
DriftOption = Annotated[
    Literal["skip", "abort"],
    typer.Option(
        "--drift", help="What people changed since the plan: skip it and go on, or abort before writing."
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    command(app, "apply")(apply)
    command(app, "run")(run)
    command(app, "undo")(undo)


def apply(
    out: Output,
    file: Annotated[Path, typer.Argument(help="A plan saved by `posync plan -o FILE`.")],
    config: ConfigOption = DEFAULT_CONFIG,
    approve: Annotated[
        str | None, typer.Option("--approve", help="The checksum of a held plan that you have read.")
    ] = None,
    drift: DriftOption = "skip",
    yes: YesOption = False,
) -> None:
    """Carry out exactly this plan; what people changed meanwhile is left alone and named."""
    from posync.service import open_workspace

    plan = load(file)
    with open_workspace(Path(config)) as workspace:
        workspace.refuse(plan, approve)
        _consent(out, plan, yes or approve is not None, f"Carry out {len(plan.changes)} changes?")
        with out.progress() as progress:
            applied = workspace.apply(plan, drift=drift, approve=approve, progress=progress)
    _answer(out, plan, applied)


def run(
    out: Output,
    config: ConfigOption = DEFAULT_CONFIG,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Save the plan here (a held plan is always saved).")
    ] = None,
    drift: DriftOption = "skip",
) -> None:
    """Pull, plan and apply within limits: the command for cron. Exit code 3 where the plan is held for review."""
    from posync.reporting import render_plan
    from posync.service import open_workspace

    with open_workspace(Path(config)) as workspace:
        with out.progress() as progress:
            plan, applied = workspace.run(drift=drift, progress=progress)
        file = output or (_held_file(workspace, plan) if applied is None else None)
        if file is not None:
            save(plan.pieces(), file, "plan")
    if applied is not None:
        _answer(out, plan, applied)
        return
    document = {
        "outcome": "held",
        "plan": str(file),
        "checksum": plan.checksum,
        "held": [h.model_dump() for h in plan.held],
    }
    out.data(render_plan(plan, "text", width=out.width, colour=out.colour, file=str(file)), document)
    out.say(
        f"Held for review. If it is right: posync apply {file} --approve {plan.checksum}", level="warning"
    )
    raise typer.Exit(HELD)


def undo(
    out: Output,
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="A run's id, from `posync history`.")],
    config: ConfigOption = DEFAULT_CONFIG,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Save the plan instead of carrying it out.")
    ] = None,
    yes: YesOption = False,
) -> None:
    """Put back what a run changed, where nobody changed it since; shows the plan before it asks."""
    from posync.reporting import render_plan
    from posync.service import open_workspace

    with open_workspace(Path(config)) as workspace:
        plan = workspace.undo(run_id)
        if output is not None:
            save(plan.pieces(), output, "plan")
            out.data(
                render_plan(plan, "text", width=out.width, colour=out.colour, file=str(output)),
                _document(plan),
            )
            return
        if not yes:
            out.say(render_plan(plan, "text", width=out.width, colour=False))
        _consent(out, plan, yes, f"Take back {len(plan.changes)} changes?")
        with out.progress() as progress:
            applied = workspace.apply(plan, approve=plan.checksum, kind="undo", progress=progress)
    _answer(out, plan, applied)


def _held_file(workspace: Workspace, plan: Plan) -> Path:
    try:
        return workspace.held_plan_file(plan)
    except OSError as error:
        raise StateError(
            f"the held plan cannot be saved: {error.filename}: {error.strerror}. Name another place with --output."
        ) from None


def _consent(out: Output, plan: Plan, given: bool, question: str) -> None:
    """Ask whoever is at the terminal; raises UsageError where nobody is, Abort where they say no."""
    if given or not plan.changes:
        return
    if not out.can_ask:
        raise UsageError("nobody is at a terminal to confirm this: add --yes")
    if not out.ask(question):
        raise typer.Abort


def _document(plan: Plan) -> dict[str, Any]:
    return plan.model_dump(mode="json")


def _answer(out: Output, plan: Plan, applied: Applied) -> None:
    """Show what came of each change; exit 1 where something failed, 3 where something was left alone."""
    from posync.reporting import render_results

    left = [held for held in plan.held if held.issue is not None]
    warnings = (*applied.warnings, *(held.detail for held in left))
    counts = {kind.value: sum(r.outcome is kind for r in applied.results) for kind in Outcome}
    document = {
        "run": applied.run,
        "outcome": applied.outcome,
        "requests": applied.requests,
        "counts": counts,
        "results": [result.model_dump(mode="json") for result in applied.results],
        "held": [held.model_dump() for held in left],
        "warnings": list(applied.warnings),
    }
    out.data(render_results(plan, applied.results, run=applied.run, outcome=applied.outcome, requests=applied.requests,
                            warnings=warnings, width=out.width, colour=out.colour), document)  # fmt: skip
    if applied.outcome == "failed":
        raise typer.Exit(FAILED)
    if applied.outcome == "held" or counts["skipped"] or left:
        raise typer.Exit(HELD)
