"""The how-to on signals and goals, followed to the letter; and what a tracker knows without files."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from posync.model.issue import IssueType, Link, LinkKind, Ref
from posync.rules.judge import Judged, judged
from posync.rules.packs.pack import load_packs
from tests.unit.rules.scoring.builders import TODAY, WSJF, backlog, issue, term, value

HOW_TO = (Path(__file__).parents[4] / "docs" / "signals-and-goals.md").read_text()


def followed(folder: Path) -> Judged:
    """Return what the how-to's files and pack make of a small backlog."""
    for language, name in (("csv", "signals/feedback.csv"), ("yaml", "rules/evidence.yaml")):
        found = re.search(rf"^```{language}\n(.*?)^```", HOW_TO, re.MULTILINE | re.DOTALL)
        assert found is not None
        (folder / name).parent.mkdir()
        (folder / name).write_text(found[1])
    world = backlog(
        issue("SHOP-1", type=IssueType.EPIC, ranked=False),
        issue("SHOP-7", points=1, epic="SHOP-1"),
        issue("SHOP-9", points=1),
    )
    return judged(load_packs(["rules/evidence.yaml"], folder), world, TODAY)


def test_the_how_to_comes_true(tmp_path: Path) -> None:
    found = followed(tmp_path)
    seven, nine = found.verdicts.scores["jira:7"], found.verdicts.scores["jira:9"]
    voices = term(seven, "business_value")
    assert voices.value == Fraction(19, 3)
    assert voices.source == (
        "mean of 2: ann 8 x 2 (signals/feedback.csv:2, 2026-10-01); bob 3 (signals/feedback.csv:3, 2026-10-12)"
    )
    assert seven.value == Fraction(19, 3) + 1 + 5
    assert nine.because == "WSJF 3 = (1 + 1 + 1) / 1; business value missing, 1 in its stead"
    told = "\n".join(each.because for each in found.verdicts.warnings)
    assert "feedback of SHOP-7, 5 apart: ann 8 x 2 (signals/feedback.csv:2, 2026-10-01); bob 3" in told
    assert "lines older than 90 days no longer count: SHOP-9 (signals/feedback.csv:4, 2026-03-01)" in told
    assert "no goal is served by SHOP-9" in told
    assert found.evidence.alignment.goals["jira:7"] == ("Guests can buy",)


def test_a_mean_that_is_no_decimal_stays_exact(tmp_path: Path) -> None:
    assert followed(tmp_path).verdicts.scores["jira:7"].cost_of_delay == Fraction(37, 3)


EXPRESSIONS = [
    found[1].strip("`")
    for found in re.finditer(r"^\| [^|]+ \| (`issue[^|]*`|`len[^|]*`) \|$", HOW_TO, re.MULTILINE)
]


@pytest.mark.parametrize(
    ("expression", "expected", "known"),
    [
        (EXPRESSIONS[0], 5, {"votes": 3, "watchers": 2}),
        (
            EXPRESSIONS[1],
            2,
            {
                "links": tuple(
                    Link(kind=LinkKind.RELATES, to=Ref(key=key)) for key in ("SUP-1", "SUP-2", "SHOP-3")
                )
            },
        ),
        (EXPRESSIONS[2], 13, {"due": TODAY}),
        (EXPRESSIONS[2], 1, {}),
        (EXPRESSIONS[3], 5, {"priority": "High"}),
        (EXPRESSIONS[4], 7, {"business_value": 7}),
    ],
)
def test_what_the_tracker_knows_needs_no_file(expression: str, expected: int, known: dict[str, Any]) -> None:
    inputs = {"business_value": expression, "time_criticality": 0, "risk_reduction": 0, "job_size": 1}
    assert value({**WSJF, "inputs": inputs}, issue("SHOP-1", **known)) == expected
