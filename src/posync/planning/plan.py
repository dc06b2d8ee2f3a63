"""From verdicts to a plan: fold, compare, hold back, seal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from posync.model.backlog import Backlog, Described, merged
from posync.model.change import Change, Move, SetField
from posync.model.claim import Claim, Claiming, Scope
from posync.model.limits import Limits
from posync.model.plan import (
    ExpectedWrite,
    Finding,
    Held,
    LaneOrder,
    MissingInput,
    Plan,
    Precondition,
    Requests,
    TrackerState,
    Write,
    precondition,
)
from posync.model.verdict import Verdicts
from posync.planning.claims import Stood, claimings, claims_of
from posync.planning.desired import Desired, Traits, fold
from posync.planning.diff import difference, touched
from posync.planning.limits import held_back
from posync.planning.orphans import NONE, Orphans

Grouping = Callable[[Sequence[Change]], Sequence[Write]]
"""A connector's own way to put changes into the fewest write requests."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One tracker as planning needs it: its traits, how it groups writes, and what reading it cost.

    `scopes` tells which places issues, by key, are in, `marking` how one is marked.
    """

    traits: Traits
    group: Grouping
    reads: int = 0
    scopes: Callable[[Iterable[str]], Sequence[Scope]] = lambda _: ()
    marking: Callable[[Claim], Write | None] = lambda _: None


def make_plan(
    workspace: str,
    backlogs: Sequence[Backlog],
    verdicts: Verdicts,
    seen: Mapping[str, Seen],
    *,
    now: datetime,
    packs: Mapping[str, str],
    limits: Limits,
    comments: Mapping[str, str | None],
    only: Collection[str] = (),
    stood: Stood | None = None,
    orphans: Orphans = NONE,
    described: Described = iter,
    held: Iterable[Held] = (),
    warnings: Iterable[str] = (),
) -> Plan:
    """Return the sealed plan that turns the observed backlogs into the desired ones.

    `packs` maps names to digests, `comments` uids to the text of posync's comment there (None where people
    have edited or deleted it). With `only`, changes to other keys are left out. `stood` are the claims that this workspace has marked before,
    `orphans` what posync once put on for a policy that is no more.
    The backlogs may be without descriptions: `described` then gives them to the issues that change.
    `held` and `warnings` are what is to be said beside what planning itself finds.
    """
    backlog = merged(backlogs)
    traits = {name: one.traits for name, one in seen.items()}
    desired = fold(backlog, verdicts, traits, only, orphans)
    changes = difference(backlog, desired, verdicts, traits, comments, orphans=orphans)
    if only:
        changes = tuple(c for c in changes if c.issue in only)
    changes, undone = _permitted(changes, traits)
    claims = tuple(_claims(workspace, changes, verdicts, seen, stood or {}))
    writes = list(_writes(changes, claims, seen))
    return Plan(
        workspace=workspace,
        created=now,
        packs=packs,
        trackers=tuple(_state(b, seen[b.tracker], writes) for b in backlogs),
        changes=changes,
        preconditions=_preconditions(backlog, changes, described),
        lanes=_lane_orders(desired, changes),
        held=(*held_back(backlog, changes, limits, verdicts.managed.numbers), *held),
        missing_inputs=tuple(
            MissingInput(tracker=i.tracker, issue=i.key, uid=i.uid, input=m.input, used=m.used)
            for m in verdicts.missing
            if (i := backlog.by_uid.get(m.uid)) is not None
        ),
        findings=tuple(_findings(backlog, verdicts, traits, only)),
        warnings=(
            *warnings,
            *undone,
            *_refused(desired),
            *(f"{w.pack}: {w.because}" for w in verdicts.warnings),
        ),
        claims=claims,
        expected_writes=tuple(
            ExpectedWrite(
                tracker=w.tracker, method=w.method, route=w.route, issues=len({c.uid for c in w.changes})
            )
            for w in writes
        ),
    ).sealed()


def _claims(
    workspace: str, changes: Sequence[Change], verdicts: Verdicts, seen: Mapping[str, Seen], stood: Stood
) -> Iterator[Claiming]:
    """Yield what the workspace owns in each place that the plan writes to."""
    for name, one in seen.items():
        keys = [change.issue for change in changes if change.tracker == name]
        if keys:
            owned = claims_of(workspace, one.traits, verdicts.managed, one.scopes(keys))
            yield from claimings(owned, one.traits, stood)


def _writes(
    changes: Sequence[Change], claims: Sequence[Claiming], seen: Mapping[str, Seen]
) -> Iterator[Write]:
    """Yield all write requests, those of a tracker's markers before its others."""
    for name, one in seen.items():
        marks = [one.marking(each.claim) for each in claims if each.write and each.claim.tracker == name]
        yield from (write for write in marks if write is not None)
        yield from one.group([change for change in changes if change.tracker == name])


