"""Brings a database to the tables this posync knows, by the migrations, all or nothing."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, text
from sqlalchemy.schema import CreateIndex, CreateTable

from posync.errors import SchemaTooNew, StateError
from posync.state.database import Database
from posync.state.tables import HEAD, VERSION_TABLE, metadata

MIGRATIONS = Path(__file__).parent / "migrations"


def prepare(database: Database) -> None:
    """Create or migrate the tables; raises SchemaTooNew, or StateError where the file is another program's."""
    with database.reading() as connection:
        if version(connection) == HEAD:
            return
    with database.alone(repeatable=True) as connection:
        found = version(connection)
        if found is None and database.is_sqlite and inspect(connection).get_table_names():
            raise StateError(
                f"the state {database.place} is the database of another program. Name another file under `state:`."
            )
        if found is None:
            _create(connection, checkfirst=not database.is_sqlite)  # whose file was just seen to be empty
        elif found != HEAD:
            migrate(connection, found, database.place)


def _create(connection: Connection, *, checkfirst: bool) -> None:
    """Make all tables of a new state at once: the migrations end in the same ones, which a test compares.

    Alembic takes longer to import than a pull of an unchanged backlog takes.
    """
    version_of = Table(
        VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True, nullable=False)
    )
    version_of.create(connection, checkfirst=False)
    for table in metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=checkfirst))
        # In the same order every time: of two indexes that would do, SQLite takes the newest.
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index, if_not_exists=checkfirst))
    connection.exec_driver_sql(f"INSERT INTO {VERSION_TABLE} VALUES ('{HEAD}')")  # noqa: S608  constants


def version(connection: Connection) -> str | None:
    """Return the revision the database is at; None where posync has not been here yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608  a constant


def migrate(connection: Connection, found: str | None, place: str, to: str = "head") -> None:
    """Run the migrations from `found` up to `to` within the caller's transaction."""
    # Alembic takes a while to import and is needed once in the life of a schema.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaTooNew(
            f"the state {place} was written by a newer posync (schema {found}, this one knows {HEAD}). "
            "Install that version or a later one."
        )
    command.upgrade(config, to)
