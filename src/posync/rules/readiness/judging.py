"""Ask all checks of a pack about a backlog, reading each description once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from posync.model.backlog import Backlog, Described
from posync.model.issue import Issue
from posync.model.verdict import Flag
from posync.rules.readiness.base import Check

_Asking = tuple[Check, list[Flag]]
"""A check, and where its flags go."""


def flags_of(
    checks: Sequence[Check], backlog: Backlog, today: date, described: Described = iter
) -> list[list[Flag]]:
    """Return the flags of each check, in the order of the checks and of rank, before grace and baseline.

    Checks of single issues look at one issue together before they go on to the next, so that its
    description is read and parsed once for all of them and then let go; checks that compare issues with
    each other see the whole backlog on their own. `described` gives issues their descriptions.
    """
    found: list[list[Flag]] = [[] for _ in checks]
    asking = list(zip(checks, found, strict=True))
    for reads in (False, True):
        together = [each for each in asking if _single(each[0]) and each[0].reads is reads]
        for issue, asked in _asked(together, backlog, today, described):
            for check, flags in asked:
                because = check.fault(issue, backlog, today)
                if because is not None:
                    flags.append(check.flag(issue, because))
    for check, flags in asking:
        if not _single(check):
            flags.extend(check.judge(backlog, today, described))
    return found


def _asked(
    together: Sequence[_Asking], backlog: Backlog, today: date, described: Described
) -> Iterator[tuple[Issue, list[_Asking]]]:
    """Yield each issue that concerns some of these checks with those; where they read descriptions, with it."""
    if not together:
        return
    every: Iterable[Issue] = backlog.issues
    if any(check.asks_texts for check, _ in together):
        every = described(every)
    waiting: deque[list[_Asking]] = deque()

    def concerned() -> Iterator[Issue]:
        for issue in every:
            asked = [each for each in together if each[0].concerned(issue, today)]
            if asked:
                waiting.append(asked)
                yield issue

    issues = described(concerned()) if together[0][0].reads else concerned()
    for issue in issues:
        yield issue, waiting.popleft()


def _single(check: Check) -> bool:
    """Whether the check looks at one issue at a time: it implements `fault`, and leaves `faults` as it is."""
    return type(check).faults is Check.faults
