"""What whole pulls that a spent quota ended have read: rows kept beside the picture for the next one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pydantic_core import SchemaValidator
from pydantic_core import core_schema as form
from sqlalchemy import Connection, select

from posync.state.documents import SHAPE
from posync.state.tables import AnyRow, issues

LONGEST = timedelta(hours=48)
"""How long rows are set aside: what is no update to a tracker, such as a vote, is as old in them as they are."""

ROWS = form.list_schema(form.int_schema(strict=True, ge=0), strict=True)
"""The form of a list of row numbers."""

_HELD = SchemaValidator(
    form.typed_dict_schema(
        {
            "shape": form.typed_dict_field(form.str_schema(strict=True)),
            "note": form.typed_dict_field(form.str_schema(strict=True)),
            "rows": form.typed_dict_field(ROWS),
        }
    )
)


class Pile(NamedTuple):
    """The connector's note, and (id, row, key, digest) of each issue that is set aside under it, by id."""

    note: str
    found: Mapping[str, AnyRow]


NOTHING = Pile("", {})


def noted(note: str, rows: Iterable[int]) -> str:
    """Return what a tracker's row says of these rows: they are not all above the picture's."""
    return json.dumps({"shape": SHAPE, "note": note, "rows": sorted(rows)}, separators=(",", ":"))


def pile(connection: Connection, tracker: AnyRow) -> Pile:
    """Return what is set aside for a tracker, NOTHING where that is too old or of another form than this posync's."""
    if not tracker.aside or not tracker.aside_at or datetime.now(UTC) - tracker.aside_at > LONGEST:
        return NOTHING
    try:
        held = _HELD.validate_json(tracker.aside)
    except ValueError:
        return NOTHING
    if held["shape"] != SHAPE:
        return NOTHING
    rows = frozenset(held["rows"])
    query = select(issues.c.id, issues.c.row, issues.c.key, issues.c.digest)
    each = connection.execute(query.where(issues.c.tracker_id == tracker.id))
    return Pile(held["note"], {found.id: found for found in each if found.row in rows})
