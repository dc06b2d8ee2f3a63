"""What came of a plan: what was done, what was left alone and why, what failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType

from posync.model.change import AddLabel, Change, Comment, Move, RemoveLabel, SetField, SetReleases
from posync.model.plan import Outcome, Plan, Result
from posync.model.run import Run
from posync.reporting.counting import counted
from posync.reporting.html import page, plan_html
from posync.reporting.page import columns, indented, printed, stacked, words
from posync.reporting.plan_markdown import escaped, plan_markdown

SHOWN = 20
"""Changes listed of one outcome in a terminal; all are in the journal."""

_SAID = {
    Outcome.DONE: ("done", "green"),
    Outcome.ALREADY: ("already so", "green"),
    Outcome.SKIPPED: ("left alone", "yellow"),
    Outcome.FAILED: ("failed", "bold red"),
}


def render_results(
    plan: Plan | None,
    results: Sequence[Result],
    *,
    run: str,
    outcome: str,
    requests: int,
    warnings: Sequence[str] = (),
    width: int = 80,
    colour: bool = False,
) -> str:
    """Return what came of each change as terminal text: counts, then all that was not done, with the reason."""
    return printed(
        _results(plan, results, run=run, outcome=outcome, requests=requests, warnings=warnings),
        width=width,
        colour=colour,
    )


def render_report(
    run: Run,
    plan: Plan | None,
    results: Sequence[Result],
    format: str = "text",  # noqa: A002 - the word people type
    *,
    width: int = 80,
    colour: bool = False,
) -> str:
    """Return one run with its plan and results, as `text`, `markdown` or `html`; raises ValueError otherwise."""
    match format:
        case "text":
            head = printed([words(line) for line in _head(run)], width=width, colour=colour)
            return head + render_results(
                plan,
                results,
                run=run.id,
                outcome=run.outcome,
                requests=run.requests,
                width=width,
                colour=colour,
            )
        case "markdown":
            return _markdown(run, plan, results)
        case "html":
            return _html(run, plan, results)
    raise ValueError(f"no report format is called {format}: choose text, markdown or html")


def what(change: Change) -> str:
    """Return what a change does, in a few words."""
    match change:
        case Move():
            here, there = change.before.rank, change.after.rank
            return f"move from {here} to {there}" if here != there else f"travel along, keeping place {here}"
        case AddLabel():
            return f"add label {change.label}"
        case RemoveLabel():
            return f"remove label {change.label}"
        case SetReleases():
            return f"set releases to {', '.join(change.after) or 'none'}"
        case SetField():
            return f"set {change.field} to {'empty' if change.after is None else change.after}"
        case Comment():
            return "take the comment back" if change.after is None else "write the comment"


def _results(
    plan: Plan | None,
    results: Sequence[Result],
    *,
    run: str,
    outcome: str,
    requests: int,
    warnings: Sequence[str],
) -> Iterator[RenderableType]:
    changes = {change.id: change for change in plan.changes} if plan else {}
    counts = [(kind, sum(r.outcome is kind for r in results)) for kind in Outcome]
    said = ", ".join(f"{number:,} {_SAID[kind][0]}" for kind, number in counts if number)
    yield words((f"Run {run}: {outcome}", "bold"))
    yield indented(words(f"{said or 'nothing to do'}; {counted(requests, 'request')}"))
    for kind in (Outcome.SKIPPED, Outcome.FAILED):
        yield from _of_kind(kind, [r for r in results if r.outcome is kind], changes)
    for warning in warnings:
        yield words(("warning ", "yellow"), warning)
    if any(r.outcome is Outcome.DONE for r in results):
        yield words("To take it back: ", (f"posync undo {run}", "bold"))


def _of_kind(
    kind: Outcome, results: Sequence[Result], changes: Mapping[int, Change]
) -> Iterator[RenderableType]:
    if not results:
        return
    heading, style = _SAID[kind]
    yield words((f"{heading[0].upper()}{heading[1:]} ({len(results):,})", style))
    rows = []
    for result in results[:SHOWN]:
        change = changes.get(result.change)
        who = change.issue if change else f"change {result.change}"
        did = words(what(change)) if change else None
        rows.append((words((who, "bold")), stacked(did, words((result.because or "no reason given", "dim")))))
    yield indented(columns(rows))
    if len(results) > SHOWN:
        yield indented(words((f"and {len(results) - SHOWN:,} more: posync report --format markdown", "dim")))


def _head(run: Run) -> Iterator[str]:
    ended = f", ended {run.ended:%Y-%m-%d %H:%M} UTC" if run.ended else ""
    yield f"{run.kind} begun {run.started:%Y-%m-%d %H:%M} UTC{ended}"
    if run.detail:
        yield run.detail


def _listed(plan: Plan | None, results: Sequence[Result], kind: Outcome) -> list[tuple[str, str]]:
    changes = {change.id: change for change in plan.changes} if plan else {}
    found = []
    for result in results:
        if result.outcome is kind:
            change = changes.get(result.change)
            name = f"{change.issue}: {what(change)}" if change else f"change {result.change}"
            found.append((name, result.because))
    return found


def _summary(run: Run, results: Sequence[Result]) -> str:
    counts = ((kind, sum(r.outcome is kind for r in results)) for kind in Outcome)
    said = ", ".join(f"{number:,} {_SAID[kind][0]}" for kind, number in counts if number)
    return f"{run.outcome}: {said or 'nothing was written'}; {counted(run.requests, 'request')}"


def _markdown(run: Run, plan: Plan | None, results: Sequence[Result]) -> str:
    found = [f"# Run {escaped(run.id)}", "", *(escaped(line) for line in _head(run)), ""]
    found += [f"**{escaped(_summary(run, results))}**", ""]
    for kind in (Outcome.FAILED, Outcome.SKIPPED):
        if items := _listed(plan, results, kind):
            heading = _SAID[kind][0]
            found += [f"## {heading[0].upper()}{heading[1:]}", ""]
            found += [f"- {escaped(name)}: {escaped(because)}" for name, because in items]
            found.append("")
    body = "\n".join(found).rstrip() + "\n"
    return body + "\n" + plan_markdown(plan, file=None) if plan else body


def _html(run: Run, plan: Plan | None, results: Sequence[Result]) -> str:
    given = {
        "title": f"Run {run.id}",
        "lead": list(_head(run)),
        "summary": _summary(run, results),
        "failed": _listed(plan, results, Outcome.FAILED),
        "skipped": _listed(plan, results, Outcome.SKIPPED),
        "held": [(run.detail, "")] if run.outcome == "held" and run.detail else [],
    }
    return plan_html(plan, **given) if plan else page(given)
