"""The dry-run in a terminal: what product owners see most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.text import Text

from posync.model.listing import few
from posync.model.plan import Plan
from posync.reporting.counting import counted
from posync.reporting.outline import SHOWN, Part, Row, Section, findings, left_alone, outline, tally
from posync.reporting.page import columns, indented, printed, stacked, words


def plan_text(plan: Plan, *, width: int, colour: bool, file: str | None) -> str:
    """Return a plan for the terminal, shortened with a count of what is not shown."""
    return printed(_page(plan, file), width=width, colour=colour)


def _page(plan: Plan, file: str | None) -> Iterator[RenderableType]:
    yield words(("Plan", "bold"), f" for {plan.workspace}, made {plan.created:%Y-%m-%d %H:%M} UTC")
    if plan.packs:
        yield words((f"by {', '.join(plan.packs)}", "dim"))
    for part in outline(plan):
        yield from _part(part)
    yield from _listed("Findings", "yellow", findings(plan))
    yield from _missing(plan)
    yield from _listed("Warnings", "yellow", [(warning, "") for warning in plan.warnings])
    yield from _listed("Left alone", "yellow", left_alone(plan))
    whole = [(held.detail, held.remedy) for held in plan.held if not held.issue]
    yield from _listed("Held for review", "bold red", whole)
    yield words("")
    yield from _summary(plan, file, held=bool(whole))


def _part(part: Part) -> Iterator[RenderableType]:
    yield words("")
    yield words((part.name, "bold cyan"), (f"  {part.facts}", "dim"))
    if not part.sections:
        yield indented(words("nothing to change"))
    for section in part.sections:
        yield indented(words((section.heading, "bold")))
        yield from _rows(section)


def _rows(section: Section) -> Iterator[RenderableType]:
    if section.rows:
        yield indented(columns((_cells(row) for row in section.rows[:SHOWN]), right=(0,)), 4)
    hidden = len(section.rows) - SHOWN
    if hidden > 0:
        yield indented(words((f"and {hidden:,} more, all in the plan file", "dim")), 4)
    if section.note:
        yield indented(words((section.note, "dim")), 4)


def _cells(row: Row) -> tuple[Text, Text, Text]:
    """Return what, who and why; a title stands above the reasons, several issues beside them."""
    style = "red" if row.what == "-" else "green"
    issues = few(row.issues, SHOWN)
    text = stacked(
        words(row.title) if row.title else None,
        words((issues, "bold")) if len(row.issues) > 1 else None,
        words((row.because, "dim")) if row.because else None,
        words((row.remedy, "dim")) if row.remedy else None,
    )
    who = row.issues[0] if len(row.issues) == 1 else f"{len(row.issues):,} issues"
    return words((row.what, style)), words((who, "bold")), text


def _missing(plan: Plan) -> Iterator[RenderableType]:
    """Say which inputs are missing, by input and what was used in its stead."""
    found: dict[tuple[str, str], list[str]] = {}
    for missing in plan.missing_inputs:
        found.setdefault((missing.input.replace("_", " "), missing.used), []).append(missing.issue)
    lines = [
        (f"{name}: {few(issues, SHOWN)}", f"used instead: {used}") for (name, used), issues in found.items()
    ]
    yield from _listed("Missing inputs", "yellow", lines)


def _listed(heading: str, style: str, items: Iterable[tuple[str, str]]) -> Iterator[RenderableType]:
    found = list(items)
    if not found:
        return
    yield words("")
    yield words((heading, style))
    for text, remedy in found[:SHOWN]:
        yield indented(
            columns([(words("-"), stacked(words(text), words((remedy, "dim")) if remedy else None))])
        )
    if len(found) > SHOWN:
        yield indented(words((f"and {len(found) - SHOWN:,} more, all in the plan file", "dim")))


def _summary(plan: Plan, file: str | None, *, held: bool) -> Iterator[RenderableType]:
    if not plan.changes:
        why = ": the trackers are as the policies want them." if plan.packs else "."
        yield words(("Nothing to do", "bold green"), why)
        return
    requests = sum(state.requests.writes for state in plan.trackers)
    issues = len({change.uid for change in plan.changes})
    yield words(
        (counted(len(plan.changes), "change"), "bold"), f" on {counted(issues, 'issue')}: {tally(plan)}."
    )
    checksum = plan.checksum.removeprefix("sha256:")[:12]
    yield words(f"{counted(requests, 'write request')} expected; checksum {checksum}.")
    if file is None and not plan.packs:  # the way back, which only undo makes
        yield words("To go on: ", ("posync undo RUN --yes", "bold"))
    elif file is None:
        yield words(
            "To go on: ", ("posync plan -o FILE", "bold"), ", read it, then ", ("posync apply FILE", "bold")
        )
    elif held:
        yield words("If it is right: ", (f"posync apply {file} --approve {plan.checksum}", "bold"))
    else:
        yield words("To go on: ", (f"posync apply {file}", "bold"))
