"""Packs try their own examples: what passes, and how a difference is told."""

from pathlib import Path

import pytest

from posync.rules.packs.pack import Pack, load_pack
from posync.rules.packs.packtests import CaseResult, given, try_pack
from posync.shipped import names, shipped


def pack_of(folder: Path, text: str) -> Pack:
    (folder / "p.yaml").write_text(text)
    return load_pack(folder / "p.yaml")


@pytest.mark.parametrize("name", names("rules"))
def test_every_shipped_pack_does_what_its_examples_say(name: str) -> None:
    results = try_pack(load_pack(shipped("rules") / f"{name}.yaml"))
    assert results
    assert [(result.case, result.differences) for result in results if not result.passed] == []


RULES = """\
pack: p
score:
  method: wsjf
  inputs: {business_value: issue.fields.value, time_criticality: 1, risk_reduction: 1, job_size: issue.points}
order: {stability: 5}
write: {score_field: Score, rank_field: No.}
checks:
  - {check: huge, when: issue.points > 8, label: too-large, because: "more than 8 points"}
releases: {label: "r:{name}", train: [{name: R, date: 2026-02-01, capacity: 10}]}
"""


def test_everything_that_is_not_as_expected_is_told(tmp_path: Path) -> None:
    pack = pack_of(
        tmp_path,
        RULES
        + """\
tests:
  - case: all wrong
    given:
      - {key: A, points: 13, fields: {value: 1}}
      - {key: B, points: 2, fields: {value: 8}}
    expect:
      order: [A, B]
      scores: {A: 1, B: null}
      flags: {A: [], B: [huge]}
      releases: {A: R, B: null}
      labels: {B: []}
      fields: {B: {Score: 4, No.: 2, Other: 1}}
      missing: {A: [job_size]}
      because: {A: nonsense}
      warnings: [nonsense]
""",
    )
    (result,) = try_pack(pack)
    assert not result.passed
    assert [line for line in result.differences if "nonsense" not in line] == [
        "order: expected A, B, got B, A",
        "score of A: expected 1, got 0.231",
        "score of B: expected none, got 5",
        "flags of A: expected none, got huge",
        "flags of B: expected huge, got none",
        "release of A: expected R, got none",
        "release of B: expected none, got R",
        "labels of B: expected none, got r:R",
        "field 'Score' of B: expected 4, got 5",
        "field 'No.' of B: expected 2, got 1",
        "field 'Other' of B: expected 1, got none",
        "missing inputs of A: expected job_size, got none",
    ]
    assert [line.split(":")[0] for line in result.differences if "nonsense" in line] == [
        "because of A",
        "warnings",
    ]


def test_stability_counts_only_where_the_case_asks_for_it(tmp_path: Path) -> None:
    case = "  - {case: x, given: [{key: A, points: 8, fields: {value: 1}}, {key: B, points: 1, fields: {value: 8}}], steady: STEADY, expect: {order: [ORDER]}}\n"
    for steady, order in (("false", "B, A"), ("true", "A, B")):
        text = RULES + "tests:\n" + case.replace("STEADY", steady).replace("ORDER", order)
        assert try_pack(pack_of(tmp_path, text)) == (CaseResult("p", "x"),)


def test_an_error_may_be_what_is_expected(tmp_path: Path) -> None:
    text = RULES + "tests:\n  - {case: x, given: [{key: A}], expect: EXPECT}\n"
    (unexpected,) = try_pack(pack_of(tmp_path, text.replace("EXPECT", "{}")))
    assert unexpected.differences[0].startswith("error: pack p, issue A: issue.points is not set on A: write")
    (expected,) = try_pack(pack_of(tmp_path, text.replace("EXPECT", "{error: issue.points is not set}")))
    assert expected.passed
    (other,) = try_pack(pack_of(tmp_path, text.replace("EXPECT", "{error: something else}")))
    assert other.differences[0].startswith("error: expected 'something else' in 'pack p, issue A")
    (none,) = try_pack(
        pack_of(tmp_path, text.replace("{key: A}", "{key: A, points: 1}").replace("EXPECT", "{error: x}"))
    )
    assert none.differences == ("error: expected 'x', but every issue could be judged",)


def test_given_issues_are_as_a_connector_would_make_them(tmp_path: Path) -> None:
    pack = pack_of(
        tmp_path,
        RULES
        + """\
tests:
  - case: x
    today: 2026-03-01
    given:
      - {key: A, epic: E, sprint: active, blocks: [E], age_days: 2, days_in_state: 1, days_to_due: 3, points: 1,
         checklists: {AC: [works]}, description: "## Why"}
      - {key: E, type: epic, points: 1}
    expect: {}
""",
    )
    first, second = given(pack.tests[0]).issues
    assert (first.uid, first.rank, second.rank, first.title) == ("given:A", 1, 2, "A")
    assert (str(first.created), str(first.due)) == ("2026-02-27 09:00:00+00:00", "2026-03-04")
    assert first.in_active_sprint
    assert first.parent is not None
    assert first.parent.uid == second.uid
    assert first.links[0].to.uid == second.uid
    assert first.checklists[0].items[0].text == "works"


def test_signals_stand_in_for_files(tmp_path: Path) -> None:
    text = """\
pack: p
signals: {votes: {file: votes.csv, who: who, weights: {Ada: 3}}}
checks: [{check: wanted, when: issue.signals.votes != null and issue.signals.votes > 6}]
tests:
  - case: voices are weighed
    given: [{key: A}, {key: B}, {key: C}]
    signals: {votes: {A: {Ada: 8, Bob: 4}, B: {Ada: 4, Bob: 8}}}
    expect: {flags: {A: [wanted], B: [], C: []}}
"""
    assert try_pack(pack_of(tmp_path, text))[0].differences == ()
