"""The JSON schema of pack files, for editors that complete and check YAML while it is written."""

from __future__ import annotations

from typing import Any

from posync.rules.packs.pack import Pack


def pack_schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) that every pack file satisfies."""
    schema = Pack.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "posync pack",
        **{key: value for key, value in schema.items() if key != "title"},
    }
