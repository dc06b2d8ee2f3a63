"""The journal: each run, the plan it carried out, and each write, intended before and settled after."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, delete, func, insert, select, update

from posync.errors import StateError
from posync.model.change import Change, Comment
from posync.model.claim import Claim
from posync.model.plan import Outcome, Plan, Result, Write, read_plan
from posync.model.run import Entry, Run, RunKind, RunOutcome
from posync.state.additions import Kind, noted, put_on
from posync.state.columns import HIGHEST
from posync.state.database import Database
from posync.state.failures import readable
from posync.state.lock import WorkspaceLock
from posync.state.tables import AnyRow, added, claims, comments, entries, runs
from posync.state.touches import arrived, intended

_RESULTS = TypeAdapter(tuple[Result, ...])
_NUMBERS = TypeAdapter(list[int])
_SHOWN = [
    c
    for c in runs.c
    if c.name in {"id", "kind", "started", "ended", "outcome", "changes", "requests", "detail"}
]
_RUN_OF = select(entries.c.write, entries.c.run_id, runs.c.kind).join(runs, runs.c.id == entries.c.run_id)


class Journal:
    """The runs of one workspace; writes are journalled only by whoever holds its lock."""

    def __init__(self, database: Database, workspace_id: int, lock: WorkspaceLock) -> None:
        self._database, self._workspace, self._lock = database, workspace_id, lock

    def begin(self, kind: RunKind, plan: Plan | None) -> str:
        """Start a run and return its id."""
        values = {
            "workspace_id": self._workspace,
            "kind": kind,
            "started": datetime.now(UTC),
            "outcome": "running",
            "checksum": plan.checksum if plan else None,
            "plan": plan.to_json() if plan else None,
            "fence": self._lock.token,
        }
        with self._database.writing() as connection:
            return str(added(connection, runs, values))

    def end(self, run: str, outcome: RunOutcome, changes: int, requests: int, detail: str) -> None:
        """Note how a run ended; one that was found interrupted stays so."""
        ended = {"outcome": outcome, "changes": changes, "requests": requests, "detail": detail}
        with self._database.writing() as connection:
            connection.execute(
                update(runs)
                .where(self._is(run), runs.c.outcome == "running")
                .values(ended=datetime.now(UTC), **ended)
            )

    def runs(self, limit: int) -> tuple[Run, ...]:
        """Return the latest runs, newest first."""
        query = (
            select(*_SHOWN, runs.c.checksum)
            .where(runs.c.workspace_id == self._workspace)
            .order_by(runs.c.id.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return tuple(_run(row) for row in connection.execute(query))

    def run(self, run: str) -> Run | None:
        """Return one run, however old; None where there is no such run."""
        with self._database.reading() as connection:
            row = connection.execute(select(*_SHOWN, runs.c.checksum).where(self._is(run))).first()
            return None if row is None else _run(row)

    def plan_of(self, run: str) -> Plan | None:
        """Return the plan that a run carried out."""
        with self._database.reading() as connection:
            text = connection.execute(select(runs.c.plan).where(self._is(run))).scalar()
        return read_plan(text, f"the plan of run {run}") if text else None

    def intend(self, run: str, write: Write, updated: Mapping[str, datetime]) -> int:
        """Journal a write, and when its issues were last updated, before it is sent; return its entry's id."""
        now = datetime.now(UTC)
        values = {"run_id": int(run), "write": write.model_dump_json(), "intended": now}
        with self._database.writing() as connection:
            self._lock.check(connection)
            intended(connection, self._workspace, updated, now)
            return added(connection, entries, values)

    def settle(self, entry: int, results: Sequence[Result]) -> None:
        """Journal what became of a write, all that it left behind, and whom it touched, in one step."""
        now = datetime.now(UTC)
        values = {"results": _RESULTS.dump_json(tuple(results)).decode(), "settled": now}
        with self._database.writing() as connection:
            self._lock.check(connection)
            row = connection.execute(_RUN_OF.where(entries.c.id == entry)).first()
            if row is None:
                raise StateError(f"the journal has no entry {entry}")
            connection.execute(update(entries).where(entries.c.id == entry).values(values))
            with readable():
                write = Write.model_validate_json(row.write)
            made = _made(write, results)
            arrived(connection, self._workspace, {change.uid for change in made}, now)
            noted(connection, self._workspace, row.run_id, row.kind, made)
            if (claim := _claim(write, results)) is not None:
                connection.execute(delete(claims).where(self._claimed(claim.tracker, claim.scope.place)))
                connection.execute(insert(claims).values(self._row(claim)))
            for uid, comment_id, text in _comments(write, results):
                mine = (comments.c.workspace_id == self._workspace) & (comments.c.uid == uid)
                connection.execute(delete(comments).where(mine))
                if comment_id is not None:
                    connection.execute(
                        insert(comments).values(
                            workspace_id=self._workspace, uid=uid, comment_id=comment_id, text=text
                        )
                    )

    def put_on(self, kind: Kind, but: Collection[str]) -> dict[str, dict[str, str]]:
        """Return the run that put each label or release on, by uid and name, where it stands and is not one of `but`."""
        found: dict[str, dict[str, str]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(put_on(self._workspace, kind, but)):
                found.setdefault(row.uid, {})[row.name] = str(row.run)
        return found

    def claims(self) -> dict[tuple[str, str], Claim]:
        """Return the claims whose markers stand, by (tracker, place)."""
        query = select(claims).where(claims.c.workspace_id == self._workspace)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            with readable():
                return {(row.tracker, row.place): Claim.model_validate_json(row.claim) for row in rows}

    def forget_claim(self, tracker: str, place: str) -> None:
        """Note that a marker stands no more."""
        with self._database.writing() as connection:
            connection.execute(delete(claims).where(self._claimed(tracker, place)))

    def entries(self, run: str) -> tuple[Entry, ...]:
        """Return the writes of one run, in the order they were intended."""
        return self._entries(self._select().where(self._is(run)))

    def unsettled(self) -> tuple[Entry, ...]:
        """Return the writes of which nobody knows whether they arrived, oldest first."""
        return self._entries(self._select().where(entries.c.results.is_(None)))

    def settled(self, checksum: str) -> dict[int, Result]:
        """Return the last known result per change of a plan, unless another plan was carried out since."""
        found = self._entries(self._select().where(*self._of_plan(checksum)))
        return {r.change: r for entry in found for r in entry.results or ()}

    def set_aside(self, run: str, changes: Collection[int]) -> None:
        """Note changes that this run found overtaken by people."""
        with self._database.writing() as connection:
            self._lock.check(connection)
            before = connection.execute(select(runs.c.set_aside).where(self._is(run))).scalar_one()
            both = sorted({*_numbers(before), *changes})
            connection.execute(update(runs).where(self._is(run)).values(set_aside=json.dumps(both)))

    def aside(self, checksum: str) -> frozenset[int]:
        """Return the changes of a plan that its runs found overtaken, unless another plan was carried out since."""
        query = select(runs.c.set_aside).where(
            runs.c.workspace_id == self._workspace, *self._of_plan(checksum)
        )
        with self._database.reading() as connection:
            return frozenset(n for text in connection.execute(query).scalars() for n in _numbers(text))

    def _of_plan(self, checksum: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        """Return what holds for the runs of a plan since another plan last wrote."""
        others = (
            select(func.coalesce(func.max(runs.c.id), 0))
            .join(entries, entries.c.run_id == runs.c.id)
            .where(runs.c.workspace_id == self._workspace, runs.c.checksum != checksum)
            .scalar_subquery()
        )
        return runs.c.checksum == checksum, runs.c.id > others

    def _select(self) -> Select[tuple[int, int, str, str | None]]:
        return (
            select(entries.c.id, entries.c.run_id, entries.c.write, entries.c.results)
            .join(runs, runs.c.id == entries.c.run_id)
            .where(runs.c.workspace_id == self._workspace)
            .order_by(entries.c.id)
        )

    def _entries(self, query: Select[tuple[int, int, str, str | None]]) -> tuple[Entry, ...]:
        with self._database.reading() as connection:
            return tuple(_entry(row) for row in connection.execute(query))

    def _claimed(self, tracker: str, place: str) -> ColumnElement[bool]:
        mine = (claims.c.workspace_id == self._workspace) & (claims.c.tracker == tracker)
        return mine & (claims.c.place == place)

    def _row(self, claim: Claim) -> dict[str, object]:
        """Return a claim's row, as it is kept."""
        owner = {"workspace_id": self._workspace, "tracker": claim.tracker, "place": claim.scope.place}
        return {**owner, "claim": claim.model_dump_json()}

    def _is(self, run: str) -> ColumnElement[bool]:
        # Ids are typed by people: what is no number, or none that a database takes, is no run.
        number = int(run) if run.isdecimal() and len(run) < len(str(HIGHEST)) else -1
        return (runs.c.workspace_id == self._workspace) & (runs.c.id == number)


def _run(row: AnyRow) -> Run:
    values = row._asdict()
    with readable():
        return Run(id=str(values.pop("id")), plan=values.pop("checksum"), **values)


def _entry(row: AnyRow) -> Entry:
    with readable():
        return Entry(
            id=row.id,
            run=str(row.run_id),
            write=Write.model_validate_json(row.write),
            results=None if row.results is None else _RESULTS.validate_json(row.results),
        )


def _numbers(text: str) -> list[int]:
    with readable():
        return _NUMBERS.validate_json(text)


def _claim(write: Write, results: Sequence[Result]) -> Claim | None:
    """Return the claim whose marker stands now; one that was taken away is another workspace's."""
    stands = any(result.outcome in {Outcome.DONE, Outcome.ALREADY} for result in results)
    return write.claim if stands and write.method != "DELETE" else None


def _made(write: Write, results: Sequence[Result]) -> list[Change]:
    """Return the changes that the write has made."""
    done = {result.change for result in results if result.outcome is Outcome.DONE}
    return [change for change in write.changes if change.id in done]


def _comments(write: Write, results: Sequence[Result]) -> Iterator[tuple[str, str | None, str]]:
    """Yield (uid, the comment's id or None where it was taken back, its text) for each comment that now is as wanted."""
    became = {result.change: result for result in results}
    for change in write.changes:
        result = became.get(change.id)
        if not isinstance(change, Comment) or result is None:
            continue
        if result.outcome in {Outcome.DONE, Outcome.ALREADY}:
            if change.after is None:
                yield change.uid, None, ""
            elif "comment_id" in result.receipt:
                yield change.uid, result.receipt["comment_id"], change.after
