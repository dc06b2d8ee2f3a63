"""The tables of the state, as they stand after the last migration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    insert,
)

from posync.state.words import storable

HEAD = "0005"
"""The revision these tables belong to; a test compares both with the migrations."""

VERSION_TABLE = "posync_version"

AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"
"""A row of any columns."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """An aware UTC time, kept without its zone: SQLite has none to keep."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """Return what the database keeps."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """Return what the model knows."""
        return value.replace(tzinfo=UTC) if value else None


class Words(TypeDecorator[str]):
    """Text from a tracker outside any JSON; what no database can hold (NUL, half a surrogate) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  SQLAlchemy's signature
        """Return what the database keeps."""
        return value if value is None else storable(value)


def added(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Insert a row and return its number, on SQLite before 3.35 too, which knows no RETURNING."""
    key: Any = connection.execute(insert(table).values(values)).inserted_primary_key
    return int(key[0])


def _owner(table: str) -> Column[int]:
    """Return the column that says whose row it is; rows go with their owner."""
    name = f"{table.removeprefix('posync_').removesuffix('s')}_id"
    return Column(name, Integer, ForeignKey(f"{table}.id", ondelete="CASCADE"), primary_key=True)


# `fence` is the token of the lock's latest holder; it only ever grows.
workspaces = Table(
    "posync_workspaces",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("holder", Text, nullable=False, server_default=""),
    Column("held_since", Utc),
)

# `ranking` is a JSON array of row numbers of `issues`: the picture is exactly these rows, in this order,
# so that a reorder rewrites this one value and no document. Rows above `newest` belong to a pull on its
# way in. `shape` names the form the documents have; another form is pulled again rather than misread.
# `aside` is what whole pulls that a spent quota ended have read, as `posync.state.aside` writes it; the rows
# it names stay until a whole picture is there, above `newest` or not. `aside_at` says when it was set.
trackers = Table(
    "posync_trackers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace_id", ForeignKey("posync_workspaces.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("cursor", Text),
    Column("shown_by", Text),
    Column("observed", Utc),
    Column("shape", Text),
    Column("ranking", Text),
    Column("newest", Integer, nullable=False, server_default="0"),
    Column("aside", Text),
    Column("aside_at", Utc),
    UniqueConstraint("workspace_id", "name"),
)

# `document` is the issue as JSON without rank and description, `digest` that of issue and description.
issues = Table(
    "posync_issues",
    metadata,
    _owner("posync_trackers"),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    Column("key", Words, nullable=False),
    Column("digest", Text, nullable=False),
    Column("document", Text, nullable=False),
    Index(None, "tracker_id", "id"),
    sqlite_with_rowid=False,  # rows lie in the order they are read
)

# Descriptions as JSON, apart, so that a large backlog can be read without them; empty ones have no row.
texts = Table(
    "posync_texts",
    metadata,
    _owner("posync_trackers"),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
)

tombstones = Table(
    "posync_tombstones",
    metadata,
    _owner("posync_trackers"),
    Column("id", Text, primary_key=True),
    Column("key", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("gone", Utc, nullable=False),
)

# `set_aside` is a JSON array of the plan's changes that people had overtaken when the run looked.
runs = Table(
    "posync_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace_id", ForeignKey("posync_workspaces.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("started", Utc, nullable=False),
    Column("ended", Utc),
    Column("outcome", Text, nullable=False),
    Column("changes", Integer, nullable=False, server_default="0"),
    Column("requests", Integer, nullable=False, server_default="0"),
    Column("checksum", Text),
    Column("plan", Text),
    Column("detail", Words, nullable=False, server_default=""),
    Column("set_aside", Text, nullable=False, server_default="[]"),
    Column("fence", Integer),
    Index(None, "workspace_id", "checksum"),
)

entries = Table(
    "posync_entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("posync_runs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("write", Text, nullable=False),
    Column("intended", Utc, nullable=False),
    Column("results", Text),
    Column("settled", Utc),
)

comments = Table(
    "posync_comments",
    metadata,
    _owner("posync_workspaces"),
    Column("uid", Text, primary_key=True),
    Column("comment_id", Text, nullable=False),
    Column("text", Words, nullable=False),
)

# The markers this workspace has left: `place` is a project or board, `claim` the claim as JSON.
claims = Table(
    "posync_claims",
    metadata,
    _owner("posync_workspaces"),
    Column("tracker", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("claim", Text, nullable=False),
)

# Trackers count posync's writes as updates; these rows tell them from what people did.
touches = Table(
    "posync_touches",
    metadata,
    _owner("posync_workspaces"),
    Column("uid", Text, primary_key=True),
    Column("people", Utc, nullable=False),
    Column("posync", Utc, nullable=False),
)

# The labels and releases that posync's runs have put on issues; one that was taken off again is kept, for
# whoever undoes that puts back what is posync's. `kind` is label or release, `run` the run that put it on.
additions = Table(
    "posync_additions",
    metadata,
    _owner("posync_workspaces"),
    Column("uid", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("run", Integer, nullable=False),
    Column("stands", Boolean, nullable=False),
)

flags = Table(
    "posync_flags",
    metadata,
    _owner("posync_workspaces"),
    Column("uid", Text, primary_key=True),
    Column("check_name", Text, primary_key=True),
    Column("since", Date, nullable=False),
)

baseline = Table(
    "posync_baseline",
    metadata,
    _owner("posync_workspaces"),
    Column("uid", Text, primary_key=True),
    Column("check_name", Text, primary_key=True),
)

packs = Table(
    "posync_packs",
    metadata,
    _owner("posync_workspaces"),
    Column("name", Text, primary_key=True),
    Column("digest", Text, nullable=False),
)
