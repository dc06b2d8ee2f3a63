"""A search index that is behind posync's own moves: nothing is written twice, nobody is accused, people's moves stay."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from posync.applying.executor import Applied
from posync.connectors.jira.ranked import PastIndex
from posync.model.plan import Outcome, Plan
from posync.sandbox.edits import human_edit
from posync.sandbox.house import Event
from posync.sandbox.jira.shapes import Shaper
from posync.sandbox.server import Sandbox
from posync.service import Workspace, open_workspace
from tests.contract.test_fewest_writes import planned

LAG = 600  # seconds, longer than any test takes
SECRETS = {
    "JIRA_EMAIL": "po@shop.example",
    "JIRA_TOKEN": "sandbox-jira-token",
    "JIRA_PAT": "sandbox-jira-pat",
}
AUTH = {"cloud": "{email: {env: JIRA_EMAIL}, token: {env: JIRA_TOKEN}}", "dc": "{bearer: {env: JIRA_PAT}}"}
PROFILE = {"cloud": "jira-cloud", "dc": "jira-data-center"}
WORKSPACE = """\
workspace: shop
trackers:
  shop:
    kind: jira
    url: {url}
    auth: {auth}
    scope: {{project: SHOP}}
    profile: {profile}
packs: []
state: sqlite:///posync.db
limits: {{writes: {{percent: 100}}, all_changed: allow, displacement: 100000}}
"""


@dataclass
class Late:
    """A Jira site whose index can be late, and a workspace that is opened anew for each question."""

    sandbox: Sandbox
    file: Path

    def opened(self) -> Workspace:
        """Open the workspace as the next process would."""
        return open_workspace(self.file)

    def lag(self, seconds: int) -> None:
        """Let the index be late from now on; by 0 it shows everything at once."""
        with self.sandbox.lock:
            self.sandbox.limits.index_lag = self.sandbox.world.jira.index_lag = seconds
            if not seconds:
                self.sandbox.world.jira.stale.clear()

    def truth(self) -> list[str]:
        """Return the uids in the site's own order."""
        with self.sandbox.lock:
            return [f"shop:{one}" for one in self.sandbox.world.jira.order()]

    def seen(self, *, full: bool = False) -> list[str]:
        """Pull, and return the uids as they stand in the picture."""
        with self.opened() as workspace:
            workspace.pull(full=full)
            return [issue.uid for issue in workspace.backlogs()[0].issues]

    def plan(self, order: Sequence[str]) -> Plan:
        """Pull, and plan the moves into an order."""
        with self.opened() as workspace:
            workspace.pull()
            return planned(workspace, order)

    def apply(self, plan: Plan) -> Applied:
        """Carry out a plan."""
        with self.opened() as workspace:
            return workspace.apply(plan, approve=plan.checksum)

    def drag(self, uid: str, *, above: str) -> None:
        """Let a person drag an issue."""
        world = self.sandbox.world.jira
        one, anchor = (world.issues[each.partition(":")[2]].key for each in (uid, above))
        with self.sandbox.lock:
            human_edit(world, self.sandbox.trello, [{"issue": one, "rank_before": anchor}])

    def asked(self, since: int = 0) -> Counter[str]:
        """Return how often each kind of address was asked, issues' own without their numbers."""
        paths = [entry.path.rstrip("0123456789") for entry in self.sandbox.entries[since:]]
        return Counter(path[path.index("/rest/") :] for path in paths)


@contextmanager
def served(flavour: Literal["cloud", "dc"], issues: int, folder: Path) -> Iterator[Late]:
    """Serve a site of so many issues, and pull it once."""
    with Sandbox(flavour=flavour, issues=issues) as sandbox:
        file = folder / "posync.yaml"
        written = WORKSPACE.format(url=sandbox.jira_url, auth=AUTH[flavour], profile=PROFILE[flavour])
        file.write_text(written)
        late = Late(sandbox, file)
        late.seen()
        yield late


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Late]:
    flavour, issues = request.param
    with served(flavour, issues, tmp_path) as late:
        yield late


