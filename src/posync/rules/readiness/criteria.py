"""Find the acceptance criteria in a description, and say what was found instead where there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posync.model.issue import Issue
from posync.model.markup import adf
from posync.model.markup.block import Block
from posync.model.markup.reading import blocks_of
from posync.model.text import Format
from posync.rules.readiness.finding import Criterion, Finding, best
from posync.rules.readiness.found import checklist_finding, described, field_finding
from posync.rules.readiness.once import once


@dataclass(frozen=True, slots=True)
class AcceptanceCriteria:
    """All criteria of one item, in reading order; `because` says what was found, or what was there instead."""

    items: tuple[Criterion, ...]
    because: str

    @property
    def present(self) -> bool:
        """Whether at least one criterion can be checked."""
        return any(item.checkable for item in self.items)


HOWS = {
    "heading": "under a heading",
    "inline": "on the line that names it",
    "gherkin": "as a Given/When/Then scenario",
    "table": "in a table",
    "task-list": "in a task list",
    "list": "in a list of required behaviour",
    "checklist": "in a checklist",
    "field": "in the criteria field",
    "subtask": "as a sub-task",
}
"""Where a criterion is found, in words."""

_HOWS_OF_MANY = HOWS | {
    "inline": "on the lines that name them",
    "gherkin": "as Given/When/Then scenarios",
    "subtask": "as sub-tasks",
}


def acceptance_criteria(
    body: str | Mapping[str, Any],
    format: str = "markdown",  # noqa: A002 - the published name
    checklists: Sequence[tuple[str, Sequence[str]]] = (),
) -> AcceptanceCriteria:
    """Return the acceptance criteria of a description and its checklists.

    `body` is the text, or an ADF document; `format` is markdown, wiki, adf or plain;
    `checklists` are (name, lines) pairs. Raises ValueError for any other format. The rules are
    those of docs/sources.md, "acceptance criteria".
    """
    known = Format(format)
    blocks = adf.blocks(body) if isinstance(body, Mapping) else blocks_of(body, known)
    return _told([*described(blocks), *(checklist_finding(name, lines) for name, lines in checklists)])


def criteria_of(
    issue: Issue, *, field: str = "acceptance_criteria", subtasks: Sequence[str] = ()
) -> AcceptanceCriteria:
    """Return the criteria of an issue: from its criteria field, description and checklists.

    `subtasks` are the titles of sub-tasks that the team keeps as criteria.
    """
    findings = [*_in_field(issue, field), *_described(issue.description.blocks)]
    findings += [checklist_finding(one.name, [item.text for item in one.items]) for one in issue.checklists]
    if subtasks:
        items = tuple(Criterion(title, (0, len(title)), "subtask") for title in subtasks)
        findings.append(Finding(items))
    return _told(findings)


@once
def _described(blocks: Sequence[Block]) -> tuple[Finding, ...]:
    return tuple(described(blocks))


def _in_field(issue: Issue, field: str) -> Iterator[Finding]:
    value = issue.fields.get(field)
    if isinstance(value, tuple):
        value = "\n".join(f"- {line}" for line in value)
    if isinstance(value, str) and value.strip():
        form = Format.WIKI if issue.description.format is Format.WIKI else Format.MARKDOWN
        yield field_finding(blocks_of(value, form))


def _told(findings: Iterable[Finding]) -> AcceptanceCriteria:
    items, because = best(findings)
    return AcceptanceCriteria(items, because or counted(_criteria(items), items))


def _criteria(items: Sequence[Criterion]) -> str:
    good = sum(item.checkable for item in items)
    return "1 acceptance criterion" if good == 1 else f"{good} acceptance criteria"


def counted(count: str, items: Sequence[Criterion]) -> str:
    """Return how many criteria there are and where they were found: `2 acceptance criteria, in a table`."""
    found = Counter(item.how for item in items if item.checkable)
    where = [(number, (HOWS if number == 1 else _HOWS_OF_MANY)[how]) for how, number in found.items()]
    if len(where) == 1:
        return f"{count}, {where[0][1]}"
    return f"{count}: {', '.join(f'{number} {place}' for number, place in where)}"
