"""Wiki markup and ADF, each turned into the other; every piece of text survives either way."""

from __future__ import annotations

from typing import Any

from posync.sandbox.jira.adf_read import blocks_to_wiki
from posync.sandbox.jira.adf_write import wiki_blocks

Json = dict[str, Any]


def wiki_to_adf(text: str) -> Json:
    """Return wiki markup as an ADF document."""
    return {"version": 1, "type": "doc", "content": wiki_blocks(text)}


def adf_to_wiki(document: Json) -> str:
    """Return an ADF document as wiki markup."""
    return blocks_to_wiki(document.get("content") or [])
