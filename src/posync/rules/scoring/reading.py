"""Read a method's inputs off an issue: checked against their scales, with where each one came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from posync.errors import RuleError
from posync.model.issue import Issue
from posync.rules.exact import shown
from posync.rules.expressions.expression import IssueView
from posync.rules.scoring.base import Input, Value


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One input of one issue: None where it is missing or cannot be used, and then `odd` says why.

    `odd` may also stand beside a value: it was used, but is off the declared scale. Equal values share
    one reading, so that readings are told apart by identity, which is much faster than by value.
    """

    value: Value | None
    odd: str = ""


_NOTHING = Reading(None)


class Reader:
    """Reads the inputs of one method; every distinct value is checked once.

    `origin` gives, for a name, what tells where its value comes from on an issue.
    """

    def __init__(
        self,
        inputs: tuple[Input, ...],
        today: date,
        origin: Callable[[str], Callable[[Issue], str]],
        pack: str,
    ) -> None:
        self.inputs, self.today, self._pack = inputs, today, pack
        self._known: list[dict[int, tuple[Any, Reading]]] = [{} for _ in inputs]
        self._columns = [(each.expression, known) for each, known in zip(inputs, self._known, strict=True)]
        self._readings: dict[tuple[int, type, Any], Reading] = {}
        self._origins = [tuple(origin(name) for name in each.expression.names) for each in inputs]

    def read(self, issue: Issue) -> tuple[Reading, ...]:
        """Return one reading per input; raises RuleError naming the issue and the mend."""
        view = IssueView(issue, self.today)
        try:
            answers = [expression.evaluate(view) for expression, _ in self._columns]
        except RuleError as error:
            raise RuleError(error.pack or self._pack, issue.key, error.detail) from None
        found: list[Reading] = []
        for (_, known), answer in zip(self._columns, answers, strict=True):
            # By identity first: expressions hand out the same object for the same values.
            seen = known.get(id(answer))
            found.append(self._check(len(found), answer, issue) if seen is None else seen[1])
        return tuple(found)

    def _check(self, column: int, answer: Any, issue: Issue) -> Reading:
        key = (column, answer.__class__, answer)
        if key not in self._readings:
            spec = self.inputs[column]
            try:
                self._readings[key] = _reading(spec, answer)
            except ValueError as error:
                detail = f"{spec.spoken}: {error}. Mend the value, or the expression `{spec.expression}`"
                raise RuleError(self._pack, issue.key, detail) from None
        reading = self._readings[key]
        self._known[column][id(answer)] = (answer, reading)  # holding the answer keeps its id its own
        return reading

    def sources(self, issue: Issue) -> tuple[str, ...]:
        """Return where each input comes from: the vendor's field, a line of a file, or the pack itself."""
        return tuple([told[0](issue) if len(told) == 1 else _joined(issue, told) for told in self._origins])


def _joined(issue: Issue, told: Sequence[Callable[[Issue], str]]) -> str:
    return "; ".join(dict.fromkeys(origin(issue) for origin in told)) or "the pack"


def _reading(spec: Input, answer: Any) -> Reading:
    """Return what an expression's answer means; raises ValueError where it is of the wrong type."""
    if answer is None or answer in ("", ()):
        return _NOTHING
    return Reading(_spoken(spec, answer)) if spec.words is not None else _numeric(spec, answer)


def _numeric(spec: Input, answer: Any) -> Reading:
    number = spec.scale.number(answer)
    if not spec.takes(number):
        return Reading(None, f"cannot be used: {spec.bounds}")
    return Reading(number, "" if spec.scale.allows(number) else f"is off the scale {spec.scale}")


def _spoken(spec: Input, answer: Any) -> Value:
    assert spec.words is not None
    if isinstance(answer, tuple):
        if not spec.several:
            raise ValueError("a list, where one word is due")
        return tuple(_word(spec.words, each) for each in answer)
    return _word(spec.words, answer)


def _word(words: Mapping[str, str], answer: Any) -> str:
    if isinstance(answer, str):
        found = words.get(answer.strip().casefold())
        if found is not None:
            return found
    choices = ", ".join(sorted(set(words.values())))
    raise ValueError(f"{_said(answer)} is none of {choices} (add other spellings under `words`)")


def _said(answer: Any) -> str:
    text = shown(answer) if isinstance(answer, Fraction) else str(answer)
    return f"'{text[:40]}…'" if len(text) > 40 else f"'{text}'"
