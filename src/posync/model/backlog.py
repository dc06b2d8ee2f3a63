"""An immutable, ranked snapshot of issues: of one tracker, or of all of them as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from posync.model.base import Frozen
from posync.model.issue import Issue, Moment, Ref

Described = Callable[[Iterable[Issue]], Iterator[Issue]]
"""Gives issues back with their descriptions, in the same order, reading a few at a time; `iter`, where they have them."""


class Backlog(Frozen):
    """Issues in rank order; `shown_by` says how completeness was shown, or what is missing."""

    tracker: str
    issues: tuple[Issue, ...]
    complete: bool
    shown_by: str
    observed: Moment

    def __copy__(self) -> Backlog:
        """Return the same fields without what was worked out from them, which a changed copy must not inherit."""
        return Backlog.model_construct(**dict(self))

    @cached_property
    def by_uid(self) -> dict[str, Issue]:
        """Every issue by its `uid`."""
        return {issue.uid: issue for issue in self.issues}

    @cached_property
    def by_key(self) -> dict[str, tuple[Issue, ...]]:
        """Every issue by its key; two trackers may use the same key."""
        found: dict[str, tuple[Issue, ...]] = {}
        for issue in self.issues:
            found[issue.key] = (*found.get(issue.key, ()), issue)
        return found

    @cached_property
    def by_parent(self) -> dict[str, tuple[Issue, ...]]:
        """The issues directly below each issue that has any, by the `uid` above them."""
        found: dict[str, list[Issue]] = {}
        for issue in self.issues:
            above = self.resolve(issue.parent, issue.tracker) if issue.parent is not None else None
            if above is not None:
                found.setdefault(above.uid, []).append(issue)
        return {uid: tuple(below) for uid, below in found.items()}

    def resolve(self, ref: Ref, within: str = "") -> Issue | None:
        """Return the issue that `ref` points to, preferring tracker `within`; None if it is not here."""
        if ref.uid is not None and ref.uid in self.by_uid:
            return self.by_uid[ref.uid]
        named = self.by_key.get(ref.key, ())
        own = [issue for issue in named if issue.tracker == within]
        if own:
            return own[0]
        return named[0] if len(named) == 1 else None

    def matching(self, holds: Callable[[Issue], bool]) -> Iterator[Issue]:
        """Yield the issues for which `holds`, in rank order."""
        return filter(holds, self.issues)


def merged(backlogs: Iterable[Backlog]) -> Backlog:
    """Return all backlogs as one, tracker after tracker in the order given, complete only if all are.

    Ranks stay those of each issue's own tracker. Raises ValueError where no backlog is given.
    """
    parts = tuple(backlogs)
    if not parts:
        raise ValueError("no backlog to merge")
    return Backlog(
        tracker="+".join(part.tracker for part in parts),
        issues=tuple(issue for part in parts for issue in part.issues),
        complete=all(part.complete for part in parts),
        shown_by="; ".join(f"{part.tracker}: {part.shown_by}" for part in parts),
        observed=min(part.observed for part in parts),
    )
