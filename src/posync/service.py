"""A workspace: one run from start to finish; the only composer, and the public Python interface."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from posync.config.settings import Settings, load_settings
from posync.connections import Connections
from posync.errors import UsageError
from posync.observing import Progress, Pulled, pull_all, pull_first, quiet, told
from posync.state.new import is_new, new_state

if TYPE_CHECKING:
    from posync.applying.claims import TakenOver
    from posync.applying.executor import Applied
    from posync.checking import Checked, Owning
    from posync.model.backlog import Backlog
    from posync.model.claim import Claim
    from posync.model.plan import Plan, Result
    from posync.model.run import Run, RunKind
    from posync.rules.packs.pack import Pack
    from posync.standing import Standing
    from posync.state.store import Store

# Rules, planning and applying are imported where they are needed: a pull needs none of them, and is over
# before they would be loaded. So is the state, which is opened while trackers are being asked.
# ruff: noqa: PLC0415


def open_workspace(
    path: str | Path = "posync.yaml", *, now: Callable[[], datetime] | None = None
) -> Workspace:
    """Open the workspace in a file; raises ConfigError with every problem of it at once.

    Packs are read when they are first needed, and then say all that is wrong with them.
    `now` replaces the clock, as an aware time; rules see its date.
    """
    file = Path(path)
    return Workspace(load_settings(file, str(path)), file.resolve().parent, now=now)


class Workspace:
    """The trackers, packs and state of one workspace; use it in a `with` block, or close it."""

    def __init__(
        self, settings: Settings, folder: Path, *, now: Callable[[], datetime] | None = None
    ) -> None:
        self.settings, self.folder = settings, folder
        self.now = now or (lambda: datetime.now(UTC))
        self._open = ExitStack()
        self._store: Store | None = None
        self._told: tuple[str, ...] = ()  # by the latest pull
        self.connections = Connections(settings, folder)
        self._open.callback(self.connections.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back connections and the state."""
        self._open.close()

    @cached_property
    def packs(self) -> tuple[Pack, ...]:
        """The workspace's policies; raises ConfigError with every problem of every pack."""
        from posync.rules.packs.pack import load_packs

        return load_packs(self.settings.packs, self.folder)

    @property
    def store(self) -> Store:
        """What this workspace remembers, opened on first use."""
        if self._store is None:
            from posync.state.store import Store

            self._store = self._open.enter_context(
                Store.open(self.settings.state_url(self.folder), self.settings.workspace)
            )
        return self._store

    @cached_property
    def standing(self) -> Standing:
        """How the last complete picture stands by the packs: questions for which no tracker is asked."""
        from posync.standing import Standing

        kinds = {name: tracker.kind for name, tracker in self.settings.trackers.items()}
        return Standing(kinds, self.store, self.folder, lambda: self.packs, self.now)

    def backlogs(self) -> tuple[Backlog, ...]:
        """Return the last complete picture of every tracker; raises Incomplete where there is none."""
        return self.standing.backlogs(texts=True)

    # Observing

    def pull(
        self, *, full: bool = False, accept_loss: bool = False, progress: Progress = quiet
    ) -> tuple[Pulled, ...]:
        """Observe every tracker, in parallel; ask only for what changed unless `full`.

        Raises the first TrackerError in the order of the workspace file; a tracker that failed keeps
        its last complete picture. A drop below `min_issues` is refused unless `accept_loss`.
        """
        url = self.settings.state_url(self.folder)
        if self._store is None and is_new(url):
            with new_state(url, self.settings.workspace, self._locked()) as opened:
                return pull_first(self.connections.readers(), opened, progress)
        with self._locked():
            return self._pull(full=full, accept_loss=accept_loss, progress=progress)

    def _pull(self, *, full: bool, accept_loss: bool, progress: Progress) -> tuple[Pulled, ...]:
        limits = None if accept_loss else self.settings.limits
        pulled = pull_all(self.connections.readers(), self.store, limits, full=full, progress=progress)
        self._told = tuple(told(pulled))
        return pulled

    # Planning

    def plan(
        self,
        *,
        offline: bool = False,
        full: bool = False,
        only: Collection[str] = (),
        packs: Sequence[str] = (),
        overrides: Sequence[str] = (),
        progress: Progress = quiet,
    ) -> Plan:
        """Return the plan for today: pulled anew, or from the last complete picture when `offline`.

        `only` limits changes to these keys; `packs` replaces the workspace's; `overrides` tries inputs
        (`issue.points@SHOP-7=3`), which makes a plan for reading only. Sends no write.
        """
        from posync.applying.recovery import recover
        from posync.drafting import drafted
        from posync.rules.packs.pack import load_packs

        chosen = load_packs(packs, self.folder) if packs else self.packs
        self.connections.serve(packs)
        with self._locked():
            pulled = None
            if not offline:
                recover(self.connections.readers(), self.store)
                pulled = self._pull(full=full, accept_loss=False, progress=progress)
            return drafted(
                self.standing, self.connections, chosen, only=only, overrides=overrides, pulled=pulled
            )

    # Applying

    def apply(
        self,
        plan: Plan,
        *,
        drift: Literal["skip", "abort"] = "skip",
        approve: str | None = None,
        kind: RunKind = "apply",
        progress: Progress = quiet,
    ) -> Applied:
        """Carry out exactly this plan; raises UnsafePlan where it is held and not approved by its checksum."""
        from posync.applying.executor import carry_out

        self.refuse(plan, approve)
        self.connections.serve_plan(plan)
        with self._locked():
            applied = carry_out(
                plan,
                {name: self.connections.writer(name) for name in sorted({c.tracker for c in plan.changes})},
                self.store,
                drift=drift,
                kind=kind,
                progress=lambda done, of: progress("apply", done, of),
            )
            accepted = self.store.accepted_packs()
            if kind == "apply" or (kind == "run" and not accepted):
                self.store.accept_packs({**accepted, **plan.packs})
        return applied

    def refuse(self, plan: Plan, approve: str | None) -> None:
        """Raise UsageError where the plan is another workspace's, UnsafePlan where it is held and not approved."""
        from posync.holding import refuse

        refuse(plan, self.settings, approve)

    def run(
        self, *, drift: Literal["skip", "abort"] = "skip", progress: Progress = quiet
    ) -> tuple[Plan, Applied | None]:
        """Pull, plan and apply within limits; the plan comes back alone where it is held for review.

        What an earlier run was killed over is finished first, and told as a warning.
        """
        from posync.applying.recovery import interrupted
        from posync.holding import by_changed_packs, held_whole

        with self._locked():
            unfinished = interrupted(self.store, self.settings.trackers)
            finished: tuple[str, ...] = ()
            if unfinished is not None:  # somebody's word, or the limits, let it begin: it may end
                begun, kind = unfinished
                ended = self.apply(begun, drift=drift, approve=begun.checksum, kind=kind, progress=progress)
                finished = (f"the run that was cut off was finished first, as run {ended.run}: {ended.said}",)
            plan = by_changed_packs(self.plan(progress=progress), self.store.accepted_packs())
            if finished:
                plan = plan.model_copy(update={"warnings": (*finished, *plan.warnings)}).sealed()
            if held_whole(plan):
                run = self.store.begin("run", plan)
                detail = "; ".join(held.detail for held in held_whole(plan))
                self.store.end(run, "held", changes=0, requests=self.connections.requests, detail=detail)
                return plan, None
            applied = self.apply(plan, drift=drift, kind="run", progress=progress)
            return plan, replace(applied, warnings=(*finished, *self._told, *applied.warnings))

    def undo(self, run: str) -> Plan:
        """Return the plan that puts back what a run changed; carry it out with `apply(plan, kind="undo")`."""
        from posync.applying.undo import undo_plan

        with self._locked():
            self.connections.serve_plan(self.store.plan_of(run))
            return undo_plan(run, self.connections.readers(), self.store, self.now())

    # Looking back

    def history(self, limit: int = 50) -> tuple[Run, ...]:
        """Return the latest runs, newest first."""
        return self.store.runs(limit)

    def record(self, run: str | None = None) -> tuple[Run, Plan | None, tuple[Result, ...]]:
        """Return a run (the latest by default), the plan it carried out, and what came of each change."""
        from posync.model.plan import CLAIM

        chosen = next(iter(self.store.runs(limit=1)), None) if run is None else self.store.run(run)
        if chosen is None:
            what = f"there is no run {run}" if run else "nothing has run yet"
            raise UsageError(f"{what}: `posync history` lists the runs of this workspace")
        entries = self.store.entries(chosen.id)
        results = tuple(r for entry in entries for r in entry.results or () if r.change != CLAIM)
        return chosen, self.store.plan_of(chosen.id), results

    def held_plan_file(self, plan: Plan) -> Path:
        """Return where a plan held by a scheduled run is saved: beside the user's state, by its checksum."""
        from posync.holding import held_file

        return held_file(plan)

    # What stands in the way

    def check(self) -> tuple[Checked, ...]:
        """Return what each tracker lets this account do; one that cannot be used carries its error.

        Another workspace that owns some of the same is a ConfigError; raises ConfigError for wrong packs.
        """
        from posync.checking import check

        return tuple(check(name, self._owning(name)) for name in self.settings.trackers)

    def marked_by(self, workspace: str) -> Mapping[str, tuple[Claim, ...]]:
        """Return what another workspace has marked where this one works, by tracker; raises TrackerError."""
        from posync.checking import others

        found = {name: tuple(others(workspace, self._owning(name))) for name in self.settings.trackers}
        return {name: claims for name, claims in found.items() if claims}

    def take_over(self, markers: Mapping[str, Iterable[Claim]]) -> TakenOver:
        """Remove these markers, as `marked_by` found them, where posync may; those left say how a person does.

        Raises TrackerError where one is refused.
        """
        from posync.applying.claims import take_over

        return take_over(markers, {name: self.connections.writer(name) for name in markers}, self.store)

    def _owning(self, name: str) -> Owning:
        from posync.checking import Owning
        from posync.rules.judge import managed

        return Owning(
            self.settings.workspace,
            lambda: self.connections.reader(name),
            lambda: self.connections.traits(name),
            managed(self.packs),
            lambda: memory.known.values() if (memory := self.store.memory(name)) else (),
        )

    @contextmanager
    def _locked(self) -> Iterator[Store]:
        from posync.state.lock import this_process

        with self.store.lock(this_process()):
            yield self.store
