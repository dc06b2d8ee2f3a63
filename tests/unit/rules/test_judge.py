"""Judging: all packs together, on one backlog, on one day; the same whatever the order of its issues."""

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posync.errors import ConfigError, RuleError
from posync.model.backlog import Backlog, merged
from posync.model.issue import Issue, IssueType, Link, LinkKind, Ref, State
from posync.model.verdict import Verdicts
from posync.rules.explaining import explained
from posync.rules.judge import RuleMemory, judge, judged
from posync.rules.packs.misspelt_fields import fields_of
from posync.rules.packs.pack import Pack, load_pack, load_packs

TODAY = date(2026, 12, 1)
POLICY = """\
pack: policy
score:
  method: wsjf
  inputs:
    business_value: issue.fields.value
    time_criticality: 1
    risk_reduction: 1
    job_size: issue.points
order: {stability: 0}
write: {score_field: Score, rank_field: No., decimals: 1}
checks:
  - {check: huge, when: issue.points != null and issue.points > 8, label: too-large, comment: true, after: 5d, because: more than 8 points}
releases:
  label: "release:{name}"
  fix_version: true
  train: [{name: "2026.12", date: 2026-12-15, capacity: 10}, {name: "2027.01", date: 2027-01-19, capacity: 10}]
"""


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    path = tmp_path_factory.mktemp("packs") / "policy.yaml"
    path.write_text(POLICY)
    return load_pack(path)


def issue(key: str, rank: int, points: float | None, value: int | None = 1, **said: Any) -> Issue:
    tracker = said.pop("tracker", "t")
    fields = {} if value is None else {"value": value}
    made = {"uid": f"{tracker}:{key}", "tracker": tracker, "key": key, "rank": rank, "points": points, "fields": fields, "type": IssueType.STORY}  # fmt: skip
    return Issue(**(made | said))


def backlog(*issues: Issue, tracker: str = "t") -> Backlog:
    return Backlog(
        tracker=tracker,
        issues=issues,
        complete=True,
        shown_by="test",
        observed=datetime(2026, 1, 1, tzinfo=UTC),
    )


SMALL = backlog(
    issue("A", 1, 13, 8),
    issue("B", 2, 2, 8),
    issue("C", 3, 3, 2, labels=("mine", "too-large")),
    issue("D", 4, None, 8),
    issue("E", 5, 5, state=State.DONE, labels=("release:2026.12",)),
)


def test_everything_a_pack_says_is_a_verdict(policy: Pack) -> None:
    found = judge([policy], SMALL, TODAY)
    assert [place.uid for place in found.places] == ["t:B", "t:C", "t:A", "t:D"]
    assert found.scores["t:B"].because == "WSJF 5 = (8 + 1 + 1) / 2"
    assert found.fields == {
        "t:A": {"Score": 0.8, "No.": 3},
        "t:B": {"Score": 5, "No.": 1},
        "t:C": {"Score": 1.3, "No.": 2},
        "t:D": {"Score": None, "No.": 4},
    }
    assert {each.uid: each.release for each in found.assignments} == {
        "t:A": None,
        "t:B": "2026.12",
        "t:C": "2026.12",
        "t:D": None,
    }
    assert found.labels == {
        "t:B": ("release:2026.12",),
        "t:C": ("release:2026.12",),
        "t:E": ("release:2026.12",),
    }
    assert found.fix_versions
    assert [(each.uid, each.input) for each in found.missing] == [("t:D", "job_size"), ("t:D", "points")]
    assert found.managed.labels == {"too-large", "release:2026.12", "release:2027.01"}
    assert found.managed.releases == {"2026.12", "2027.01"}
    assert found.managed.fields == {"Score", "No."}
    assert found.managed.comments
    assert not found.managed.owns_label("mine")


