"""The JSON schemas that let editors complete and check posync's own files."""

from __future__ import annotations

from typing import Any

from posync.config.settings import Settings
from posync.model.plan import Plan


def workspace_schema() -> dict[str, Any]:
    """Return the JSON schema of workspace files."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Settings.model_json_schema()}


def plan_schema() -> dict[str, Any]:
    """Return the JSON schema of plan files."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Plan.model_json_schema(mode="serialization"),
    }
