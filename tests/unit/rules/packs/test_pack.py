"""Packs: what loads, what is refused, and which packs contradict each other."""

import hashlib
from contextlib import suppress
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posync.documents import parse, read, read_bytes
from posync.errors import ConfigError
from posync.rules.packs.pack import Pack, load_pack, load_packs, read_packs, shipped_packs
from posync.rules.packs.schema import pack_schema
from posync.shipped import names, shipped

SCORING = """\
pack: mine
score:
  method: wsjf
  inputs:
    business_value: issue.fields.value
    time_criticality: 1
    risk_reduction: 1
    job_size: issue.points
"""
CHECKING = """\
pack: ready
checks:
  - check: acceptance-criteria
    label: needs-criteria
"""
RELEASING = """\
pack: train
releases:
  label: "release:{name}"
  train:
    - {name: "2026.12", date: 2026-12-15, capacity: 40}
    - {name: "2027.01", date: 2027-01-19}
"""
EVIDENCE = "signals: {feedback: {file: feedback.csv}}\n"
GOAL = 'goals: [{name: Retention, measure: repeat orders, target: "30 %", date: 2027-06-30, labels: [retention]}]\n'


def load(folder: Path, **files: str) -> tuple[Pack, ...]:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return load_packs([f"{name}.yaml" for name in files], folder)


def problems(folder: Path, **files: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, **files)
    return [str(problem) for problem in caught.value.problems]


def test_the_documented_pack_loads(tmp_path: Path) -> None:
    text = """\
pack: wsjf
about: Weighted shortest job first, on epics; stories inherit.
score:
  method: wsjf                       # wsjf cd3 rice ice moscow value-effort weighted kano buy-a-feature stack-rank
  inputs:
    business_value: issue.fields.business_value
    time_criticality: "issue.days_to_due == null ? 1 : (issue.days_to_due < 14 ? 13 : 3)"
    risk_reduction: issue.fields.risk ?? 1
    job_size: issue.points
  missing: {job_size: last}          # last | block | a number; always listed in the plan
order: {blockers: above, hierarchy: epics, ties: [time_criticality, -job_size, -created], stability: 2, active_sprint: keep, aging: {grace: 30d, over: 90d, at_most: 0.3}}
write:                               # optional: what the team sees beside the order
  score_field: Priority score        # Jira number field, Trello number custom field
  rank_field: Priority no.
checks:
  - check: acceptance-criteria       # built in; or `when:` with an expression
    when: issue.type == 'story' and issue.state != 'done'
    at_least: 1
    label: needs-acceptance-criteria
    comment: true
    remedy: Add one checkable line under a heading "Acceptance criteria".
releases:
  label: "release:{name}"            # Trello label and/or Jira label
  fix_version: true                  # Jira
  train:
    - {name: "2026.12", date: 2026-12-15, capacity: 40}
"""
    (pack,) = load(tmp_path, wsjf=text)
    assert pack.name == "wsjf"
    assert pack.path == tmp_path / "wsjf.yaml"
    assert pack.digest == "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    assert pack.write is not None
    assert pack.write.fields == {"Priority score", "Priority no."}


def test_every_shipped_pack_loads_alone_and_says_what_it_is_about(tmp_path: Path) -> None:
    for name in names("rules"):
        pack = load_pack(shipped("rules") / f"{name}.yaml")
        assert pack.name == name
        assert pack.about.endswith("."), name
        assert pack.tests, name
    assert [pack.name for pack in shipped_packs()] == list(names("rules"))
    packs = load_packs(["wsjf", "story-readiness", "release-train"], tmp_path)
    assert [pack.file for pack in packs] == [
        "rules/wsjf.yaml",
        "rules/story-readiness.yaml",
        "rules/release-train.yaml",
    ]


def test_every_shipped_pack_satisfies_the_schema_for_editors() -> None:
    schema = pack_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator(schema)
    for name in names("rules"):
        data = read(shipped("rules") / f"{name}.yaml").data
        assert [error.message for error in checker.iter_errors(_as_json(data))] == [], name
    assert list(checker.iter_errors({"pack": "x", "scoer": {}}))


