"""What signals and goals add to a backlog before it is judged: values for expressions, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.rules.goals import Alignment, Goal, align
from posync.rules.signals import Heard, Signals
from posync.rules.vocabulary import enriched


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signals and goals of one backlog on one day."""

    heard: Heard = field(default_factory=Heard)
    alignment: Alignment = field(default_factory=Alignment)

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

    def origin(self, issue: Issue, name: str) -> str:
        """Return where a name's value comes from: a file and day, goals, or the vendor's field; "" if unknown."""
        if name.startswith("signals."):
            return self.heard.sources.get(issue.uid, {}).get(name.removeprefix("signals."), "")
        if name in ("goals", "goal_weight"):
            return "goals: " + (", ".join(self.alignment.goals.get(issue.uid, ())) or "none")
        return issue.provenance.get(name) or issue.provenance.get(name.removeprefix("fields.")) or ""


def _signal_names(heard: Heard) -> dict[str, dict[str, Any]]:
    return {
        uid: {f"signals.{name}": value for name, value in values.items()}
        for uid, values in heard.values.items()
    }


def gather(backlog: Backlog, today: date, signals: Signals | None, goals: Sequence[Goal] = ()) -> Evidence:
    """Return what signals and goals say of this backlog on this day; goals may ask for signals. Pure."""
    heard = signals.heard(backlog, today) if signals else Heard()
    return Evidence(heard, align(goals, enriched(backlog, _signal_names(heard)), today))
