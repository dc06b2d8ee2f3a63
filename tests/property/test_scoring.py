"""What holds for every method and every backlog: order does not matter, and strangers change nothing."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from posync.errors import ConfigError, RuleError
from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType, Ref, State
from posync.rules.scoring import Scored, Scoring, score_all
from posync.rules.scoring.base import ScoreSettings
from posync.rules.scoring.stack_rank import StackRank
from posync.rules.scoring.wsjf import Wsjf
from posync.rules.signals import Line, Signals, SignalSource, load_signals

TODAY = date(2026, 11, 22)
_SCORING: TypeAdapter[ScoreSettings] = TypeAdapter(Scoring)


def _numbers(*names: str) -> dict[str, str]:
    return {name: f"issue.fields.{name[0]}" for name in names}


METHODS: Mapping[str, Mapping[str, Any]] = {
    "wsjf": {"inputs": _numbers("business_value", "time_criticality", "risk_reduction", "job_size")},
    "cd3": {"inputs": _numbers("cost_of_delay", "duration"), "missing": {"cost_of_delay": "block"}},
    "rice": {"inputs": _numbers("reach", "impact", "confidence", "effort"), "missing": {"effort": 1}},
    "ice": {"inputs": _numbers("impact", "confidence", "ease"), "inherit": True},
    "moscow": {"inputs": {"promise": "issue.reporter", "effort": "issue.points"}},
    "value-effort": {"inputs": _numbers("value", "effort"), "thresholds": {"value": 5, "effort": 5}},
    "weighted": {
        "inputs": {
            "reach": {"value": "issue.fields.r", "weight": 0.3, "min": 0, "max": 9},
            "cost": {"value": "issue.fields.c", "weight": 0.7, "min": 0, "max": 9, "better": "low"},
        }
    },
    "kano": {"inputs": {"functional": "issue.priority", "dysfunctional": "issue.assignee"}},
    "buy-a-feature": {"inputs": _numbers("spend", "price")},
    "stack-rank": {},
}
_figures = st.one_of(st.integers(-1, 21), st.sampled_from([0.5, 0.1, 2.75, "3", None]))
_answers = st.sampled_from(["like", "must-be", "neutral", "live-with", "dislike", None])


@st.composite
def _issues(draw: st.DrawFn, number: int, of: int) -> Issue:
    above = draw(st.integers(0, of))
    return Issue(
        uid=f"t:{number}",
        tracker="t",
        key=f"SHOP-{number}",
        rank=draw(st.integers(1, of)),
        type=draw(st.sampled_from(list(IssueType))),
        state=draw(st.sampled_from(list(State))),
        parent=Ref(key=f"SHOP-{above}") if above else None,
        releases=draw(st.sampled_from([(), ("1.0",), ("1.0", "2.0")])),
        points=draw(st.sampled_from([None, 0.0, 1.0, 2.5, 13.0])),
        priority=draw(_answers),
        assignee=draw(_answers),
        reporter=draw(st.sampled_from(["must", "should", "could", "wont", None])),
        fields=draw(st.dictionaries(st.sampled_from(list("abcdefijprstv")), _figures)),
    )


@st.composite
def _backlogs(draw: st.DrawFn) -> tuple[Issue, ...]:
    of = draw(st.integers(1, 8))
    return tuple(draw(_issues(number, of)) for number in range(1, of + 1))


def _scored(scoring: ScoreSettings, issues: tuple[Issue, ...]) -> Scored:
    observed = datetime(2026, 11, 22, tzinfo=UTC)
    world = Backlog(tracker="t", issues=issues, complete=True, shown_by="made up", observed=observed)
    return score_all(scoring, world, TODAY)


def _scoring(method: str) -> ScoreSettings:
    return _SCORING.validate_python({"method": method, **METHODS[method]})


@pytest.mark.parametrize("method", METHODS)
@given(issues=_backlogs(), seed=st.integers(0, 99))
@settings(max_examples=25)
def test_the_same_issues_in_any_order_get_the_same_verdict(
    method: str, issues: tuple[Issue, ...], seed: int
) -> None:
    scoring = _scoring(method)
    mixed = random.Random(seed).sample(issues, len(issues))
    assert _scored(scoring, issues) == _scored(scoring, tuple(mixed))


@pytest.mark.parametrize("method", METHODS)
@given(issues=_backlogs(), stranger=_issues(99, 8))
@settings(max_examples=25)
def test_an_issue_that_is_nobody_s_parent_changes_no_other_score(
    method: str, issues: tuple[Issue, ...], stranger: Issue
) -> None:
    scoring = _scoring(method)
    before, after = _scored(scoring, issues), _scored(scoring, (*issues, stranger))
    assert before.scores == {uid: score for uid, score in after.scores.items() if uid != stranger.uid}
    assert before.left == {uid: score for uid, score in after.left.items() if uid != stranger.uid}
    assert before.missing == tuple(each for each in after.missing if each.uid != stranger.uid)


@pytest.mark.parametrize("method", METHODS)
@given(issues=_backlogs())
@settings(max_examples=15)
def test_every_open_issue_is_scored_or_left_and_every_gap_is_listed(
    method: str, issues: tuple[Issue, ...]
) -> None:
    found = _scored(_scoring(method), issues)
    assert set(found.scores) | set(found.left) == {issue.uid for issue in issues if issue.is_open}
    assert not set(found.scores) & set(found.left)
    listed = {each.uid for each in found.missing}
    assert {uid for uid, score in found.scores.items() if score.value is None} <= listed
    for score in found.scores.values():
        assert score.value is None or score.value >= 0
        assert score.size > 0
        assert score.because


def test_only_the_order_people_gave_is_relative_by_definition() -> None:
    assert [type(_scoring(method)) for method in METHODS if _scoring(method).relative] == [StackRank]


@given(st.tuples(*[st.decimals("0", "20", places=2) for _ in range(3)]), st.decimals("0.01", "20", places=2))
def test_decimals_are_never_rounded(parts: tuple[Any, ...], size: Any) -> None:
    names = ("business_value", "time_criticality", "risk_reduction")
    values = {name: Fraction(str(part)) for name, part in zip(names, parts, strict=True)}
    fields = {"b": float(parts[0]), "t": float(parts[1]), "r": float(parts[2]), "j": float(size)}
    one = Issue(uid="t:1", tracker="t", key="SHOP-1", fields=fields)
    scoring = _scoring("wsjf")
    assert isinstance(scoring, Wsjf)
    assert _scored(scoring, (one,)).scores["t:1"].value == sum(values.values()) / Fraction(str(size))


@given(
    st.dictionaries(
        st.sampled_from(list("btrj")),
        st.one_of(st.text(), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.integers()),
    )
)
def test_whatever_a_field_holds_is_scored_or_refused_with_the_issue(fields: dict[str, Any]) -> None:
    one = Issue(uid="t:1", tracker="t", key="SHOP-1", fields=fields)
    try:
        _scored(_scoring("wsjf"), (one,))
    except RuleError as error:
        said = str(error)
    else:
        said = "SHOP-1"
    assert "SHOP-1" in said


@given(st.one_of(st.text(), st.binary()), st.sampled_from(["s.csv", "s.json"]))
def test_whatever_a_file_holds_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: str | bytes, name: str
) -> None:
    folder: Path = tmp_path_factory.mktemp("signals")
    body = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    (folder / name).write_bytes(b"issue,value\n" + body if name == "s.csv" else body)
    try:
        load_signals({"s": SignalSource(file=name, type="text")}, folder)
    except ConfigError as error:
        said = str(error)
    else:
        said = name
    assert name in said


_voices = st.lists(
    st.tuples(st.sampled_from(["ann", "bob", "cyd", "dan"]), st.integers(0, 10), st.integers(1, 5)),
    unique_by=lambda voice: voice[0],
    min_size=1,
)


@given(_voices, st.sampled_from(["mean", "median", "sum", "max", "min", "most", "all"]), st.integers(0, 99))
def test_voices_in_any_order_make_the_same_value(
    voices: list[tuple[str, int, int]], combine: Any, seed: int
) -> None:
    def value(order: list[tuple[str, int, int]]) -> Any:
        lines = tuple(
            Line("SHOP-1", Fraction(n), f"s.csv:{ord(who[0])}", who, None, Fraction(w)) for who, n, w in order
        )
        world = Backlog(
            tracker="t",
            issues=(Issue(uid="t:1", tracker="t", key="SHOP-1"),),
            complete=True,
            shown_by="made up",
            observed=datetime(2026, 11, 22, tzinfo=UTC),
        )
        source = SignalSource(file="s.csv", who="who", combine=combine)
        return Signals({"s": source}, {"s": lines}).heard(world, TODAY).values["t:1"]["s"]

    assert value(voices) == value(random.Random(seed).sample(voices, len(voices)))
