"""Tiny backlogs, written so that a test reads as documentation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.model.verdict import Place, Verdicts
from posync.planning.desired import Traits

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
JIRA = Traits("jira", rank_batch=50, has_releases=True)
TRELLO = Traits("trello", rank_batch=1, labels_fold=True)


def issue(name: str, rank: int = 1, tracker: str = "jira", **fields: Any) -> Issue:
    """Return an issue whose key is `name` in capitals."""
    return Issue(uid=f"{tracker}:{name}", tracker=tracker, key=name.upper(), rank=rank, **fields)


def backlog(*issues: Issue, tracker: str = "jira") -> Backlog:
    """Return a complete backlog of these issues."""
    return Backlog(tracker=tracker, issues=issues, complete=True, shown_by="test", observed=NOW)


def ranked(names: str, tracker: str = "jira", **fields: Any) -> Backlog:
    """Return a backlog with one issue per letter, in this order."""
    return backlog(*(issue(n, i, tracker, **fields) for i, n in enumerate(names, 1)), tracker=tracker)


def placed(names: str, tracker: str = "jira", **verdicts: Any) -> Verdicts:
    """Return verdicts that want this order."""
    places = tuple(Place(f"{tracker}:{n}", i, (f"{n} because",)) for i, n in enumerate(names, 1))
    return Verdicts(places=places, **verdicts)
