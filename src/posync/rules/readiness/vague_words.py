"""Find the criteria two people would judge differently, because a word in them has no measure."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import ClassVar, Literal

from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.rules.readiness.base import Check
from posync.rules.readiness.criteria import criteria_of
from posync.rules.readiness.terms import fold

# Words that promise a quality and name no measure. The last letters may vary (*).
_VAGUE = (
    "user-friendly|user friendly|userfriendly|easy|easier|easily|easy to use|intuitive|intuitively|simple to use|seamless|seamlessly|smooth|smoothly|robust|robustly|"
    "flexible|flexibly|efficient|efficiently|fast|faster|quick|quickly|slick|snappy|performant|responsive enough|reasonable|reasonably|"
    "appropriate|appropriately|adequate|adequately|acceptable|nice|nicely|nice looking|optimal|optimally|clean (?:way|look|design|layout|ui|interface)|cleanly|"
    "clear(?= (?:error|message|idea|text|indicat\\w+|feedback|way|layout|wording|label|explanation|visual|and ))|clearly|clearer|modern|state of the art|pretty|beautiful|attractive|pleasant|convenient|conveniently|well designed|prominent|prominently|properly|"
    "as needed|as appropriate|if possible|where possible|as much as possible|as soon as possible|asap|ideally|etc|and so on|and more|some kind of|"
    "minimally|significantly|look good|looks good|look fine|looks fine|make sense|makes sense|"
    "benutzerfreundlich|nutzerfreundlich|intuitiv|einfach|schnell|schneller|angemessen|ubersichtlich|ansprechend|moglichst|verstandlich|usw|ggf|"
    "convivial|facile|facilement|rapide|rapidement|intuitif|intuitive|ergonomique|lisible|adapte|si possible|"
    "facil|facilmente|rapido|rapidamente|intuitivo|intuitiva|amigable|adecuado|amigavel|adequado|semplice|veloce|"
    "gebruiksvriendelijk|eenvoudig|snel|przyjazny|szybki|szybko|удобн\\w*|быстро|интуитивн\\w*"
)
_MEASURED = re.compile(
    r"\b\d+(?:[.,]\d+)?\s*(?:%|ms|s|secs?|seconds?|sekunden?|secondes?|min\w*|hours?|days?|clicks?|klicks?|clics?|px|kb|mb|gb|x|times|users?|requests?|fps|points?|steps?)(?!\w)|"
    r"\b(?:at least|at most|no more than|less than|more than|within|mindestens|hochstens|innerhalb|moins de|au moins|menos de)\s+\d"
)
_NAMED = re.compile(
    r"[`\"“”„«»'][^`\"“”„«»']{1,80}[`\"“”„«»']|\b(?:simple|easy|quick|best|fast|good|great|clear|clean)[ -](?:api|mode|search|start|view|link|links|practices?|button|text|form|filter|cache|all|the \w+|my \w+)\b|https?://\S+"
)


class VagueWordsCheck(Check):
    """Flag issues whose acceptance criteria use vague words ("fast", "user-friendly").

    `words` adds a team's own, `allow` takes some out of the list that ships. A line that gives a
    measure ("fast: within 2 seconds") is left alone.
    """

    mends: ClassVar[str] = 'Say how it will be measured: "within 2 seconds" instead of "fast".'

    check: Literal["vague-words"]
    words: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()

    def asks(self) -> str:
        """Return that criteria must have measures."""
        return "acceptance criteria without vague words"

    def fault(self, issue: Issue, backlog: Backlog, today: date) -> str | None:  # noqa: ARG002 - a fixed shape
        """Return the vague words and the criteria they stand in."""
        lines = [item.text for item in criteria_of(issue).items if item.checkable]
        found = [(line, word) for line in lines for word in vague_in(line, self.words, self.allow)]
        if not found:
            return None
        said = ", ".join(f"“{word}”" for word in dict.fromkeys(word for _, word in found))
        return f"no measure for {said} in: {found[0][0][:120]}"


def vague_in(line: str, more: tuple[str, ...] = (), allow: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the vague words of one criterion, folded, in reading order; none where it gives a measure."""
    text = _NAMED.sub(" ", fold(line))
    if _MEASURED.search(text) is not None:
        return ()
    allowed = {fold(word) for word in allow}
    return tuple(word for word in _pattern(more).findall(text) if word not in allowed)


@cache
def _pattern(more: tuple[str, ...]) -> re.Pattern[str]:
    own = "".join(rf"|{re.escape(fold(word))}" for word in more)
    return re.compile(rf"(?<![\w-])(?:{_VAGUE}{own})(?![\w-])")
