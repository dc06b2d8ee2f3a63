"""Everything that can go wrong, sorted by what the caller must do about it.

PosyncError
├─ UsageError                             the command was called wrongly          exit 64
├─ ConfigError(problems)                  all at once, with file, line, column    exit 78
├─ RuleError(pack, issue, detail)         a pack cannot judge an issue            exit 78
├─ TrackerError(tracker, operation, ...)  a source cannot be used                 exit 4
│  ├─ Transient(retry_after)              the retry policy tries again
│  ├─ QuotaSpent(retry_after)             stop now; the run can be resumed
│  ├─ AccessRefused                       credentials or permission
│  ├─ NotFound                            no such project, board or issue
│  ├─ UnexpectedPayload                   not what the vendor documents
│  ├─ Incomplete                          part of the picture is missing
│  ├─ Refused                             the tracker rejects this very write     exit 1
│  └─ ChangedMeanwhile                    somebody moved first                    exit 3
├─ PlanError
│  ├─ InvalidPlan                         no plan, or altered after planning      exit 64
│  ├─ UnsafePlan(count, of, limit)        larger than the limits allow            exit 3
│  └─ StalePlan                           the trackers have moved on              exit 3
└─ StateError                             exit 1
   ├─ Locked(holder)                      another run is under way
   └─ SchemaTooNew                        the state was written by a newer posync exit 78

Errors carry fields and write their own message; the message says what, where
and what to do. No error carries a URL with a query, a header or a body.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar, NamedTuple


class PosyncError(Exception):
    """Anything posync raises on purpose; `str()` is fit for a product owner."""

    exit_code: ClassVar[int] = 1

    def __reduce__(self) -> tuple[Any, ...]:
        """Let other processes have it as it is: made anew from its message alone, it would lack its fields."""
        return _made_again, (type(self), self.args), self.__dict__


def _made_again(kind: type[PosyncError], args: tuple[Any, ...]) -> PosyncError:
    return kind.__new__(kind, *args)


class UsageError(PosyncError):
    """The command was called in a way it cannot follow."""

    exit_code = 64


class Problem(NamedTuple):
    """One mistake in one file; line and column count from 1, 0 where unknown."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        """Return `file:line:column message`, the form editors can jump to."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place} {self.message}"


class ConfigError(PosyncError):
    """A workspace, pack or profile is wrong; carries every problem found, in file order."""

    exit_code = 78

    def __init__(self, problems: Sequence[Problem] | str) -> None:
        if isinstance(problems, str):
            problems = [Problem("", 0, 0, problems)]
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(p).strip() for p in self.problems))


class RuleError(PosyncError):
    """A pack cannot judge an issue, for instance because it compares a value that is not set."""

    exit_code = 78

    def __init__(self, pack: str, issue: str, detail: str) -> None:
        self.pack, self.issue, self.detail = pack, issue, detail
        super().__init__(f"pack {pack}, issue {issue}: {detail}")


class TrackerError(PosyncError):
    """A tracker did not do what was asked; `status` is the HTTP status, where there was one."""

    exit_code = 4

    def __init__(
        self, tracker: str, operation: str, detail: str, *, status: int | None = None, remedy: str = ""
    ) -> None:
        self.tracker, self.operation, self.detail = tracker, operation, detail
        self.status, self.remedy = status, remedy
        code = f" (HTTP {status})" if status else ""
        mend = f" {remedy}" if remedy else ""
        super().__init__(f"{tracker}: {operation}: {detail}{code}.{mend}")


class Transient(TrackerError):
    """Likely to pass: the retry policy tries again, not before `retry_after` seconds."""

    def __init__(
        self,
        tracker: str,
        operation: str,
        detail: str,
        *,
        status: int | None = None,
        remedy: str = "Try again later.",
        retry_after: float | None = None,
        sent: bool = True,
    ) -> None:
        self.retry_after = retry_after
        self.sent = sent  # False: the request surely never reached the tracker
        super().__init__(tracker, operation, detail, status=status, remedy=remedy)


class QuotaSpent(Transient):
    """The vendor's hourly or daily allowance is used up: stop, keep what is done, resume later.

    `aside` is what a pull has read by then that the next one need not read again, if anything: a
    `posync.model.observation.Aside`.
    """

    aside: tuple[str, Collection[str], str] | None = None

    def going_on(self, words: str) -> QuotaSpent:
        """Return the same error with these words on how it goes on when posync is run again."""
        when = f"in {self.retry_after:.0f} s" if self.retry_after else "later"
        return QuotaSpent(
            self.tracker,
            self.operation,
            self.detail,
            status=self.status,
            remedy=f"Run posync again {when}. {words}",
            retry_after=self.retry_after,
        )


class AccessRefused(TrackerError):
    """Credentials or permissions do not suffice."""


class NotFound(TrackerError):
    """The project, board or issue does not exist, or this account may not see it."""


class UnexpectedPayload(TrackerError):
    """The answer is not what the vendor documents, such as a login page with status 200."""


class Incomplete(TrackerError):
    """Part of the picture is missing, so nothing may be judged by it."""


class Refused(TrackerError):
    """The tracker understood the write and rejects it, for instance a field not on the screen."""

    exit_code = 1


class ChangedMeanwhile(TrackerError):
    """Somebody changed the issue between reading and writing."""

    exit_code = 3


class PlanError(PosyncError):
    """A plan cannot be carried out."""


class InvalidPlan(PlanError):
    """The file is no plan, or was altered after planning."""

    exit_code = 64


class UnsafePlan(PlanError):
    """The plan is larger than the workspace's limits allow."""

    exit_code = 3

    def __init__(self, detail: str, *, count: int = 0, of: int = 0, limit: str = "") -> None:
        self.count, self.of, self.limit = count, of, limit
        super().__init__(detail)


class StalePlan(PlanError):
    """The trackers have moved on since the plan was made."""

    exit_code = 3


class StateError(PosyncError):
    """What posync remembers cannot be read or written."""


class Locked(StateError):
    """Another run of this workspace is under way; `holder` is "" where it has not said whose."""

    def __init__(self, workspace: str, holder: str) -> None:
        self.workspace, self.holder = workspace, holder
        super().__init__(
            f"workspace {workspace} is in use by {holder or 'another run'}. Wait for that run to end, then try again."
        )


class SchemaTooNew(StateError):
    """The state was written by a newer posync."""

    exit_code = 78
