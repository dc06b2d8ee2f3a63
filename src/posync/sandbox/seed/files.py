"""Reads the shop's YAML files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import resources
from typing import Any

from ruamel.yaml import YAML

Json = dict[str, Any]


def read(name: str) -> Json:
    """Return one of the YAML files beside this module."""
    text = resources.files("posync.sandbox.seed").joinpath(name).read_text(encoding="utf-8")
    data: Json = YAML(typ="safe", pure=True).load(text)
    return data


def moment(day: date, hour: int = 9) -> int:
    """Return an hour of a day, UTC, in epoch milliseconds."""
    return round(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp() * 1000)