def _as_json(data: object) -> object:
    if isinstance(data, dict):
        return {key: _as_json(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_as_json(each) for each in data]
    return data if data is None or isinstance(data, str | int | float) else str(data)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("job_size: issue.points", "jobsize: issue.points", ["p.yaml:8:5 unknown key 'jobsize': did you mean 'job_size'?"]),
        ("issue.points", "issue.point", ["p.yaml:8:21 unknown name 'issue.point': did you mean 'issue.points'?"]),
        ("method: wsjf", "method: wjsf", ["p.yaml:3:11 unknown method 'wjsf': did you mean 'wsjf'? Known are wsjf, cd3, rice, ice, moscow, value-effort, weighted, kano, buy-a-feature, stack-rank"]),
        ("pack: mine", "pack: mine\norder: {stabilty: 2}", ["p.yaml:2:9 unknown key 'stabilty': did you mean 'stability'?"]),
        ("pack: mine", "pack: mine\norder: {ties: [created, job_siz]}", ["p.yaml:2:25 unknown tie 'job_siz': did you mean 'job_size'?"]),
        ("pack: mine", "pack: mine\nwrite: {score_field: No, rank_field: No}", ["p.yaml:2:38 is the score's field already: name another"]),
        ("pack: mine", "pack: mine\nwrite: {decimals: 9}", ["p.yaml:2:19 must be at most 6, got the number 9"]),
        ("pack: mine", "about: x", ["p.yaml:1:1 missing key 'pack'"]),
        ("pack: mine", "pack: ''", ["p.yaml:1:7 is not written as expected (pattern ^[A-Za-z0-9][A-Za-z0-9._ -]{0,62}$), got ''"]),
    ],
)  # fmt: skip
def test_mistakes_in_a_pack_are_told_where_they_stand(
    before: str, after: str, said: list[str], tmp_path: Path
) -> None:
    assert problems(tmp_path, p=SCORING.replace(before, after, 1)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pack: idle\n", "p.yaml:1:7 does nothing: add `score:`, `checks:` or `releases:`"),
        ("pack: p\nchecks: [{check: mine, when: issue.points}]\n", "p.yaml:2:30 gives a number, not true or false: compare it, as in issue.points > 8"),
        ("pack: p\nchecks: [{check: estimat}]\n", "p.yaml:2:18 unknown check 'estimat': did you mean 'estimate'? Known are acceptance-criteria, atomic, blocked-by-unplanned, duplicate-title, estimate, missing-description, stale, unassigned-epic, user-story, vague-words, a name of your own with `when`"),
        ("pack: p\nchecks: [{check: mine, when: true, lable: x}]\n", "p.yaml:2:36 unknown key 'lable': did you mean 'label'?"),
        (CHECKING + "order: {stability: 1}\n", "p.yaml:5:1 an order needs scores: add `score:` with a method"),
        (CHECKING + "write: {score_field: X}\n", "p.yaml:5:1 there is nothing to write: add `score:` with a method"),
        (CHECKING + "  - check: acceptance-criteria\n", "p.yaml:5:12 check 'acceptance-criteria' is there twice: give the second a name of its own"),
        (RELEASING.replace("2027-01-19", "2026-12-15"), "p.yaml:6:31 must be later than 2026-12-15, the date of 2026.12: a train runs forward"),
        (RELEASING.replace("2027.01", "2026.12"), "p.yaml:6:14 release '2026.12' is in the train twice"),
        (RELEASING.replace('"release:{name}"', "release"), "p.yaml:3:10 must hold {name} once, as in 'release:{name}'"),
        (RELEASING.replace('  label: "release:{name}"\n', ""), "p.yaml:3:3 a train without `label` and `fix_version` shows nowhere: write one of them"),
        (CHECKING.replace("needs-criteria", "'  '"), "p.yaml:4:12 expected one line of visible characters, without blanks around them"),
        (CHECKING.replace("needs-criteria", '"a\\nb"'), "p.yaml:4:12 expected one line of visible characters, without blanks around them"),
        (CHECKING.replace("needs-criteria", "''"), "p.yaml:4:12 must have at least 1 characters, got ''"),
        (CHECKING + "    ignore: ' x'\n", "p.yaml:5:13 expected one line of visible characters, without blanks around them"),
        (RELEASING.replace('"2026.12"', '"2026\\t12"'), "p.yaml:5:14 expected one line of visible characters, without blanks around them"),
        (RELEASING.replace("capacity: 40", "capacity: -1"), "p.yaml:5:53 must be at least 0 points"),
        (RELEASING.replace("capacity: 40", "capacity: many"), "p.yaml:5:53 'many' is text where a number is due"),
        (RELEASING[: RELEASING.index("  train")] + "  train: []\n", "p.yaml:4:10 expected a list of 1 or more"),
        (RELEASING[: RELEASING.index("  train")] + "  train: [{name: 2026.12, date: 2026-12-15}]\n", "p.yaml:4:18 expected text, got the number 2026.12: put quotes around it"),
        (RELEASING + "tests:\n  - case: x\n    given: [{key: A}, {key: A}]\n    expect: {}\n", "p.yaml:9:29 issue 'A' is given twice"),
        (RELEASING + "tests:\n  - case: x\n    given: [{key: SHOP-1}]\n    expect: {order: [SHOP-2]}\n", "p.yaml:10:22 no issue 'SHOP-2' is given: did you mean 'SHOP-1'?"),
    ],
)  # fmt: skip
def test_what_does_not_hang_together_is_refused(text: str, said: str, tmp_path: Path) -> None:
    assert problems(tmp_path, p=text) == [said]


