"""Find the criteria two people would judge differently, because a word in them has no measure."""

from __future__ import annotations

from typing import ClassVar, Literal

from posync.rules.readiness.base import Check


class VagueWordsCheck(Check):
    """Flag issues whose acceptance criteria use vague words ("fast", "user-friendly").

    `words` adds a team's own, `allow` takes some out of the list that ships.
    """

    mends: ClassVar[str] = 'Say how it will be measured: "within 2 seconds" instead of "fast".'

    check: Literal["vague-words"]
    words: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
