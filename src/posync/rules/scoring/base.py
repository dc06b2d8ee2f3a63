"""What every scoring method has in common: named inputs, declared scales, and a policy for what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Self

from pydantic import ConfigDict, PlainValidator, WithJsonSchema, model_validator

from posync.documents import did_you_mean, wrong
from posync.model.base import Frozen
from posync.model.issue import Issue
from posync.rules.exact import fraction_of
from posync.rules.expressions.expression import Expression
from posync.rules.scoring.scales import ANY, DeclaredScale, Scale

Value = Fraction | str | tuple[str, ...]
"""An input once it is read: a number, a word of the method's own (must, like), or several people's words."""


class Settings(Frozen):
    """Settings as YAML gives them: lists may stand for tuples; nothing unknown is let in."""

    model_config = ConfigDict(strict=False)


def _policy(value: Any) -> Fraction | str:
    if isinstance(value, str):
        return value.strip()
    return fraction_of(value)


Policy = Annotated[
    Fraction | str,
    PlainValidator(_policy),
    WithJsonSchema({"anyOf": [{"enum": ["last", "block"]}, {"type": "number"}, {"type": "string"}]}),
]
"""What to do where an input is missing: `last`, `block`, a number, or one of the method's words.

`last`: the issue stands below all that could be scored. `block`: it is left where it stands.
A number (or word) is used in its stead. All three are listed as missing in the plan.
"""


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a method: where it is read, what it may be, and how people call it.

    `words` maps a tracker's spelling (case folded) to the method's own word; an input with words
    takes no numbers. `ladder` are these words from one end to the other. `several` says that a list
    of words is welcome (several people's answers).
    Numbers must lie above zero where `above_zero`, else at or above zero unless `below_zero`.
    `inherited` inputs come from the epic where the issue's own are incomplete.
    """

    name: str
    expression: Expression
    scale: Scale = ANY
    unit: str = ""
    words: Mapping[str, str] | None = None
    ladder: tuple[str, ...] = ()
    several: bool = False
    above_zero: bool = False
    below_zero: bool = False
    inherited: bool = False
    needed: bool = True

    @property
    def spoken(self) -> str:
        """Return the name as people say it: `job size`."""
        return self.name.replace("_", " ")

    def takes(self, number: Fraction) -> bool:
        """Whether the formula can use this number, on the scale or off it."""
        return number > 0 if self.above_zero else number >= 0 or self.below_zero

    def beside(self, value: Value) -> tuple[Value, ...]:
        """Return the values one step away on the scale or ladder; none for several people's words."""
        if isinstance(value, Fraction):
            return tuple(moved for moved in self.scale.beside(value) if self.takes(moved))
        if isinstance(value, tuple) or value not in self.ladder:
            return ()
        at = self.ladder.index(value)
        return (*self.ladder[max(at - 1, 0) : at], *self.ladder[at + 1 : at + 2])

    @property
    def bounds(self) -> str:
        """Return what a number must be, as a clause."""
        return "it must be above zero" if self.above_zero else "it must not be below zero"


@dataclass(frozen=True, slots=True)
class Worked:
    """What a method's arithmetic makes of one set of inputs; `value` None leaves the issue out of ranking.

    `cost_of_delay` and `size` are the two sides of the ratio; without a ratio, `value` and 1.
    `notes` say what is odd about single inputs, `derived` names further results worth showing.
    """

    value: Fraction | None
    because: str
    cost_of_delay: Fraction | None = None
    size: Fraction = Fraction(1)
    notes: Mapping[str, str] = field(default_factory=dict)
    derived: Mapping[str, Fraction | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rated:
    """One issue with the inputs it was scored by, for guards that look at all issues together."""

    issue: Issue
    values: Mapping[str, Value]
    worked: Worked
    own: bool  # nothing was inherited


ReleasesOf = Callable[[Issue], Sequence[str]]
"""Tells which releases an issue is in, or is about to be put into."""


class ScoreSettings(Settings):
    """What a pack may say under `score:`, whichever the method.

    `when` narrows which open issues are scored (all others stay where they stand). `missing` gives
    a policy per input (default `last`). `inherit` lets an issue whose own inputs of that kind are
    incomplete take all of them from its nearest ancestor that has them. `scales` replaces the
    method's declared scales by the pack's own.
    """

    relative: ClassVar[bool] = False
    """Whether a score depends, by definition, on which other issues are in the backlog."""

    by_rank: ClassVar[bool] = False
    """Whether the score is made of the issue's rank instead of inputs."""

    heritage: ClassVar[str] = ""
    """What the inherited inputs are together, in words."""

    method: str
    when: Expression | None = None
    missing: Mapping[str, Policy] = {}
    inherit: bool = False
    scales: Mapping[str, DeclaredScale] = {}

    @property
    def title(self) -> str:
        """Return the method's name as people write it."""
        return self.method.upper() if len(self.method) <= 4 else self.method

    def declared(self) -> tuple[Input, ...]:
        """Return the method's inputs, in the order its formula names them."""
        raise NotImplementedError

    def work(self, values: Mapping[str, Value], issue: Issue) -> Worked:
        """Return the method's result for complete inputs; pure and exact. `issue` serves only stack-rank."""
        raise NotImplementedError

    def guards(self, rated: Sequence[Rated]) -> Iterator[str]:
        """Yield what is doubtful about the backlog as a whole, one sentence each with its mend."""
        del rated
        return iter(())

    def release_guards(self, rated: Sequence[Rated], releases: ReleasesOf) -> Iterator[str]:
        """Yield what is doubtful about single releases, once it is known which issue goes into which."""
        del rated, releases
        return iter(())

    @model_validator(mode="after")
    def _names_are_inputs(self) -> Self:
        inputs = {each.name: each for each in self.declared()}
        for setting, given in (("missing", self.missing), ("scales", self.scales)):
            for name in given:
                if name not in inputs:
                    hint = did_you_mean(name, list(inputs)) or f": it has {', '.join(inputs) or 'none'}"
                    raise wrong(f"{name!r} is no input of {self.method}{hint}", setting, name, key=True)
        for name, policy in self.missing.items():
            complaint = _unfit(inputs[name], policy)
            if complaint:
                raise wrong(complaint, "missing", name)
        return self


def _unfit(spec: Input, policy: Fraction | str) -> str | None:
    """Return why a policy does not fit its input, or None."""
    choices = ["last", "block", *(sorted(set(spec.words.values())) if spec.words else ["a number"])]
    if policy in choices[:2] or (spec.words and policy in choices):
        return None
    if spec.words or isinstance(policy, str):
        return f"'{policy}' is no policy for {spec.spoken}: {', '.join(choices)}"
    too_low = policy < 0 and not spec.below_zero
    if too_low or (policy == 0 and spec.above_zero):
        return f"{policy} will not do for {spec.spoken}: {spec.bounds}"
    return None
