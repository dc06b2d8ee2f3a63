"""What posync has put on issues, from the journal: labels and releases that it may take off again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table of additions, and enter what the journal knows of them."""
    table = op.create_table(
        "posync_additions",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["posync_workspaces.id"],
            name=op.f("fk_posync_additions_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "uid", "kind", "name", name=op.f("pk_posync_additions")),
    )
    found: dict[tuple[int, str, str, str], tuple[int, bool]] = {}
    for key, run, undo, stands in _journalled():
        if stands and not undo:
            found[key] = (run, True)
        elif key in found:
            found[key] = (found[key][0], stands)
    names = ("workspace_id", "uid", "kind", "name", "run", "stands")
    op.bulk_insert(table, [dict(zip(names, (*key, *value), strict=True)) for key, value in found.items()])


def _journalled() -> Iterator[tuple[tuple[int, str, str, str], int, bool, bool]]:
    """Yield ((workspace, uid, kind, name), run, whether that was an undo, put on or taken off), oldest first."""
    query = sa.text(
        "SELECT r.workspace_id, r.id, r.kind, e.write, e.results FROM posync_entries e "
        "JOIN posync_runs r ON r.id = e.run_id WHERE e.results IS NOT NULL ORDER BY e.id"
    )
    rows = op.get_bind().execute(query.execution_options(yield_per=1000))
    for workspace, run, kind, write, results in rows:
        done = {each["change"] for each in json.loads(results) if each["outcome"] == "done"}
        for change in json.loads(write)["changes"]:
            if change["id"] in done:
                for what, name, stands in _steps(change):
                    yield (workspace, change["uid"], what, name), run, kind == "undo", stands


def _steps(change: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    if change["kind"] in {"add_label", "remove_label"}:
        yield "label", change["label"].replace("\0", "\ufffd"), change["kind"] == "add_label"
    elif change["kind"] == "set_releases":
        before, after = change["before"], change["after"]
        yield from (("release", name, True) for name in after if name not in before)
        yield from (("release", name, False) for name in before if name not in after)
