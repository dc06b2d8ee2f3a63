"""Lets issues share what many of them have in common, so that a large backlog fits into little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from posync.model.issue import FieldValue, Issue

_FEW = ("labels", "releases", "points", "priority", "assignee", "reporter", "status", "lane", "lane_name")
"""What takes few values over a whole backlog."""

_put = object.__setattr__  # an issue that is being read is nobody's yet


def alike(issues: Iterable[Issue]) -> Iterator[Issue]:
    """Yield the same issues; whatever equals a value that came before is replaced by that very object."""
    known: dict[Any, Any] = {}
    for issue in issues:
        for name in _FEW:
            value = getattr(issue, name)
            if value:
                _put(issue, name, known.setdefault(value, value))
        _put(issue, "fields", _fields(issue.fields, known))
        origin = issue.provenance
        _put(issue, "provenance", known.setdefault(tuple(origin.items()), origin))
        for name in ("updated", "state_since"):
            if getattr(issue, name) == issue.created:
                _put(issue, name, issue.created)
        yield issue


def _fields(fields: Mapping[str, FieldValue], known: dict[Any, Any]) -> Mapping[str, FieldValue]:
    """Return the fields with values that are shared; 1, 1.0 and True are equal and stay three, as do 0 and -0."""
    shared = {n: known.setdefault((v.__class__, v), v) if v else v for n, v in fields.items()}
    return shared or known.setdefault((dict, ()), shared)
