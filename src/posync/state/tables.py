"""The tables of the state, as they stand after the last migration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Row,
    Table,
    UniqueConstraint,
    insert,
)

from posync.state.columns import Day, Plain, Utc, Whole, Words

HEAD = "0006"
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
    Column("name", Plain, nullable=False, unique=True),
    Column("fence", Whole, nullable=False, server_default="0"),
    Column("holder", Plain, nullable=False, server_default=""),
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
    Column("name", Plain, nullable=False),
    Column("cursor", Plain),
    Column("shown_by", Plain),
    Column("observed", Utc),
    Column("shape", Plain),
    Column("ranking", Plain),
    Column("newest", Whole, nullable=False, server_default="0"),
    Column("aside", Plain),
    Column("aside_at", Utc),
    UniqueConstraint("workspace_id", "name"),
)

# `document` is the issue as JSON without rank and description, `digest` that of issue and description.
issues = Table(
    "posync_issues",
    metadata,
    _owner("posync_trackers"),
    Column("row", Whole, primary_key=True, autoincrement=False),
    Column("id", Plain, nullable=False),
    Column("key", Words, nullable=False),
    Column("digest", Plain, nullable=False),
    Column("document", Plain, nullable=False),
    Index(None, "tracker_id", "id"),
    sqlite_with_rowid=False,  # rows lie in the order they are read
)

# Descriptions as JSON, apart, so that a large backlog can be read without them; empty ones have no row.
texts = Table(
    "posync_texts",
    metadata,
    _owner("posync_trackers"),
    Column("row", Whole, primary_key=True, autoincrement=False),
    Column("text", Plain, nullable=False),
)

tombstones = Table(
    "posync_tombstones",
    metadata,
    _owner("posync_trackers"),
    Column("id", Plain, primary_key=True),
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
    Column("kind", Plain, nullable=False),
    Column("started", Utc, nullable=False),
    Column("ended", Utc),
    Column("outcome", Plain, nullable=False),
    Column("changes", Whole, nullable=False, server_default="0"),
    Column("requests", Whole, nullable=False, server_default="0"),
    Column("checksum", Plain),
    Column("plan", Plain),
    Column("detail", Words, nullable=False, server_default=""),
    Column("set_aside", Plain, nullable=False, server_default="[]"),
    Column("fence", Whole),
    Index(None, "workspace_id", "checksum"),
)

entries = Table(
    "posync_entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("posync_runs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("write", Plain, nullable=False),
    Column("intended", Utc, nullable=False),
    Column("results", Plain),
    Column("settled", Utc),
)
_OPEN = entries.c.results.is_(None)
Index("ix_posync_entries_unsettled", entries.c.run_id, sqlite_where=_OPEN, postgresql_where=_OPEN)

comments = Table(
    "posync_comments",
    metadata,
    _owner("posync_workspaces"),
    Column("uid", Plain, primary_key=True),
    Column("comment_id", Plain, nullable=False),
    Column("text", Words, nullable=False),
)

# The markers this workspace has left: `place` is a project or board, `claim` the claim as JSON.
claims = Table(
    "posync_claims",
    metadata,
    _owner("posync_workspaces"),
    Column("tracker", Plain, primary_key=True),
    Column("place", Plain, primary_key=True),
    Column("claim", Plain, nullable=False),
)

# Trackers count posync's writes as updates; these rows tell them from what people did.
touches = Table(
    "posync_touches",
    metadata,
    _owner("posync_workspaces"),
    Column("uid", Plain, primary_key=True),
    Column("people", Utc, nullable=False),
    Column("posync", Utc, nullable=False),
)

# The labels and releases that posync's runs have put on issues; one that was taken off again is kept, for
# whoever undoes that puts back what is posync's. `kind` is label or release, `run` the run that put it on.
additions = Table(
    "posync_additions",
    metadata,
    _owner("posync_workspaces"),
    Column("uid", Plain, primary_key=True),
    Column("kind", Plain, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("run", Whole, nullable=False),
    Column("stands", Boolean, nullable=False),
)

flags = Table(
    "posync_flags",
    metadata,
    _owner("posync_workspaces"),
    Column("uid", Plain, primary_key=True),
    Column("check_name", Plain, primary_key=True),
    Column("since", Day, nullable=False),
)

baseline = Table(
    "posync_baseline",
    metadata,
    _owner("posync_workspaces"),
    Column("uid", Plain, primary_key=True),
    Column("check_name", Plain, primary_key=True),
)

packs = Table(
    "posync_packs",
    metadata,
    _owner("posync_workspaces"),
    Column("name", Plain, primary_key=True),
    Column("digest", Plain, nullable=False),
)
