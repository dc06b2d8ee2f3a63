"""Tiny backlogs, and the score a method gives them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter

from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType, Ref
from posync.model.verdict import Score, Term
from posync.rules.scoring import Scored, Scoring, score_all
from posync.rules.scoring.base import ScoreSettings

TODAY = date(2026, 11, 22)
_SCORING: TypeAdapter[ScoreSettings] = TypeAdapter(Scoring)

WSJF: Mapping[str, Any] = {
    "method": "wsjf",
    "inputs": {
        "business_value": "issue.fields.value",
        "time_criticality": "issue.fields.time",
        "risk_reduction": "issue.fields.risk",
        "job_size": "issue.points",
    },
}


def scoring(settings: Mapping[str, Any]) -> ScoreSettings:
    """Return what a pack says under `score:`."""
    return _SCORING.validate_python(dict(settings))


def issue(key: str, *, epic: str | None = None, **more: Any) -> Issue:
    """Return an issue; lower-case words that are no part of the model become custom fields."""
    known = {name: value for name, value in more.items() if name in Issue.model_fields}
    fields = {name: value for name, value in more.items() if name not in Issue.model_fields}
    number = int(key.rpartition("-")[2])
    whole: dict[str, Any] = {
        "uid": f"jira:{number}",
        "tracker": "jira",
        "key": key,
        "type": IssueType.STORY,
        "rank": number,
        "parent": Ref(key=epic) if epic else None,
        "fields": fields,
        **known,
    }
    return Issue(**whole)


def backlog(*issues: Issue) -> Backlog:
    """Return a complete backlog of these issues."""
    observed = datetime(2026, 11, 22, tzinfo=UTC)
    return Backlog(tracker="jira", issues=issues, complete=True, shown_by="made up", observed=observed)


def scored(settings: Mapping[str, Any], *issues: Issue, **more: Any) -> Scored:
    """Return what a method says of these issues."""
    return score_all(scoring(settings), backlog(*issues), TODAY, **more)


def score(settings: Mapping[str, Any], one: Issue, *others: Issue) -> Score:
    """Return the score of the first issue, ranked or left."""
    found = scored(settings, one, *others)
    return found.scores.get(one.uid) or found.left[one.uid]


def value(settings: Mapping[str, Any], one: Issue, *others: Issue) -> Fraction | None:
    """Return the number a method gives the first issue."""
    return score(settings, one, *others).value


def term(found: Score, name: str) -> Term:
    """Return one term of a score."""
    return next(each for each in found.terms if each.name == name)


def warnings(found: Scored) -> str:
    """Return every warning, one a line."""
    return "\n".join(each.because for each in found.warnings)
