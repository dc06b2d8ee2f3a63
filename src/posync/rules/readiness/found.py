"""Judge each place where criteria may stand: what is there, and if nothing counts, what it is instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from posync.model.markup.block import Block, Kind, Line
from posync.rules.readiness import terms, titles
from posync.rules.readiness.finding import Criterion, Finding, Weight, shortened
from posync.rules.readiness.labels import Says, label_of
from posync.rules.readiness.placeholders import series
from posync.rules.readiness.required import (
    able,
    conditional,
    doubtful,
    failure,
    introduces,
    required,
    specific,
    stated,
)
from posync.rules.readiness.scenarios import fails, grouped, one_line, step
from posync.rules.readiness.sections import Row, Section, joined, sections_of
from posync.rules.readiness.substance import Lack, exemplifies, lack, rank
from posync.rules.readiness.tabled import tabled


def described(blocks: Sequence[Block]) -> Iterator[Finding]:
    """Yield what each part of a description holds."""
    if not any(line.text for block in blocks for line in block.lines):
        yield Finding((), Weight.EMPTY, "the description is empty")
        return
    parts = sections_of(blocks)
    headings = [terms.fold(part.title[:200]) for part in parts if part.title]
    report = any(titles.REPORT.search(heading) for heading in headings)
    today = report or any(titles.HOPED.search(heading) for heading in headings)
    for part in parts:
        if part.says is Says.CRITERIA:
            yield _criteria(part)
        elif part.says is Says.DONE:
            yield _done(part)
        elif part.says is Says.READY:
            yield Finding((), Weight.DONE, "there is only a definition of ready")
        elif part.says is None:
            yield from _elsewhere(part, report=report, today=today)
    yield from _hints(blocks)


def _criteria(part: Section) -> Finding:
    """Judge a section that is named after criteria."""
    items = _unguided(_unnumbered(sorted(_candidates(part), key=lambda one: one[0].span)))
    if not any(item.checkable for item, _ in items):
        items += _prose(part)
    lacks = [why for _, why in items if why is not None]
    if any(item.checkable for item, _ in items) or not items:
        lacks = lacks or [Lack.EMPTY]
    worst = max(lacks, key=rank().__getitem__)
    reason = f"the section “{shortened(part.title)}” {worst.value}"
    return Finding(tuple(item for item, _ in items), Weight.LACKING, reason)


def _candidates(part: Section) -> Iterator[tuple[Criterion, Lack | None]]:
    """Yield scenarios, list items, table rows and what stands on the label's own line."""
    taken: set[int] = set()
    for numbers in grouped((n, row.text) for n, row in enumerate(part.rows) if row.block.label != "header"):
        rows = [part.rows[n] for n in numbers]
        taken.update(numbers)
        yield _judged(rows, "gherkin", " ".join(row.text for row in rows))
    rest = [row for n, row in enumerate(part.rows) if n not in taken]
    before = ""
    for rows, following in pairwise([*joined(rest), []]):
        block = rows[0].block
        if block.kind in {Kind.ITEM, Kind.TASK}:
            how = "task-list" if block.kind is Kind.TASK else "inline" if part.inline else "heading"
            yield _unless(_judged(rows, how), _idle(rows, following, before))
            continue
        before = rows[-1].text
        if block.kind is Kind.ROW and block.label != "header" and any(_speaks(row) for row in rows):
            yield _judged(rows, "table")
        elif rows[0].at:
            yield _judged(rows, "inline", prose=True)


def _idle(rows: Sequence[Row], following: Sequence[Row], before: str) -> Lack | None:
    """Return why an item that reads well says nothing where it stands.

    It ends in a colon and nothing comes after it but the next such item, or it is but an example.
    """
    if before and exemplifies(before):
        return Lack.GUIDANCE
    if rows[0].at and _fragment(rows):
        return Lack.SHORT
    if not rows[-1].text.rstrip().endswith((":", "：")):
        return None
    beside = following and following[0].listed and following[0].block.level <= rows[0].block.level
    idle = not following or (beside and following[-1].text.rstrip().endswith((":", "：")))
    return Lack.EMPTY if idle else None


def _fragment(rows: Sequence[Row]) -> bool:
    """Whether a few words after the name of a list's item state nothing, as in a list of terms and what they are."""
    text = " ".join(row.text for row in rows)
    exact = any(sign.isdigit() or sign in '<>="' for sign in text)
    few = text.isascii() and len(text.split()) < 7 and not exact
    return few and (not stated(text) or terms.fold(text).startswith(("what ", "how ", "which ", "who ")))