def test_flags_know_of_earlier_days(policy: Pack) -> None:
    def flagged(memory: RuleMemory | None) -> list[tuple[str, str | None, bool, str]]:
        return [
            (flag.uid, flag.label, flag.comment, flag.because)
            for flag in judge([policy], SMALL, TODAY, memory).flags
        ]

    since = {("t:A", "huge"): TODAY - timedelta(days=5)}
    assert flagged(None) == [("t:A", None, False, "more than 8 points (label from 2026-12-06)")]
    assert flagged(RuleMemory(since)) == [("t:A", "too-large", True, "more than 8 points")]
    assert flagged(RuleMemory(since, frozenset({("t:A", "huge")}))) == []


def test_a_pack_without_scores_gives_no_places(tmp_path: Path) -> None:
    packs = load_packs(["story-readiness", "release-train"], tmp_path)
    found = judge(packs, SMALL, TODAY)
    assert (found.places, found.scores, found.fields) == ((), {}, {})
    assert found.flags
    assert {each.uid for each in found.assignments} == {"t:A", "t:B", "t:C", "t:D"}


def test_no_packs_say_nothing() -> None:
    assert judge([], SMALL, TODAY) == Verdicts()


def test_two_packs_that_score_are_refused(policy: Pack, tmp_path: Path) -> None:
    (other,) = load_packs(["stack-rank"], tmp_path)
    with pytest.raises(ConfigError, match=r"policy.yaml and rules/stack-rank.yaml both have `score:`"):
        judge([policy, other], SMALL, TODAY)


def test_a_pack_that_would_overwrite_its_inputs_is_refused(tmp_path: Path) -> None:
    def written(name: str, **read_from: str) -> None:
        path = tmp_path / "policy.yaml"
        path.write_text(POLICY.replace("score_field: Score", f"score_field: {name}"))
        source = {key.replace("_", ".", 1): value for key, value in read_from.items()}
        one = issue("A", 1, 3, provenance={f"fields.{name}": f"{name} (f7)"} | source)
        judge([load_pack(path)], backlog(one), TODAY)

    written("Score", fields_value="Value (f6)")
    written("Value", fields_other="Value (f7)")  # no pack asks for it
    with pytest.raises(ConfigError, match=r"policy.yaml write: issue.fields.value is read from 'Value', so"):
        written("Value", fields_value="Value (f7)")
    with pytest.raises(ConfigError, match=r"issue.points is read from 'Estimate'"):
        written("Estimate", points="Estimate (f7)")


