"""Finds packs that contradict each other, so that no two policies pull at one issue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from posync.documents import Document
from posync.errors import Problem

if TYPE_CHECKING:
    from posync.rules.packs.pack import Pack

Path = tuple[str | int, ...]
_SINGLE = {
    "score": "also scores: one backlog has one order, so keep `score:` in one of them",
    "releases": "also fills a train: keep `releases:` in one of them",
}


def conflicts(packs: Sequence[Pack], documents: Sequence[Document]) -> Iterator[Problem]:
    """Yield a Problem in the later pack wherever two packs claim the same, naming the earlier file."""
    claimed: dict[tuple[str, str], tuple[Pack, object]] = {}
    for pack, document in zip(packs, documents, strict=True):
        for what, name, meaning, path, message in _claims(pack):
            owner, theirs = claimed.setdefault((what, name), (pack, meaning))
            if owner is not pack and (theirs != meaning or meaning is None):
                yield document.problem(f"{owner.file} {message}", path, key=meaning is None)


def _claims(pack: Pack) -> Iterator[tuple[str, str, object, Path, str]]:
    """Yield what a pack claims: kind, name, meaning (None: never shared), where it says so, and the complaint."""
    yield "pack", pack.pack, None, ("pack",), f"is called {pack.pack!r} too: give each pack a name of its own"
    for what, message in _SINGLE.items():
        if getattr(pack, what) is not None:
            yield what, "", None, (what,), message
    yield from _labels(pack)
    for index, check in enumerate(pack.checks):
        message = f"has a check {check.check!r} with other settings: give one of them a name of its own"
        yield "check", check.check, check, ("checks", index, "check"), message
    for name in pack.signals:
        message = f"also has a signal {name!r}: give each file of evidence a name of its own"
        yield "signal", name, None, ("signals", name), message
    for index, goal in enumerate(pack.goals):
        message = f"also has a goal {goal.name!r}: state each goal once"
        yield "goal", goal.name, None, ("goals", index, "name"), message


def _labels(pack: Pack) -> Iterator[tuple[str, str, object, Path, str]]:
    for index, check in enumerate(pack.checks):
        if check.label is not None:
            message = f"manages the label {check.label!r} with another meaning: choose another label"
            yield "label", check.label, ("check", check.check), ("checks", index, "label"), message
    if pack.releases is not None:
        for label, release in pack.releases.labels.items():
            message = f"manages the label {label!r} with another meaning: choose another label"
            yield "label", label, ("release", release), ("releases", "label"), message