def _unless(judged: tuple[Criterion, Lack | None], lacking: Lack | None) -> tuple[Criterion, Lack | None]:
    """Return what was judged, marked where it lacks something after all."""
    item, why = judged
    return judged if lacking is None or why is not None else (replace(item, checkable=False), lacking)


def _unnumbered(items: list[tuple[Criterion, Lack | None]]) -> list[tuple[Criterion, Lack | None]]:
    """Return the items, those marked that differ from each other only by their numbers."""
    alike = series([terms.fold(item.text[:100]) for item, _ in items])
    return [
        _unless(judged, Lack.PLACEHOLDER if number in alike else None) for number, judged in enumerate(items)
    ]


def _unguided(items: list[tuple[Criterion, Lack | None]]) -> list[tuple[Criterion, Lack | None]]:
    """Return the items; of a list that begins with guidance and is half blank, only what states something."""
    lacking = sum(why is not None for _, why in items)
    if not items or items[0][1] is not Lack.GUIDANCE or lacking * 2 < len(items):
        return items
    return [_unless(judged, None if stated(judged[0].text) else Lack.GUIDANCE) for judged in items]


def _speaks(cell: Row) -> bool:
    """Whether a cell alone says something checkable; rows of names and values do not."""
    return len(cell.text.split()) > 2 and lack(cell.text) is None


def _prose(part: Section) -> Iterator[tuple[Criterion, Lack | None]]:
    """Yield the sentences of a section that holds no list."""
    for rows in joined(part.rows):
        block = rows[0].block
        if (block.kind in {Kind.PARAGRAPH, Kind.HEADING} or _is_prose(block)) and not rows[0].at:
            text = " ".join(row.text for row in rows)
            if not text.rstrip().endswith((":", "：")):
                yield _judged(rows, "heading", prose=True)


def _is_prose(block: Block) -> bool:
    return block.kind is Kind.CODE and block.label in {"text", "txt", "plain", "md", "markdown"}


def _judged(
    rows: Sequence[Row], how: str, text: str = "", *, prose: bool = False
) -> tuple[Criterion, Lack | None]:
    said = text or (" | " if rows[0].block.kind is Kind.ROW else " ").join(row.text for row in rows)
    span = (rows[0].line.span[0] if not rows[0].at else _begin(rows[0]), rows[-1].line.span[1])
    why = lack(said, prose=prose, scenario=how == "gherkin")
    return Criterion(said, span, how, why is None), why


def _begin(row: Row) -> int:
    """Return where the rest of a line begins in the source: exact where the line has no markup before it."""
    start, end = row.line.span
    return max(start, end - (len(row.line.text) - row.at))


def _done(part: Section) -> Finding:
    """Judge a definition of done: it counts only as far as it says how this very item must behave."""
    sound = [item for item, why in _candidates(part) if why is None]
    named = sum(specific(item.text) for item in sound) > 1  # one may well stand in every definition of done
    items = tuple(item for item in sound if required(item.text) or (named and specific(item.text)))
    return Finding(items, Weight.DONE, "there is only a definition of done")


def _elsewhere(part: Section, *, report: bool, today: bool) -> Iterator[Finding]:
    """Judge a part that is not named after criteria: it may hold scenarios or a list of required behaviour.

    In a `report` of a defect it does not; where another part says what is hoped for, this one may
    tell what happens `today`.
    """
    title = terms.fold(part.title[:200])
    wanted = title != "" and titles.WANTED.search(title) is not None
    wrong = not wanted and (today or (title != "" and titles.DEFECT.search(title) is not None))
    scenarios = (*_scenarios(part), *(tabled(part.rows) if part.tables else ()))
    if scenarios and (wrong or (not wanted and all(fails(one.text) for one in scenarios))):
        yield Finding((), Weight.DEFECT, "the Given/When/Then describes the defect, not what is wanted")
    elif scenarios:
        yield Finding(scenarios)
    elif not report and (not today or titles.REQUIRED.match(title)) and not wrong:
        yield from _lists(part, title)


def _scenarios(part: Section) -> Iterator[Criterion]:
    taken: set[int] = set()
    for numbers in grouped((n, row.text) for n, row in enumerate(part.rows)):
        rows = [part.rows[n] for n in numbers]
        found, why = _judged(rows, "gherkin")
        if why is None and len(numbers) > 1 and _meant(rows):
            taken.update(numbers)
            yield found
    for number, row in enumerate(part.rows):
        if number not in taken and one_line(row.text) and lack(row.text) is None and not doubtful(row.text):
            yield Criterion(row.text, row.line.span, "gherkin")


