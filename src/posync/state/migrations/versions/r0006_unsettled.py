"""Finds the writes of which nobody knows whether they arrived, among those of years, at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Index the runs of unsettled writes."""
    unsettled = sa.text("results IS NULL")
    op.create_index(
        "ix_posync_entries_unsettled",
        "posync_entries",
        ["run_id"],
        sqlite_where=unsettled,
        postgresql_where=unsettled,
    )
