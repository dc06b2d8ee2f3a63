"""Text from trackers, as every database can hold it."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\ud800-\udfff\0]")


def storable(text: str) -> str:
    """Return the text with what neither UTF-8 nor PostgreSQL can hold replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)
