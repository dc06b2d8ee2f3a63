"""How time and memory grow from 10,000 to 100,000 Jira issues: pulled, judged by 20 rules, scored, ordered, planned.

Planned by the demo's packs, which move and mark nearly everything (102,000 changes), and by stack-rank alone.

Every step runs as a process of its own, so that its peak of memory is its own. Judging alone is also
measured on 2,000 issues, on one core.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from _measuring import POSYNC, Bench, Contender, Figure, Targets, bench, ran, sandbox

FEW, MANY = 10_000, 100_000
PLAN = frozenset({0, 2})  # exit codes of `posync plan` without and with changes
JUDGED = Path(__file__).parent / "steps" / "judged.py"


def over(count: int) -> dict[str, Figure]:
    """Return what pulling `count` issues, pulling them again, and planning for them takes."""
    with sandbox("--issues", str(count), "--cards", "1") as served, tempfile.TemporaryDirectory() as folder:
        here = bench(folder, served)
        only_jira(here)
        file = str(Path(folder) / "large.plan.json")
        pull = Contender([POSYNC, "pull", "-c", here.file])
        plan = [POSYNC, "plan", "--offline", "-c", here.file]
        commands = {
            "pull": pull,
            "pull again": pull,
            "plan": Contender(plan, fine=PLAN),
            "plan --pack stack-rank": Contender([*plan, "--pack", "stack-rank"], fine=PLAN),
            "plan -o FILE": Contender([*plan, "-o", file], fine=PLAN),
            "show FILE": Contender([POSYNC, "show", file]),
        }
        figures = {name: Figure(name) for name in commands}
        for name, contender in commands.items():
            ran(contender, figures[name], here)
        return figures


def only_jira(here: Bench) -> None:
    """Leave Trello out of the workspace: a board holds far fewer cards."""
    text = Path(here.file).read_text("utf-8")
    start, end = text.index("  shop-trello:"), text.index("packs:")
    Path(here.file).write_text(text[:start] + text[end:], "utf-8")


def judged(count: int) -> dict[str, float]:
    """Return seconds of processor time and MiB at most of judging, scoring and ordering `count` issues, best of runs."""
    runs = "1" if count > FEW else "5"
    asked = subprocess.run(
        [sys.executable, str(JUDGED), str(count), runs], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(asked.stdout)
    return found


def main() -> int:
    """Print the tables; 1 where a target is missed."""
    targets = Targets()
    found = {count: judged(count) for count in (2_000, FEW, MANY)}
    print("Judged by 20 rules, scored (WSJF) and ordered, 5 % with dependencies, one core:\n")
    print("| issues | seconds | MiB |\n|---|---|---|")
    for count, one in found.items():
        print(f"| {count:,} | {one['seconds']:.2f} | {one['peak']:.0f} |")
    print()
    targets.holds("seconds, 2,000 issues judged", found[2_000]["seconds"], 0.3)
    targets.holds("seconds, 100,000 issues judged", found[MANY]["seconds"], 10)
    targets.holds("MiB, 100,000 issues judged", found[MANY]["peak"], 1024)
    targets.holds("growth of judging, 10,000 to 100,000", found[MANY]["seconds"] / found[FEW]["seconds"], 13)
    few, many = over(FEW), over(MANY)
    print(
        "\nWhole commands, processor seconds, no latency:\n\n| | 10,000 | 100,000 | growth | MiB at 100,000 | requests |"
    )
    print("|---|---|---|---|---|---|")
    for name, figure in many.items():
        growth = figure.cpu[0] / few[name].cpu[0]
        print(
            f"| posync {name} | {few[name].cpu[0]:.1f} | {figure.cpu[0]:.1f} | {growth:.1f} | {figure.peak:.0f} | {figure.asked} |"
        )
    print()
    targets.holds("growth of a pull", many["pull"].cpu[0] / few["pull"].cpu[0], 12)
    for name in many:
        targets.holds(f"MiB, 100,000 issues, {name}", many[name].peak, 400)
    return targets.exit_code


if __name__ == "__main__":
    sys.exit(main())
