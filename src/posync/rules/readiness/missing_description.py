"""Find the issues that are only a title."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import NonNegativeInt

from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.model.markup.block import Block, Kind
from posync.rules.readiness.base import Check
from posync.rules.readiness.substance import says_nothing
from posync.rules.readiness.terms import fold, words


class MissingDescriptionCheck(Check):
    """Flag open issues whose description says nothing: empty, a placeholder, or an unfilled template.

    Less than `at_least_words` beyond the title's own words says nothing either. Checklists count.
    """

    mends: ClassVar[str] = "Write down what is wanted and why, in a sentence or two."

    check: Literal["missing-description"]
    at_least_words: NonNegativeInt = 3

    def asks(self) -> str:
        """Return that there must be a description."""
        return "a description that says more than the title"

    def fault(self, issue: Issue, backlog: Backlog, today: date) -> str | None:  # noqa: ARG002 - a fixed shape
        """Return what the description holds instead of a description."""
        if any(item.text.strip() for one in issue.checklists for item in one.items):
            return None
        return nothing_in(issue.description.blocks, issue.title, self.at_least_words)


def nothing_in(blocks: tuple[Block, ...], title: str, at_least: int) -> str | None:
    """Return why a description tells nothing that the title does not tell, or None."""
    lines = [line.text for block in blocks if block.kind is not Kind.HEADING for line in block.lines]
    if not any(line.strip() for line in lines):
        return (
            "only headings"
            if any(line.text for block in blocks for line in block.lines)
            else "no description"
        )
    known = set(words(fold(title)))
    told: list[str] = []
    found: list[str] = []
    for line in lines:
        if says_nothing(line):
            continue
        told.append(line)
        found += words(fold(line))
        new = len(set(found[:400]) - known)
        if len(found) >= at_least and (new >= at_least or len(found) >= 12):
            return None  # the rest of a long description need not be read
    return f"no more than the title says: “{' '.join(told)[:60]}”" if told else "only placeholders"
