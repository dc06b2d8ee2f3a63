"""How a pack declares a file of evidence: which column is what, how long it counts, how voices combine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import ConfigDict, model_validator

from posync.documents import wrong
from posync.model.base import Frozen
from posync.rules.days import Days
from posync.rules.exact import Exact

Kind = Literal["number", "text", "date", "yes-no"]
Combine = Literal["mean", "median", "sum", "max", "min", "latest", "most", "all"]

_FITTING: Mapping[str, tuple[str, ...]] = {
    "number": ("mean", "median", "sum", "max", "min", "latest", "most", "all"),
    "text": ("latest", "most", "all"),
    "date": ("max", "min", "latest", "most", "all"),
    "yes-no": ("latest", "most", "all"),
}


class SignalSource(Frozen):
    """One entry under `signals:`; an expression reads it as `issue.signals.<name>`.

    `file` is a CSV file with a header line, or a JSON file (a list of objects, or an object by issue
    key), beside the workspace file. `key`, `value`, `who`, `when` and `weight` name its columns.
    `weights` gives a voice per person (default 1), `weight` a voice per line; both multiply. Lines
    older than `fresh` no longer count and are listed. A person's latest line replaces earlier ones,
    but for `combine: sum`, where every line counts. `disagree`: people whose numbers lie this far
    apart (or, for text, any two different answers where it is 0) are reported as a question to settle.
    `budget`: what one person may spend in all; whoever spent more is named.
    """

    model_config = ConfigDict(strict=False)

    file: str
    key: str = "issue"
    value: str = "value"
    who: str | None = None
    when: str | None = None
    weight: str | None = None
    weights: Mapping[str, Exact] = {}
    type: Kind = "number"
    combine: Combine | None = None
    fresh: Days | None = None
    disagree: Exact | None = None
    budget: Exact | None = None
    min: Exact | None = None
    max: Exact | None = None

    @property
    def combined(self) -> Combine:
        """Return how several lines become one value: the mean of numbers, else the latest."""
        return self.combine or ("mean" if self.type == "number" else "latest")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.combined not in _FITTING[self.type]:
            raise wrong(
                f"{self.combined} does not fit type {self.type}: {', '.join(_FITTING[self.type])}", "combine"
            )
        if self.fresh is not None and self.when is None:
            raise wrong("name the column with the dates under `when`", "fresh")
        for asks in ("disagree", "budget", "weights"):
            if self.who is None and asks in self.model_fields_set:
                raise wrong("name the column with the people's names under `who`", asks)
        if self.budget is not None and self.combined != "sum":
            raise wrong("a budget is for `combine: sum`, where every line counts", "budget")
        if self.type != "number" and (self.min is not None or self.max is not None):
            raise wrong("min and max are for numbers", "min" if self.min is not None else "max")
        if any(weight < 0 for weight in self.weights.values()):
            raise wrong("a voice cannot weigh less than nothing", "weights")
        return self
