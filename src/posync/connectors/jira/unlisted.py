"""Since when a search has left out issues that exist: an index that lags is waited for, one that has lost them is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import inf

from posync.connectors.jira.shapes import MOMENTS
from posync.connectors.jira.site import Site

PATIENCE = 900.0  # seconds; in bad hours an index lags by minutes


def unlisted_since(site: Site, clause: str, away: Collection[str]) -> dict[str, float]:
    """Return since when (seconds since 1970) a scope's searches have listed none of these issues, though they exist.

    Remembers these, and only these, for the next pull.
    """
    if not away and clause not in _kept(site):
        return {}
    with site.cache.together():
        kept, now = _kept(site), site.now()
        before = kept.get(clause, {})
        since = {one: min(before.get(one, now), now) for one in away}
        others = {of: moments for of, moments in kept.items() if of != clause}
        site.keep("unlisted", {**others, clause: since} if since else others)
    return since


def _kept(site: Site) -> Mapping[str, Mapping[str, float]]:
    return site.kept("unlisted", MOMENTS, inf) or {}