def test_the_mistakes_of_all_packs_are_told_at_once(tmp_path: Path) -> None:
    said = problems(
        tmp_path, a="pakc: a\nchecks: []\n", b=SCORING.replace("issue.points", "points"), c="pack: [\n"
    )
    assert [line.split(":")[0] for line in said] == ["a.yaml", "b.yaml", "c.yaml"]
    with pytest.raises(ConfigError, match="unknown pack 'wsfj': did you mean 'wsjf'"):
        load_packs(["wsfj"], tmp_path)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (SCORING, SCORING.replace("mine", "yours"), "b.yaml:2:1 a.yaml also scores: one backlog has one order, so keep `score:` in one of them"),
        (RELEASING, RELEASING.replace("pack: train", "pack: other").replace("release:", "r:").replace('"r:{', '"s:{'), None),
        (SCORING, CHECKING.replace("pack: ready", "pack: mine"), "b.yaml:1:1 a.yaml is called 'mine' too: give each pack a name of its own"),
        (CHECKING, CHECKING.replace("ready", "other").replace("acceptance-criteria", "estimate"), "b.yaml:4:12 a.yaml manages the label 'needs-criteria' with another meaning: choose another label"),
        (CHECKING, CHECKING.replace("ready", "other") + "    at_least: 3\n", "b.yaml:3:12 a.yaml has a check 'acceptance-criteria' with other settings: give one of them a name of its own"),
        (CHECKING.replace("needs-criteria", "release:2026.12"), RELEASING, "b.yaml:3:10 a.yaml manages the label 'release:2026.12' with another meaning: choose another label"),
        (CHECKING + GOAL, CHECKING.replace("ready", "other") + GOAL, "b.yaml:5:10 a.yaml also has a goal 'Retention': state each goal once"),
    ],
)  # fmt: skip
def test_packs_that_contradict_each_other_are_refused_with_both_files(
    one: str, other: str, said: str | None, tmp_path: Path
) -> None:
    told = problems(tmp_path, a=one, b=other)
    if said is None:
        assert "b.yaml:2:1 a.yaml also fills a train: keep `releases:` in one of them" in told
    else:
        assert said in told


def test_two_packs_may_share_a_check_word_for_word(tmp_path: Path) -> None:
    assert len(load(tmp_path, a=CHECKING, b=CHECKING.replace("ready", "other"))) == 2


def test_evidence_is_read_with_the_packs_from_beside_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "feedback.csv").write_text("issue,value\nSHOP-1,5\n")
    (pack,) = load(tmp_path, p=CHECKING + EVIDENCE)
    assert [line.key for line in pack.evidence.lines["feedback"]] == ["SHOP-1"]
    (tmp_path / "feedback.csv").write_text("issue,value\nSHOP-1,much\n")
    assert problems(tmp_path, p=CHECKING + EVIDENCE)[0].startswith("feedback.csv:2")
    assert not load_pack(tmp_path / "p.yaml").evidence.lines
    (tmp_path / "feedback.csv").unlink()
    assert problems(tmp_path, p=CHECKING + EVIDENCE) == [
        "p.yaml:5:28 feedback.csv: no such file: signal files are looked for beside the workspace file"
    ]


def test_packs_may_be_read_each_for_itself(tmp_path: Path) -> None:
    found = read_packs(["wsjf", "rice", "buy-a-feature"], tmp_path)
    assert [pack.name for pack in found] == ["wsjf", "rice", "buy-a-feature"]
    with pytest.raises(ConfigError, match=r"(?s)no pack at x.yaml.*unknown pack 'wsfj'"):
        read_packs(["wsfj", "x.yaml"], tmp_path)


PIECES = ["issue", "points", ": ", "- ", "{", "}", "[", "]", "'", '"', "\n", "  ", "#", "&", "*", "!", "wsjf", "check", "3", "null", "true", "2026-12-15", ",", "|", ">", "?", "ä", "\t"]  # fmt: skip


@given(st.sampled_from(names("rules")), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), st.sampled_from(PIECES)), min_size=1, max_size=4))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_a_pack_that_somebody_has_spoilt_loads_or_is_refused(
    name: str, spoilt: list[tuple[float, int, str]]
) -> None:
    text = (shipped("rules") / f"{name}.yaml").read_text()
    for where, cut, piece in spoilt:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + cut :]
    with suppress(ConfigError):
        parse(read_bytes(text.encode(), "p.yaml"), Pack)
