"""What stands in the way of a tracker: missing permissions, unknown fields, and workspaces that own the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from posync.connectors.base import Capability, Reader
from posync.errors import ConfigError, PosyncError

if TYPE_CHECKING:
    from posync.applying.claims import Compared
    from posync.model.claim import Claim
    from posync.model.verdict import Managed
    from posync.planning.desired import Traits

# Applying and planning are imported where they are needed: most commands check nothing.
# ruff: noqa: PLC0415


class Checked(NamedTuple):
    """What one tracker lets posync do.

    `notes` say what the profile found, `error` why it cannot be used, `warnings` what could not be told.
    """

    name: str
    capabilities: tuple[Capability, ...] = ()
    error: PosyncError | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Owning(NamedTuple):
    """One tracker of a workspace and what its packs manage; `keys` are those of the last picture, if any."""

    workspace: str
    reader: Callable[[], Reader]
    traits: Callable[[], Traits]
    managed: Managed
    keys: Callable[[], Iterable[str]]

    def claims(self) -> tuple[Claim, ...]:
        """Return what the workspace owns in the tracker's places, as far as these are known."""
        from posync.planning.claims import claims_of

        reader = self.reader()
        scopes = reader.scopes(()) or reader.scopes(self.keys())
        return claims_of(self.workspace, self.traits(), self.managed, scopes)

    def compared(self) -> tuple[Compared, ...]:
        """Return how these claims compare with those of other workspaces; raises TrackerError."""
        from posync.applying.claims import compared

        return tuple(compared(claim, self.reader()) for claim in self.claims())


def check(name: str, owning: Owning) -> Checked:
    """Return what a tracker lets this account do, with the error where it cannot be read or is another's."""
    try:
        reader = owning.reader()
        capabilities = reader.capabilities(owning.keys)
        told = owning.compared()
        return Checked(
            name,
            capabilities,
            error=_overlap(told),
            notes=reader.notes(),
            warnings=tuple(line for each in told for line in each.warnings),
        )
    except PosyncError as error:
        return Checked(name, error=error)


def others(name: str, owning: Owning) -> Iterator[Claim]:
    """Yield what the workspace of this name has marked where this one works."""
    reader = owning.reader()
    for scope in reader.scopes(()) or reader.scopes(owning.keys()):
        yield from (claim for claim in reader.claimed(scope).others if claim.workspace == name)


def _overlap(told: Iterable[Compared]) -> ConfigError | None:
    from posync.applying.claims import refuse

    try:
        refuse(told)
    except ConfigError as error:
        return error
    return None
