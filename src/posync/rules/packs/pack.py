"""A policy pack: what a product owner wants of the backlog, read from YAML and checked before it judges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, PositiveInt, PrivateAttr, model_validator

from posync.documents import Document, did_you_mean, nearest, parse, read, wrong
from posync.errors import ConfigError, Problem
from posync.model.base import Frozen
from posync.rules.expressions.expression import Expression
from posync.rules.goals import Goals
from posync.rules.ordering.settings import OrderSettings
from posync.rules.ordering.worth import OF_SCORE, TRAITS
from posync.rules.packs.cases import Case
from posync.rules.packs.conflicts import conflicts
from posync.rules.readiness.checks import AnyCheck
from posync.rules.releases.train import Releases
from posync.rules.scoring import Scoring
from posync.rules.signals import Signals, SignalSource, load_signals
from posync.shipped import find, names, shipped

Text = Annotated[str, Field(min_length=1)]


class WriteSettings(Frozen):
    """What a pack says under `write:`: the fields the team sees beside the order; they belong to posync.

    A score is written with `decimals` digits after the point. Only the first `rank_top` places carry their
    number, since each newcomer moves all numbers below it; what leaves them, or is done, loses its number.
    """

    score_field: Text | None = None
    rank_field: Text | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] = 2
    rank_top: PositiveInt = 100

    @model_validator(mode="after")
    def _two_fields(self) -> Self:
        if self.score_field is not None and self.score_field == self.rank_field:
            raise wrong("is the score's field already: name another", "rank_field")
        return self

    @property
    def fields(self) -> frozenset[str]:
        """The names of all fields written."""
        return frozenset(name for name in (self.score_field, self.rank_field) if name is not None)


class Pack(Frozen):
    """One policy: how to score, how to order, what to write, what to check, what to release.

    `pack` is its name. `signals` are files of evidence and `goals` what the product is meant to
    reach; expressions see both. `tests` are examples that `posync rules test` tries.
    """

    pack: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._ -]{0,62}$")]
    about: str = ""
    score: Scoring | None = None
    order: OrderSettings | None = None
    write: WriteSettings | None = None
    checks: tuple[AnyCheck, ...] = ()
    releases: Releases | None = None
    signals: Mapping[str, SignalSource] = {}
    goals: Goals = ()
    tests: tuple[Case, ...] = ()

    _path: Path = PrivateAttr(default=Path())
    _shown: str = PrivateAttr(default="")
    _digest: str = PrivateAttr(default="")
    _evidence: Signals = PrivateAttr(default_factory=Signals)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.score is None and self.order is not None:
            raise wrong("an order needs scores: add `score:` with a method", "order", key=True)
        if self.score is None and self.write is not None:
            raise wrong("there is nothing to write: add `score:` with a method", "write", key=True)
        if self.score is None and not (self.checks or self.releases or self.goals):
            raise wrong("does nothing: add `score:`, `checks:` or `releases:`", "pack")
        self._check_conditions()
        self._check_names()
        self._check_ties()
        return self

    def _check_conditions(self) -> None:
        """Refuse a `when` that can never give true or false."""
        asked: list[tuple[tuple[str | int, ...], Expression | None]] = [
            (("score", "when"), self.score.when if self.score else None),
            (("releases", "when"), self.releases.when if self.releases else None),
            *((("checks", index, "when"), check.when) for index, check in enumerate(self.checks)),
            *((("goals", index, "when"), goal.when) for index, goal in enumerate(self.goals)),
        ]
        for path, condition in asked:
            if condition is not None and not condition.is_condition:
                raise wrong(
                    f"gives a {condition.kind}, not true or false: compare it, as in issue.points > 8", *path
                )

    def _check_names(self) -> None:
        seen: set[str] = set()
        for index, check in enumerate(self.checks):
            if check.check in seen:
                message = f"check {check.check!r} is there twice: give the second a name of its own"
                raise wrong(message, "checks", index, "check")
            seen.add(check.check)

    def _check_ties(self) -> None:
        """Refuse a misspelt tie; a method may derive further names, so that others are only warned of."""
        if self.score is None or self.order is None:
            return
        known = {*(each.name for each in self.score.declared()), *TRAITS, *OF_SCORE}
        for index, tie in enumerate(self.order.ties if "ties" in self.order.model_fields_set else ()):
            bare = tie.removeprefix("-")
            if bare not in known and nearest(bare, known) is not None:
                raise wrong(
                    f"unknown tie {bare!r}{did_you_mean(bare, sorted(known))}", "order", "ties", index
                )

    @property
    def name(self) -> str:
        """The pack's name."""
        return self.pack

    @property
    def path(self) -> Path:
        """The file it was read from."""
        return self._path

    @property
    def file(self) -> str:
        """The file as messages call it."""
        return self._shown

    @property
    def digest(self) -> str:
        """`sha256:` and the digest of the file's bytes: changes with every edit."""
        return self._digest

    @property
    def evidence(self) -> Signals:
        """What the files named under `signals` hold; nothing where they were not asked for."""
        return self._evidence


def load_packs(wanted: Sequence[str], beside: Path) -> tuple[Pack, ...]:
    """Return the packs of a workspace, by shipped name or path relative to the folder `beside`, with their evidence.

    Raises ConfigError with every problem of every pack, and where two packs contradict each other.
    """
    found, problems = _read_all(wanted, beside)
    for pack, document in found:
        try:
            pack._evidence = load_signals(pack.signals, beside)  # noqa: SLF001 - a pack is finished here
        except ConfigError as error:
            problems.extend(_where_named(problem, pack, document) for problem in error.problems)
    problems.extend(conflicts([pack for pack, _ in found], [document for _, document in found]))
    if problems:
        raise ConfigError(problems)
    return tuple(pack for pack, _ in found)


def _where_named(problem: Problem, pack: Pack, document: Document) -> Problem:
    """Return a problem with a whole file of evidence as one of the line in the pack that names the file."""
    named = [name for name, source in pack.signals.items() if source.file == problem.file]
    if problem.line or not named:
        return problem
    return document.problem(f"{problem.file}: {problem.message}", ("signals", named[0], "file"))


def read_packs(wanted: Sequence[str], beside: Path) -> tuple[Pack, ...]:
    """Return packs each for itself, as their own tests see them: without evidence, not compared with one another.

    Raises ConfigError with every problem of every pack.
    """
    found, problems = _read_all(wanted, beside)
    if problems:
        raise ConfigError(problems)
    return tuple(pack for pack, _ in found)


def _read_all(wanted: Sequence[str], beside: Path) -> tuple[list[tuple[Pack, Document]], list[Problem]]:
    found: list[tuple[Pack, Document]] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(wanted):
        try:
            found.append(_read(find("rules", name, beside), _shown(name)))
        except ConfigError as error:
            problems.extend(error.problems)
    return found, problems


def load_pack(path: Path, called: str | None = None) -> Pack:
    """Return one pack without its evidence, called `called` in messages; raises ConfigError."""
    return _read(path, called or str(path))[0]


def shipped_packs() -> tuple[Pack, ...]:
    """Return every pack that ships with posync, by name, without evidence; raises ConfigError."""
    folder = shipped("rules")
    return tuple(load_pack(folder / f"{name}.yaml", _shown(name)) for name in names("rules"))


def _shown(name: str) -> str:
    return f"rules/{name}.yaml" if name in names("rules") else name


def _read(path: Path, called: str) -> tuple[Pack, Document]:
    document = read(path, called)
    pack = parse(document, Pack)
    pack._path, pack._shown, pack._digest = path, called, document.digest  # noqa: SLF001 - a pack is finished here
    return pack, document
