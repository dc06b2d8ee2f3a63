"""What whole pulls that a spent quota ended have read, so that the next one goes on from there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add what is set aside to each tracker."""
    op.add_column("posync_trackers", sa.Column("aside", sa.Text(), nullable=True))
    op.add_column("posync_trackers", sa.Column("aside_at", sa.DateTime(), nullable=True))
