"""A description, kept whole as its author wrote it, and parsed into blocks when somebody asks."""

from __future__ import annotations

from enum import StrEnum

from posync.model.base import Frozen


class Format(StrEnum):
    """How a text is written down."""

    MARKDOWN = "markdown"
    WIKI = "wiki"
    ADF = "adf"
    PLAIN = "plain"


class Text(Frozen):
    """A description; `source` is every character the tracker gave (ADF: its compact JSON)."""

    format: Format = Format.PLAIN
    source: str = ""