def sites(*found: tuple[str, int]) -> pytest.MarkDecorator:
    names = [f"{flavour}-{issues}" for flavour, issues in found]
    return pytest.mark.parametrize("site", found, ids=names, indirect=True)


small = sites(("cloud", 120), ("dc", 40))


def shuffled(uids: Sequence[str], seed: int = 1) -> list[str]:
    return random.Random(seed).sample(uids, len(uids))


@sites(("cloud", 40), ("cloud", 120), ("cloud", 1100), ("dc", 40), ("dc", 120))
def test_what_was_just_moved_is_not_moved_again(site: Late) -> None:
    wanted = shuffled(site.truth())
    plan = site.plan(wanted)
    site.lag(LAG)
    start = len(site.sandbox.entries)
    applied = site.apply(plan)
    assert {result.outcome for result in applied.results} == {Outcome.DONE}
    assert applied.warnings == ()
    assert site.truth() == wanted
    assert site.asked(start)["/rest/api/2/issue/"] <= len(plan.changes)  # each looked at alone once at most
    for full in (False, True):
        assert site.seen(full=full) == wanted
        assert site.plan(wanted).changes == ()
    site.lag(0)
    for full in (False, True):
        assert site.seen(full=full) == wanted


@small
@pytest.mark.parametrize("full", [False, True], ids=["", "full"])
def test_another_machine_sees_what_was_written_from_the_first(
    site: Late, full: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state is shared; the folder with what a machine noted of its own writes is not."""
    site.file.write_text(site.file.read_text().replace("packs: []", "packs: [story-readiness, wsjf]"))
    site.lag(LAG)
    for machine in range(3):
        monkeypatch.setattr("platformdirs.user_cache_path", lambda _, it=machine: tmp_path / f"cache{it}")
        with site.opened() as workspace:
            workspace.pull(full=full)
            assert [f"shop:{one.id}" for one in workspace.backlogs()[0].issues] == site.truth()
            plan = workspace.plan()
            assert (plan.changes == ()) == (machine > 0)
            assert not [said for said in plan.warnings if "somebody" in said]
            workspace.apply(plan, approve=plan.checksum)


@small
def test_the_next_plan_is_made_and_carried_out_from_where_things_stand(site: Late) -> None:
    site.lag(LAG)
    for seed in range(3):
        wanted = shuffled(site.truth(), seed)
        applied = site.apply(site.plan(wanted))
        assert {result.outcome for result in applied.results} == {Outcome.DONE}
        assert applied.warnings == ()
        assert site.truth() == wanted
    assert site.seen() == wanted


@small
def test_two_trackers_of_one_site_do_not_forget_what_the_other_moved(site: Late) -> None:
    text = site.file.read_text()
    start, end = text.index("  shop:"), text.index("packs:")
    halves = [
        text[start:end]
        .replace("shop:", f"{name}:")
        .replace("project: SHOP", f"jql: project = SHOP AND {half}")
        for name, half in (("first", "key <= SHOP-20"), ("second", "key > SHOP-20"))
    ]
    site.file.write_text(text[:start] + "".join(halves) + text[end:])

    def plan() -> Plan:
        with site.opened() as workspace:
            workspace.pull()
            uids = [[issue.uid for issue in backlog.issues] for backlog in workspace.backlogs()]
            return planned(workspace, [uid for each in uids for uid in shuffled(sorted(each))])

    both = plan()
    assert {change.tracker for change in both.changes} == {"first", "second"}
    site.lag(LAG)
    assert site.apply(both).warnings == ()
    assert plan().changes == ()


@small
def test_moves_are_taken_back_while_the_index_is_behind(site: Late) -> None:
    before = site.truth()
    plan = site.plan(shuffled(before))
    site.lag(LAG)
    run = site.apply(plan).run
    with site.opened() as workspace:
        back = workspace.undo(run)
        assert back.held == ()
        assert workspace.apply(back, approve=back.checksum, kind="undo").warnings == ()
    assert site.truth() == before
    assert site.seen() == before


@small
def test_what_a_person_drags_while_the_index_is_behind_is_seen(site: Late) -> None:
    plan = site.plan(shuffled(site.truth()))
    site.lag(LAG)
    site.apply(plan)
    moved = [change.uid for change in plan.changes]
    for one in (moved[0], moved[len(moved) // 2], moved[-1]):
        site.drag(one, above=next(uid for uid in site.truth()[7:] if uid != one))
        assert site.seen() == site.truth()


@small
def test_what_a_person_dragged_after_the_plan_is_left_there(site: Late) -> None:
    site.lag(LAG)
    site.apply(site.plan(shuffled(site.truth())))
    order = site.truth()
    going, beside = order[-1], order[5]
    plan = site.plan([going, *order[:-1]])
    assert [change.uid for change in plan.changes] == [going]
    site.drag(going, above=beside)
    dragged = site.truth()
    applied = site.apply(plan)
    assert [result.outcome for result in applied.results] == [Outcome.SKIPPED]
    assert site.truth() == dragged


@small
def test_what_a_person_takes_away_right_after_the_move_is_told(site: Late) -> None:
    order = site.truth()
    plan = site.plan([order[-1], *order[:-1]])
    site.lag(LAG)

    def snatch(event: Event) -> None:
        if event.phase == "after" and event.path.endswith("/rank"):
            site.drag(order[-1], above=order[9])

    site.sandbox.on_request(snatch)
    applied = site.apply(plan)
    assert [result.outcome for result in applied.results] == [Outcome.DONE]
    (told,) = applied.warnings
    assert "somebody moved it meanwhile" in told


@pytest.mark.parametrize(("flavour", "issues"), [("cloud", 120), ("dc", 40)])
def test_where_the_index_keeps_up_moves_cost_no_look_more(
    flavour: Literal["cloud", "dc"], issues: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in the run that moves, nor in the pulls after it, whoever reads past the index."""

    def asked(folder: str) -> Counter[str]:
        (tmp_path / folder).mkdir()
        with served(flavour, issues, tmp_path / folder) as late:
            late.apply(late.plan(shuffled(late.truth())))
            late.seen()
            late.seen(full=True)
            return late.asked()

    seeing = asked("seeing")
    assert seeing["/rest/agile/1.0/issue/rank"] > 0
    monkeypatch.setattr(PastIndex, "order", lambda self, question, order, texts: order)
    assert asked("blind") == seeing


@small
def test_a_move_whose_answer_is_lost_is_not_sent_again(site: Late) -> None:
    wanted = shuffled(site.truth())
    plan = site.plan(wanted)
    site.lag(LAG)
    site.sandbox.faults.set([{"match": {"method": "PUT", "path": "/rank$", "nth": 1}, "do": "drop_after"}])
    start = len(site.sandbox.entries)
    applied = site.apply(plan)
    assert {result.outcome for result in applied.results} == {Outcome.DONE}
    sent = sum(write.issues > 0 for write in plan.expected_writes)
    assert site.asked(start)["/rest/agile/1.0/issue/rank"] == sent
    assert site.truth() == site.seen() == wanted


@small
def test_where_no_rank_text_is_shown_nobody_is_accused(site: Late, monkeypatch: pytest.MonkeyPatch) -> None:
    """A field configuration can hide the rank field, although the site ranks."""
    shown = Shaper.fields
    rank = site.sandbox.world.jira.fields.rank
    monkeypatch.setattr(
        Shaper, "fields", lambda *asked: {name: it for name, it in shown(*asked).items() if name != rank}
    )
    plan = site.plan(shuffled(site.truth()))
    site.lag(LAG)
    applied = site.apply(plan)
    assert Outcome.DONE in {result.outcome for result in applied.results}
    (told,) = applied.warnings
    assert "the order could not be read once more" in told
    assert "does not show yet where issues were put" in told
