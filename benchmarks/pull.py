"""Pulling 2,000 Jira issues and 1,000 Trello cards at 50 ms a request: posync beside the bare libraries.

The peers read what posync's picture holds, in the fewest requests their own classes allow.
"""

from __future__ import annotations

import itertools
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from _measuring import PEERS, POSYNC, Bench, Contender, Figure, Targets, bench, in_turn, ran, sandbox, table

ISSUES, CARDS = 2000, 1000
PULL, PLAN = "posync pull, both", "posync plan, both"
JIRA, TRELLO, BOTH = "`jira`, Jira alone", "`py-trello`, Trello alone", "both of them in one process"
ATLASSIAN = "`atlassian-python-api`, Jira alone"
DOCUMENTED = "posync pull, both, 100 a bulk fetch"
PENDING = frozenset({0, 2})  # `posync plan` with and without changes


def cold(here: Bench, targets: Targets) -> None:
    """Everything for the first time, beside the peers."""
    python, jira, trello = sys.executable, here.served.jira, here.served.trello
    pull, plan = [POSYNC, "pull", "-c", here.file], [POSYNC, "plan", "-c", here.file]
    figures = in_turn(
        {
            PULL: Contender(pull, here.forget),
            PLAN: Contender(plan, here.forget, PENDING),
            JIRA: Contender([python, str(PEERS / "bare_jira.py"), jira]),
            TRELLO: Contender([python, str(PEERS / "bare_trello.py"), trello]),
            BOTH: Contender([python, str(PEERS / "bare_both.py"), jira, trello]),
            ATLASSIAN: Contender([python, str(PEERS / "atlassian_api.py"), jira]),
        },
        here,
    )
    here.served.control("PUT", "limits", {"bulkfetch": 100})
    figures |= in_turn({DOCUMENTED: Contender(pull, here.forget)}, here, runs=3)
    here.served.control("PUT", "limits", {"bulkfetch": 1000})
    figures |= by_bugwarrior(here)
    print(f"{ISSUES} Jira issues and {CARDS} Trello cards, for the first time, 50 ms a request:\n")
    print(table(figures, BOTH), end="\n\n")
    targets.holds("requests, pull", figures[PULL].asked, 8)
    targets.holds("requests, pull, 100 a bulk fetch", figures[DOCUMENTED].asked, 26)
    targets.holds("requests, plan", figures[PLAN].asked, 26)
    fastest = min(figures[JIRA].median, figures[ATLASSIAN].median)
    targets.holds("seconds, pull of both : fastest peer on Jira alone", figures[PULL].median / fastest, 1.0)
    one_by_one = figures[JIRA].median + figures[TRELLO].median
    targets.holds(
        "seconds, pull of both : bare libraries one after the other", figures[PULL].median / one_by_one, 1 / 3
    )
    print(f"      (both in one process: {figures[PULL].median / figures[BOTH].median:.4g})")


def by_bugwarrior(here: Bench) -> dict[str, Figure]:
    """Return bugwarrior's figure, of one run, for it takes minutes; none where it is not installed."""
    found = shutil.which(os.environ.get("BUGWARRIOR", "bugwarrior"))
    if found is None:
        print("bugwarrior is not installed here (BUGWARRIOR may name its executable): no row for it.\n")
        return {}
    figure = Figure("`bugwarrior`, Jira alone, once")
    python = str(Path(found).resolve().with_name("python"))
    ran(Contender([python, str(PEERS / "bugwarrior_issues.py"), here.served.jira]), figure, here)
    return {figure.name: figure}


def again(here: Bench, targets: Targets) -> None:
    """The second run: nothing changed, then one in a hundred."""
    pull = [POSYNC, "pull", "-c", here.file]
    ran(Contender(pull, here.forget), Figure("once"), here)
    unchanged, changed = "posync pull, nothing changed", "posync pull, 1 % changed"
    figures = in_turn({unchanged: Contender(pull)}, here)
    turn, cards = itertools.count(), here.served.cards()

    def edit() -> None:
        start = 1 + 30 * next(turn)
        jira = [
            {"issue": f"SHOP-{n}", "set": {"summary": f"Changed {n}"}}
            for n in range(start, start + ISSUES // 100)
        ]
        titled = [
            {"card": card, "set": {"name": f"Changed {card}"}} for card in cards[start : start + CARDS // 100]
        ]
        here.served.control("POST", "edit", [*jira, *titled])

    figures |= in_turn({changed: Contender(pull, edit)}, here, runs=3)
    print(f"\nAgain:\n\n{table(figures, unchanged)}\n")
    for name, most in ((unchanged, 2), (changed, 4)):
        for tracker in ("jira", "trello"):
            targets.holds(f"requests, {tracker}, {name}", figures[name].requests[tracker], most)
    targets.holds(f"processor seconds, {unchanged}", statistics.median(figures[unchanged].cpu), 1.0)


def main() -> int:
    """Print both tables; 1 where a target is missed."""
    targets = Targets()
    arguments = ("--issues", str(ISSUES), "--cards", str(CARDS), "--latency-ms", "50")
    with sandbox(*arguments) as served, tempfile.TemporaryDirectory() as folder:
        here = bench(folder, served)
        cold(here, targets)
        again(here, targets)
    return targets.exit_code


if __name__ == "__main__":
    sys.exit(main())
