"""The smaller answers: backlogs, runs, packs and their tests, permissions, two policies side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from posync.model.listing import few
from posync.reporting.clean import short
from posync.reporting.counting import counted
from posync.reporting.page import columns, indented, printed, stacked, words

if TYPE_CHECKING:
    from posync.checking import Checked
    from posync.connectors.base import Capability
    from posync.model.backlog import Backlog
    from posync.model.run import Run
    from posync.rules.comparing import Comparison, Shift
    from posync.rules.packs.pack import Pack
    from posync.rules.packs.packtests import CaseResult

SHIFTS = 20
"""Shifts of a comparison shown in a terminal: the largest; `--json` has all."""


def render_backlog(backlog: Backlog, *, top: int = 10, width: int = 80, colour: bool = False) -> str:
    """Return the first `top` ranked issues of each list of a tracker, as a board would show them."""
    return printed(_backlog(backlog, top), width=width, colour=colour)


def render_history(runs: Sequence[Run], *, width: int = 80, colour: bool = False) -> str:
    """Return the runs of a workspace, newest first."""
    if not runs:
        return "Nothing has run yet in this workspace.\n"
    rows = [
        (
            words((run.id, "bold")),
            words(f"{run.started:%Y-%m-%d %H:%M}"),
            words(run.kind),
            words((run.outcome, _STYLE.get(run.outcome, ""))),
            words(f"{run.changes:,}"),
            words(f"{run.requests:,}"),
            words((run.detail, "dim")),
        )
        for run in runs
    ]
    head = ("run", "begun (UTC)", "kind", "outcome", "changes", "requests", "")
    return printed([columns(rows, right=(4, 5), head=head)], width=width, colour=colour)


def render_comparison(comparison: Comparison, *, width: int = 80, colour: bool = False) -> str:
    """Return two policies side by side: how alike they are, who is new at the top, who moves farthest."""
    return printed(_comparison(comparison), width=width, colour=colour)


def render_packs(packs: Iterable[Pack], *, width: int = 80, colour: bool = False) -> str:
    """Return packs with what they are about."""
    rows = [(words((pack.pack, "bold")), words(pack.about)) for pack in packs]
    return printed([columns(rows)], width=width, colour=colour)


def render_pack_tests(results: Sequence[CaseResult], *, width: int = 80, colour: bool = False) -> str:
    """Return how the packs' own tests went, each failure with what differs."""
    return printed(_pack_tests(results), width=width, colour=colour)


def render_check(workspace: str, checked: Iterable[Checked], *, width: int = 80, colour: bool = False) -> str:
    """Return what each tracker lets posync do, and what stays undone because of it."""
    return printed(_check(workspace, checked), width=width, colour=colour)


_STYLE = {"done": "green", "held": "yellow", "failed": "red", "interrupted": "red"}


def _backlog(backlog: Backlog, top: int) -> Iterator[RenderableType]:
    lanes: dict[tuple[str, str], list[tuple[Text, Text, Text]]] = {}
    for issue in sorted(backlog.issues, key=lambda issue: issue.rank):
        if issue.ranked and issue.is_open:
            marks = ", ".join(
                (
                    *issue.labels,
                    *(release for release in issue.releases if f"release:{release}" not in issue.labels),
                )
            )
            text = stacked(words(short(issue.title, 120)), words((marks, "magenta")) if marks else None)
            rows = lanes.setdefault((issue.lane, issue.lane_name), [])
            rows.append((words((str(len(rows) + 1), "dim")), words((issue.key, "bold")), text))
    for (_, name), rows in lanes.items():
        yield words(
            (backlog.tracker, "bold cyan"),
            f" · {name}" if name else "",
            (f"  {counted(len(rows), 'issue')}", "dim"),
        )
        yield indented(columns(rows[:top], right=(0,)))
        if len(rows) > top:
            yield indented(words((f"and {len(rows) - top:,} more", "dim")))


def _comparison(found: Comparison) -> Iterator[RenderableType]:
    yield words(
        (found.one, "bold"), " and ", (found.other, "bold"), f" over {counted(found.common, 'issue')}"
    )
    if found.tau is not None:
        yield words(f"Kendall tau {found.tau:.2f} (1: the same order, 0: no relation, -1: the reverse)")
    for n, keys in found.newcomers.items():
        some = f": {few(keys, 12)}" if keys else ""
        yield words(f"Top {n}: {counted(len(keys), 'newcomer')} under {found.other}{some}")
    yield from (words((f"{name}: ", "bold"), said) for name, said in found.firm.items())
    if not found.shifts:
        yield words(("No issue has another place.", "green"))
        return
    largest = sorted(found.shifts, key=lambda shift: -abs(shift.by) if shift.by is not None else -(10**9))[
        :SHIFTS
    ]
    yield columns(
        [_shift(shift) for shift in largest], right=(0, 1, 2), head=(found.one, found.other, "by", "", "")
    )
    if len(found.shifts) > len(largest):
        yield words((f"and {len(found.shifts) - len(largest):,} smaller shifts, all in --json", "dim"))


def _shift(shift: Shift) -> tuple[Text, ...]:
    by = shift.by
    mark = ("", "") if by is None else (f"{'▲' if by > 0 else '▼'} {abs(by):,}", "green" if by > 0 else "red")
    places = ("-" if rank is None else f"{rank:,}" for rank in (shift.before, shift.after))
    return (
        *(words(place) for place in places),
        words(mark),
        words((shift.issue, "bold")),
        words(short(shift.title, 100)),
    )


def _pack_tests(results: Sequence[CaseResult]) -> Iterator[RenderableType]:
    packs: dict[str, list[CaseResult]] = {}
    for result in results:
        packs.setdefault(result.pack, []).append(result)
    for name, cases in packs.items():
        failed = [case for case in cases if not case.passed]
        mark = ("✗", "red") if failed else ("✓", "green")
        yield words(mark, " ", (name, "bold"), (f"  {len(cases) - len(failed)} of {len(cases)} pass", "dim"))
        for case in failed:
            yield indented(words(case.case))
            yield indented(columns([(words("-"), words(line)) for line in case.differences]), 4)
    if not results:
        yield words("These packs hold no tests.")


def _check(workspace: str, checked: Iterable[Checked]) -> Iterator[RenderableType]:
    yield words("Workspace ", (workspace, "bold"), ": its files are well formed")
    for one in checked:
        yield words((one.name, "bold cyan"))
        if one.error is not None:
            yield indented(words(("✗ ", "red"), str(one.error)))
        if one.capabilities:
            yield indented(columns([_capability(each) for each in one.capabilities]))
        if any(each.granted and not each.known and not each.remedy for each in one.capabilities):
            yield indented(words(("?: not known; only trying it would tell", "yellow")))
        for remedy in dict.fromkeys(each.remedy for each in one.capabilities if each.remedy):
            yield indented(words(("What to do: ", "bold"), remedy))
        yield from (indented(words(("! ", "yellow"), warning)) for warning in one.warnings)
        yield from (indented(words((note, "dim"))) for note in one.notes)


def _capability(each: Capability) -> tuple[Text, Text, Text]:
    sure = each.granted and each.known
    mark = ("✓", "green") if sure else ("?", "yellow") if each.granted else ("✗", "red")
    said = (words(line) for line in (each.because, "" if sure else each.consequence) if line)
    return words(mark), words((each.name, "bold")), stacked(*said)
