"""How long `posync --version` and `--help` take as whole processes, beside a bare Python and the bare libraries."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from _measuring import POSYNC

RUNS = 15


def medians(commands: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Return the median wall milliseconds of each command, run in turn after one uncounted round."""
    took: dict[str, list[float]] = {name: [] for name in commands}
    for run in range(RUNS + 1):
        for name, command in commands.items():
            began = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            if run:
                took[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(times) for name, times in took.items()}


def main() -> None:
    """Print the table."""
    python = sys.executable
    figures = medians(
        {
            "python -c pass": [python, "-c", "pass"],
            "posync --version": [POSYNC, "--version"],
            "posync --help": [POSYNC, "--help"],
            "import jira": [python, "-c", "import jira"],
            "import trello": [python, "-c", "import trello"],
        }
    )
    base = figures["python -c pass"]
    for name, milliseconds in figures.items():
        print(f"{name:<20}{milliseconds:>8.0f} ms{milliseconds / base:>7.1f} x bare python")
    if figures["posync --version"] > 150:
        sys.exit("posync --version takes over 150 ms")


if __name__ == "__main__":
    main()
