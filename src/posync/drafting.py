"""From the last complete picture to the plan for today: judged by the packs, compared, and sealed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from posync.connections import Connections
from posync.holding import tried
from posync.model.plan import Plan
from posync.observing import Pulled, told
from posync.planning.orphans import NONE
from posync.planning.plan import Seen, make_plan
from posync.rules.judge import Judged
from posync.rules.packs.pack import Pack
from posync.rules.whatif import overridden
from posync.standing import Standing, ages, refuse_unknown


def drafted(
    standing: Standing,
    connections: Connections,
    packs: Sequence[Pack],
    *,
    only: Collection[str] = (),
    overrides: Sequence[str] = (),
    pulled: Sequence[Pulled] | None = None,
) -> Plan:
    """Return the plan that these packs make of the last complete picture; flags that are up are remembered.

    `only` limits changes to these keys. Other packs than the workspace's own, and `overrides` (inputs to try),
    make a trial, of which nothing is remembered. `pulled` is how the picture was just pulled, if it was.
    """
    now, backlogs, store = standing.now(), standing.backlogs(texts=True), standing.store
    refuse_unknown(only, backlogs)
    described = store.describing(backlogs)
    trial = packs is not standing.packs or bool(overrides)
    orphans = NONE if trial else standing.orphans(backlogs)
    seen = overridden(backlogs, overrides, described)
    found = standing.judged([orphans.without(each) for each in seen], packs)
    if not trial:
        _remember(standing, found)
    verdicts = found.verdicts
    del found  # what led to them takes as much memory as the plan
    return make_plan(
        connections.settings.workspace,
        backlogs,
        verdicts,
        seen_through(connections),
        now=now,
        packs={pack.pack: pack.digest for pack in packs},
        limits=connections.settings.limits,
        comments={uid: text for uid, (_, text) in store.comments().items()},
        only=only,
        stood=store.claims(),
        orphans=orphans,
        described=described,
        held=tried(overrides),
        warnings=ages(now, backlogs) if pulled is None else told(pulled),
    )


def _remember(standing: Standing, found: Judged) -> None:
    """Note since when flags are up; an accepted flag that was mended counts as new when it comes back."""
    standing.store.remember_flags(found.verdicts.flags, standing.now().date())
    if found.accepted != standing.store.baseline():
        standing.store.set_baseline(found.accepted)


def seen_through(connections: Connections) -> Mapping[str, Seen]:
    """Return what planning must know of each tracker, by name."""
    return {
        name: Seen(connections.traits(name), reader.writes, reader.requests, reader.scopes, reader.marking)
        for name, reader in connections.readers().items()
    }
