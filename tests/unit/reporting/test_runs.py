"""What came of a plan, as a person reads it afterwards."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from posync.model.plan import Outcome, Plan, Result
from posync.model.run import Run
from posync.reporting import render_report, render_results

RESULTS = (
    Result(change=1, outcome=Outcome.DONE),
    Result(change=4, outcome=Outcome.SKIPPED, because="labels changed since the plan"),
    Result(change=8, outcome=Outcome.FAILED, because="the field is not on the <screen>"),
    Result(change=5, outcome=Outcome.ALREADY),
)
RUN = Run(
    id="r7", kind="apply", started=datetime(2026, 11, 20, tzinfo=UTC), outcome="failed", changes=4, requests=9
)


def test_counts_first_then_all_that_was_not_done(plan: Plan) -> None:
    text = render_results(plan, RESULTS, run="r7", outcome="failed", requests=9, warnings=["slow"])
    assert text.startswith("Run r7: failed\n  1 done, 1 already so, 1 left alone, 1 failed; 9 requests\n")
    assert (
        "Left alone (1)\n  SHOP-7  add label needs-criteria\n          labels changed since the plan" in text
    )
    assert "Failed (1)\n  SHOP-9  set Score to 9.5\n          the field is not on the <screen>" in text
    assert "warning slow" in text
    assert text.rstrip().endswith("To take it back: posync undo r7")


def test_a_plan_that_is_gone_leaves_the_numbers_of_the_changes() -> None:
    text = render_results(None, RESULTS[1:2], run="r7", outcome="held", requests=1)
    assert "change 4  labels changed since the plan" in text
    assert "undo" not in text


def test_a_report_in_every_format(plan: Plan) -> None:
    assert "apply begun 2026-11-20 00:00 UTC" in render_report(RUN, plan, RESULTS)
    markdown = render_report(RUN, plan, RESULTS, "markdown")
    assert "- SHOP-9: set Score to 9.5: the field is not on the &lt;screen&gt;" in markdown
    assert "# Plan for demo" in markdown
    page = render_report(RUN, plan, RESULTS, "html")
    assert "the field is not on the &lt;screen&gt;" in page
    assert "<title>Run r7</title>" in page
    assert "<title>Run r7</title>" in render_report(RUN, None, (), "html")
    with pytest.raises(ValueError, match="no report format is called pdf"):
        render_report(RUN, plan, RESULTS, "pdf")
