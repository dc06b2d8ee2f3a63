"""Pulling 2,000 Jira issues and 1,000 Trello cards at 50 ms a request: posync beside the bare libraries."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measuring import CREDENTIALS, POSYNC, in_turn, sandbox, table

from posync.cli.demo import write_workspace

PEERS = Path(__file__).with_name("peers")


def main() -> None:
    """Print both tables."""
    with (
        sandbox("--issues", "2000", "--cards", "1000", "--latency-ms", "50") as served,
        tempfile.TemporaryDirectory() as name,
    ):
        folder = Path(name)
        file = str(write_workspace(folder, served.jira, served.trello))
        fresh = f"rm -f {folder}/posync.db*; exec {POSYNC}"
        home = {"HOME": name, "XDG_CACHE_HOME": name, "XDG_STATE_HOME": name, **CREDENTIALS}
        python = sys.executable
        contenders = {
            "posync pull (both, cold)": ["sh", "-c", f"{fresh} pull --full -c {file}"],
            "posync plan (both, cold)": ["sh", "-c", f"{fresh} plan -c {file}; test $? -lt 4"],
            "jira, then py-trello (bare)": [python, str(PEERS / "bare_both.py"), served.jira, served.trello],
            "jira alone (bare)": [python, str(PEERS / "bare_jira.py"), served.jira],
            "atlassian-python-api, Jira alone": [python, str(PEERS / "atlassian_api.py"), served.jira],
        }
        print(table(in_turn(contenders, served, environment=home), "jira, then py-trello (bare)"))
        again = {"posync pull (both, nothing changed)": [POSYNC, "pull", "-c", file]}
        print(table(in_turn(again, served, environment=home), next(iter(again))))


if __name__ == "__main__":
    main()
