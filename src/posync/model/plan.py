"""Ordered changes with their preconditions and a checksum: the only thing that applying reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, NonNegativeInt, ValidationError

from posync.errors import InvalidPlan
from posync.model.base import Frozen, Light, light
from posync.model.change import Change
from posync.model.claim import Claim, Claiming
from posync.model.issue import FieldValue, Issue, Moment, State
from posync.model.planfile import SaidTwice, parsed
from posync.model.repeat import Repeat


class Requests(Frozen):
    """How many requests were spent on reading and will be spent on writing."""

    reads: NonNegativeInt = 0
    writes: NonNegativeInt = 0


class TrackerState(Frozen):
    """The picture of one tracker that the plan was made from."""

    name: str
    complete: bool
    issues: NonNegativeInt
    requests: Requests = Requests()
    observed: Moment | None = None


@light
class Precondition(Light):
    """What must still be true of an issue for its changes to be carried out, field by field.

    `text` is the digest of title, description and checklists that flags were judged by.
    `fields` holds the values of the custom fields that the plan writes.
    """

    uid: str
    labels: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    state: State = State.TODO
    text: str = ""
    fields: Mapping[str, FieldValue] = Field(default={})


def text_digest(issue: Issue) -> str:
    """Return a short digest of all the text that flags are judged by: title, description, checklists."""
    parts = (issue.title, issue.description.source, *(c.model_dump_json() for c in issue.checklists))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def precondition(issue: Issue, fields: Iterable[str] = ()) -> Precondition:
    """Return what a plan relies on about an issue, with the named custom fields."""
    return Precondition(
        uid=issue.uid,
        labels=issue.labels,
        releases=issue.releases,
        state=issue.state,
        text=text_digest(issue),
        fields={name: issue.fields.get(name) for name in sorted(fields)},
    )


class LaneOrder(Frozen):
    """The order of one lane when the plan was made, by uid; only for lanes in which something moves."""

    tracker: str
    lane: str
    name: str = ""
    order: tuple[str, ...]


@light
class ExpectedWrite(Light):
    """One write request to come: its method and route (no host, no ids), and the issues it touches."""

    tracker: str
    method: str
    route: str
    issues: NonNegativeInt


class Held(Frozen):
    """Why the plan is not to be carried out without a person's word, or which issue is left alone and why."""

    reason: str
    detail: str
    issue: str | None = None
    remedy: str = ""


@light
class MissingInput(Light):
    """An input a pack needed and did not find."""

    tracker: str
    issue: str
    uid: str
    input: str
    used: str


@light
class Finding(Light):
    """What a check found and no label says: the pack gives none, it is in its grace, or the tracker takes none."""

    tracker: str
    issue: str
    title: str = ""
    uid: str
    check: str
    because: str
    remedy: str = ""


_CHUNK = 1_000
_AGAIN = "Make it again with `posync plan -o FILE`."