def test_an_error_names_pack_and_issue(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("pack: strict\nchecks: [{check: huge, when: issue.points > 8}]\n")
    with pytest.raises(
        RuleError, match=r"^pack strict, issue D: issue.points is not set on D: write `issue.points \?\? 0`"
    ):
        judge([load_pack(path)], SMALL, TODAY)
    path.write_text(
        "pack: strict\nreleases: {label: 'r:{name}', when: issue.points > 8, train: [{name: R, date: 2027-01-01}]}\n"
    )
    with pytest.raises(RuleError, match=r"^pack strict, issue D: "):
        judge([load_pack(path)], SMALL, TODAY)


def test_blockers_in_another_tracker_count_for_the_order_and_the_train(policy: Pack) -> None:
    waits = (Link(kind=LinkKind.BLOCKED_BY, to=Ref(key="X", uid="u:X")),)
    both = merged(
        [
            backlog(issue("A", 1, 2, 20, links=waits), issue("B", 2, 2, 8)),
            backlog(issue("X", 1, 8, 1, tracker="u"), tracker="u"),
        ]
    )
    found = judge([policy], both, TODAY)
    order = [place.uid for place in found.places]
    assert order.index("u:X") < order.index("t:A")
    assert {each.uid: each.release for each in found.assignments}["t:A"] == "2027.01"


def test_goals_and_signals_are_seen_by_every_pack(tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_text("issue,value\nB,9\n")
    (tmp_path / "a.yaml").write_text(
        "pack: a\nsignals: {votes: {file: votes.csv}}\n"
        "goals: [{name: Retention, measure: repeat orders, target: 30, date: 2027-06-30, when: issue.signals.votes != null}]\n"
        "checks: [{check: unaligned, when: len(issue.goals) == 0 and issue.is_open}]\n"
    )
    (tmp_path / "b.yaml").write_text(
        "pack: b\nchecks: [{check: wanted, when: (issue.signals.votes ?? 0) > 8}]\n"
    )
    found = judged(load_packs(["a.yaml", "b.yaml"], tmp_path), SMALL, TODAY)
    flags = {(flag.uid[2:], flag.check) for flag in found.verdicts.flags}
    assert flags == {("A", "unaligned"), ("C", "unaligned"), ("D", "unaligned"), ("B", "wanted")}
    assert found.evidence.alignment.goals["t:B"] == ("Retention",)


def test_a_field_that_no_issue_has_is_suspected(policy: Pack, tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(
        "pack: typo\nchecks: [{check: dear, when: (issue.fields.valeu ?? 0) > (issue.fields.risk ?? 0)}]\n"
    )
    said = [(warned.pack, warned.because) for warned in judge([load_pack(path)], SMALL, TODAY).warnings]
    assert said == [("typo", "no issue has issue.fields.valeu, 5 have issue.fields.value: is it misspelt?")]
    assert fields_of(load_pack(path)) == ("risk", "valeu")
    assert fields_of(policy) == ("value",)


ISSUES = st.lists(
    st.tuples(
        st.none() | st.sampled_from([1.0, 2.0, 3.0, 5.0, 13.0]),
        st.none() | st.sampled_from([1, 2, 8, 20]),
        st.sampled_from(State),
        st.lists(st.integers(0, 9), max_size=2),
        st.booleans(),
    ),
    min_size=1,
    max_size=10,
)


@given(ISSUES, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_the_input_never_matters(policy: Pack, made: list[Any], chance: random.Random) -> None:
    issues = [
        issue(f"K{n}", n + 1, points, value, state=state, tracker="t" if left else "u", links=tuple(
            Link(kind=LinkKind.BLOCKED_BY, to=Ref(key=f"K{b}")) for b in blockers if b != n
        ))
        for n, (points, value, state, blockers, left) in enumerate(made)
    ]  # fmt: skip
    shuffled = list(issues)
    chance.shuffle(shuffled)
    packs = [policy]
    assert judge(packs, backlog(*issues), TODAY) == judge(packs, backlog(*shuffled), TODAY)


@given(ISSUES)
@settings(max_examples=50, deadline=None)
def test_judging_twice_says_the_same(policy: Pack, made: list[Any]) -> None:
    issues = [
        issue(f"K{n}", n + 1, points, value, state=state)
        for n, (points, value, state, _, _) in enumerate(made)
    ]
    one, two = (judge([policy], backlog(*issues), TODAY) for _ in range(2))
    assert one == two
    assert {place.uid for place in one.places} == {each.uid for each in issues if each.is_open}


def test_the_effort_budget_is_that_of_the_release_an_issue_is_about_to_board(tmp_path: Path) -> None:
    path = tmp_path / "promises.yaml"
    path.write_text(
        """\
pack: promises
score: {method: moscow, inputs: {promise: issue.fields.promise, effort: issue.points}}
releases:
  label: "release:{name}"
  train: [{name: "2026.12", date: 2026-12-15, capacity: 10}, {name: "2027.01", date: 2027-01-19, capacity: 10}]
"""
    )
    promised = [("A", 1, 8, "must"), ("B", 2, 2, "should"), ("C", 3, 5, "could"), ("D", 4, 5, "should")]
    issues = [issue(key, rank, points, fields={"promise": word}) for key, rank, points, word in promised]
    kept = issue("E", 5, 2, fields={"promise": "must"}, labels=("posync-ignore", "release:2027.01"))
    found = judge([load_pack(path)], backlog(*issues, kept), TODAY)
    said = [warned.because for warned in found.warnings if warned.because.startswith("release")]
    assert [line.partition(" of the effort")[0] for line in said] == [
        "release 2026.12: Must have takes 80 %",
        "release 2026.12: Could have is 0 %",
        "release 2027.01: Could have is 0 %",
    ]


def test_accepted_flags_are_silent_and_told_for_as_long_as_their_fault_stands(policy: Pack) -> None:
    memory = RuleMemory(accepted=frozenset({("t:A", "huge"), ("t:B", "huge")}))
    found = judged([policy], SMALL, TODAY, memory)
    assert found.verdicts.flags == ()
    assert found.accepted == {("t:A", "huge")}


def test_a_flag_in_its_grace_is_among_the_flags_so_that_its_first_day_is_remembered(policy: Pack) -> None:
    (flag,) = judge([policy], SMALL, TODAY).flags
    assert (flag.uid, flag.check, flag.label) == ("t:A", "huge", None)
    assert flag.because == "more than 8 points (label from 2026-12-06)"


def test_what_is_left_where_it_stands_says_why(tmp_path: Path) -> None:
    path = tmp_path / "promises.yaml"
    path.write_text(
        "pack: promises\nscore: {method: moscow, inputs: {promise: issue.fields.promise, effort: issue.points}}\n"
    )
    wont = issue("A", 1, 8, fields={"promise": "wont"})
    pack = load_pack(path)
    found = judged([pack], backlog(wont, issue("B", 2, 1, fields={"promise": "must"})), TODAY)
    (place,) = [place for place in found.verdicts.places if place.uid == wont.uid]
    assert place.because == ("MoSCoW Won't have this time: left out of ranking: keeps its place",)
    told = explained(found, [pack], wont, TODAY)
    assert told.score is not None
    assert (told.score.value, told.score.terms[0].value) == (None, "wont")


def test_explaining_an_issue_tells_its_goals_and_which_single_steps_concern_it(tmp_path: Path) -> None:
    path = tmp_path / "aims.yaml"
    path.write_text(
        """\
pack: aims
score: {method: value-effort, inputs: {value: issue.fields.value, effort: issue.points}, thresholds: {value: 5, effort: 5}, scales: {value: [1, 2, 3, 5, 8]}}
goals: [{name: Loyalty, measure: repeat orders, target: 30 %, date: 2027-06-30, labels: [loyal]}]
"""
    )
    pack = load_pack(path)
    near = issue("near", 1, 1, 3, labels=("loyal",))
    many = [issue(f"I{n}", n, 1, 5) for n in range(2, 12)]
    found = judged([pack], backlog(near, *many), TODAY)
    told = explained(found, [pack], near, TODAY)
    assert told.goals == ("Loyalty: repeat orders, target 30 %, by 2027-06-30",)
    assert told.steps[0] == "value of near from 3 to 5 puts near into the top 10 by score, and I11 out of it"
    assert explained(found, [pack], many[0], TODAY).goals == ()


def test_only_the_first_carry_their_number_and_what_leaves_them_or_is_done_loses_it(tmp_path: Path) -> None:
    path = tmp_path / "shown.yaml"
    path.write_text(POLICY.replace("decimals: 1}", "decimals: 1, rank_top: 2}"))
    written = {"value": 1, "Score": 9, "No.": 1}
    issues = [
        issue("A", 1, 13, fields={**written, "value": 8}),  # third by score
        issue("B", 2, 2, 8),
        issue("C", 3, 3, 2),
        issue("D", 4, 2, fields=written, state=State.DONE),
        issue("E", 5, None, fields=written),
    ]
    found = judge([load_pack(path)], backlog(*issues), TODAY).fields
    assert found == {
        "t:A": {"Score": 0.8, "No.": None},
        "t:B": {"Score": 5, "No.": 1},
        "t:C": {"Score": 1.3, "No.": 2},
        "t:D": {"No.": None},  # what it was worth stays on record
        "t:E": {"Score": None, "No.": None},
    }
