"""Which requests carry out a list of changes: the fewest that Jira takes, decided without sending any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from posync.connectors.jira.site import RANK_BATCH
from posync.model.change import AddLabel, Change, Comment, Move, RemoveLabel, SetField, SetReleases
from posync.model.plan import Write
from posync.model.repeat import Repeat

WORTH_BULK = 5  # issues with the same delta from which one bulk edit beats single edits
MOST_BULK = 1000
EDIT, RANK, BULK, COMMENT = "issue/{id}", "issue/rank", "bulk/issues/fields", "issue/{id}/comment"
VERSION = "version"

Edit = AddLabel | RemoveLabel | SetReleases | SetField


@dataclass(frozen=True, slots=True)
class Delta:
    """One bulk edit: labels and releases to add, or to remove; `project` where releases make it matter."""

    option: Literal["ADD", "REMOVE"]
    labels: frozenset[str]
    releases: frozenset[str]
    project: str = ""


def writes_for(tracker: str, changes: Sequence[Change], *, bulk: bool) -> tuple[Write, ...]:
    """Return the write requests for `changes`: moves, then edits, then comments, each in the order given.

    Moves come first, while the order that was read for them is still the present one.
    All edits of one issue share one request; moves of one batch share one; with `bulk`, issues
    with the same label and release delta share one where they are at least five.
    """
    edits = [change for change in changes if isinstance(change, Edit)]
    comments = [change for change in changes if isinstance(change, Comment)]
    moves = [change for change in changes if isinstance(change, Move)]
    return (
        *_moves(tracker, moves),
        *_edits(tracker, edits, bulk=bulk),
        *(_comment(tracker, change) for change in comments),
    )


def _edits(tracker: str, edits: Iterable[Edit], *, bulk: bool) -> Iterator[Write]:
    issues: dict[str, list[Edit]] = {}
    for edit in edits:
        issues.setdefault(edit.uid, []).append(edit)
    shared = _shared(issues.values()) if bulk else {}
    for delta in shared:
        for part in _parts(shared[delta]):
            yield Write(tracker=tracker, method="POST", route=BULK, repeat=Repeat.LOOK, changes=part)
    together = {edit.uid for group in shared.values() for part in group for edit in part}
    for uid, own in issues.items():
        if uid not in together:
            yield Write(tracker=tracker, method="PUT", route=EDIT, repeat=Repeat.SAFE, changes=tuple(own))


def _shared(issues: Iterable[list[Edit]]) -> dict[Delta, list[list[Edit]]]:
    groups: dict[Delta, list[list[Edit]]] = {}
    for edits in issues:
        delta = delta_of(edits)
        if delta is not None:
            groups.setdefault(delta, []).append(edits)
    return {delta: group for delta, group in groups.items() if len(group) >= WORTH_BULK}


def _parts(group: list[list[Edit]]) -> Iterator[tuple[Change, ...]]:
    for start in range(0, len(group), MOST_BULK):
        yield tuple(edit for edits in group[start : start + MOST_BULK] for edit in edits)


def delta_of(edits: Sequence[Change]) -> Delta | None:
    """Return the one bulk edit that does all of an issue's edits, None where there is none.

    Only adding and removing are safe in bulk: replacing would overwrite what people did. One
    request either adds or removes.
    """
    parts = EditParts.of(edits)
    if parts.fields:
        return None
    adding, removing = parts.add_labels | parts.add_releases, parts.remove_labels | parts.remove_releases
    project = project_of(edits[0].issue)
    if adding and not removing:
        return Delta("ADD", parts.add_labels, parts.add_releases, project if parts.add_releases else "")
    if removing and not adding:
        return Delta(
            "REMOVE", parts.remove_labels, parts.remove_releases, project if parts.remove_releases else ""
        )
    return None


def releases_added(changes: Iterable[Change]) -> dict[tuple[str, str], list[Change]]:
    """Return, by project and release, the changes that put an issue into it."""
    added: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        if isinstance(change, SetReleases):
            for name in change.after:
                if name not in change.before:
                    added.setdefault((project_of(change.issue), name), []).append(change)
    return added


def project_of(key: str) -> str:
    """Return the project an issue key belongs to: versions are per project."""
    return key.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class EditParts:
    """All edits of one issue, sorted by what Jira is told."""

    add_labels: frozenset[str]
    remove_labels: frozenset[str]
    add_releases: frozenset[str]
    remove_releases: frozenset[str]
    fields: tuple[SetField, ...]

    @classmethod
    def of(cls, edits: Sequence[Change]) -> EditParts:
        """Sort the edits of one issue."""
        releases = [edit for edit in edits if isinstance(edit, SetReleases)]
        return cls(
            add_labels=frozenset(edit.label for edit in edits if isinstance(edit, AddLabel)),
            remove_labels=frozenset(edit.label for edit in edits if isinstance(edit, RemoveLabel)),
            add_releases=frozenset(name for one in releases for name in one.after if name not in one.before),
            remove_releases=frozenset(
                name for one in releases for name in one.before if name not in one.after
            ),
            fields=tuple(edit for edit in edits if isinstance(edit, SetField)),
        )


def _comment(tracker: str, change: Comment) -> Write:
    """Send a new comment once and look for it before sending again; edits and deletions repeat safely."""
    if change.before is None and change.after is not None:
        return Write(tracker=tracker, method="POST", route=COMMENT, repeat=Repeat.LOOK, changes=(change,))
    method = "DELETE" if change.after is None else "PUT"
    return Write(
        tracker=tracker, method=method, route=f"{COMMENT}/{{comment}}", repeat=Repeat.SAFE, changes=(change,)
    )


def _moves(tracker: str, moves: Sequence[Move]) -> Iterator[Write]:
    for _, batch in groupby(moves, key=lambda move: (move.batch, move.lane, move.anchor, move.side)):
        group = list(batch)
        if len(group) > RANK_BATCH:
            raise ValueError(f"a batch of {len(group)} moves; Jira takes {RANK_BATCH}")
        yield Write(tracker=tracker, method="PUT", route=RANK, repeat=Repeat.REREAD, changes=tuple(group))
