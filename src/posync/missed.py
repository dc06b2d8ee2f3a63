"""What the increments since the last full pull have missed, in words for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol

from posync.errors import StateError
from posync.model.issue import Issue
from posync.model.listing import few

NAMED = 10
_MISSED = "The picture has them now. If this happens often, run `posync pull --full` more often."
_QUIET = "The picture has them now."


class Observed(Protocol):
    """A pull that is through."""

    def altered(self) -> Iterator[tuple[Issue | None, Issue]]:
        """Yield each issue that was handed over other than it stood in the last picture: (then, now)."""


def told_missed(observing: Observed, known: datetime | None) -> tuple[str, ...]:
    """Return what the increments since the last full pull have missed, in words for people.

    Of what was updated before `known` no further increment would have brought any: by the tracker's clock, which
    may run hours apart from this machine's. Files have none.

    Votes, watchers, started sprints and renamed versions are no update to Jira: only a full pull
    brings them (docs/lifecycle.md, "Pulling").
    """
    if known is None:
        return ()
    missed: dict[str, str] = {}
    quiet_changes: dict[str, str] = {}
    try:
        for then, now in observing.altered():
            parts = ", ".join(_parts(then, now)) if then else ""
            if then and parts and now.updated == then.updated:
                quiet_changes[now.key] = parts
            elif (parts or not then) and now.updated is not None and now.updated < known:
                missed[now.key] = parts
    except StateError:  # the last picture is damaged, and is being replaced
        return ()
    return tuple(
        f"{counted} {words}: {_named(found)}. {now}"
        for found, words, now in (
            (missed, "had been missed by the pulls since the last full one", _MISSED),
            (quiet_changes, "had changed without counting as updated, which only a full pull shows", _QUIET),
        )
        if (counted := _counted(found))
    )


def _parts(then: Issue, now: Issue) -> list[str]:
    """Return the names of the fields that differ, without those that follow from the order or from names."""
    aside = {"rank", "position", "provenance", "updated"}
    return [
        one.replace("_", " ")
        for one in Issue.model_fields
        if one not in aside and getattr(then, one) != getattr(now, one)
    ]


def _counted(found: Mapping[str, str]) -> str:
    return f"{len(found)} issue{'s' if len(found) > 1 else ''}" if found else ""


def _named(found: Mapping[str, str]) -> str:
    """Return the issues by what is other about them, the most frequent first: `SHOP-7, SHOP-12 (votes); ...`."""
    alike: dict[str, list[str]] = {}
    for key, parts in sorted(found.items(), key=lambda one: (len(one[0]), one[0])):  # SHOP-7 before SHOP-12
        alike.setdefault(parts, []).append(key)
    groups = sorted(alike.items(), key=lambda group: -len(group[1]))
    said = [few(keys, NAMED) + (f" ({parts})" if parts else "") for parts, keys in groups[:NAMED]]
    more = sum(len(keys) for _, keys in groups[NAMED:])
    return "; ".join(said) + (f"; and {more} more" if more else "")
