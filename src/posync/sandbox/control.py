"""The sandbox's own endpoints under /sandbox/: reset, state, faults, edits, log, limits."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from posync.sandbox import picture
from posync.sandbox.edits import human_edit
from posync.sandbox.exchange import Answer, Call, answer
from posync.sandbox.refusals import Refusal
from posync.sandbox.settings import Limits

if TYPE_CHECKING:
    from posync.sandbox.house import House


def answer_control(house: House, call: Call) -> Answer:
    """Answer a control request; raises Refusal (404) for an unknown one, (400) for a wrong one."""
    doors = {
        ("POST", "/sandbox/reset"): _reset,
        ("GET", "/sandbox/state"): _state,
        ("GET", "/sandbox/faults"): _faults,
        ("PUT", "/sandbox/faults"): _set_faults,
        ("POST", "/sandbox/edit"): _edit,
        ("GET", "/sandbox/log"): _log,
        ("DELETE", "/sandbox/log"): _clear_log,
        ("PUT", "/sandbox/limits"): _limits,
    }
    door = doors.get((call.method, call.path.rstrip("/")))
    if door is None:
        raise Refusal.trello(
            404, "The sandbox has: " + ", ".join(f"{method} {path}" for method, path in doors)
        )
    try:
        return answer(door(house, call))
    except (KeyError, ValueError, TypeError, AttributeError) as problem:
        raise Refusal.trello(400, str(problem)) from None


def _reset(house: House, _call: Call) -> Any:
    house.reset()
    return {"reset": True}


def _state(house: House, _call: Call) -> Any:
    return picture.state(house.world.jira, house.world.trello)


def _faults(house: House, _call: Call) -> Any:
    return [rule | {"met": met} for rule, met in zip(house.faults.rules, house.faults.met, strict=True)]


def _set_faults(house: House, call: Call) -> Any:
    house.faults.set(call.json())
    return {"faults": len(house.faults.rules)}


def _edit(house: House, call: Call) -> Any:
    edits = call.json()
    human_edit(house.world.jira, house.trello, edits if isinstance(edits, list) else [edits])
    return {"edited": True}


def _log(house: House, _call: Call) -> Any:
    return [asdict(one) for one in house.entries]


def _clear_log(house: House, _call: Call) -> Any:
    house.entries.clear()
    return {"cleared": True}


def _limits(house: House, call: Call) -> Any:
    known = {one.name for one in fields(Limits)}
    for name, value in call.mapping().items():
        if name not in known:
            raise ValueError(f"There is no limit '{name}'. Known: {', '.join(sorted(known))}.")
        setattr(house.limits, name, value)
    return asdict(house.limits)
