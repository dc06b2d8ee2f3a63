"""The unified order, the two-by-two, the budget of each release, the goals: what a product owner looks at together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from posync.model.listing import few
from posync.reporting.clean import short
from posync.reporting.counting import counted
from posync.reporting.page import columns, indented, printed, stacked, words
from posync.rules.exact import shown

if TYPE_CHECKING:
    from posync.rules.goals import Pursued
    from posync.rules.ranking import RankedIssue, Ranking

KEYS = 12
"""Keys named in one square or goal; `--json` has all."""


def render_ranking(ranking: Ranking, *, top: int = 30, width: int = 80, colour: bool = False) -> str:
    """Return the first `top` places of the order over all trackers, and the method's own view of it."""
    return printed(_ranking(ranking, top), width=width, colour=colour)


def render_goals(
    goals: Sequence[Pursued], adrift: Sequence[str], *, width: int = 80, colour: bool = False
) -> str:
    """Return every goal with the work for it, and the issues that serve none."""
    return printed(_goals(goals, adrift), width=width, colour=colour)


def _ranking(ranking: Ranking, top: int) -> Iterator[RenderableType]:
    if ranking.method is None:
        yield words("No pack of this workspace ranks issues: name one with `score:` under packs")
        return
    yield words(
        (ranking.method, "bold"),
        f" over {counted(len(ranking.standings), 'issue')} of all trackers, as wanted",
    )
    head = ("", "score", "stands", "", "")
    rows = [_standing(each) for each in ranking.standings[:top]]
    yield columns(rows, right=(0, 1, 2), head=head)
    if len(ranking.standings) > top:
        yield words((f"and {len(ranking.standings) - top:,} more: --top {len(ranking.standings)}", "dim"))
    yield from _squares(ranking)
    yield from _budgets(ranking)
    if ranking.firm is not None:
        yield words(("How firm: ", "bold"), ranking.firm)


def _standing(each: RankedIssue) -> tuple[Text, ...]:
    about = "; ".join(each.because)
    where = f"{each.tracker} · {each.list}" if each.list else each.tracker
    said = stacked(
        words(short(each.title, 100)), words((where, "cyan"), (f"  {about}" if about else "", "dim"))
    )
    score = "-" if each.score is None else shown(each.score)
    return (
        words((str(each.place), "dim")),
        words((score, "bold")),
        words(str(each.stood)),
        words((each.issue, "bold")),
        said,
    )


def _squares(ranking: Ranking) -> Iterator[RenderableType]:
    if not ranking.squares:
        return
    yield words(("Two-by-two", "bold"))
    hints = {
        "quick win": "much value, little effort",
        "big bet": "much value, much effort",
        "fill-in": "little value, little effort",
        "avoid": "little value, much effort",
    }
    rows = [
        (
            words((square, "bold")),
            words(str(len(keys))),
            words((hints[square], "dim")),
            words(few(keys, KEYS)),
        )
        for square, keys in ranking.squares.items()
    ]
    yield indented(columns(rows, right=(1,)))


def _budgets(ranking: Ranking) -> Iterator[RenderableType]:
    if not ranking.budgets:
        return
    yield words(("Effort by release", "bold"))
    rows = [
        (
            words((each.release or "in none", "bold")),
            *(words(f"{float(each.share(promise)):.0f} %") for promise in ("must", "should", "could")),
            words((f"of {shown(each.total)}", "dim")),
        )
        for each in ranking.budgets
    ]
    yield indented(columns(rows, right=(1, 2, 3), head=("", "Must", "Should", "Could", "")))


def _goals(goals: Sequence[Pursued], adrift: Sequence[str]) -> Iterator[RenderableType]:
    if not goals:
        yield words("No pack of this workspace names goals: add `goals:` to one (docs/signals-and-goals.md)")
        return
    for goal in goals:
        yield words((goal.name, "bold"), f"  {goal.aim}", ("  overdue", "red") if goal.overdue else "")
        if not goal.issues:
            yield indented(words(("no open story serves it", "yellow")))
            continue
        unestimated = f", {goal.unestimated} of them without points" if goal.unestimated else ""
        yield indented(
            words(f"{counted(len(goal.issues), 'issue')}, {shown(goal.points)} points{unestimated}")
        )
        yield indented(words((few(goal.issues, KEYS), "dim")))
    if adrift:
        yield words(("Without a goal", "bold"), f"  {counted(len(adrift), 'issue')}")
        yield indented(words((few(adrift, KEYS), "dim")))
