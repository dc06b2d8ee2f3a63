"""Which requests carry out a plan's changes: one per moved card, label, comment, and card with fields.

A card's labels are never written as a whole: `PUT idLabels` would take off what a person put on a
moment ago. One POST or DELETE per label costs at most one request more, and only on a card with three
changes, and cannot overwrite anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from posync.connectors.trello.frame import BoardLabel, Frame
from posync.model.change import AddLabel, Change, Comment, Move, RemoveLabel, SetField, SetReleases
from posync.model.claim import Claim
from posync.model.plan import Write
from posync.model.repeat import Repeat


def writes(tracker: str, changes: Sequence[Change], frame: Frame | None) -> tuple[Write, ...]:
    """Return the writes for `changes`, in their order; the fields of one card share a write.

    Of a label that the board in `frame` does not have, the first write creates it on its card.
    """
    known = None if frame is None else {plain(label.name) for label in frame.labels.values()}
    return tuple(_writes(tracker, changes, known))


def _writes(tracker: str, changes: Sequence[Change], known: set[str] | None) -> Iterator[Write]:
    fields: dict[str, list[SetField]] = {}
    for change in changes:
        if isinstance(change, SetField):
            fields.setdefault(change.uid, []).append(change)
    for change in changes:
        if not isinstance(change, SetField):
            yield _write(tracker, change, known)
        elif change.uid in fields:
            together = tuple(fields.pop(change.uid))
            route = "cards/{id}/customField/{id}/item" if len(together) == 1 else "cards/{id}/customFields"
            yield Write(tracker=tracker, method="PUT", route=route, repeat=Repeat.SAFE, changes=together)


def _write(
    tracker: str, change: Move | AddLabel | RemoveLabel | SetReleases | Comment, known: set[str] | None
) -> Write:
    method, route, repeat = _request(change, known)
    return Write(tracker=tracker, method=method, route=route, repeat=repeat, changes=(change,))


def _request(
    change: Move | AddLabel | RemoveLabel | SetReleases | Comment, known: set[str] | None
) -> tuple[str, str, Repeat]:
    """Return method, route and class of one change's request."""
    match change:
        case Move():
            return "PUT", "cards/{id}", Repeat.REREAD
        case AddLabel():
            return _labelling(change, known)
        case RemoveLabel():
            return "DELETE", "cards/{id}/idLabels/{id}", Repeat.SAFE
        case Comment():
            return _saying(change)
        case SetReleases():  # planning knows that Trello has none; said again by `perform`
            return "PUT", "cards/{id}", Repeat.SAFE


def _labelling(change: AddLabel, known: set[str] | None) -> tuple[str, str, Repeat]:
    if known is None or plain(change.label) in known:
        return "POST", "cards/{id}/idLabels", Repeat.SAFE
    known.add(plain(change.label))
    return "POST", "cards/{id}/labels", Repeat.LOOK


def _saying(change: Comment) -> tuple[str, str, Repeat]:
    if change.after is None:
        return "DELETE", "cards/{id}/actions/{id}/comments", Repeat.SAFE
    if change.before is None:
        return "POST", "cards/{id}/actions/comments", Repeat.LOOK
    return "PUT", "cards/{id}/actions/{id}/comments", Repeat.SAFE


def marking(claim: Claim, label: BoardLabel | None) -> Write:
    """Return the write that leaves a claim's marker; `label` is the one that stands already."""
    if label is None:
        return Write(tracker=claim.tracker, method="POST", route="labels", repeat=Repeat.LOOK, claim=claim)
    return Write(tracker=claim.tracker, method="PUT", route="labels/{id}", repeat=Repeat.SAFE, claim=claim)


def plain(label: str) -> str:
    """Return what makes two label names the same: blanks around them and letter case do not count."""
    return label.strip().casefold()


def named(name: str, labels: Iterable[BoardLabel]) -> tuple[BoardLabel, ...]:
    """Return the labels of that name, best first: spelt the same, then the oldest; never a nameless one."""
    same = [label for label in labels if label.name.strip() and plain(label.name) == plain(name)]
    return tuple(sorted(same, key=lambda label: (label.name != name, label.id)))


def company(changes: Sequence[Change]) -> Mapping[int, tuple[int, int]]:
    """Return, per move, how many moves right after it land directly above and below it.

    A run of cards going into one gap shares it evenly, instead of halving it each time.
    """
    found: dict[int, tuple[int, int]] = {}
    later: Move | None = None
    for change in reversed([change for change in changes if isinstance(change, Move)]):
        above, below = found.get(later.id, (0, 0)) if later else (0, 0)
        more = above + below + 1
        if later is None or later.lane != change.lane:
            found[change.id] = (0, 0)
        elif _lands(later, change, "below"):
            found[change.id] = (0, more)
        elif _lands(later, change, "above"):
            found[change.id] = (more, 0)
        else:
            found[change.id] = (0, 0)
        later = change
    return found


def _lands(later: Move, earlier: Move, side: str) -> bool:
    """Whether a move comes to stand directly on that side of the one before it."""
    if later.anchor == earlier.uid:
        return later.side == side
    return later.anchor == earlier.anchor and later.side == earlier.side != side
