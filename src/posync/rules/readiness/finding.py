"""What was found where criteria may stand, and how telling it is where nothing counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from posync.model.markup.block import Span


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing the finished item must do.

    `span` counts characters into the text that was searched (of an ADF document: into its
    `reading`; of checklists and sub-tasks: into the line itself). `how` is where it was found:
    heading, inline, gherkin, table, task-list, list, checklist, field or subtask. `checkable`
    is False for a line that stands where a criterion should and is none.
    """

    text: str
    span: Span
    how: str
    checkable: bool = True


class Weight(IntEnum):
    """How telling a reason is where nothing was found; the highest is given."""

    NOTHING = 0
    EMPTY = 1
    WORK = 2
    OTHER_AC = 3
    MENTION = 4
    DONE = 5
    DEFECT = 6
    LACKING = 7


@dataclass(frozen=True, slots=True)
class Finding:
    """What one place holds, and the reason it would give if that is all there is."""

    items: tuple[Criterion, ...] = ()
    weight: Weight = Weight.NOTHING
    because: str = "no section, list or scenario says when it is done"

    @property
    def counts(self) -> bool:
        """Whether something checkable is there."""
        return any(item.checkable for item in self.items)


def shortened(title: str) -> str:
    """Return a title as a reason quotes it."""
    title = title.strip(" :#*")
    return title if len(title) <= 60 else title[:59] + "…"


def best(findings: Iterable[Finding]) -> tuple[tuple[Criterion, ...], str]:
    """Return all criteria found, and the most telling reason where none counts."""
    every = tuple(findings)
    items = tuple(item for found in every for item in found.items)
    if any(found.counts for found in every):
        return items, ""
    telling = max(every, key=lambda found: found.weight, default=Finding())
    return items, telling.because
