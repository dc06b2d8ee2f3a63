"""What a workspace owns where it writes: from what its packs name, as far as the account may write it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from posync.model.claim import Claim, Claiming, Scope
from posync.model.verdict import Managed
from posync.planning.desired import Traits

Stood = Mapping[tuple[str, str], Claim]
"""The claims whose markers stand, by (tracker, place)."""


def claims_of(workspace: str, traits: Traits, managed: Managed, scopes: Iterable[Scope]) -> tuple[Claim, ...]:
    """Return what a workspace owns in each of a tracker's places; none where it owns nothing that could be fought over."""
    owned = _owned(traits, managed)
    if not any(owned.values()):
        return ()
    about: dict[str, Any] = {"workspace": workspace, "tracker": traits.name, **owned}
    return tuple(Claim(**about, scope=scope) for scope in scopes)


def claimings(claims: Iterable[Claim], traits: Traits, stood: Stood) -> Iterator[Claiming]:
    """Yield each claim with whether its marker is to be written: it does not stand, and the account may."""
    for claim in claims:
        stands = stood.get((claim.tracker, claim.scope.place)) == claim
        yield Claiming(claim=claim, write=not stands and "claim" not in traits.forbidden)


def _owned(traits: Traits, managed: Managed) -> dict[str, Any]:
    """Return what the packs name and the account may write, as far as it is known."""
    barred = traits.forbidden
    return {
        "order": managed.order and bool(traits.rank_batch) and "rank" not in barred,
        "labels": tuple(sorted(filter(traits.takes, managed.labels))) if "label" not in barred else (),
        "fields": tuple(sorted(managed.fields)) if "field" not in barred else (),
        "releases": tuple(sorted(managed.releases))
        if traits.has_releases and "release" not in barred
        else (),
    }
