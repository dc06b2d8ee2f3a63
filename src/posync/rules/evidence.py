"""What signals and goals add to a backlog before it is judged: values for expressions, and where they come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.rules.expressions.vocabulary import enriched
from posync.rules.goals import Alignment, Goal, align
from posync.rules.signals import Heard, Signals

_BEHIND = {"age_days": "created", "days_to_due": "due", "days_in_state": "state_since"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signals and goals of one backlog on one day; `declared` are the names of all signals there are."""

    heard: Heard = field(default_factory=Heard)
    alignment: Alignment = field(default_factory=Alignment)
    declared: frozenset[str] = frozenset()

    @property
    def added(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the names this adds for expressions, by uid: `signals.NAME`, `goals`, `goal_weight`."""
        names = _signal_names(self.heard)
        for uid, goals in self.alignment.goals.items():
            weight = self.alignment.weights[uid]
            names.setdefault(uid, {}).update({"goals": goals, "goal_weight": weight})
        return names

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what is stale, unknown, disputed or unaligned, one sentence each."""
        return (*self.heard.warnings, *self.alignment.warnings)

    def origin(self, name: str) -> Callable[[Issue], str]:
        """Return what tells where a name's value comes from on an issue: a file and day, goals, the vendor's field.

        What it returns says `issue.NAME` itself where nothing more is known.
        """
        if name.startswith("signals."):
            signal, sources = name.removeprefix("signals."), self.heard.sources
            return lambda issue: sources.get(issue.uid, {}).get(signal, f"issue.{name}")
        if name in ("goals", "goal_weight"):
            goals = self.alignment.goals
            return lambda issue: f"goals: {', '.join(goals.get(issue.uid, ('none',)))}"
        field, spelt = _BEHIND.get(name, name), f"issue.{name}"
        bare = field.removeprefix("fields.")
        return lambda issue: issue.provenance.get(field) or issue.provenance.get(bare) or spelt


def _signal_names(heard: Heard) -> dict[str, dict[str, Any]]:
    return {
        uid: {f"signals.{name}": value for name, value in values.items()}
        for uid, values in heard.values.items()
    }


def gather(backlog: Backlog, today: date, signals: Signals | None, goals: Sequence[Goal] = ()) -> Evidence:
    """Return what signals and goals say of this backlog on this day; goals may ask for signals. Pure."""
    heard = signals.heard(backlog, today) if signals else Heard()
    asked = any(name.startswith("signals.") for goal in goals if goal.when for name in goal.when.names)
    alignment = align(goals, enriched(backlog, _signal_names(heard)) if asked else backlog, today)
    return Evidence(heard, alignment, frozenset(signals.settings if signals else ()))
