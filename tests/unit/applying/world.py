"""A tracker that lives in memory: for tests of applying, with people, faults and crashes on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count, groupby
from typing import Any

from posync.connectors.base import Capability, Sight, Ways
from posync.model.backlog import Backlog
from posync.model.change import (
    AddLabel,
    Change,
    Comment,
    Move,
    RemoveLabel,
    SetField,
    SetReleases,
    Standing,
    Was,
)
from posync.model.claim import Claim, Claimed, Claiming, Scope
from posync.model.issue import Issue
from posync.model.observation import Keep, Memory, Observation
from posync.model.plan import CLAIM, LaneOrder, Outcome, Plan, Result, Write, precondition
from posync.model.repeat import Repeat

SHOP = Scope(kind="jira", place="SHOP")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Killed(BaseException):
    """The process is no more: nothing catches this."""


class World:
    """What the tracker's server holds; `before` and `behind` are called around each write it is sent."""

    def __init__(self, names: str = "abcdef", tracker: str = "shop", **fields: Any) -> None:
        self.tracker = tracker
        self.issues = {
            f"{tracker}:{n}": Issue(uid=f"{tracker}:{n}", tracker=tracker, key=f"SHOP-{n}", **fields)
            for n in names
        }
        self.order = [f"{tracker}:{n}" for n in names]
        self.comments: dict[str, list[tuple[str, str]]] = {}
        self.markers: dict[tuple[str, str], Claim] = {}
        self.unreadable: tuple[str, ...] = ()
        self.by_hand = ""  # how a person removes a marker, where only people may
        self.writes: list[Write] = []
        self.requests = 0
        self.ids = count(1)
        self.before: Callable[[Write], None] = lambda _: None
        self.behind: Callable[[Write], None] = lambda _: None

    def edit(self, name: str, **fields: Any) -> None:
        """Change an issue as a person would."""
        uid = self.uid(name)
        self.issues[uid] = self.issues[uid].model_copy(update=fields)

    def uid(self, name: str) -> str:
        return name if ":" in name else f"{self.tracker}:{name}"

    def drag(self, name: str, place: int) -> None:
        """Move an issue to a place, counted from 0, as a person would."""
        uid = self.uid(name)
        self.order.remove(uid)
        self.order.insert(place, uid)

    def delete(self, name: str) -> None:
        uid = self.uid(name)
        del self.issues[uid]
        self.order.remove(uid)

    @property
    def names(self) -> str:
        """The order, one letter per issue."""
        return "".join(uid.partition(":")[2] for uid in self.order)

    def picture(self) -> tuple[object, ...]:
        """Return all that may be compared: order, issues, texts of comments."""
        said = {uid: [text for _, text in all_] for uid, all_ in self.comments.items() if all_}
        return tuple(self.order), {u: i.model_dump_json() for u, i in sorted(self.issues.items())}, said

    def backlog(self) -> Backlog:
        issues = tuple(
            self.issues[uid].model_copy(update={"rank": rank}) for rank, uid in enumerate(self.order, 1)
        )
        return Backlog(tracker=self.tracker, issues=issues, complete=True, shown_by="test", observed=NOW)


