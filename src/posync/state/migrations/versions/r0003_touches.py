"""When people last touched what posync has written to since: trackers count its own writes as touches, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table of touches."""
    op.create_table(
        "posync_touches",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("people", sa.DateTime(), nullable=False),
        sa.Column("posync", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["posync_workspaces.id"],
            name=op.f("fk_posync_touches_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "uid", name=op.f("pk_posync_touches")),
    )
