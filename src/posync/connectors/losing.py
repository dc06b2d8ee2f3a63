"""A picture that has lost more issues than it may is refused, with where they went as far as anybody knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from posync.errors import Incomplete
from posync.model.listing import few
from posync.model.observation import Memory, Observation

_REASONS = 4


def refuse_loss(tracker: str, memory: Memory, observation: Observation) -> None:
    """Raise Incomplete where the picture is suddenly empty, or has fewer issues than the memory asks for.

    What is known to be elsewhere in the tracker was moved by somebody, and is not lost.
    """
    order = observation.order
    if memory.least and (not order or len(order) + len(observation.elsewhere) < memory.least):
        gone = {_id(uid): why for uid, why in observation.gone.items()}
        elsewhere = {_id(uid) for uid in observation.elsewhere}
        raise lost_too_much(tracker, memory, [_id(uid) for uid in order], gone, elsewhere)


def lost_too_much(
    tracker: str,
    memory: Memory,
    order: Collection[str],
    gone: Mapping[str, str],
    elsewhere: Collection[str] = (),
) -> Incomplete:
    """Return the refusal: who is there by now, why others are not, and which of these are elsewhere, by vendor id."""
    present = frozenset(order)
    missing = {one: key for one, key in memory.known.items() if one not in present}
    left, new = len(memory.known) - len(missing), len(present - memory.known.keys())
    said = f"of the {len(memory.known)} issues of the last complete picture {left or 'none'} {_is(left)} left"
    said += f" and {new} {_is(new)} new" if new else ""
    if present:
        said += f", where limits.min_issues asks for {memory.least}"
    reasons = Counter(gone.get(one, "no longer in scope") for one in missing)
    named = [key for one, key in missing.items() if not present or one not in elsewhere]
    return Incomplete(
        tracker,
        "pull",
        f"{said}: {_told(reasons)}. Among them: {few(sorted(named, key=lambda key: (len(key), key)))}",
        remedy="Check the account's permissions and the scope. If this is as it should be, accept it "
        "once with `posync pull --accept-loss`. Until then the last complete picture is kept.",
    )


def _id(uid: str) -> str:
    return uid.partition(":")[2]


def _is(count: int) -> str:
    return "is" if count <= 1 else "are"


def _told(reasons: Counter[str]) -> str:
    most = reasons.most_common(_REASONS)
    more = len(reasons) - len(most)
    told = [f"{count} {reason}" for reason, count in most]
    return "; ".join(told) + (f"; {reasons.total() - sum(n for _, n in most)} otherwise" if more else "")