def _compact(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class Plan(Frozen):
    """Exactly what will be written, in order; see docs/lifecycle.md for its life."""

    version: Literal[1] = 1
    workspace: str
    created: Moment
    checksum: str = ""
    packs: Mapping[str, str] = {}
    trackers: tuple[TrackerState, ...] = ()
    changes: tuple[Change, ...] = ()
    preconditions: tuple[Precondition, ...] = ()
    lanes: tuple[LaneOrder, ...] = ()
    held: tuple[Held, ...] = ()
    missing_inputs: tuple[MissingInput, ...] = ()
    findings: tuple[Finding, ...] = ()
    warnings: tuple[str, ...] = ()
    claims: tuple[Claiming, ...] = ()
    expected_writes: tuple[ExpectedWrite, ...] = ()

    def sealed(self) -> Plan:
        """Return the same plan with its checksum set."""
        return self.model_copy(update={"checksum": self.digest()})

    def digest(self) -> str:
        """Return `sha256:` and the digest of everything but the checksum itself."""
        found = hashlib.sha256()
        for piece in self._canonical():
            found.update(piece.encode())
        return "sha256:" + found.hexdigest()

    def _canonical(self) -> Iterator[str]:
        """Yield the plan as canonical JSON without its checksum, in pieces: whole, 100,000 changes take 1 GB."""
        opening = "{"
        absent = (
            {"checksum"} if self.claims else {"checksum", "claims"}
        )  # as in plans from before there were claims
        for name in sorted(set(type(self).model_fields) - absent):
            yield f'{opening}"{name}":'
            value = getattr(self, name)
            if value and isinstance(value, tuple) and isinstance(value[0], Frozen | Light):
                yield from (
                    "[,"[at > 0] + _compact(each.model_dump(mode="json")) for at, each in enumerate(value)
                )
                yield "]"
            else:
                yield _compact(self.model_dump(mode="json", include={name})[name])
            opening = ","
        yield "}"

    def to_json(self) -> str:
        """Return the plan file's text."""
        return "".join(self.pieces())

    def pieces(self) -> Iterator[str]:
        """Yield the plan file's text bit by bit: whole, that of 100,000 changes takes 100 MB and more."""
        before = "{\n"
        for name in type(self).model_fields:
            head, tail, value = f' "{name}": [', "\n ]", getattr(self, name)
            if isinstance(value, tuple) and len(value) > _CHUNK:
                opening = before + head
                for start in range(0, len(value), _CHUNK):
                    part = self._alone(name, value[start : start + _CHUNK])
                    yield opening + part.removeprefix(head).removesuffix(tail)
                    opening = ","
                yield tail
            else:
                yield before + self._alone(name, value)
            before = ",\n"
        yield "\n}\n"

    def _alone(self, name: str, value: Any) -> str:
        """Return the lines of one entry of the plan file, if it had this value."""
        lines = self.model_copy(update={name: value}).model_dump_json(include={name}, indent=1)
        return lines.removeprefix("{\n").removesuffix("\n}")


def read_plan(text: str | bytes, name: str = "plan") -> Plan:
    """Return the plan in a file's text; raises InvalidPlan where it is none or was altered."""
    try:
        plan = parsed(Plan, text)
    except SaidTwice as error:
        raise InvalidPlan(
            f"{name} is not a plan posync can carry out: the key {str(error)!r} stands twice in one place. {_AGAIN}"
        ) from None
    except ValidationError as error:
        raise InvalidPlan(f"{name} is not a plan posync can carry out: {_fault(error)}") from None
    if plan.checksum != plan.digest():
        raise InvalidPlan(f"{name} was altered after it was made: its checksum does not match. {_AGAIN}")
    return plan


def _fault(error: ValidationError) -> str:
    """Return what is wrong with a plan's file, in one sentence, and what to do."""
    found = error.errors(include_url=False)
    version = next((each["input"] for each in found if each["loc"] == ("version",)), None)
    if type(version) is int:
        return f"this plan is of version {version}; this posync reads version 1: make it again with `posync plan -o FILE`."
    place = ".".join(str(part) for part in found[0]["loc"]) or "the top"
    return f"{found[0]['msg']} (at {place}). {_AGAIN}"


@light
class Write(Light):
    """One write request and the changes it carries out; `route` names no host and no id.

    One that marks a place carries out no change but a `claim`, or with DELETE takes it away.
    """

    tracker: str
    method: str
    route: str
    repeat: Repeat
    changes: tuple[Change, ...] = ()
    claim: Claim | None = None


class Outcome(StrEnum):
    """What became of one change."""

    DONE = "done"
    ALREADY = "already"  # the tracker was as wanted before posync wrote
    SKIPPED = "skipped"  # somebody changed it since the plan was made
    FAILED = "failed"


CLAIM = 0
"""The number under which a claim has its result: changes count from 1."""


@light
class Result(Light):
    """What became of one change, and why."""

    change: int
    outcome: Outcome
    because: str = ""
    receipt: Mapping[str, str] = Field(default={})  # vendor ids worth remembering, such as the comment's
