"""Hold a plan for review where it would change more than a product owner would expect."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from posync.model.backlog import Backlog
from posync.model.change import Change, Move, RemoveLabel, SetField
from posync.model.limits import Limits
from posync.model.plan import Held

REVIEW = "Read the plan; if it is right, carry it out with `posync apply FILE --approve CHECKSUM`."


def held_back(
    backlog: Backlog, changes: Sequence[Change], limits: Limits, numbers: Collection[str] = ()
) -> tuple[Held, ...]:
    """Return every limit that the changes exceed, tracker by tracker, in the backlog's order.

    `numbers` are fields that say an issue's place: another number there is no change of the issue itself,
    since one newcomer at the top renumbers all below it.
    """
    sizes = Counter(issue.tracker for issue in backlog.issues)
    by_tracker: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if not (isinstance(change, SetField) and change.field in numbers and change.after is not None):
            by_tracker[change.tracker].append(change)
    return tuple(
        held
        for tracker, size in sizes.items()
        for held in _exceeded(tracker, size, by_tracker[tracker], backlog, limits)
    )


def _exceeded(
    tracker: str, size: int, changes: Sequence[Change], backlog: Backlog, limits: Limits
) -> Iterator[Held]:
    written = len({change.uid for change in changes})
    if written > limits.writes.when_over:
        share = written * 100 / size
        if written == size and limits.all_changed == "abort":
            yield Held(
                reason="all_changed",
                detail=f"{tracker}: every one of {size} issues would change",
                remedy=REVIEW,
            )
        elif share > limits.writes.percent:
            detail = f"{tracker}: {written} of {size} issues ({share:.0f} %) would change, the limit is {limits.writes.percent:g} %"
            yield Held(reason="writes", detail=detail, remedy=REVIEW)
    yield from _displaced(tracker, size, changes, limits)
    yield from _emptied(tracker, changes, backlog, limits)


def _displaced(tracker: str, size: int, changes: Sequence[Change], limits: Limits) -> Iterator[Held]:
    """Hold back an order that is churned as a whole; one issue may travel as far as it must."""
    places = sum(abs(c.after.rank - c.before.rank) for c in changes if isinstance(c, Move))
    mean = places / size
    if mean > limits.displacement:
        detail = (
            f"{tracker}: issues would move {mean:.0f} places on average, the limit is {limits.displacement}"
        )
        yield Held(reason="displacement", detail=detail, remedy=REVIEW)


def _emptied(tracker: str, changes: Sequence[Change], backlog: Backlog, limits: Limits) -> Iterator[Held]:
    """Hold back taking a label off everything that carries it: a broken check looks just like that."""
    removed = Counter(c.label for c in changes if isinstance(c, RemoveLabel))
    carried: Mapping[str, int] = Counter(
        label for issue in backlog.issues if issue.tracker == tracker for label in issue.labels
    )
    for label, n in sorted(removed.items()):
        if n == carried[label] and n > limits.writes.when_over:
            detail = f"{tracker}: label {label!r} would come off all {n} issues that carry it"
            yield Held(reason="emptied_label", detail=detail, remedy=REVIEW)
