"""What the benchmarks share: a sandbox in a process of its own, commands timed as whole processes in turn."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from posync.cli.demo import write_workspace

POSYNC = str(Path(sys.executable).with_name("posync"))
PEERS = Path(__file__).with_name("peers")
CREDENTIALS = {
    "JIRA_EMAIL": "po@shop.example",
    "JIRA_TOKEN": "sandbox-jira-token",
    "TRELLO_KEY": "sandbox-trello-key",
    "TRELLO_TOKEN": "sandbox-trello-token",
}


@dataclass(frozen=True)
class Served:
    """A running sandbox: where its trackers are, and what it has been asked."""

    jira: str
    trello: str

    def control(self, method: str, what: str, body: Any = None) -> Any:
        """Return the answer of one of the sandbox's own endpoints."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self.jira}/sandbox/{what}", method=method, data=data, headers=headers)
        with urlopen(request, timeout=600) as answer:
            return json.load(answer)

    def cards(self) -> list[str]:
        """Return the ids of the board's cards."""
        who = f"key={CREDENTIALS['TRELLO_KEY']}&token={CREDENTIALS['TRELLO_TOKEN']}"
        with urlopen(f"{self.trello}/1/boards/shopboard/cards?fields=id&{who}", timeout=60) as answer:
            return [card["id"] for card in json.load(answer)]

    def asked(self) -> Counter[str]:
        """Return how many requests each tracker has answered since the log was cleared, and clear it."""
        log = self.control("GET", "log")
        if "--log" in sys.argv:
            print(*(f"{entry['method']} {entry['path']}" for entry in log), sep="\n", file=sys.stderr)
        paths = [entry["path"] for entry in log]
        self.control("DELETE", "log")
        return Counter(
            "trello" if path.startswith("/1/") else "jira" for path in paths if "/sandbox/" not in path
        )


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
class Bench:
    """A workspace over a sandbox in a folder of its own, which is also the home of every process here."""

    folder: Path
    served: Served

    @property
    def file(self) -> str:
        return str(self.folder / "posync.yaml")

    def forget(self) -> None:
        """Make the next pull a cold one: no state, no cache."""
        for database in self.folder.glob("posync.db*"):
            database.unlink()
        shutil.rmtree(self.folder / "cache", ignore_errors=True)

    def environment(self) -> dict[str, str]:
        """Return the environment of the processes: homes in the folder, byte code written as on any machine."""
        homes = {
            "HOME": "",
            "XDG_CACHE_HOME": "cache",
            "XDG_STATE_HOME": "state",
            "XDG_CONFIG_HOME": "config",
        }
        here = {name: str(self.folder / part) for name, part in homes.items()}
        return {**os.environ, **CREDENTIALS, **here, "PYTHONDONTWRITEBYTECODE": ""}


def bench(folder: str, served: Served) -> Bench:
    """Write a workspace over both trackers, with all lists of the board, into a folder."""
    file = write_workspace(Path(folder), served.jira, served.trello)
    file.write_text(file.read_text("utf-8").replace(", lists: [Backlog, Next]", ""), "utf-8")
    return Bench(Path(folder), served)


@dataclass(frozen=True)
class Contender:
    """A command to be timed; `before` is done first and not timed, `fine` are the exit codes that count."""

    command: Sequence[str]
    before: Callable[[], None] = lambda: None
    fine: frozenset[int] = frozenset({0})


@dataclass
class Figure:
    """One contender's runs: seconds of wall time and of processor time, MiB at most, requests per tracker."""

    name: str
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: float = 0.0
    requests: Counter[str] = field(default_factory=Counter)

    @property
    def median(self) -> float:
        """Return the median of the wall times."""
        return statistics.median(self.seconds)

    @property
    def asked(self) -> int:
        """Return the requests of the dearest run, both trackers together."""
        return self.requests.total()


def ran(contender: Contender, figure: Figure, here: Bench) -> None:
    """Run a command once and enter what it took."""
    contender.before()
    here.served.asked()
    began = time.perf_counter()
    process = subprocess.Popen(contender.command, stdout=subprocess.DEVNULL, env=here.environment())
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in contender.fine:
        raise SystemExit(f"{' '.join(contender.command)} ended with {process.returncode}")
    figure.seconds.append(took)
    figure.cpu.append(usage.ru_utime + usage.ru_stime)
    figure.peak = max(figure.peak, usage.ru_maxrss / 1024)
    asked = here.served.asked()
    figure.requests |= asked


def in_turn(contenders: Mapping[str, Contender], here: Bench, *, runs: int = 5) -> dict[str, Figure]:
    """Run the commands in turn, A B C A B C ..., after one uncounted round."""
    figures = {name: Figure(name) for name in contenders}
    for run in range(runs + 1):
        for name, contender in contenders.items():
            ran(contender, figures[name] if run else Figure(name), here)
    return figures


def table(figures: Mapping[str, Figure], against: str) -> str:
    """Return the figures as a Markdown table, wall times also as a ratio to one contender."""
    base = figures[against].median
    rows = ["| | requests | seconds | least to most | processor s | ratio |", "|---|---|---|---|---|---|"]
    rows += [
        f"| {f.name} | {f.asked} | {f.median:.2f} | {min(f.seconds):.2f} to {max(f.seconds):.2f} "
        f"| {statistics.median(f.cpu):.2f} | {f.median / base:.2f} |"
        for f in figures.values()
    ]
    return "\n".join(rows)


@dataclass
class Targets:
    """What must hold; each target is told as it is judged, and `missed` counts."""

    missed: int = 0

    def holds(self, what: str, figure: float, most: float) -> None:
        """Tell one target: the figure must be at most `most`."""
        self._tell(well=figure <= most, what=f"{what}: {figure:.4g} (at most {most:.4g})")

    def reaches(self, what: str, figure: float, least: float) -> None:
        """Tell one target: the figure must be at least `least`."""
        self._tell(well=figure >= least, what=f"{what}: {figure:.4g} (at least {least:.4g})")

    def _tell(self, *, well: bool, what: str) -> None:
        self.missed += not well
        print(f"{'holds ' if well else 'MISSED'} {what}")

    @property
    def exit_code(self) -> int:
        return 1 if self.missed else 0
