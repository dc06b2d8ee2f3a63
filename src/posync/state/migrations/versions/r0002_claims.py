"""What each tracker of a workspace has marked as its own, so that no later plan marks it again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table of claims."""
    op.create_table(
        "posync_claims",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("tracker", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["posync_workspaces.id"],
            name=op.f("fk_posync_claims_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "tracker", "place", name=op.f("pk_posync_claims")),
    )
