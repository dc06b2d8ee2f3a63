"""Whatever people, faults and crashes do, in any order: no edit of theirs is lost, nothing is doubled, reruns converge."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from posync.applying.executor import Applied, carry_out
from posync.applying.undo import undo_plan
from posync.errors import AccessRefused, ChangedMeanwhile, QuotaSpent, Refused, Transient
from posync.model.change import AddLabel, Change, Comment, RemoveLabel, SetField, SetReleases
from posync.model.plan import Outcome, Plan, Write
from posync.planning.moves import moves
from posync.state.store import Store
from tests.unit.applying.world import NOW, Killed, Tracker, World, about, move, plan_of

NAMES = "abcdefgh"
MANAGED = ("needs-ac", "stale")
THEIRS = ("urgent", "team-a")
FAULTS: list[Callable[[], BaseException]] = [
    Killed,
    lambda: Transient("shop", "write", "no answer"),
    lambda: Transient("shop", "write", "never sent", sent=False),
    lambda: QuotaSpent("shop", "write", "spent"),
    lambda: AccessRefused("shop", "write", "no"),
    lambda: ChangedMeanwhile("shop", "write", "conflict"),
    lambda: Refused("shop", "write", "no"),
]
UNKNOWN = FAULTS[:2]  # after these it is open whether the write arrived
names = st.sampled_from(NAMES)


class Journal(RuleBasedStateMachine):
    """People edit a tracker while posync plans, applies, crashes, recovers and undoes."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.open(f"sqlite:///{self.folder.name}/posync.db", "shop")
        self.world = World(NAMES)
        self.tracker = Tracker(self.world)
        self.plan: Plan | None = None
        self.theirs: dict[str, set[str]] = {n: set() for n in NAMES}
        self.answers: dict[str, str] = {}
        self.runs: list[str] = []

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    # People

    @rule(name=names, label=st.sampled_from(THEIRS))
    def label(self, name: str, label: str) -> None:
        self.theirs[name] ^= {label}
        kept = [x for x in self.world.issues[f"shop:{name}"].labels if x not in THEIRS]
        self.world.edit(name, labels=(*kept, *sorted(self.theirs[name])))

    @rule(name=names, place=st.integers(0, len(NAMES) - 1))
    def drag(self, name: str, place: int) -> None:
        self.world.drag(name, place)

    @rule(name=names, release=st.sampled_from(["1", "2"]), title=st.sampled_from(["x", "y"]))
    def rewrite(self, name: str, release: str, title: str) -> None:
        self.world.edit(name, releases=(release,), title=title)

    @rule(name=names, text=st.sampled_from(["by hand", "by hand, twice"]))
    def answer(self, name: str, text: str) -> None:
        """Write something else into posync's comment."""
        stands = self.world.comments.get(f"shop:{name}")
        if stands:
            stands[0] = (stands[0][0], text)
            self.answers[f"shop:{name}"] = text

    # posync

    @rule(
        order=st.permutations(NAMES),
        wanted=st.lists(names, max_size=4, unique=True),
        text=st.sampled_from("st"),
    )
    def make(self, order: list[str], wanted: list[str], text: str) -> None:
        """Plan towards some order, and towards flags on exactly the wanted issues."""
        self.plan = plan_of(self.world, *self.changes(order, wanted, text))

    def changes(self, order: list[str], wanted: list[str], text: str) -> list[Change]:
        changes: list[Change] = []
        target = [f"shop:{n}" for n in order]
        for batch, step in enumerate(moves(self.world.order, target), 1):
            side = "below" if step.after is not None else "above"
            for uid in step.issues:
                anchor = step.after if step.after is not None else str(step.before)
                changes.append(move(self.world, len(changes) + 1, uid[5:], anchor, side, batch))
        said = self.store.comments()
        for name in NAMES:
            issue, number = self.world.issues[f"shop:{name}"], len(changes) + 1
            stands = said.get(issue.uid, (None, None))[1]
            if name in wanted:
                if MANAGED[0] not in issue.labels:
                    changes.append(AddLabel(**about(self.world, number, name), label=MANAGED[0]))
                if stands != text and (stands is not None or issue.uid not in said):
                    more = about(self.world, len(changes) + 1, name)
                    changes.append(Comment(**more, before=stands, after=text))
                more = about(self.world, len(changes) + 1, name)
                changes.append(SetReleases(**more, before=issue.releases, after=("3",)))
            elif MANAGED[0] in issue.labels:
                changes.append(RemoveLabel(**about(self.world, number, name), label=MANAGED[0]))
                more = about(self.world, len(changes) + 1, name)
                before = issue.fields.get("score")
                changes.append(SetField(**more, field="score", before=before, after=float(len(changes))))
        return changes

    @rule(at=st.integers(0, 12), fault=st.sampled_from(FAULTS), arrived=st.booleans())
    def apply_with_a_fault(self, at: int, fault: Callable[[], BaseException], arrived: bool) -> None:
        """Carry out the plan, with one fault before or behind one of its writes."""
        sent = 0

        def strike(_: Write) -> None:
            nonlocal sent
            sent += 1
            if sent == at + 1:
                raise fault()

        arrived = arrived and fault in UNKNOWN
        self.world.behind, self.world.before = (strike, quiet) if arrived else (quiet, strike)
        try:
            self.apply()
        except Killed:
            pass
        finally:
            self.world.behind = self.world.before = quiet

    def apply(self) -> Applied | None:
        if self.plan is None:
            return None
        applied = carry_out(self.plan, {"shop": self.tracker}, self.store)
        self.runs.append(applied.run)
        return applied

    @rule()
    def apply_until_done(self) -> None:
        """Without faults a plan ends, and applied again it writes nothing."""
        first = self.apply()
        if first is None:
            return
        assert Outcome.FAILED not in {r.outcome for r in first.results}
        assert self.store.unsettled() == ()
        before = self.world.picture()
        again = self.apply()
        assert again is not None
        assert {r.outcome for r in again.results} <= {Outcome.ALREADY, Outcome.SKIPPED}
        assert self.world.picture() == before
        remembered = self.store.comments()
        for uid, stands in self.world.comments.items():
            if stands and uid not in self.answers:
                assert remembered[uid] == stands[0]

    @rule()
    def undo(self) -> None:
        """Take the latest run back; what cannot be put back is held, never guessed."""
        if self.runs:
            plan = undo_plan(self.runs[-1], {"shop": self.tracker}, self.store, NOW)
            applied = carry_out(plan, {"shop": self.tracker}, self.store, kind="undo")
            assert {r.outcome for r in applied.results} <= {Outcome.DONE}
            self.runs.append(applied.run)

    # Always

    @invariant()
    def comments_of_people_stay(self) -> None:
        if hasattr(self, "world"):
            now = {uid: said[0][1] for uid, said in self.world.comments.items() if said}
            assert self.answers.items() <= now.items()

    @invariant()
    def labels_of_people_stay(self) -> None:
        if hasattr(self, "world"):
            for name, labels in self.theirs.items():
                present = self.world.issues[f"shop:{name}"].labels
                assert {x for x in present if x in THEIRS} == labels
                assert len(set(present)) == len(present)

    @invariant()
    def nothing_is_doubled(self) -> None:
        if hasattr(self, "world"):
            assert sorted(self.world.names) == list(NAMES)
            assert all(len(said) <= 1 for said in self.world.comments.values())


def quiet(_: Write) -> None:
    """Let a write pass."""


TestJournal = Journal.TestCase
TestJournal.settings = settings(
    max_examples=25, stateful_step_count=20, suppress_health_check=list(HealthCheck)
)


@pytest.mark.sweep
def test_journal_at_length() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(Journal, settings=settings(max_examples=60, stateful_step_count=30))
