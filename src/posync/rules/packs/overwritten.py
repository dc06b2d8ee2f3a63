"""Finds a pack that would write its results over what people enter, so that each run would judge by the last one's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from posync.errors import Problem
from posync.model.backlog import Backlog
from posync.rules.packs.misspelt_fields import expressions_of
from posync.rules.packs.pack import Pack

_FIELD = "fields."


def overwritten(packs: Sequence[Pack], backlog: Backlog) -> Iterator[Problem]:
    """Yield a Problem for each field under `write:` from which the profile also reads an input of a pack."""
    asked = {name for pack in packs for expression in expressions_of(pack) for name in expression.names}
    for pack in packs:
        for name in sorted(pack.write.fields) if pack.write is not None else ():
            read = {
                key
                for issue in backlog.issues
                if (source := issue.provenance.get(_FIELD + name)) is not None
                for key, other in issue.provenance.items()
                if other == source and key != _FIELD + name
            }
            inputs = sorted(key for key in read if not key.startswith(_FIELD) or key in asked)
            if inputs:
                yield Problem(
                    pack.file or pack.name,
                    0,
                    0,
                    f"write: issue.{inputs[0]} is read from {name!r}, so posync would overwrite what people enter: "
                    "name a field of its own",
                )
