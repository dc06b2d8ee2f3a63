"""What the benchmarks share: a sandbox in a process of its own, commands timed as whole processes in turn."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent
POSYNC = str(Path(sys.executable).with_name("posync"))
CREDENTIALS = {
    "JIRA_EMAIL": "po@shop.example",
    "JIRA_TOKEN": "sandbox-jira-token",
    "TRELLO_KEY": "sandbox-trello-key",
    "TRELLO_TOKEN": "sandbox-trello-token",
}


@dataclass(frozen=True)
class Served:
    """A running sandbox: where its trackers are, and how many requests it has answered."""

    jira: str
    trello: str

    def requests(self) -> int:
        """Return how many requests both trackers have answered so far, the sandbox's own left out."""
        with urlopen(f"{self.jira}/sandbox/log", timeout=30) as answer:
            log = json.load(answer)
        entries = log["log"] if isinstance(log, dict) else log
        return sum(not entry["path"].startswith("/sandbox/") for entry in entries)

    def reset(self) -> None:
        """Put the seeded world back."""
        urlopen(Request(f"{self.jira}/sandbox/reset", method="POST", data=b""), timeout=60).close()


@contextmanager
def sandbox(*arguments: str) -> Iterator[Served]:
    """Serve a sandbox in a process of its own until the block ends."""
    command = [sys.executable, "-m", "posync.sandbox", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            urls = json.loads(process.stdout.readline())
            yield Served(urls["jira"], urls["trello"])
        finally:
            process.terminate()


@dataclass(frozen=True)
class Figure:
    """One contender's runs: wall seconds of the whole process, and requests per run."""

    name: str
    seconds: tuple[float, ...]
    requests: tuple[int, ...]

    @property
    def median(self) -> float:
        """Return the median of the wall times."""
        return statistics.median(self.seconds)


def in_turn(
    contenders: Mapping[str, Sequence[str]],
    served: Served,
    *,
    runs: int = 5,
    environment: Mapping[str, str] = {},
) -> dict[str, Figure]:
    """Run the commands in turn, A B C A B C ..., after one uncounted round; each must succeed."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    requests: dict[str, list[int]] = {name: [] for name in contenders}
    for run in range(runs + 1):
        for name, command in contenders.items():
            before, began = served.requests(), time.perf_counter()
            subprocess.run(
                command,
                check=True,
                stdout=subprocess.DEVNULL,
                env={**os.environ, **CREDENTIALS, **environment},
            )
            took = time.perf_counter() - began
            if run:
                seconds[name].append(took)
                requests[name].append(served.requests() - before)
    return {name: Figure(name, tuple(seconds[name]), tuple(requests[name])) for name in contenders}


def table(figures: Mapping[str, Figure], against: str) -> str:
    """Return the figures as a table, wall times also as a ratio to one contender."""
    base = figures[against].median
    rows = [f"{'':<34}{'requests':>9}{'seconds':>9}{'min':>7}{'max':>7}{'ratio':>7}"]
    rows += [
        f"{f.name:<34}{max(f.requests):>9}{f.median:>9.2f}{min(f.seconds):>7.2f}{max(f.seconds):>7.2f}{f.median / base:>7.2f}"
        for f in figures.values()
    ]
    return "\n".join(rows)


def peak_of_children() -> float:
    """Return the largest resident size of any finished child process, in MiB."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
