"""Planning for a large backlog takes memory by its issues, not by their texts."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from posync.model.issue import Issue, IssueType
from posync.model.observation import Observation
from posync.model.text import Format, Text
from posync.state.store import Store

ISSUES, PAGE = 10_000, 500
CHILD = Path(__file__).with_name("planning_child.py")
PACK = """\
pack: large
score: {method: cd3, inputs: {cost_of_delay: issue.fields.value, duration: issue.points}}
checks:
  - {check: acceptance-criteria, label: needs-criteria, comment: true}
  - {check: missing-description, when: issue.type == 'story'}
  - {check: of-size, when: issue.points > 5, label: large}
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux tells a process's own peak of memory"
)


def issue(n: int, length: int) -> Issue:
    """Return one issue with a text of so many characters; every hundredth is a story, whose text is read."""
    return Issue(
        uid=f"jira:{n}",
        tracker="jira",
        key=f"SHOP-{n}",
        url=f"https://shop.example/browse/SHOP-{n}",
        type=IssueType.STORY if n % 100 == 0 else IssueType.TASK,
        title=f"Show page {n} of the basket",
        description=Text(format=Format.WIKI, source=f"page {n} ".ljust(length, "x")),
        status="To Do",
        position=f"0|i{n:06}:",
        labels=("web",),
        points=float(n % 7 + 1),
        fields={"value": float(n * 7919 % 100)},
        created=datetime(2026, 1, 1, tzinfo=UTC),
        provenance={"points": "Story points (customfield_10016)"},
    )


def planned(folder: Path, length: int) -> dict[str, float]:
    """Return what planning for issues with texts of this length took, in a process of its own."""
    folder.mkdir()
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    url = f"sqlite:///{folder / 'posync.db'}"
    with Store.open(url, "shop") as store, store.observing("jira") as seen:
        for start in range(0, ISSUES, PAGE):
            seen.keep([issue(n, length) for n in range(start, start + PAGE)])
        order = tuple(f"jira:{n}" for n in range(ISSUES))
        seen.finish(Observation(order=order, cursor="c", shown_by="made", full=True))
    asked = subprocess.run(
        [sys.executable, str(CHILD), url, str(folder)],
        check=True,
        capture_output=True,
        text=True,
        timeout=100,
    )
    told: dict[str, float] = json.loads(asked.stdout)
    return told


def test_memory_grows_with_issues_and_not_with_their_texts(tmp_path: Path) -> None:
    """Held in memory, the longer texts alone would take another 78 MiB."""
    short, long = (planned(tmp_path / str(length), length) for length in (20, 8_192))
    for told in (short, long):
        assert told["changes"] > ISSUES
        assert told["texts"] > ISSUES / 2  # the plan relies on the texts all the same
    assert long["peak"] - short["peak"] < 20
    assert short["peak"] - short["loaded"] < 45  # MiB, or 4.7 kB for each issue with its change
