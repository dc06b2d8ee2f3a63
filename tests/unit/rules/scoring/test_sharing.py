"""Large backlogs are cheap because equal inputs share one reading and one sum."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from posync.model.issue import Issue
from posync.rules.scoring.base import Value, Worked
from posync.rules.scoring.wsjf import Wsjf
from tests.unit.rules.scoring.builders import WSJF, issue, scored


def test_a_sum_is_done_once_for_all_issues_with_the_same_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Mapping[str, Value]] = []
    work = Wsjf.work

    def counted(self: Wsjf, values: Mapping[str, Value], one: Issue) -> Worked:
        done.append(values)
        return work(self, values, one)

    monkeypatch.setattr(Wsjf, "work", counted)
    many = [issue(f"A-{n}", value=1 + n % 3, time=1, risk=1, points=1.0 + n % 2) for n in range(1, 601)]
    found = scored(WSJF, *many)
    assert len(found.scores) == 600
    assert len(done) == 6


def test_what_is_shared_is_still_each_issue_s_own() -> None:
    first = issue("A-1", value=1, time=1, risk=1, points=1, provenance={"points": "customfield_1"})
    second = issue("A-2", value=1, time=1, risk=1, points=1, provenance={"points": "customfield_2"})
    found = scored(WSJF, first, second).scores
    assert [found[uid].terms[3].source for uid in ("jira:1", "jira:2")] == ["customfield_1", "customfield_2"]
