"""What posync has put on issues, by its journal: the labels and releases that it may take off once no pack names them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, select, update

from posync.model.change import AddLabel, Change, RemoveLabel, SetReleases
from posync.model.label import folded
from posync.model.run import RunKind
from posync.state.tables import additions

Kind = Literal["label", "release"]


def put_on(workspace: int, kind: Kind, but: Collection[str]) -> Select[tuple[str, str, int]]:
    """Return the query for (uid, name, run) of all that stands by posync's journal, whose name is not one of `but`."""
    mine = (additions.c.workspace_id == workspace) & (additions.c.kind == kind) & additions.c.stands
    query = select(additions.c.uid, additions.c.name, additions.c.run)
    return query.where(mine, additions.c.name.not_in(sorted(but)))


def noted(
    connection: Connection, workspace: int, run: int, run_kind: RunKind, changes: Iterable[Change]
) -> None:
    """Note what these changes, which were made, have put on and taken off.

    What an undo puts back is posync's only if it was posync's before: else people had put it on.
    """
    for change in changes:
        for kind, name, stands in _steps(change):
            known = _known(connection, workspace, change.uid, kind, name)
            if stands and run_kind != "undo":
                connection.execute(delete(additions).where(_is(workspace, change.uid, kind, name)))
                row = {"workspace_id": workspace, "uid": change.uid, "kind": kind, "name": name}
                connection.execute(insert(additions).values(row | {"run": run, "stands": True}))
            elif known is not None:
                one = _is(workspace, change.uid, kind, known)
                connection.execute(update(additions).where(one).values(stands=stands))


def _steps(change: Change) -> Iterator[tuple[Kind, str, bool]]:
    """Yield what a change puts on (True) and takes off (False)."""
    match change:
        case AddLabel() | RemoveLabel():
            yield "label", change.label, isinstance(change, AddLabel)
        case SetReleases():
            yield from (("release", name, True) for name in change.after if name not in change.before)
            yield from (("release", name, False) for name in change.before if name not in change.after)
        case _:  # what moves, is written or said is neither
            return


def _known(connection: Connection, workspace: int, uid: str, kind: Kind, name: str) -> str | None:
    """Return the name as it was noted; on Trello a label may since show in other letters."""
    names = select(additions.c.name).where(_is(workspace, uid, kind))
    noted = list(connection.execute(names).scalars())
    return name if name in noted else next((each for each in noted if folded(each) == folded(name)), None)


def _is(workspace: int, uid: str, kind: Kind, name: str | None = None) -> ColumnElement[bool]:
    mine = (additions.c.workspace_id == workspace) & (additions.c.uid == uid) & (additions.c.kind == kind)
    return mine if name is None else mine & (additions.c.name == name)