def _findings(
    backlog: Backlog, verdicts: Verdicts, traits: Mapping[str, Traits], only: Collection[str]
) -> Iterator[Finding]:
    """Yield the flags that no label will show."""
    for flag in verdicts.flags:
        issue = backlog.by_uid[flag.uid]
        labelled = flag.label is not None and traits[issue.tracker].writable
        if not labelled and (not only or issue.key in only):
            yield Finding(
                tracker=issue.tracker,
                issue=issue.key,
                title=issue.title,
                uid=issue.uid,
                check=flag.check,
                because=flag.because,
                remedy=flag.remedy,
            )


def _state(backlog: Backlog, seen: Seen, writes: Sequence[Write]) -> TrackerState:
    return TrackerState(
        name=backlog.tracker,
        complete=backlog.complete,
        issues=len(backlog.issues),
        requests=Requests(reads=seen.reads, writes=sum(w.tracker == backlog.tracker for w in writes)),
        observed=backlog.observed,
    )


_NEEDS = {
    "move": "rank",
    "add_label": "label",
    "remove_label": "label",
    "set_releases": "release",
    "set_field": "field",
    "comment": "comment",
}
_SAYS = {
    "rank": "the order",
    "label": "labels",
    "release": "releases",
    "field": "fields",
    "comment": "comments",
}


def _permitted(
    changes: Sequence[Change], traits: Mapping[str, Traits]
) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Return what the accounts may write, numbered anew, and what is left undone and why."""
    barred = {c.id: (c.tracker, bar) for c in changes if (bar := _bar(c, traits[c.tracker].forbidden))}
    if not barred:
        return tuple(changes), ()
    counts = Counter(barred.values())
    allowed = [c for c in changes if c.id not in barred]
    return (
        tuple(c.model_copy(update={"id": number}) for number, c in enumerate(allowed, 1)),
        tuple(
            f"{tracker}: {count} change{'' if count == 1 else 's'} of {_left_out(need, traits[tracker].forbidden)}"
            for (tracker, need), count in counts.items()
        ),
    )


def _bar(change: Change, forbidden: Mapping[str, str]) -> str | None:
    """Return what stands against a change: a missing permission, or a field that the tracker has not."""
    names = (_NEEDS[change.kind], f"field {change.field}" if isinstance(change, SetField) else "")
    return next((name for name in names if name in forbidden), None)


def _left_out(need: str, forbidden: Mapping[str, str]) -> str:
    if need not in _SAYS:
        return f"{need} left out: {forbidden[need]}"
    why = f"for the account may not make them ({forbidden[need]}); `posync check` says what is missing"
    return f"{_SAYS[need]} left out, {why}"


def _refused(desired: Desired) -> Iterator[str]:
    """Yield the labels that a tracker cannot hold: nothing is sent that it would refuse."""
    for (tracker, label), issues in sorted(desired.refused.items()):
        yield (
            f"{tracker}: a Jira label holds no blanks, so {label!r} is not written to {issues} "
            f"issue{'' if issues == 1 else 's'}: call it {'-'.join(label.split())!r} in the pack"
        )


def _preconditions(
    backlog: Backlog, changes: Sequence[Change], described: Described
) -> tuple[Precondition, ...]:
    fields = {uid: [c.field for c in mine if c.kind == "set_field"] for uid, mine in touched(changes).items()}
    issues = described(backlog.by_uid[uid] for uid in fields)
    return tuple(precondition(issue, fields[issue.uid]) for issue in issues)


def _lane_orders(desired: Desired, changes: Sequence[Change]) -> tuple[LaneOrder, ...]:
    moving = {(c.tracker, c.lane) for c in changes if isinstance(c, Move)}
    return tuple(
        LaneOrder(tracker=lane.tracker, lane=lane.lane, name=lane.name, order=lane.now)
        for lane in desired.lanes
        if (lane.tracker, lane.lane) in moving
    )
