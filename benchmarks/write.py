"""Moving 20 of 1,000 and flagging 50, on Jira and on Trello: posync apply beside a naive loop with the bare libraries.

The naive loop moves the same 20 issues to the same places, one call each, and looks at each of the 50 before it
adds the label. Once the 20 go to the top together, once each to a place of its own: there every move is preceded by
a look at the order, so that none undoes what people did meanwhile. Trello takes one request per card at best.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from _measuring import PEERS, POSYNC, Bench, Contender, Figure, Targets, bench, ran, sandbox, table

from posync.model.issue import Issue, State
from posync.model.plan import Plan
from posync.service import open_workspace

MANY, MOVED, FLAGGED = 1000, 20, 50
TO_THE_TOP, APART = 1, 27  # places from one moved issue to the next: together, or each to a place of its own
PACK = """\
pack: bench
score: {{method: stack-rank}}
order:
  in_progress: ignore  # else whoever is at work keeps its very number, and hundreds hop over them
  pins:
{pins}
checks:
  - {{check: bench, when: "issue.key in {keys}", label: needs-acceptance-criteria}}
"""
PIN = "    - {{issue: {key}, at: {at}, owner: Paula, because: it is measured}}"


def prepared(here: Bench, step: int) -> tuple[Plan, list[Issue], list[Issue]]:
    """Put the seeded world back, and save and return a plan that moves 20 issues and flags 50, with both."""
    here.served.control("POST", "reset")
    here.forget()
    pack = here.folder / "bench.yaml"
    pack.write_text("pack: bench\nscore: {method: stack-rank}\n", "utf-8")
    with open_workspace(here.file) as workspace:
        workspace.pull()
        moved, flagged = chosen(list(workspace.backlogs()[0].issues))
    pins = (PIN.format(key=issue.key, at=1 + step * n) for n, issue in enumerate(moved))
    pack.write_text(PACK.format(pins="\n".join(pins), keys=[issue.key for issue in flagged]), "utf-8")
    with open_workspace(here.file) as workspace:
        plan = workspace.plan(offline=True)
    (here.folder / "bench.plan.json").write_text(plan.to_json(), "utf-8")
    return plan, moved, flagged


def chosen(issues: list[Issue]) -> tuple[list[Issue], list[Issue]]:
    """Return 20 issues near the end of one list, and 50 others all over it."""
    lane = [
        issue
        for issue in issues
        if issue.lane == issues[0].lane and issue.state is State.TODO and issue.ranked
    ]
    moved = lane[-4 * MOVED :: 4]
    rest = [issue for issue in lane if issue not in moved]
    return moved, rest[:: len(rest) // FLAGGED][:FLAGGED]


def compared(here: Bench, tracker: str, step: int) -> dict[str, Figure]:
    """Return posync's figure and the naive loop's, each from the same start to the same order."""
    what = f"{tracker}, {'to the top' if step == TO_THE_TOP else 'each elsewhere'}"
    ours, theirs = Figure(f"posync apply, {what}"), Figure(f"naive loop, {what}")
    plan, moved, flagged = prepared(here, step)
    file = str(here.folder / "bench.plan.json")
    ran(Contender([POSYNC, "apply", file, "-c", here.file, "--yes", "--approve", plan.checksum]), ours, here)
    with open_workspace(here.file) as workspace:
        left = len(workspace.plan().changes)
        order = [issue.id for issue in workspace.backlogs()[0].issues]
    if left:
        raise SystemExit(f"{what}: {left} changes are left after apply")
    prepared(here, step)
    places = [(issue.id, order.index(issue.id)) for issue in moved]
    moves = [
        [one, order[at - 1] if at else None, order[at + 1]]
        for one, at in sorted(places, key=lambda pair: pair[1])
    ]
    todo = {tracker.lower(): {"moves": moves, "flags": [issue.id for issue in flagged]}}
    (here.folder / "todo.json").write_text(json.dumps(todo), "utf-8")
    loop = [sys.executable, str(PEERS / "naive_write.py"), here.served.jira, here.served.trello]
    ran(Contender([*loop, str(here.folder / "todo.json")]), theirs, here)
    return {ours.name: ours, theirs.name: theirs}


def without(here: Bench, tracker: str) -> None:
    """Leave one tracker out of the workspace, and judge by the pack of this benchmark."""
    text = Path(here.file).read_text("utf-8")
    start = text.index(f"  {tracker}:")
    end = text.index("  shop-trello:") if tracker == "shop-jira" else text.index("packs:")
    text = text[:start] + text[end:]
    packs = text.index("packs:")
    Path(here.file).write_text(text[:packs] + "packs: [./bench.yaml]\nstate: sqlite:///posync.db\n", "utf-8")


def main() -> int:
    """Print the table; 1 where the target is missed."""
    targets, figures = Targets(), {}
    arguments = ("--issues", str(MANY), "--cards", str(MANY), "--latency-ms", "50")
    with sandbox(*arguments) as served:
        for what, left_out in (("Jira", "shop-trello"), ("Trello", "shop-jira")):
            with tempfile.TemporaryDirectory() as folder:
                here = bench(folder, served)
                os.environ.update(here.environment())  # plans made here and commands share one cache
                without(here, left_out)
                for step in (TO_THE_TOP, APART):
                    figures |= compared(here, what, step)
    print(f"Moving {MOVED} of {MANY} and flagging {FLAGGED}, 50 ms a request:\n")
    print(table(figures, "naive loop, Jira, to the top"), end="\n\n")
    for name in [name for name in figures if name.startswith("posync")]:
        ratio = figures[name].asked / figures[name.replace("posync apply", "naive loop")].asked
        most = 0.1 if name.endswith("Jira, to the top") else 1.0
        targets.holds(f"requests of {name} : naive loop", ratio, most)
    return targets.exit_code


if __name__ == "__main__":
    sys.exit(main())
