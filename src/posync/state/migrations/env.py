"""Alembic's entry: migrates over the connection, and within the transaction, that it is given."""

from __future__ import annotations

from alembic import context

from posync.state.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=False,  # the caller's transaction spans all of it, on SQLite too
)
context.run_migrations()
