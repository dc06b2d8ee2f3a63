"""A plan in Markdown, fit for a pull request or a wiki page: whole, and with everything from trackers escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from posync.model.plan import Plan
from posync.reporting.clean import clean
from posync.reporting.counting import counted
from posync.reporting.outline import Section, findings, left_alone, outline, tally

_SPECIAL = re.compile(r"([\\`*_\[\]|~$]|^[-+#=]|#(?=\d))")
_ENTITIES = (
    ("&", "&amp;"),
    ("<", "&lt;"),
    (">", "&gt;"),
    ("@", "&#64;"),
    ("://", "&#58;//"),
    ("www.", "www&#46;"),
)


def escaped(text: str) -> str:
    """Return one line that Markdown shows as it is: no markup, link, mention or HTML."""
    line = clean(text)
    marked = _SPECIAL.sub(r"\\\1", line)
    for plain, entity in _ENTITIES:
        marked = marked.replace(plain, entity)
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", marked)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table; every cell is escaped."""
    yield f"| {' | '.join(head)} |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield f"| {' | '.join(escaped(cell) for cell in row)} |"
    yield ""


def plan_markdown(plan: Plan, *, file: str | None) -> str:
    """Return a plan as Markdown, nothing left out."""
    return "\n".join(_lines(plan, file)).rstrip() + "\n"


def _lines(plan: Plan, file: str | None) -> Iterator[str]:
    yield f"# Plan for {escaped(plan.workspace)}"
    yield ""
    yield f"Made {plan.created:%Y-%m-%d %H:%M} UTC by {escaped(', '.join(plan.packs) or 'no pack')}."
    yield ""
    yield f"**{counted(len(plan.changes), 'change')}**: {tally(plan)}."
    yield ""
    yield from _list("Held for review", [(h.detail, h.remedy) for h in plan.held if not h.issue])
    for part in outline(plan):
        yield f"## {escaped(part.name)}"
        yield ""
        yield escaped(part.facts if part.sections else f"{part.facts}: nothing to change")
        yield ""
        for section in part.sections:
            yield from _section(section)
    yield from _list("Findings", findings(plan))
    missing = [(m.tracker, m.issue, m.input.replace("_", " "), m.used) for m in plan.missing_inputs]
    if missing:
        yield "## Missing inputs"
        yield ""
        yield from table(("Tracker", "Issue", "Input", "Used instead"), missing)
    yield from _list("Warnings", [(warning, "") for warning in plan.warnings])
    yield from _list("Left alone", left_alone(plan))
    yield f"Checksum `{plan.checksum}`" + (f", file `{clean(file).replace('`', '')}`" if file else "") + "."


def _section(section: Section) -> Iterator[str]:
    yield f"### {escaped(section.heading)}"
    yield ""
    rows = [
        (row.what, ", ".join(row.issues), row.title, " ".join(filter(None, (row.because, row.remedy))))
        for row in section.rows
    ]
    if rows:
        yield from table(("What", "Issue", "Title", "Why"), rows)
    if section.note:
        yield escaped(section.note)
        yield ""


def _list(heading: str, items: Sequence[tuple[str, str]]) -> Iterator[str]:
    if not items:
        return
    yield f"## {heading}"
    yield ""
    for text, remedy in items:
        yield f"- {escaped(text)}" + (f" *{escaped(remedy)}*" if remedy else "")
    yield ""
