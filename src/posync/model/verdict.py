"""All that rules may say about a backlog: scores, flags, assignments, places, and what they lacked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from posync.model.issue import FieldValue
from posync.model.label import HANDS_OFF


@dataclass(frozen=True, slots=True)
class Term:
    """One input of a score as it was used; `source` says where it came from, `note` what is odd about it.

    `unit` is what a number counts, where the method declares it ("person-months").
    """

    name: str
    value: Fraction | str
    source: str = ""
    note: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """What a method makes of an issue: an exact number, higher first; None where it cannot be scored.

    `cost_of_delay` and `size` are the two sides of the ratio that dependency-aware ordering
    needs: for methods without a ratio, `value` and 1.
    """

    uid: str
    value: Fraction | None
    because: str
    terms: tuple[Term, ...] = ()
    cost_of_delay: Fraction | None = None
    size: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person should mend: shown always, as a label and comment where the pack says so."""

    uid: str
    check: str
    because: str
    remedy: str = ""
    label: str | None = None
    comment: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """The release an issue belongs to; `release` is None where it fits into none of the train."""

    uid: str
    release: str | None
    because: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an issue should stand: `rank` from 1 over the unified backlog, and each reason for it."""

    uid: str
    rank: int
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """An input a method needed and did not find, and what was used in its stead."""

    uid: str
    input: str
    used: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A guard that spoke: the arithmetic is sound, its premise is doubtful."""

    pack: str
    because: str


@dataclass(frozen=True, slots=True)
class Managed:
    """What belongs to posync: only this may be added, changed or removed.

    `numbers` are those of the `fields` that say an issue's place, so that they follow whatever moves.
    Issues that carry a label of `ignored` keep what a pack that is no more has left on them.
    """

    labels: frozenset[str] = frozenset()
    label_prefixes: tuple[str, ...] = ()
    releases: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset({HANDS_OFF})
    comments: bool = False
    order: bool = False

    def owns_label(self, label: str) -> bool:
        """Whether posync may remove this label."""
        return label in self.labels or label.startswith(self.label_prefixes or ("\0",))


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Everything all packs say of one unified backlog on one day.

    `places` holds exactly the issues that have a place in the desired order, in that order;
    an issue that is absent keeps its own place. `labels` and `fields` are the labels and field
    values that should stand on an issue beside those of flags (release labels, score fields).
    """

    scores: Mapping[str, Score] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    flags: tuple[Flag, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, FieldValue]] = field(default_factory=dict)
    fix_versions: bool = False
    missing: tuple[Missing, ...] = ()
    warnings: tuple[Warned, ...] = ()
    managed: Managed = Managed()
