"""The smaller answers, each as one look at the terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from posync.checking import Checked
from posync.connectors.base import Capability
from posync.errors import AccessRefused
from posync.model.backlog import Backlog
from posync.model.issue import Issue, State
from posync.model.run import Run
from posync.model.verdict import Assignment, Missing, Place, Score, Term
from posync.reporting import (
    render_backlog,
    render_check,
    render_comparison,
    render_criteria,
    render_explanation,
    render_history,
    render_pack_tests,
)
from posync.rules.comparing import Comparison, Shift
from posync.rules.explaining import Explained
from posync.rules.packs.packtests import CaseResult
from posync.rules.readiness.base import Condition
from posync.rules.readiness.criteria import acceptance_criteria

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_a_backlog_list_by_list_without_what_is_done() -> None:
    issues = (
        Issue(
            uid="t:1", tracker="t", key="A", rank=1, lane="L", lane_name="Next", title="Pay", labels=("bug",)
        ),
        Issue(uid="t:2", tracker="t", key="B", rank=2, lane="L", lane_name="Next", state=State.DONE),
        Issue(
            uid="t:3",
            tracker="t",
            key="C",
            rank=3,
            lane="L",
            lane_name="Next",
            title="\x1b[2JWipe",
            releases=("1",),
        ),
    )
    backlog = Backlog(tracker="t", issues=issues, complete=True, shown_by="written", observed=NOW)
    assert render_backlog(backlog, top=1).splitlines() == [
        "t · Next  2 issues",
        "  1  A  Pay",
        "        bug",
        "  and 1 more",
    ]
    assert "␛[2JWipe" in render_backlog(backlog)


def test_history() -> None:
    runs = [Run(id="r2", kind="run", started=NOW, outcome="held", changes=3, requests=12, detail="limit")]
    assert "r2   2026-11-20 09:30  run   held           3        12  limit" in render_history(runs)
    assert render_history([]) == "Nothing has run yet in this workspace.\n"


def test_a_comparison() -> None:
    shifts = (Shift("t", "A", "Pay", 9, 1), Shift("t", "B", "Wait", 1, 2), Shift("t", "C", "New", None, 3))
    text = render_comparison(Comparison("wsjf", "rice", 2, shifts, 0.5, {10: ("A", "C"), 50: ()}))
    assert "wsjf and rice over 2 issues\nKendall tau 0.50" in text
    assert "Top 10: 2 newcomers under rice: A, C" in text
    assert "▲ 8  A  Pay" in text
    assert "▼ 1  B  Wait" in text
    assert "No issue has another place." in render_comparison(Comparison("a", "b", 1, (), None, {}))


def test_an_explanation_is_a_ticked_tree() -> None:
    parts = (
        Condition("no label posync-ignore", holds=True),
        Condition("1 criterion", holds=False, detail="empty"),
    )
    explained = Explained(
        issue=Issue(uid="t:A", tracker="t", key="A", title="Pay"),
        of=9,
        score=Score("t:A", Fraction(19, 2), "WSJF 9.5", (Term("job_size", Fraction(2), "issue.points"),)),
        place=Place("t:A", 3, ("WSJF 9.5", "waits for B")),
        missing=(Missing("t:A", "risk_reduction", "1"),),
        assignment=Assignment("t:A", "2026.12", "fits"),
        checks=(Condition("acceptance-criteria", holds=False, parts=parts),),
        above="score 9.5 against 3",
    )
    text = render_explanation(explained)
    for line in (
        "A  Pay  (t)",
        "Above? score 9.5 against 3",
        "Place 3 of 9",
        "  -  waits for B",
        "Score 9.5",
        "  job size  2  issue.points",
        "  missing risk reduction; used instead: 1",
        "Release 2026.12",
        "  ✗ acceptance-criteria",
        "  ├── ✓ no label posync-ignore",
        "  └── ✗ 1 criterion  empty",
    ):
        assert line in text.splitlines()
    bare = Explained(issue=Issue(uid="t:A", tracker="t", key="A"), of=0)
    assert "No place: done, not ranked" in render_explanation(bare)


def test_criteria_with_where_they_stand() -> None:
    body = "# Acceptance criteria\n\n- The button is green\n- TBD\n"
    assert render_criteria(acceptance_criteria(body), body).splitlines() == [
        "1 acceptance criterion, under a heading",
        "  ✓  The button is green",
        "     under a heading, line 3",
        "  ✗  TBD",
        "     under a heading, line 4; nobody can check this",
    ]
    assert render_criteria(acceptance_criteria("nothing")).startswith("No acceptance criteria")


def test_pack_tests() -> None:
    text = render_pack_tests(
        [CaseResult("wsjf", "small first"), CaseResult("wsjf", "ties", ("order: expected A, got B",))]
    )
    assert "✗ wsjf  1 of 2 pass" in text
    assert "order: expected A, got B" in text
    assert render_pack_tests([]) == "These packs hold no tests.\n"


def test_what_an_account_may_do() -> None:
    granted = (
        Capability("read", granted=True),
        Capability("rank", granted=False, because="no SCHEDULE_ISSUES", consequence="nothing is moved"),
    )
    refused = Checked("board", error=AccessRefused("board", "read", "the token is wrong", status=401))
    text = render_check("demo", [Checked("shop", granted, notes=("no sprint field",)), refused])
    assert "✗  rank  no SCHEDULE_ISSUES\n           nothing is moved" in text
    assert "no sprint field" in text
    assert "only trying it would tell" not in text
    assert "✗ board: read: the token is wrong (HTTP 401)." in text


def test_what_nobody_can_know_is_neither_ticked_nor_crossed_out() -> None:
    unknown = Capability(
        "rank",
        granted=True,
        because="the token does not tell",
        consequence="if not, nothing is moved",
        known=False,
    )
    text = render_check("demo", [Checked("board", (unknown,))])
    assert "?  rank  the token does not tell\n           if not, nothing is moved" in text
    assert "only trying it would tell" in text
    assert "✓" not in text
    assert "✗" not in text
