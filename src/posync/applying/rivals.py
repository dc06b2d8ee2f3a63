"""Two that want different things: what posync wrote before, and a person or another workspace took back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from posync.model.change import AddLabel, Change, RemoveLabel, SetField, SetReleases
from posync.model.label import same_label
from posync.model.plan import Outcome, Plan
from posync.state.store import Store

RUNS = 5
"""So many earlier runs are looked at."""

Subject = tuple[str, str, str]


def taken_back(plan: Plan, kinds: Mapping[str, str], store: Store) -> dict[int, str]:
    """Return, by change id, that posync wrote the very same before and somebody has undone it since.

    `kinds` holds each tracker's kind. A label or release may be taken off by a person, who can have peace
    with the label posync-ignore. Two workspaces would do so for ever: markers keep those apart that surely
    meet (claims.py), and here two are found out of which no marker could tell, or that may leave none.
    """
    if not plan.changes:
        return {}
    made = _made(plan, kinds, store)
    found = {}
    for change in plan.changes:
        subject, value = _aim(change, kinds)
        earlier = made.get(subject) if subject else None
        if earlier is not None and earlier[0] == value:
            found[change.id] = _told(change, earlier[1])
    return found


def _made(plan: Plan, kinds: Mapping[str, str], store: Store) -> dict[Subject, tuple[object, str]]:
    """Return what posync wrote last about each subject, and in which run; runs of this very plan are resumed."""
    made: dict[Subject, tuple[object, str]] = {}
    touched = {change.uid for change in plan.changes}
    recent = [run for run in store.runs(RUNS * 4) if run.plan not in {None, plan.checksum}][:RUNS]
    for run in reversed(recent):
        for change in _done(store, run.id):
            subject, value = _aim(change, kinds)
            if subject and change.uid in touched:
                made[subject] = value, run.id
    return made


def _done(store: Store, run: str) -> Iterator[Change]:
    for entry in store.entries(run):
        done = {result.change for result in entry.results or () if result.outcome is Outcome.DONE}
        yield from (change for change in entry.write.changes if change.id in done)


def _aim(change: Change, kinds: Mapping[str, str]) -> tuple[Subject | None, object]:
    """Return what a change is about and what it makes of it; moves and comments have their own drift."""
    match change:
        case AddLabel() | RemoveLabel():
            label = same_label(kinds.get(change.tracker, ""))(change.label)
            return (change.uid, "label", label), isinstance(change, AddLabel)
        case SetReleases():
            return (change.uid, "releases", ""), frozenset(change.after)
        case SetField():
            return (change.uid, "field", change.field), change.after
        case _:
            return None, None


def _told(change: Change, run: str) -> str:
    match change:
        case AddLabel():
            what = f"somebody took off the label {change.label} that posync put on in run {run}"
        case RemoveLabel():
            what = f"somebody put back the label {change.label} that posync took off in run {run}"
        case SetField():
            what = f"somebody changed {change.field} back, which posync set in run {run}"
        case _:
            what = f"somebody changed the releases back that posync set in run {run}"
    return (
        f"{change.issue}: {what}. If another posync workspace manages this, give it to one of them only; "
        "to keep posync off an issue, label it posync-ignore"
    )
