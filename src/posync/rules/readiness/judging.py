"""Ask all checks of a pack about a backlog, reading each description once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from posync.model.backlog import Backlog
from posync.model.verdict import Flag
from posync.rules.readiness.base import Check


def flags_of(checks: Sequence[Check], backlog: Backlog, today: date) -> list[list[Flag]]:
    """Return the flags of each check, in the order of the checks and of rank, before grace and baseline.

    Checks of single issues look at one issue together before they go on to the next, so that its
    description is parsed once for all of them and then let go; checks that compare issues with
    each other see the whole backlog on their own.
    """
    found: list[list[Flag]] = [[] for _ in checks]
    together = [(check, flags) for check, flags in zip(checks, found, strict=True) if _single(check)]
    for issue in backlog.issues if together else ():
        for check, flags in together:
            because = check.fault(issue, backlog, today) if check.concerned(issue, today) else None
            if because is not None:
                flags.append(check.flag(issue, because))
    for check, flags in zip(checks, found, strict=True):
        if not _single(check):
            flags.extend(check.judge(backlog, today))
    return found


def _single(check: Check) -> bool:
    """Whether the check looks at one issue at a time: it implements `fault`, and leaves `faults` as it is."""
    return type(check).faults is Check.faults
