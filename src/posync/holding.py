"""What holds a plan for review, and what no approval lets through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from posync.errors import UnsafePlan, UsageError
from posync.model.plan import Held

if TYPE_CHECKING:
    from posync.config.settings import Settings
    from posync.model.plan import Plan

WHAT_IF = "what_if"  # why a plan made with tried inputs is held
POLICY = "policy"  # why a scheduled plan by changed packs is


def held_whole(plan: Plan) -> tuple[Held, ...]:
    """Return what holds the plan as a whole; what is held for one issue only leaves the rest free."""
    return tuple(held for held in plan.held if held.issue is None)


def tried(overrides: Sequence[str]) -> Iterator[Held]:
    """Yield what holds a plan that was made with inputs no tracker has."""
    if overrides:
        detail = f"made with --set {', '.join(overrides)}: for reading only"
        yield Held(reason=WHAT_IF, detail=detail, remedy="Change the input in the tracker, then plan again.")


def by_changed_packs(plan: Plan, accepted: Mapping[str, str]) -> Plan:
    """Return a scheduled plan, held where its packs are not the `accepted` ones (their digests, by name).

    A changed policy is read before it acts. The first plan that is carried out accepts the packs it
    was made by; the limits guard that one.
    """
    changed = sorted(name for name, digest in plan.packs.items() if accepted.get(name) != digest)
    if not accepted or not changed or not plan.changes:
        return plan
    held = Held(
        reason=POLICY,
        detail=f"the text of {', '.join(changed)} is not the one that was accepted for scheduled runs",
        remedy="Read the plan and apply it once with --approve; later runs go on by themselves.",
    )
    return plan.model_copy(update={"held": (*plan.held, held)}).sealed()


def held_file(plan: Plan) -> Path:
    """Return where a plan held by a scheduled run is saved: beside the user's state, by its checksum."""
    folder = platformdirs.user_state_path("posync") / "held"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{plan.workspace}-{plan.checksum.removeprefix('sha256:')[:12]}.plan.json"


def refuse(plan: Plan, settings: Settings, approve: str | None) -> None:
    """Raise UsageError where the plan is not for this workspace, UnsafePlan where it is held and not approved."""
    if plan.workspace != settings.workspace:
        raise UsageError(f"this plan is for workspace {plan.workspace}, not for {settings.workspace}")
    unknown = sorted({change.tracker for change in plan.changes} - set(settings.trackers))
    if unknown:
        raise UsageError(
            f"the plan changes trackers that the workspace no longer names: {', '.join(unknown)}"
        )
    if approve is not None and approve != plan.checksum:
        raise UsageError("the checksum after --approve is not this plan's: copy it from the plan you read")
    if any(held.reason == WHAT_IF for held in plan.held):
        raise UsageError("this plan tries inputs that no tracker holds: it is for reading only")
    if held_whole(plan) and approve is None:
        reasons = "\n".join(f"- {held.detail}" for held in held_whole(plan))
        raise UnsafePlan(
            f"the plan is held for review:\n{reasons}\nIf it is right, go on with --approve {plan.checksum}"
        )
