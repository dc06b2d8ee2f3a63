"""Must, should, could, won't: four promises, and an effort budget that keeps the first one honest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from posync.model.issue import Issue
from posync.rules.exact import Exact, shown
from posync.rules.expressions.expression import Expression
from posync.rules.scoring.base import Input, Rated, ReleasesOf, ScoreSettings, Settings, Value, Worked
from posync.rules.scoring.numbers import words
from posync.rules.scoring.scales import ANY

Promise = Literal["must", "should", "could", "wont"]

LADDER = ("wont", "could", "should", "must")
WEIGHTS: Mapping[str, int] = {"must": 3, "should": 2, "could": 1}
SPELLINGS: Mapping[Promise, tuple[str, ...]] = {
    "must": ("must", "must have", "must-have", "m"),
    "should": ("should", "should have", "should-have", "s"),
    "could": ("could", "could have", "could-have", "c"),
    "wont": ("wont", "won't", "won’t", "wont have", "won't have", "won’t have", "won't have this time", "w"),
}


class MoscowInputs(Settings):
    """Where the promise is read, and the effort that the budget is made of."""

    promise: Expression
    effort: Expression


class Budget(Settings):
    """Shares of a release's effort, in percent of Must + Should + Could: Must at most, Could at least about."""

    must: Exact = Fraction(60)
    could: Exact = Fraction(20)


class Moscow(ScoreSettings):
    """Must stands above Should above Could; Won't is left out of ranking.

    Per release, Must takes at most 60 % of the effort and Could keeps about 20 % as contingency.
    A release holds what the pack's train is about to put into it; issues in none are looked at as one. Source: DSDM Agile Project Framework handbook,
    chapter 10; docs/sources.md, "MoSCoW".
    """

    method: Literal["moscow"]
    inputs: MoscowInputs
    words: Mapping[Promise, tuple[str, ...]] = {}
    budget: Budget = Budget()

    def declared(self) -> tuple[Input, ...]:
        """Return the promise, then the effort, which only the budget needs."""
        return (
            Input("promise", self.inputs.promise, words=self._spellings(), ladder=LADDER, inherited=True),
            Input("effort", self.inputs.effort, self.scales.get("effort", ANY), needed=False),
        )

    def _spellings(self) -> Mapping[str, str]:
        known: dict[str, str] = {}
        for source in (SPELLINGS, self.words):
            for promise, spellings in source.items():
                known |= {spelling.strip().casefold(): promise for spelling in spellings}
        return known

    def work(self, values: Mapping[str, Value], issue: Issue) -> Worked:
        """Return 3, 2 or 1; None for Won't."""
        del issue
        (promise,) = words(values, "promise")
        if promise == "wont":
            return Worked(None, "MoSCoW Won't have this time: left out of ranking")
        value = Fraction(WEIGHTS[promise])
        return Worked(value, f"MoSCoW {promise.capitalize()} have ({value} of 3)", value)

    def release_guards(self, rated: Sequence[Rated], releases: ReleasesOf) -> Iterator[str]:
        """Yield each release whose Must takes too much effort, or whose Could is too thin a reserve."""
        for release, effort in sorted(efforts(rated, releases).items()):
            total = sum(effort.values(), Fraction(0))
            if total > 0:
                yield from self._within_budget(release, effort, total)

    def _within_budget(self, release: str, effort: Mapping[str, Fraction], total: Fraction) -> Iterator[str]:
        must, could = (100 * effort.get(promise, Fraction(0)) / total for promise in ("must", "could"))
        where = f"release {release}" if release else "issues without a release"
        if must > self.budget.must:
            yield (
                f"{where}: Must have takes {shown(must)} % of the effort ({shown(effort['must'])} of {shown(total)}), "
                f"more than {shown(self.budget.must)} %: the release is at risk. Make some of it Should have"
            )
        if could < self.budget.could / 2:
            yield (
                f"{where}: Could have is {shown(could)} % of the effort, far below the {shown(self.budget.could)} % "
                "that serve as contingency"
            )


def efforts(rated: Sequence[Rated], releases: ReleasesOf) -> dict[str, dict[str, Fraction]]:
    """Return effort by release ("" for none) and promise; an issue in two counts in both, Won't in none."""
    found: dict[str, dict[str, Fraction]] = {}
    for row in rated:
        effort = row.values.get("effort")
        if row.worked.value is None or not isinstance(effort, Fraction):
            continue
        (promise,) = words(row.values, "promise")
        for release in releases(row.issue) or ("",):
            parts = found.setdefault(release, {})
            parts[promise] = parts.get(promise, Fraction(0)) + effort
    return found