def _meant(rows: Sequence[Row]) -> bool:
    """Whether a scenario is one on purpose: prose may hold a "when" and a "then", but hardly a "given" too."""
    steps = [(row, found) for row in rows if (found := step(row.text)) is not None]
    shouts = all(row.text.lstrip(" -*•(").split(" ")[0].isupper() for row, _ in steps)
    return shouts or any(row.listed or found.role == "given" for row, found in steps)


def _lists(part: Section, title: str) -> Iterator[Finding]:
    """Find lists most of whose items say what the thing should do, or, under "Requirements", does.

    A sentence such as "The tool should:" says it for all items of the list below it.
    """
    named = titles.REQUIRED.match(title) is not None
    if titles.WORK.search(title) and not named:
        return
    says = stated if named else required
    run: list[Criterion] = []
    found, before = 0, part.title
    for rows in [*joined(part.rows), []]:
        if rows and rows[0].listed:
            text = " ".join(row.text for row in rows)
            good = (says(text) or (introduces(before) and not doubtful(text))) and lack(text) is None
            found += good
            run.append(Criterion(text, (rows[0].line.span[0], rows[-1].line.span[1]), "list", good))
            continue
        if found >= 2 and found * 2 >= len(run) and not failure(" ".join(row.text for row in part.rows)):
            yield Finding(tuple(run))
        run, found, before = [], 0, rows[-1].text if rows else ""


def _hints(blocks: Sequence[Block]) -> Iterator[Finding]:
    """Yield the reasons for what looks like criteria and is none."""
    whole = "\n".join(block.text for block in blocks)
    if terms.mentions(terms.fold(whole)):
        yield Finding((), Weight.MENTION, "they are mentioned, but none is written down")
    elif "AC" in whole and re.search(r"\bACs?\b", whole):
        yield Finding((), Weight.OTHER_AC, "“AC” means something else here")
    if any(block.kind in {Kind.ITEM, Kind.TASK} for block in blocks):
        yield Finding((), Weight.WORK, "what it lists is work or notes, not when it is done")


def checklist_finding(name: str, lines: Sequence[str]) -> Finding:
    """Judge a checklist of a card by its name, or, where the name says nothing, by its lines."""
    says = _named(name)
    judged = [(line, lack(line)) for line in lines]
    if says is Says.CRITERIA:
        items = tuple(Criterion(line, (0, len(line)), "checklist", why is None) for line, why in judged)
        lacks = [why for _, why in judged if why is not None] or [Lack.EMPTY]
        return Finding(
            items,
            Weight.LACKING,
            f"the checklist “{shortened(name)}” {max(lacks, key=rank().__getitem__).value}",
        )
    if says is not None or titles.WORK.search(terms.fold(name)):
        weight = Weight.DONE if says is Says.DONE else Weight.WORK
        return Finding(
            (),
            weight,
            "there is only a definition of done"
            if says is Says.DONE
            else f"the checklist “{shortened(name)}” lists work",
        )
    named = titles.REQUIRED.match(terms.fold(name)) is not None
    good = [line for line, why in judged if why is None and (_behaves(line) or (named and stated(line)))]
    if len(good) >= 2:
        return Finding(tuple(Criterion(line, (0, len(line)), "checklist", line in good) for line in lines))
    return Finding(
        (),
        Weight.WORK if lines else Weight.NOTHING,
        f"the checklist “{shortened(name)}” lists work" if lines else Finding().because,
    )


def _behaves(line: str) -> bool:
    return required(line) or conditional(line) or able(line)


def _named(name: str) -> Says | None:
    line = Line(name, (0, len(name)))
    label = label_of(Block(Kind.HEADING, (line,), 1), line)
    return label.says if label is not None else None


def field_finding(blocks: Sequence[Block]) -> Finding:
    """Judge a field that holds nothing but criteria; their heading may be repeated in it."""
    rows = [row for part in sections_of(blocks) for row in part.rows]
    found = _criteria(Section("the criteria field", 0, Says.CRITERIA, rows=rows))
    items = tuple(Criterion(one.text, one.span, "field", one.checkable) for one in found.items)
    return Finding(
        items, found.weight, found.because.removeprefix("the section ").replace("“", "").replace("”", "")
    )
