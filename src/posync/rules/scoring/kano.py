"""What people feel with a feature and without it, read off Kano's five-by-five table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from posync.model.issue import Issue
from posync.model.listing import few
from posync.rules.exact import shown
from posync.rules.expressions.expression import Expression
from posync.rules.scoring.base import Input, Rated, ScoreSettings, Settings, Value, Worked
from posync.rules.scoring.numbers import words

Answer = Literal["like", "must-be", "neutral", "live-with", "dislike"]
Category = Literal["M", "O", "A", "I", "R", "Q"]

ANSWERS: tuple[Answer, ...] = ("like", "must-be", "neutral", "live-with", "dislike")
# Rows: the functional answer; columns: the dysfunctional one; both in the order of ANSWERS.
TABLE: Mapping[Answer, str] = {
    "like": "QAAAO",
    "must-be": "RIIIM",
    "neutral": "RIIIM",
    "live-with": "RIIIM",
    "dislike": "RRRRQ",
}
WEIGHTS: Mapping[str, int] = {"M": 4, "O": 3, "A": 2, "I": 1}
NAMES: Mapping[str, str] = {
    "M": "must-be",
    "O": "one-dimensional",
    "A": "attractive",
    "I": "indifferent",
    "R": "reverse",
    "Q": "questionable",
}
SPELLINGS: Mapping[Answer, tuple[str, ...]] = {
    "like": ("like", "i like it", "i like it that way"),
    "must-be": ("must-be", "must be", "expect", "expect it", "i expect it", "it must be that way"),
    "neutral": ("neutral", "i am neutral", "i don't care"),
    "live-with": ("live-with", "live with", "tolerate", "i can live with it", "i can tolerate it"),
    "dislike": ("dislike", "i dislike it", "i dislike it that way"),
}


class KanoInputs(Settings):
    """Where the answers to both questions are read: one word, or one word per person in the same order."""

    functional: Expression
    dysfunctional: Expression


class Kano(ScoreSettings):
    """Must-be above one-dimensional above attractive above indifferent; reverse and questionable go to review.

    Of several people's categories the most frequent counts; of equally frequent ones the first in
    M > O > A > I. Source: Kano et al., "Attractive quality and must-be quality" (1984); Berger et al.,
    "Kano's methods for understanding customer-defined quality" (1993); docs/sources.md, "Kano".
    """

    method: Literal["kano"]
    inputs: KanoInputs
    words: Mapping[Answer, tuple[str, ...]] = {}

    def declared(self) -> tuple[Input, ...]:
        """Return the answers to "how do you feel with it?" and "how do you feel without it?"."""
        return tuple(
            Input(
                name,
                getattr(self.inputs, name),
                words=self._spellings(),
                ladder=ANSWERS,
                several=True,
                inherited=True,
            )
            for name in ("functional", "dysfunctional")
        )

    def _spellings(self) -> Mapping[str, str]:
        known: dict[str, str] = {}
        for source in (SPELLINGS, self.words):
            for answer, spellings in source.items():
                known |= {spelling.strip().casefold(): answer for spelling in spellings}
        return known

    def work(self, values: Mapping[str, Value], issue: Issue) -> Worked:
        """Return 4 to 1 for M, O, A, I; None for R and Q. Raises ValueError where answers do not pair up."""
        del issue
        functional, dysfunctional = words(values, "functional"), words(values, "dysfunctional")
        if len(functional) != len(dysfunctional):
            raise ValueError(
                f"{len(functional)} functional answers but {len(dysfunctional)} dysfunctional ones: "
                "each person answers both questions"
            )
        tally = Counter(
            category(with_it, without) for with_it, without in zip(functional, dysfunctional, strict=True)
        )
        return _worked(tally)

    def guards(self, rated: Sequence[Rated]) -> Iterator[str]:
        """Yield the issues whose answers are reverse or questionable: they go to review, not into the order."""
        for letter, meaning in (
            ("R", "people would rather not have it"),
            ("Q", "the question was misunderstood"),
        ):
            keys = [row.issue.key for row in rated if row.worked.derived.get("category") == NAMES[letter]]
            if keys:
                yield f"{NAMES[letter]}, {meaning}: {few(keys)}. Review them; they are not ranked"


def category(functional: str, dysfunctional: str) -> str:
    """Return Kano's letter for one person's pair of answers (words of ANSWERS)."""
    row: Mapping[str, str] = {str(answer): letters for answer, letters in TABLE.items()}
    return row[functional][[str(answer) for answer in ANSWERS].index(dysfunctional)]


def _worked(tally: Counter[str]) -> Worked:
    letter = min(tally, key=lambda each: (-tally[each], "MOAIRQ".index(each)))
    better, worse = coefficients(tally)
    derived: dict[str, Fraction | str] = {"category": NAMES[letter], "better": better, "worse": worse}
    people = f", {tally[letter]} of {tally.total()} people" if tally.total() > 1 else ""
    if letter not in WEIGHTS:
        return Worked(
            None, f"Kano {NAMES[letter]}{people}: goes to review, left out of ranking", derived=derived
        )
    value = Fraction(WEIGHTS[letter])
    because = f"Kano {NAMES[letter]} ({value} of 4{people}; better {shown(better)}, worse {shown(worse)})"
    return Worked(value, because, value, derived=derived)


def coefficients(tally: Counter[str]) -> tuple[Fraction, Fraction]:
    """Return (better, worse): how far having it satisfies (0..1) and lacking it dissatisfies (-1..0).

    better = (A + O) / (A + O + M + I); worse = -(O + M) / (A + O + M + I). Source: Timko in Berger
    et al. (1993).
    """
    counted = sum(tally[letter] for letter in "AOMI")
    if not counted:
        return Fraction(0), Fraction(0)
    return Fraction(tally["A"] + tally["O"], counted), Fraction(-(tally["O"] + tally["M"]), counted)
