"""The first tables: workspaces, pictures, the journal, and what was said before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "posync_workspaces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("holder", sa.Text(), server_default="", nullable=False),
        sa.Column("held_since", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posync_workspaces")),
        sa.UniqueConstraint("name", name=op.f("uq_posync_workspaces_name")),
    )
    op.create_table(
        "posync_baseline",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("check_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["posync_workspaces.id"],
            name=op.f("fk_posync_baseline_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "uid", "check_name", name=op.f("pk_posync_baseline")),
    )
    op.create_table(
        "posync_comments",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("comment_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["posync_workspaces.id"],
            name=op.f("fk_posync_comments_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "uid", name=op.f("pk_posync_comments")),
    )
    op.create_table(
        "posync_flags",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("check_name", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["posync_workspaces.id"],
            name=op.f("fk_posync_flags_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "uid", "check_name", name=op.f("pk_posync_flags")),
    )
    op.create_table(
        "posync_packs",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["posync_workspaces.id"],
            name=op.f("fk_posync_packs_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_posync_packs")),
    )
    op.create_table(
        "posync_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("started", sa.DateTime(), nullable=False),
        sa.Column("ended", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("changes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("requests", sa.Integer(), server_default="0", nullable=False),
        sa.Column("checksum", sa.Text(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("set_aside", sa.Text(), server_default="[]", nullable=False),
        sa.Column("fence", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["posync_workspaces.id"],
            name=op.f("fk_posync_runs_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posync_runs")),
    )
    op.create_index(
        op.f("ix_posync_runs_workspace_id_checksum"),
        "posync_runs",
        ["workspace_id", "checksum"],
        unique=False,
    )
    op.create_table(
        "posync_trackers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("shown_by", sa.Text(), nullable=True),
        sa.Column("observed", sa.DateTime(), nullable=True),
        sa.Column("shape", sa.Text(), nullable=True),
        sa.Column("ranking", sa.Text(), nullable=True),
        sa.Column("newest", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["posync_workspaces.id"],
            name=op.f("fk_posync_trackers_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posync_trackers")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_posync_trackers_workspace_id_name")),
    )
    op.create_table(
        "posync_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("write", sa.Text(), nullable=False),
        sa.Column("intended", sa.DateTime(), nullable=False),
        sa.Column("results", sa.Text(), nullable=True),
        sa.Column("settled", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["posync_runs.id"], name=op.f("fk_posync_entries_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posync_entries")),
    )
    op.create_index(op.f("ix_posync_entries_run_id"), "posync_entries", ["run_id"], unique=False)
    op.create_table(
        "posync_issues",
        sa.Column("tracker_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tracker_id"],
            ["posync_trackers.id"],
            name=op.f("fk_posync_issues_tracker_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tracker_id", "row", name=op.f("pk_posync_issues")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_posync_issues_tracker_id_id"), "posync_issues", ["tracker_id", "id"], unique=False
    )
    op.create_table(
        "posync_texts",
        sa.Column("tracker_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tracker_id"],
            ["posync_trackers.id"],
            name=op.f("fk_posync_texts_tracker_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tracker_id", "row", name=op.f("pk_posync_texts")),
    )
    op.create_table(
        "posync_tombstones",
        sa.Column("tracker_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("gone", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tracker_id"],
            ["posync_trackers.id"],
            name=op.f("fk_posync_tombstones_tracker_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tracker_id", "id", name=op.f("pk_posync_tombstones")),
    )
