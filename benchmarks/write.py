"""Moving 20 of 1,000 and flagging 50, on Jira and on Trello: posync apply beside two loops with the bare libraries.

The naive loop knows the wanted order and whom to flag: it puts each issue behind the one before it, and looks at each
of the 50 before it adds the label. The other loop is told which 20 issues are to move, and where: that is what posync's
planner finds out, and costs 20 moves. Once the 20 go to the top together, once each to a place of its own, where every
move of posync's is preceded by a look at the order, so that none undoes what people did meanwhile. Trello takes one
request per card at best. Nobody is refused for being too fast: Trello would let nobody send more than 100 requests in 10 s,
to which only posync keeps here, so that seconds flatter the loops.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from _measuring import PEERS, POSYNC, Bench, Contender, Figure, Targets, bench, ran, sandbox, table

from posync.model.issue import Issue, State
from posync.model.plan import Plan
from posync.service import open_workspace

MANY, MOVED, FLAGGED = 1000, 20, 50
OURS, NAIVE, TOLD = "posync apply", "naive loop: writes the whole order down", "loop told which 20 moved"
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
    """Return 20 issues near the end of one list that take no others with them, and 50 others all over it."""
    lane = [
        issue
        for issue in issues
        if issue.lane == issues[0].lane and issue.state is State.TODO and issue.ranked
    ]
    moved = [issue for issue in lane if not issue.links][-4 * MOVED :: 4]
    rest = [issue for issue in lane if issue not in moved]
    return moved, rest[:: len(rest) // FLAGGED][:FLAGGED]


@dataclass(frozen=True)
class Scenario:
    """One comparison: who asked how often, the fewest writes any client can do it with, and how many issues are done."""

    what: str
    figures: dict[str, Figure]
    least: int
    finished: int

    @classmethod
    def measured(cls, here: Bench, tracker: str, step: int) -> Scenario:
        """Run posync and both loops, each from the same start to the same order; all must end in posync's order."""
        what = f"{tracker}, {'to the top' if step == TO_THE_TOP else 'each elsewhere'}"
        figures = {who: Figure(f"{who}, {what}") for who in (OURS, NAIVE, TOLD)}
        plan, moved, flagged = prepared(here, step)
        file = str(here.folder / "bench.plan.json")
        ran(
            Contender([POSYNC, "apply", file, "-c", here.file, "--yes", "--approve", plan.checksum]),
            figures[OURS],
            here,
        )
        issues = unchanged(here, figures[OURS])
        (here.folder / "todo.json").write_text(todo(tracker, issues, moved, flagged), "utf-8")
        for who, how in ((NAIVE, "whole"), (TOLD, "told")):
            prepared(here, step)
            loop = [sys.executable, str(PEERS / "naive_write.py"), how, here.served.jira, here.served.trello]
            ran(Contender([*loop, str(here.folder / "todo.json")]), figures[who], here)
            unchanged(here, figures[who])
        finished = sum(issue.state is State.DONE for issue in issues)
        least = sum(write.issues > 0 for write in plan.expected_writes)
        return cls(what, figures, least, finished)

    def judged(self, targets: Targets) -> None:
        """Hold posync against the naive loop, and say what the other one took, and what is left."""
        ours, naive, told = (self.figures[who].asked for who in (OURS, NAIVE, TOLD))
        targets.holds(f"requests of posync : {NAIVE}, {self.what}", ours / naive, 0.1)
        print(
            f"       {naive / ours:.1f} times fewer; {(naive - self.finished) / ours:.1f} times, if that loop left "
            f"the {self.finished} finished issues where they are; {told / ours:.1f} times fewer than the {TOLD}.\n"
            f"       Of the {ours} requests {self.least} write to issues, which no client can do with less; the other "
            f"{ours - self.least} are looks and, in this first run, posync's marker."
        )


def unchanged(here: Bench, figure: Figure) -> list[Issue]:
    """Return the issues in their order, once it is shown that nothing is left to be done."""
    with open_workspace(here.file) as workspace:
        left = len(workspace.plan().changes)
        if left:
            raise SystemExit(f"{figure.name}: {left} changes are left")
        return list(workspace.backlogs()[0].issues)


def todo(tracker: str, issues: Sequence[Issue], moved: Sequence[Issue], flagged: Sequence[Issue]) -> str:
    """Return what the loops are given: the wanted order of each list, who moves behind whom, and the flags.

    The second loop is told of neighbours that are still to be done: where finished ones stand is no matter.
    """
    orders: dict[str, list[str]] = {}
    waiting: dict[str, list[str]] = {}
    for issue in issues:
        orders.setdefault(issue.lane, []).append(issue.id)
        if issue.state is not State.DONE:
            waiting.setdefault(issue.lane, []).append(issue.id)
    going = {issue.id for issue in moved}
    pairs = (pair for order in waiting.values() for pair in pairwise([None, *order]))
    moves = [(one, above) for above, one in pairs if one in going]
    found = {"tracker": tracker.lower(), "orders": list(orders.values()), "moves": moves}
    return json.dumps({**found, "flags": [issue.id for issue in flagged]})


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
    scenarios: list[Scenario] = []
    arguments = ("--issues", str(MANY), "--cards", str(MANY), "--latency-ms", "50")
    with sandbox(*arguments) as served:
        for tracker, left_out, steps in (
            ("Jira", "shop-trello", (TO_THE_TOP, APART)),
            ("Trello", "shop-jira", (APART,)),
        ):
            with tempfile.TemporaryDirectory() as folder:
                here = bench(folder, served)
                os.environ.update(here.environment())  # plans made here and commands share one cache
                without(here, left_out)
                scenarios += [Scenario.measured(here, tracker, step) for step in steps]
    print(f"Moving {MOVED} of {MANY} and flagging {FLAGGED}, 50 ms a request:\n")
    figures = {figure.name: figure for one in scenarios for figure in one.figures.values()}
    print(table(figures, f"{NAIVE}, {scenarios[0].what}"), end="\n\n")
    targets = Targets()
    for one in scenarios:
        one.judged(targets)
    return targets.exit_code


if __name__ == "__main__":
    sys.exit(main())
