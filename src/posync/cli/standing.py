"""`posync ranking`, `goals` and `baseline`: the order over all trackers, what it is for, and which flags are old news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from posync.cli.common import DEFAULT_CONFIG, ConfigOption, command
from posync.cli.output import Output
from posync.errors import UsageError
from posync.reporting.clean import clean


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    command(app, "ranking")(ranking)
    command(app, "goals")(goals)
    command(app, "baseline")(baseline)


def ranking(
    out: Output,
    config: ConfigOption = DEFAULT_CONFIG,
    top: Annotated[int, typer.Option("--top", "-n", min=1, help="Show so many places.")] = 30,
) -> None:
    """Show the one order over all trackers, with scores, the two-by-two or the budget; asks no tracker."""
    from posync.reporting import render_ranking
    from posync.service import open_workspace

    with open_workspace(Path(config)) as workspace:
        found = workspace.standing.ranking()
    out.data(render_ranking(found, top=top, width=out.width, colour=out.colour), plain(asdict(found)))


def goals(out: Output, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Show every goal with the stories that serve it, and the stories that serve none; asks no tracker."""
    from posync.reporting import render_goals
    from posync.service import open_workspace

    with open_workspace(Path(config)) as workspace:
        found, adrift = workspace.standing.goals()
    document = {"goals": [plain(asdict(each)) for each in found], "without_goal": list(adrift)}
    out.data(render_goals(found, adrift, width=out.width, colour=out.colour), document)


def baseline(
    out: Output,
    config: ConfigOption = DEFAULT_CONFIG,
    accept: Annotated[
        bool, typer.Option("--accept", help="Accept today's flags, so that only new ones speak.")
    ] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Accept none any more.")] = False,
    check: Annotated[
        list[str] | None,
        typer.Option("--check", help="With --accept or --clear, only flags of this check; repeatable."),
    ] = None,
) -> None:
    """Show which flags are accepted and which speak; with --accept, take today's as given. Asks no tracker.

    A flag that was accepted and then mended speaks again when it comes back.
    """
    from posync.service import open_workspace

    if accept and clear:
        raise UsageError("--accept and --clear contradict each other: give one of them")
    if check and not (accept or clear):
        raise UsageError("--check says which flags --accept or --clear is about: add one of them")
    with open_workspace(Path(config)) as workspace:
        if accept or clear:
            workspace.standing.accept_flags(check or (), clear=clear)
        accepted, speaking = workspace.standing.baseline()
    document = {
        "accepted": [{"issue": issue, "tracker": t, "check": name} for issue, t, name in accepted],
        "speaking": [{"issue": issue, "tracker": t, "check": name} for issue, t, name in speaking],
    }
    out.data(_told([name for *_, name in accepted], [name for *_, name in speaking]), document)


def _told(accepted: Sequence[str], speaking: Sequence[str]) -> str:
    """Return how many flags of each check are accepted and how many speak."""
    lines = [
        f"  {clean(name)}: {accepted.count(name)} accepted, {speaking.count(name)} speaking"
        for name in sorted({*accepted, *speaking})
    ]
    head = f"{len(accepted)} flags are accepted, {len(speaking)} speak; --json names the issues"
    mend = (
        ["`posync baseline --accept` takes them as given, so that only new ones speak."] if speaking else []
    )
    return "\n".join([head, *lines, *mend])


def plain(value: Any) -> Any:
    """Return a document without fractions, which JSON has not."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value
