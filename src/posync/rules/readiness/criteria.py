"""Find the acceptance criteria in a description, and say what was found instead where there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posync.model.backlog import Backlog
from posync.model.issue import Issue


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing the finished item must do.

    `span` counts characters into what was searched (see `how` and `source`); `how` is one of heading, inline,
    gherkin, checklist, task-list, field, subtask; `checkable` is False for a line no one could
    test ("works fine").
    """

    text: str
    span: tuple[int, int]
    how: str
    checkable: bool = True


@dataclass(frozen=True, slots=True)
class AcceptanceCriteria:
    """All criteria of one item, in reading order; `because` says what was found, or what was there instead."""

    items: tuple[Criterion, ...]
    because: str

    @property
    def present(self) -> bool:
        """Whether at least one criterion can be checked."""
        return any(item.checkable for item in self.items)


def acceptance_criteria(
    body: str | Mapping[str, Any],
    format: str = "markdown",  # noqa: A002 - the published name
    checklists: Sequence[tuple[str, Sequence[str]]] = (),
) -> AcceptanceCriteria:
    """Return the acceptance criteria of a description and its checklists.

    `body` is the text, or an ADF document; `format` is markdown, wiki, adf or plain;
    `checklists` are (name, lines) pairs. Raises ValueError for any other format.
    """
    raise NotImplementedError


def criteria_of(
    issue: Issue, *, field: str = "acceptance_criteria", subtasks: Sequence[str] = (), backlog: Backlog
) -> AcceptanceCriteria:
    """Return the criteria of an issue: from its criteria field, description, checklists and sub-tasks.

    `subtasks` are beginnings of titles ("AC:") by which a team marks criteria kept as sub-tasks.
    """
    raise NotImplementedError
