"""Labels as packs name them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

LONGEST = 255  # characters Jira takes; Trello takes more


def _one_line(text: str) -> str:
    """Return a name that trackers give back as it was sent: they trim blanks and cannot show an empty one."""
    if text != text.strip() or not text.isprintable():
        raise ValueError("expected one line of visible characters, without blanks around them")
    return text


Label = Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(_one_line)]
"""A label's or a release's name."""
