"""A plan as people read it, whatever the format: tracker by tracker, list by list, label by label."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from posync.model.change import AddLabel, Change, Comment, Move, RemoveLabel, SetField, SetReleases
from posync.model.issue import FieldValue
from posync.model.listing import few
from posync.model.plan import Plan, TrackerState
from posync.reporting.clean import short
from posync.reporting.counting import counted

SHOWN = 12
"""Rows shown of one section; the rest is counted, and is in the plan file."""


LONGEST_TITLE = 200
"""Characters of a title that are shown; the plan file has it whole."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what happens (`12 → 1`), to which issues, and why; a title, shortened, only where it is one issue."""

    what: str
    issues: tuple[str, ...]
    title: str
    because: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one kind; `note` is said below them."""

    heading: str
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """All that happens in one tracker."""

    name: str
    facts: str
    sections: tuple[Section, ...]


def outline(plan: Plan) -> tuple[Part, ...]:
    """Return the parts of a plan, in the order of its trackers, those without changes included."""
    by_tracker: dict[str, list[Change]] = defaultdict(list)
    for change in plan.changes:
        by_tracker[change.tracker].append(change)
    names = {lane.lane: lane.name for lane in plan.lanes}
    states = {state.name: state for state in plan.trackers}
    order = [*states, *(name for name in by_tracker if name not in states)]
    return tuple(
        Part(name, _facts(states.get(name)), (*_sections(by_tracker[name], names), *_marks(plan, name)))
        for name in order
    )


def tally(plan: Plan) -> str:
    """Return what a plan does in one line: `12 moves, 9 labels, 3 releases`."""
    kinds = (
        (Move, "move", "moves"),
        (AddLabel, "label added", "labels added"),
        (RemoveLabel, "label removed", "labels removed"),
        (SetReleases, "release", "releases"),
        (SetField, "field", "fields"),
        (Comment, "comment", "comments"),
    )
    found = [
        (sum(isinstance(change, kind) for change in plan.changes), one, many) for kind, one, many in kinds
    ]
    return (
        ", ".join(counted(number, one, many) for number, one, many in found if number) or "nothing to change"
    )


def findings(plan: Plan) -> list[tuple[str, str]]:
    """Return what checks found and no label says, with what to do: issues of one finding share a line."""
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one in plan.findings:
        found[one.check, one.because, one.remedy].append(one.issue)
    return [
        (f"{check.replace('-', ' ')}: {few(issues, SHOWN)}: {because}", remedy)
        for (check, because, remedy), issues in found.items()
    ]


def left_alone(plan: Plan) -> list[tuple[str, str]]:
    """Return what is not done to single issues and why, with what to do; each begins with the issue."""
    single = [(held.issue, held.detail.removeprefix(f"{held.issue}: "), held.remedy) for held in plan.held]
    return [(f"{issue}: {detail}", remedy) for issue, detail, remedy in single if issue]


def _facts(state: TrackerState | None) -> str:
    if state is None:
        return ""
    complete = "" if state.complete else ", not seen completely"
    writes = state.requests.writes
    return f"{counted(state.issues, 'issue')}{complete}, {counted(writes, 'write') if writes else 'no write'}"


def _marks(plan: Plan, tracker: str) -> Iterator[Section]:
    """Yield what is marked there as this workspace's own, so that no other works against it."""
    for each in plan.claims:
        if each.write and each.claim.tracker == tracker:
            yield Section(f"Marks {each.claim.words}", ())


def _sections(changes: Sequence[Change], names: Mapping[str, str]) -> Iterator[Section]:
    """Yield what happens in one tracker; what was said of an issue is not repeated."""
    said: set[tuple[str, str]] = set()
    lanes: dict[str, list[Move]] = defaultdict(list)
    for change in changes:
        if isinstance(change, Move):
            lanes[change.lane].append(change)
    for lane, moves in lanes.items():
        yield _order(names.get(lane, ""), moves, said)
    yield from _labels("Labels added", "+", [c for c in changes if isinstance(c, AddLabel)], said)
    yield from _labels("Labels removed", "-", [c for c in changes if isinstance(c, RemoveLabel)], said)
    releases = [(c, _release(c)) for c in changes if isinstance(c, SetReleases)]
    fields = [
        (c, f"{c.field}: {_value(c.before)} → {_value(c.after)}") for c in changes if isinstance(c, SetField)
    ]
    comments = [(c, _comment(c)) for c in changes if isinstance(c, Comment)]
    for heading, found in (("Releases", releases), ("Fields", fields), ("Comments", comments)):
        if found:
            yield Section(f"{heading} ({len(found):,})", _grouped(found, said))


def _order(lane: str, moves: Sequence[Move], said: set[tuple[str, str]]) -> Section:
    """Return the issues of one list that change places; those that only travel along are counted."""
    moving = sorted((m for m in moves if m.before.rank != m.after.rank), key=lambda m: m.after.rank)
    along = len(moves) - len(moving)
    travel = "travels along and keeps its number" if along == 1 else "travel along and keep their numbers"
    note = f"{counted(along, 'neighbour')} {travel}" if along else ""
    said.update((m.uid, text) for m in moving for text in (m.title, "; ".join(m.because)))
    rows = tuple(
        Row(f"{m.before.rank} → {m.after.rank}", (m.issue,), _title(m), "; ".join(m.because)) for m in moving
    )
    where = f"Order of {lane}" if lane else "Order"
    return Section(
        f"{where}: {counted(len(moving), 'issue')} {'moves' if len(moving) == 1 else 'move'}", rows, note
    )


def _labels(
    heading: str, sign: str, changes: Sequence[AddLabel | RemoveLabel], said: set[tuple[str, str]]
) -> Iterator[Section]:
    by_label: dict[str, list[AddLabel | RemoveLabel]] = defaultdict(list)
    for change in changes:
        by_label[change.label].append(change)
    for label, found in sorted(by_label.items()):
        remedies = {change.remedy for change in found if change.remedy}
        note = f"What to do: {remedies.pop()}" if len(remedies) == 1 else ""
        rows = _grouped([(change, sign) for change in found], said, remedies=not note)
        yield Section(f"{heading}: {label} ({len(found):,})", rows, note)


def _grouped(
    changes: Iterable[tuple[Change, str]], said: set[tuple[str, str]], *, remedies: bool = True
) -> tuple[Row, ...]:
    """Return one row for all issues to which the same happens for the same reason."""
    alike: dict[tuple[str, str, str], list[Change]] = defaultdict(list)
    for change, what in changes:
        because = "; ".join(change.because)
        repeated = (change.uid, because) in said
        said.add((change.uid, because))
        alike[what, "" if repeated else because, (change.remedy or "") if remedies else ""].append(change)
    rows = []
    for (what, because, remedy), found in alike.items():
        alone = found[0] if len(found) == 1 else None
        title = _title(alone) if alone is not None and (alone.uid, alone.title) not in said else ""
        said.update((c.uid, c.title) for c in found if title)
        rows.append(Row(what, tuple(c.issue for c in found), title, because, remedy))
    return tuple(rows)


def _title(change: Change) -> str:
    return short(change.title, LONGEST_TITLE)


def _release(change: SetReleases) -> str:
    return f"{', '.join(change.before) or 'none'} → {', '.join(change.after) or 'none'}"


def _value(value: FieldValue) -> str:
    if value is None:
        return "empty"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _comment(change: Comment) -> str:
    if change.after is None:
        return "taken back"
    return "written" if change.before is None else "edited"
