"""Why one issue stands where it stands, as a ticked tree; and which criteria a text holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text
from rich.tree import Tree

from posync.model.verdict import Score
from posync.reporting.clean import short
from posync.reporting.page import columns, indented, printed, stacked, words
from posync.rules.exact import shown
from posync.rules.readiness.criteria import HOWS

if TYPE_CHECKING:
    from posync.rules.explaining import Explained
    from posync.rules.readiness.base import Condition
    from posync.rules.readiness.criteria import AcceptanceCriteria
    from posync.rules.readiness.finding import Criterion

STEPS = 5
"""Steps shown in a terminal; `--json` has all."""


def render_explanation(explained: Explained, *, width: int = 80, colour: bool = False) -> str:
    """Return everything that decided about one issue, as terminal text."""
    return printed(_explanation(explained), width=width, colour=colour)


def render_criteria(
    found: AcceptanceCriteria, text: str = "", *, width: int = 80, colour: bool = False
) -> str:
    """Return the acceptance criteria of a text, each with where and how it was found.

    `text` is what their spans count into; lines are counted in it, from 1.
    """
    return printed(_criteria(found, text), width=width, colour=colour)


def _explanation(explained: Explained) -> Iterator[RenderableType]:
    issue = explained.issue
    yield words((issue.key, "bold cyan"), f"  {issue.title}", (f"  ({issue.tracker})", "dim"))
    if explained.above is not None:
        yield words(("Above? ", "bold"), explained.above)
    if explained.place is not None:
        yield words(("Place ", "bold"), f"{explained.place.rank:,} of {explained.of:,}")
        yield from (indented(_bullet(reason)) for reason in explained.place.because)
    else:
        yield words(("No place", "bold"), ": done, not ranked, or no pack of this workspace ranks issues")
    yield from _score(explained.score)
    for missing in explained.missing:
        yield indented(
            words(("missing ", "yellow"), f"{missing.input.replace('_', ' ')}; used instead: {missing.used}")
        )
    yield from _of_goals(explained.goals)
    if explained.steps:
        yield words(("One step on one input", "bold"))
        yield from (indented(_bullet(step)) for step in explained.steps[:STEPS])
    if len(explained.steps) > STEPS:
        yield indented(words((f"and {len(explained.steps) - STEPS} more, all in --json", "dim")))
    if explained.assignment is not None:
        yield words(("Release ", "bold"), explained.assignment.release or "none")
        yield indented(words((explained.assignment.because, "dim")))
    if explained.checks:
        yield words(("Checks", "bold"))
        yield from (indented(_tree(check)) for check in explained.checks)


def _of_goals(goals: Sequence[str] | None) -> Iterator[RenderableType]:
    if goals is None:
        return
    yield words(("Goals", "bold"), "" if goals else ": it serves none")
    yield from (indented(_bullet(goal)) for goal in goals)


def _bullet(text: str) -> RenderableType:
    return columns([(words("-"), words(text))])


def _score(score: Score | None) -> Iterator[RenderableType]:
    if score is None:
        return
    value = "none" if score.value is None else shown(score.value)
    yield words(("Score ", "bold"), value)
    rows = [
        (
            words(term.name.replace("_", " ")),
            words((shown(term.value) if isinstance(term.value, Fraction) else term.value, "bold")),
            words(("; ".join(filter(None, (term.source, term.note))), "dim")),
        )
        for term in score.terms
    ]
    if rows:
        yield indented(columns(rows, right=(1,)))


def _tree(condition: Condition) -> Tree:
    """Return a condition with its parts, ticked where it holds."""
    tree = Tree(_line(condition), guide_style="dim")
    work = [(tree, part) for part in reversed(condition.parts)]
    while work:
        above, part = work.pop()
        branch = above.add(_line(part))
        work.extend((branch, each) for each in reversed(part.parts))
    return tree


def _line(condition: Condition) -> RenderableType:
    mark = ("✓ ", "green") if condition.holds else ("✗ ", "red")
    detail = (f"  {short(condition.detail, 400)}", "dim") if condition.detail else ""
    return words(mark, condition.asks, detail)


def _criteria(found: AcceptanceCriteria, text: str) -> Iterator[RenderableType]:
    if found.present:
        yield words((found.because, "bold green"))
    else:
        yield words(("No acceptance criteria", "bold yellow"), f": {found.because}")
    if found.items:
        yield indented(columns([_row(item, text) for item in found.items]))


def _row(item: Criterion, text: str) -> tuple[Text, Text]:
    mark = words(("✓", "green") if item.checkable else ("✗", "red"))
    line = text.count("\n", 0, item.span[0]) + 1
    place = f"{HOWS[item.how]}, line {line}"
    where = place if item.checkable else f"{place}; nobody can check this"
    return mark, stacked(words(short(item.text, 500)), words((where, "dim")))
