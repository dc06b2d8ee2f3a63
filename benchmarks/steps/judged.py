"""Judges COUNT made issues RUNS times and prints the least seconds of processor time and the peak of memory.

With `reading`, a check of the acceptance criteria in the texts is added to the twenty rules.
"""

from __future__ import annotations

import gc
import json
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from posync.cli import SELDOM
from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType, Link, LinkKind, Ref, State
from posync.model.text import Format, Text
from posync.rules.judge import judge
from posync.rules.packs.pack import load_packs

TODAY = date(2026, 11, 22)
RULES = [
    "issue.points == null",
    "(issue.points ?? 0) > 8",
    "issue.assignee == null and issue.state == 'in_progress'",
    "issue.age_days > 180 and issue.state == 'todo'",
    "issue.days_in_state > 30 and issue.state == 'in_progress'",
    "issue.days_to_due != null and issue.days_to_due < 0",
    "issue.type == 'epic' and issue.parent != null",
    "issue.type == 'bug' and (issue.priority ?? '') == 'High' and issue.votes > 5",
    "len(issue.labels) == 0",
    "'legacy' in issue.labels",
    "issue.votes > 20 and issue.state == 'todo'",
    "issue.watchers > 10 and (issue.points ?? 1) < 2",
    "issue.priority == null",
    "issue.comments > 20",
    "issue.fields.business_value == null",
    "(issue.fields.business_value ?? 0) > 10 and (issue.points ?? 0) > 8",
    "len(issue.title) > 60",
    "issue.reporter == null",
    "len(issue.links) > 3",
    "issue.sprint == null and issue.state == 'in_progress'",
]
PACK = """\
pack: twenty
score:
  method: wsjf
  inputs:
    business_value: issue.fields.business_value ?? 1
    time_criticality: "issue.days_to_due == null ? 1 : (issue.days_to_due < 14 ? 13 : 3)"
    risk_reduction: issue.fields.risk ?? 1
    job_size: issue.points ?? 3
order: {blockers: above, stability: 2}
checks:
"""
READING = """\
  - {check: acceptance-criteria, when: issue.type == 'story' and issue.state != 'done', label: needs-criteria}
"""
BODY = """\
As a customer I want {what}, so that I find my way back.

h3. Acceptance criteria
* {what} opens in under 2 seconds
* An empty list says so in words
"""


def backlog(count: int) -> Backlog:
    """Return a believable backlog; one issue in twenty is blocked by another."""
    dice = random.Random(1)
    return Backlog(
        tracker="shop",
        issues=tuple(issue(dice, rank, count) for rank in range(1, count + 1)),
        complete=True,
        shown_by="made",
        observed=datetime(2026, 11, 22, tzinfo=UTC),
    )


def issue(dice: random.Random, rank: int, count: int) -> Issue:
    """Return one issue."""
    created = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=dice.randrange(400_000))
    what = f"page {rank} {dice.choice(('of the basket', 'of returns', 'for guests'))}"
    due = TODAY + timedelta(days=dice.randrange(-10, 90)) if dice.random() < 0.1 else None
    blocked = rank > 1 and dice.random() < 0.05
    other = dice.randrange(1, count + 1)
    blocker = Ref(key=f"SHOP-{other}", uid=f"shop:{other}")
    return Issue(
        uid=f"shop:{rank}",
        tracker="shop",
        key=f"SHOP-{rank}",
        type=dice.choice((IssueType.STORY, IssueType.STORY, IssueType.BUG, IssueType.TASK)),
        title=f"Show {what}",
        description=Text(
            format=Format.WIKI, source=BODY.format(what=what) if dice.random() < 0.7 else "To be discussed."
        ),
        state=dice.choice((State.TODO, State.TODO, State.TODO, State.IN_PROGRESS)),
        rank=rank,
        labels=tuple(dice.sample(("web", "app", "legacy"), dice.randrange(3))),
        points=dice.choice((None, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0)),
        priority=dice.choice((None, "High", "Low")),
        assignee=dice.choice((None, "Paula", "Rita")),
        reporter="Edda",
        votes=dice.randrange(30),
        watchers=dice.randrange(15),
        comments=dice.randrange(30),
        created=created,
        state_since=created + timedelta(days=dice.randrange(60)),
        due=due,
        links=(Link(kind=LinkKind.BLOCKED_BY, to=blocker),) if blocked and other != rank else (),
        fields={"business_value": float(dice.randrange(1, 14)), "risk": float(dice.randrange(1, 9))},
    )


def pack_file(folder: Path, *, reading: bool = False) -> str:
    """Write the pack of twenty rules, with one that reads texts where asked, and return its path."""
    rules = [f'  - {{check: rule-{n}, when: "{rule}", label: "rule-{n}"}}' for n, rule in enumerate(RULES)]
    (folder / "twenty.yaml").write_text(PACK + READING * reading + "\n".join(rules) + "\n", "utf-8")
    return "./twenty.yaml"


def main() -> None:
    """Print one JSON object."""
    count, runs, reading = int(sys.argv[1]), int(sys.argv[2]), "reading" in sys.argv
    with tempfile.TemporaryDirectory() as name:
        packs = load_packs([pack_file(Path(name), reading=reading)], Path(name))
    gc.set_threshold(SELDOM)  # as every command does
    made = backlog(count)
    took = []
    for _ in range(runs):
        began = time.process_time()
        judge(packs, made, TODAY)
        took.append(time.process_time() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": min(took), "peak": peak}))


if __name__ == "__main__":
    main()