class Tracker:
    """A Writer over a World."""

    place = ""

    def __init__(self, world: World, rank_batch: int = 50, kind: str = "jira") -> None:
        self.world, self.rank_batch, self.kind = world, rank_batch, kind
        self.name, self.ways = world.tracker, Ways(releases=kind == "jira", labels_fold=kind == "trello")

    @property
    def requests(self) -> int:
        return self.world.requests

    def pull(self, memory: Memory | None, keep: Keep) -> Observation:
        backlog = self.world.backlog()
        keep(backlog.issues)
        order = tuple(i.uid for i in backlog.issues)
        return Observation(order=order, cursor="{}", shown_by="test", full=True)

    def capabilities(self, keys: Callable[[], Iterable[str]] = tuple) -> tuple[Capability, ...]:
        return ()

    def forbidden(self) -> Mapping[str, str]:
        return {}

    def notes(self) -> tuple[str, ...]:
        return ()

    def look(self, uids: Sequence[str]) -> Mapping[str, Issue | None]:
        self.world.requests += 1
        return {uid: self.world.issues.get(uid) for uid in uids}

    def order(self, lane: str) -> tuple[str, ...]:
        self.world.requests += 1
        return tuple(self.world.order)

    def survey(self, uids: Sequence[str], lanes: Sequence[str]) -> Sight:
        return Sight(self.look(uids) if uids else {}, {lane: self.order(lane) for lane in lanes})

    def comments(self, uids: Sequence[str]) -> Mapping[str, tuple[str, str] | None]:
        self.world.requests += 1
        return {uid: next(iter(self.world.comments.get(uid, [])), None) for uid in uids}

    def writes(self, changes: Sequence[Change]) -> tuple[Write, ...]:
        writes: list[Write] = []
        moves = [c for c in changes if isinstance(c, Move)]
        for _, batch in groupby(moves, key=lambda m: m.batch):
            writes.append(self._write("rank", Repeat.REREAD, tuple(batch)))
        edits = [c for c in changes if isinstance(c, AddLabel | RemoveLabel | SetReleases | SetField)]
        writes += [
            self._write("edit", Repeat.SAFE, tuple(c for c in edits if c.uid == uid))
            for uid in dict.fromkeys(c.uid for c in edits)
        ]
        writes += [self._write("comment", Repeat.LOOK, (c,)) for c in changes if isinstance(c, Comment)]
        return tuple(writes)

    def _write(self, route: str, repeat: Repeat, changes: tuple[Change, ...]) -> Write:
        return Write(tracker=self.name, method="PUT", route=route, repeat=repeat, changes=changes)

    def scopes(self, keys: Iterable[str]) -> tuple[Scope, ...]:
        return (SHOP,) if list(keys) else ()

    def claimed(self, scope: Scope) -> Claimed:
        self.world.requests += 1
        others = tuple(
            c for c in self.world.markers.values() if c.workspace != "shop" and c.scope.place == scope.place
        )
        return Claimed(others, self.world.unreadable, ("shop", self.name) in self.world.markers)

    def marking(self, claim: Claim) -> Write:
        return Write(tracker=self.name, method="PUT", route="marker", repeat=Repeat.LOOK, claim=claim)

    def unmarking(self, claim: Claim) -> Write | str:
        away = Write(tracker=self.name, method="DELETE", route="marker", repeat=Repeat.SAFE, claim=claim)
        return self.world.by_hand or away

    def marked(self, claim: Claim) -> bool:
        self.world.requests += 1
        return self.world.markers.get((claim.workspace, claim.tracker)) == claim

    def perform(self, write: Write, *, comment_ids: Mapping[str, str]) -> tuple[Result, ...]:
        self.world.requests += 1
        self.world.before(write)
        results = self._committed(write, comment_ids)
        self.world.writes.append(write)
        self.world.behind(write)
        return results

    def _committed(self, write: Write, comment_ids: Mapping[str, str]) -> tuple[Result, ...]:
        if write.claim is not None:
            owner = (write.claim.workspace, write.claim.tracker)
            there = self.world.markers.pop(owner, None) is not None
            if write.method != "DELETE":
                self.world.markers[owner] = write.claim
            idle = write.method == "DELETE" and not there
            return (Result(change=CLAIM, outcome=Outcome.ALREADY if idle else Outcome.DONE),)
        moves = [c for c in write.changes if isinstance(c, Move)]
        if moves:
            self._rank(moves)
        return tuple(self._one(change, comment_ids) for change in write.changes)

    def _rank(self, moves: Sequence[Move]) -> None:
        block = [move.uid for move in moves]
        order = [uid for uid in self.world.order if uid not in block]
        place = order.index(moves[0].anchor) + (moves[0].side == "below")
        self.world.order[:] = [*order[:place], *block, *order[place:]]

    def _one(self, change: Change, comment_ids: Mapping[str, str]) -> Result:
        receipt = {}
        issue = self.world.issues[change.uid]
        match change:
            case AddLabel():
                self.world.edit(change.uid, labels=(*issue.labels, change.label))
            case RemoveLabel():
                self.world.edit(change.uid, labels=tuple(x for x in issue.labels if x != change.label))
            case SetReleases():
                self.world.edit(change.uid, releases=change.after)
            case SetField():
                self.world.edit(change.uid, fields={**issue.fields, change.field: change.after})
            case Comment():
                receipt = self._comment(change, comment_ids)
            case Move():
                pass
        return Result(change=change.id, outcome=Outcome.DONE, receipt=receipt)

    def _comment(self, change: Comment, comment_ids: Mapping[str, str]) -> dict[str, str]:
        said = self.world.comments.setdefault(change.uid, [])
        known = comment_ids.get(change.uid)
        said[:] = [c for c in said if c[0] != known]
        if change.after is None:
            return {}
        number = known or str(next(self.world.ids))
        said.append((number, change.after))
        return {"comment_id": number}

    def close(self) -> None:
        pass


def about(world: World, number: int, name: str) -> dict[str, Any]:
    """Return what every change says of itself."""
    return {"id": number, "tracker": world.tracker, "issue": f"SHOP-{name}", "uid": world.uid(name)}


def move(
    world: World, number: int, name: str, anchor: str, side: str = "below", batch: int | None = None
) -> Move:
    """Return the move of one issue next to another."""
    return Move.model_validate(
        {
            **about(world, number, name),
            "lane": "",
            "before": Was(rank=1),
            "after": Standing(rank=1),
            "anchor": world.uid(anchor),
            "side": side,
            "batch": batch or number,
        }
    )


def claim_of(workspace: str = "shop", scope: Scope = SHOP, **owned: Any) -> Claim:
    """Return a claim on the world's one project."""
    return Claim.model_validate({"workspace": workspace, "tracker": "shop", "scope": scope, **owned})


def plan_of(world: World, *changes: Change, claims: Iterable[Claiming] = ()) -> Plan:
    """Return the sealed plan of these changes over the world as it is."""
    fields: dict[str, list[str]] = {c.uid: [] for c in changes}
    for change in changes:
        fields[change.uid] += [change.field] if isinstance(change, SetField) else []
    lanes = (LaneOrder(tracker=world.tracker, lane="", order=tuple(world.order)),)
    return Plan(
        workspace="shop",
        created=NOW,
        changes=changes,
        claims=tuple(claims),
        preconditions=tuple(precondition(world.issues[uid], names) for uid, names in fields.items()),
        lanes=lanes if any(isinstance(c, Move) for c in changes) else (),
    ).sealed()
