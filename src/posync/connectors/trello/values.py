"""Custom fields of a board: read into plain values, and plain values back into what Trello takes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from posync.connectors.profile import FieldType, Selector
from posync.connectors.trello.frame import CustomField, said
from posync.model.issue import FieldValue


def meant(selectors: Iterable[Selector], fields: Iterable[CustomField]) -> tuple[CustomField, ...]:
    """Return the board's fields that selectors point at, in the order of the selectors."""
    known = tuple(fields)
    return tuple(f for s in selectors for f in known if s.finds(f.id, f.name, f.type))


def value_of(item: Mapping[str, Any], field: CustomField, kind: FieldType = "any") -> FieldValue:
    """Return what a customFieldItem holds; Trello writes every scalar as text. None where it is empty.

    Numbers as int or float, check boxes as bool, dates as `2026-12-15`, lists as the option's text.
    """
    if field.type == "list":
        return _as(field.options.get(said(item.get("idValue"))), kind)
    held = item.get("value")
    if not isinstance(held, dict):
        return None
    if field.type == "checkbox":
        return _as(said(held.get("checked")) == "true" if "checked" in held else None, kind)
    if field.type == "date":
        return _as(said(held.get("date"))[:10] or None, kind)
    if field.type == "number":
        return _as(finite(said(held.get("number"))), kind)
    return _as(said(held.get("text")) or None, kind)


def finite(text: str) -> int | float | None:
    """Return the number in a text; None for what is none, and for the infinities JSON cannot carry."""
    try:
        found = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    if found.is_integer():
        return int(found)
    return found if math.isfinite(found) else None


def _as(value: FieldValue, kind: FieldType) -> FieldValue:
    """Return a value as the profile wants it read; what does not fit stays as the board has it."""
    if not isinstance(value, str):
        return str(value) if kind == "text" and value is not None else value
    if kind == "number":
        found = finite(value)
        return value if found is None else found
    return (value,) if kind == "options" else value


def item_for(field: CustomField, value: FieldValue) -> dict[str, Any] | None:
    """Return the body that sets a field, or empties it; None where the field cannot hold the value."""
    if value is None or value == "":
        return {"idValue": ""} if field.type == "list" else {"value": ""}
    if field.type == "list":
        chosen = next(
            (o for o, text in field.options.items() if text.casefold() == str(value).casefold()), None
        )
        return None if chosen is None else {"idValue": chosen}
    if field.type == "checkbox":
        return {"value": {"checked": str(value).lower()}} if isinstance(value, bool) else None
    if field.type == "number":
        ok = isinstance(value, int | float) and not isinstance(value, bool)
        return {"value": {"number": str(value)}} if ok else None
    if field.type == "date":
        return {"value": {"date": f"{str(value)[:10]}T12:00:00.000Z"}}
    return {"value": {"text": str(value)}}
