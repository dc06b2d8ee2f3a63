"""What every check has in common: whom it concerns, what it asks for, and when its flag is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar

from posync.model.backlog import Backlog, Described
from posync.model.base import Frozen
from posync.model.issue import Issue
from posync.model.label import HANDS_OFF, carries
from posync.model.verdict import Flag
from posync.rules.days import Days
from posync.rules.expressions.expression import Expression, IssueView
from posync.rules.labels import Label


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a ticked tree: what was asked, whether it holds, and what was seen; `parts` decide it."""

    asks: str
    holds: bool
    detail: str = ""
    parts: tuple[Condition, ...] = ()


class Check(Frozen):
    """One entry under `checks:` of a pack.

    `when` narrows whom the check concerns; without it, `concerns()` decides. `since` leaves issues
    alone that were created before that day. `after` is the grace, in days, between the first time
    a flag is raised and the day its label is written. Issues that carry the label `ignore` are
    left alone. `mention` puts the assignee's name into the reason (off: nobody is called out).
    """

    mends: ClassVar[str] = ""
    reads: ClassVar[bool] = True
    """Whether finding a fault takes the description; it may be large, so that it is only fetched where it does."""

    check: str
    when: Expression | None = None
    label: Label | None = None
    comment: bool = False
    remedy: str = ""
    since: date | None = None
    after: Days = 0
    ignore: Label = HANDS_OFF
    mention: bool = False

    def judge(self, backlog: Backlog, today: date, described: Described = iter) -> Iterator[Flag]:
        """Yield one flag per offending issue, in rank order, before grace and baseline.

        The backlog may be without descriptions; `described` then gives them to the issues that are looked at.
        """
        every = described(backlog.issues) if self.asks_texts else backlog.issues
        concerned = (issue for issue in every if self.concerned(issue, today))
        issues = described(concerned) if self.reads else concerned
        for issue, because in self.faults(issues, backlog, today):
            yield self.flag(issue, because)

    @property
    def asks_texts(self) -> bool:
        """Whether it takes the description to tell whom the check concerns."""
        return self.when is not None and "description" in self.when.names

    def faults(self, issues: Iterable[Issue], backlog: Backlog, today: date) -> Iterator[tuple[Issue, str]]:
        """Yield each issue at fault and why; a check of single issues implements `fault` instead."""
        for issue in issues:
            because = self.fault(issue, backlog, today)
            if because is not None:
                yield issue, because

    def fault(self, issue: Issue, backlog: Backlog, today: date) -> str | None:
        """Return why the issue is at fault, or None; `backlog` gives its neighbours, without descriptions."""
        raise NotImplementedError

    def concerns(self, issue: Issue) -> bool:
        """Whether the check applies to this issue where the pack gives no `when`."""
        return issue.is_open and issue.ranked

    def concerned(self, issue: Issue, today: date) -> bool:
        """Whether the issue is to be judged at all: not ignored, not older than `since`, and `when` holds."""
        return not self.exempt(issue) and self.asked(issue, today)

    def exempt(self, issue: Issue) -> bool:
        """Whether a person or the baseline has taken the issue out of this check."""
        if carries(issue.labels, self.ignore):
            return True
        return self.since is not None and (issue.created is None or issue.created.date() < self.since)

    def asked(self, issue: Issue, today: date) -> bool:
        """Whether the pack means this issue: `when`, or `concerns()` where there is none."""
        if self.when is None:
            return self.concerns(issue)
        return self.when.holds(IssueView(issue, today))

    def flag(self, issue: Issue, because: str) -> Flag:
        """Return the flag this check raises on the issue."""
        who = f" (for {issue.assignee})" if self.mention and issue.assignee else ""
        return Flag(issue.uid, self.check, because + who, self.remedy or self.mends, self.label, self.comment)

    def explain(self, issue: Issue, backlog: Backlog, today: date) -> Condition:
        """Return the ticked tree behind this check's verdict on one issue; it holds where all is well."""
        parts = [_ticked(f"no label {self.ignore}", not carries(issue.labels, self.ignore))]
        if self.since is not None:
            born = "" if issue.created is None else f"created {issue.created.date()}"
            recent = issue.created is not None and issue.created.date() >= self.since
            parts.append(_ticked(f"created on or after {self.since}", recent, born))
        parts.append(self._when(issue, today))
        if not all(part.holds for part in parts):
            return Condition(self.check, holds=True, detail="left alone", parts=tuple(parts))
        because = next(
            (why for one, why in self.faults((issue,), backlog, today) if one.uid == issue.uid), None
        )
        found = self.evidence(issue, backlog, today)
        mend = self.remedy or self.mends
        parts.append(Condition(self.asks(), because is None, mend if because is not None else "", found))
        if because is not None and self.after and self.label is not None:
            days = "a day" if self.after == 1 else f"{self.after} days"
            grace = f"its label {self.label} is written {days} after the flag was first seen"
            because = f"{because} ({grace})"
        return Condition(self.check, because is None, because or "", tuple(parts))

    def _when(self, issue: Issue, today: date) -> Condition:
        """Return whether the pack means this issue, with each condition joined by `and`."""
        asked = self.asked(issue, today)
        if self.when is None:
            return _ticked("it is open, and of the kind this check is for", asked)
        parts = [_ticked(*each) for each in self.when.ticked(IssueView(issue, today))]
        return Condition(f"when {self.when}", asked, parts=tuple(parts if len(parts) > 1 else ()))

    def asks(self) -> str:
        """Return in a few words what the check wants to see."""
        return self.check.replace("-", " ")

    def evidence(self, issue: Issue, backlog: Backlog, today: date) -> tuple[Condition, ...]:  # noqa: ARG002 - an override point
        """Return what was seen on the way to the verdict, for the ticked tree."""
        return ()


def _ticked(asks: str, holds: bool, detail: str = "") -> Condition:  # noqa: FBT001 - a plain pair of facts
    return Condition(asks, holds, detail)


def settled(
    check: Check,
    flags: Iterable[Flag],
    today: date,
    first_flagged: Mapping[tuple[str, str], date],
    accepted: frozenset[tuple[str, str]] = frozenset(),
) -> Iterator[Flag]:
    """Yield the flags that are to be shown, after baseline and grace.

    `first_flagged` and `accepted` are keyed by (uid, check). An accepted flag is dropped; a flag
    within its grace is shown without label and comment, and says from which day it will carry them.
    """
    for flag in flags:
        key = (flag.uid, flag.check)
        if key in accepted:
            continue
        due = first_flagged.get(key, today) + timedelta(days=check.after)
        if due > today:
            yield replace(flag, because=f"{flag.because} (label from {due})", label=None, comment=False)
        else:
            yield flag
