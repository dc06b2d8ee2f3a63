"""The checks that read fields (estimate, stale, links, epics), asked of real boards and issues."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from _texts import DATA

from posync.connectors.open import open_export
from posync.connectors.profile import load_profile
from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType, State
from posync.model.text import Format, Text
from posync.rules.readiness.base import Check
from posync.rules.readiness.blocked import BlockedByUnplannedCheck
from posync.rules.readiness.estimate import EstimateCheck
from posync.rules.readiness.stale import StaleCheck
from posync.rules.readiness.unassigned_epic import UnassignedEpicCheck

_KEY = re.compile(r"\b[A-Z][A-Z0-9]+-\d+\b")
_NUMBER = re.compile(r"(?<![\w&/])#(\d+)\b")

Asked = tuple[bool, bool]
"""What a check says of an issue, and what the naive way to ask says."""


def _backlog(tracker: str, issues: Sequence[Issue]) -> Backlog:
    return Backlog(
        tracker=tracker, issues=tuple(issues), complete=True, shown_by="", observed=datetime.now(UTC)
    )


@cache
def board(name: str) -> Backlog:
    """Return one real board, search or set of stories by the name its labels give it."""
    if name == "apache":
        return _opened(name, [DATA / "jira" / "apache-search"])
    if name == "sp":
        return _opened(name, sorted((DATA / "jira" / "cloud-jirametrics").glob("*__SP-*.json")))
    files = (DATA / "trello" / f"{name}.json", DATA / "jira" / "csv-exports" / f"{name}.csv")
    found = [file for file in files if file.exists()]
    return _opened(name, found) if found else _backlog(name, list(_stories(name)))


def _opened(name: str, paths: Sequence[Path]) -> Backlog:
    profile, issues = load_profile("jira-data-center", DATA), list[Issue]()
    for path in paths:
        open_export(name, path=path, profile=profile, workspace="").pull(None, issues.extend)
    return _backlog(name, list({issue.uid: issue for issue in issues}.values()))


def _stories(name: str) -> Iterator[Issue]:
    csv.field_size_limit(10**9)
    file = next((DATA / "storypoints").glob(f"*/{name}.csv"))
    form = Format.WIKI if file.parent.name == "deep-se" else Format.MARKDOWN
    with file.open(newline="", encoding="utf-8", errors="replace") as lines:
        for row in csv.DictReader(lines):
            key = row["issuekey"]
            yield Issue(
                uid=f"{name}:{key}",
                tracker=name,
                key=key if form is Format.WIKI else f"GL-{key}",
                type=IssueType.STORY,
                title=row["title"] or "",
                description=Text(format=form, source=_keyed(row["description"] or "", form)),
                points=float(row.get("storypoint") or row.get("storypoints") or 0),
            )


def _keyed(text: str, form: Format) -> str:
    """Return GitLab's texts with its `#12` as Jira would write it: a key."""
    return text if form is Format.WIKI else _NUMBER.sub(r"GL-\1", text)


@cache
def _named(name: str) -> dict[str, Issue]:
    """Return a board's issues by the names labels use: key, short link or number."""
    return {issue.key.removeprefix("GL-"): issue for issue in board(name).issues}


def _today(backlog: Backlog) -> date:
    """Return the day of the export: when something was last touched."""
    return max((issue.updated.date() for issue in backlog.issues if issue.updated), default=date(2026, 1, 1))


@cache
def _flagged(check: Check, name: str) -> frozenset[str]:
    backlog = board(name)
    return frozenset(flag.uid for flag in check.judge(backlog, _today(backlog)))


def _asks(check: Check, naive: Callable[[Issue, date], bool]) -> Callable[[dict[str, Any]], Asked]:
    def ask(case: dict[str, Any]) -> Asked:
        issue = _named(case["set"])[case["id"]]
        return issue.uid in _flagged(check, case["set"]), naive(issue, _today(board(case["set"])))

    return ask


def _waits(case: dict[str, Any]) -> Asked:
    """Ask for an issue that somebody has planned, where nobody has planned whatever it names."""
    issue = _named(case["set"])[case["id"]]
    source = f"{issue.title}\n{issue.description.source}"
    there = {other.key: other for other in board(case["set"]).issues}
    keys = {*_KEY.findall(source), *(link.to.key for link in issue.links)} - {issue.key}
    others = [there.get(key) or _stand_in(issue.tracker, key) for key in sorted(keys)]
    unplanned = [
        one.model_copy(update={"sprint": None, "releases": ()})
        if one.state is not State.DONE or not one.links
        else one
        for one in others
    ]
    planned = issue.model_copy(update={"releases": ("next",), "state": State.TODO})
    check = BlockedByUnplannedCheck(check="blocked-by-unplanned")
    flags = list(check.judge(_backlog(issue.tracker, [planned, *unplanned]), date(2026, 1, 1)))
    return any(flag.uid == issue.uid for flag in flags), re.search(
        r"block|depend", source, re.IGNORECASE
    ) is not None


def _stand_in(tracker: str, key: str) -> Issue:
    return Issue(uid=f"{tracker}:{key}", tracker=tracker, key=key)


def stale(days: int) -> Callable[[dict[str, Any]], Asked]:
    """Return what asks whether an issue was touched within so many days; naive: whether it is as old."""
    return _asks(
        StaleCheck(check="stale", days=days),
        lambda issue, today: issue.created is not None and (today - issue.created.date()).days > days,
    )


def asked() -> dict[str, tuple[str, Callable[[dict[str, Any]], Asked]]]:
    """Return how to ask each check that reads fields, by its title: the labels, and the question."""
    return {
        "estimate": (
            "estimate",
            _asks(EstimateCheck(check="estimate"), lambda issue, _: issue.points is None),
        ),
        **{f"stale, {days} days": ("stale", stale(days)) for days in (60, 90, 180)},
        "blocked by unplanned": ("blocked-by-unplanned", _waits),
        "unassigned epic": (
            "unassigned-epic",
            _asks(
                UnassignedEpicCheck(check="unassigned-epic"),
                lambda issue, _: issue.type is IssueType.STORY and issue.parent is None,
            ),
        ),
    }
