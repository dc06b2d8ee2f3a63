"""What a workspace owns in a place that others may work on too: written down there, so that no two fight over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from pydantic import PositiveInt

from posync.model.base import Frozen
from posync.model.label import same_label
from posync.model.listing import few


class Scope(Frozen):
    """Part of a place: all of a Jira project or of a Trello board, unless something narrows it down.

    `place` is the project's key, or the board as the workspace file names it. `board` and `query` (JQL
    without its order) are Jira's; `lists` Trello's, by name or id, as the workspace that compares calls them.
    """

    kind: Literal["jira", "trello"]
    place: str
    board: PositiveInt | None = None
    query: str | None = None
    lists: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Return the part as people say it."""
        if self.kind == "trello":
            board = f"board {self.place}"
            return f"{_listed('list', self.lists)} of {board}" if self.lists else board
        if self.board is not None:
            return f"board {self.board} in project {self.place}"
        if self.query is not None:
            return f"the issues of project {self.place} that the query finds"
        return f"project {self.place}"

    @property
    def is_whole(self) -> bool:
        """Whether nothing narrows it down."""
        return not self.lists and self.board is None and self.query is None

    def meeting(self, other: Scope) -> Scope | Literal["nothing", "unsure"]:
        """Return what this part and another one of the same place surely share.

        All of a place holds whatever is in it. Whether two queries, or a query and a board, meet, only
        their issues could tell.
        """
        if self.is_whole or other.is_whole:
            return other if self.is_whole else self
        if self.kind == "trello":
            theirs = {_plain(name) for name in other.lists}
            common = tuple(name for name in self.lists if _plain(name) in theirs)
            return self.model_copy(update={"lists": common}) if common else "nothing"
        return self if (self.board, self.query) == (other.board, other.query) else "unsure"


class Claim(Frozen):
    """What one tracker of a workspace owns in one place; comments carry the workspace's name already.

    `whole` is False where the place had no room for all names, so that more may be owned than is said.
    """

    workspace: str
    tracker: str
    scope: Scope
    order: bool = False
    labels: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    whole: bool = True

    @property
    def words(self) -> str:
        """Return what the marker says: `project SHOP as ordered by workspace shop`."""
        return f"{self.scope.words} as {'ordered' if self.order else 'tended'} by workspace {self.workspace}"

    def cut(self, fits: Callable[[Claim], bool]) -> Claim:
        """Return the claim with as many of its names as a place has room for."""
        claim = self
        while not fits(claim) and (claim.labels or claim.releases or claim.fields):
            claim = claim.model_copy(
                update={
                    "whole": False,
                    **{kind: getattr(claim, kind)[: len(getattr(claim, kind)) // 2] for kind in _NAMES},
                }
            )
        return claim


_NAMES = {"labels": "manage the label", "fields": "write the field", "releases": "fill the release"}


class Claiming(Frozen):
    """A claim that a plan relies on; `write` says whether its marker is still to be written, in a request of its own."""

    claim: Claim
    write: bool = True


class Claimed(NamedTuple):
    """What posync's markers in one place say.

    `others` are the claims of other workspaces; `unreadable` the markers that say nothing, each as people
    find it; `stands` whether this very tracker of this workspace has a marker there.
    """

    others: tuple[Claim, ...] = ()
    unreadable: tuple[str, ...] = ()
    stands: bool = False


def overlap(mine: Claim, theirs: Claim) -> tuple[str, ...]:
    """Return what two claims on one place surely both own, in words; each would undo the other there."""
    shared = mine.scope.meeting(theirs.scope)
    return tuple(_shared(mine, theirs, shared)) if isinstance(shared, Scope) else ()


def doubt(mine: Claim, theirs: Claim) -> tuple[str, ...]:
    """Return what two claims on one place may both own, in words: nobody can tell from what is written down."""
    shared = mine.scope.meeting(theirs.scope)
    if shared == "nothing":
        return ()
    told = [f"{each}, if their issues meet" for each in _shared(mine, theirs, mine.scope)]
    cut = [] if theirs.whole and mine.whole else ["more than fits into a marker"]
    return (*(told if shared == "unsure" else ()), *cut)


def _shared(mine: Claim, theirs: Claim, where: Scope) -> Iterator[str]:
    if mine.order and theirs.order:
        yield f"both order {where.words}"
    for kind, verb in _NAMES.items():
        same = same_label(where.kind if kind == "labels" else "")
        owned = {same(name) for name in getattr(theirs, kind)}
        common = [name for name in getattr(mine, kind) if same(name) in owned]
        if common:
            plural = "s" if len(common) > 1 else ""
            yield f"both {verb}{plural} {few(common)}"


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _listed(noun: str, names: tuple[str, ...]) -> str:
    return f"the {noun}{'s' if len(names) > 1 else ''} {few(names)}"
