"""Plans from the picture in a state and prints how much memory that took at most, in MiB, and the changes there are.

Run as a process of its own: `planning_child.py STATE-URL FOLDER`, with the packs in the folder.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from posync.model.limits import Limits
from posync.planning.desired import Traits
from posync.planning.plan import Seen, make_plan
from posync.reporting import render_plan
from posync.rules.packs.pack import load_packs
from posync.standing import Standing
from posync.state.store import Store

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def peak() -> float:
    """Return the most memory this process has held, in MiB; Linux alone tells it without the parent's."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    """Print one JSON object."""
    url, folder = sys.argv[1], Path(sys.argv[2])
    with Store.open(url, "shop") as store:
        loaded = peak()
        packs = load_packs(["./pack.yaml"], folder)
        standing = Standing({"jira": "jira"}, store, folder, lambda: packs, lambda: NOW)
        backlogs = standing.backlogs()
        verdicts = standing.judged(backlogs, packs).verdicts
        store.remember_flags(verdicts.flags, NOW.date())
        plan = make_plan(
            "shop",
            backlogs,
            verdicts,
            {"jira": Seen(Traits("jira", 50, has_releases=True), lambda _: ())},
            now=NOW,
            packs={},
            limits=Limits(),
            comments={},
            described=store.describing(backlogs),
        )
        render_plan(plan)
        changes, digests = len(plan.changes), len({each.text for each in plan.preconditions})
        sys.stdout.write(json.dumps({"loaded": loaded, "peak": peak(), "changes": changes, "texts": digests}))


if __name__ == "__main__":
    main()
