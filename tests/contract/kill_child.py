"""Runs posync in a process of its own and kills it, at the point it is told, with a signal nothing can catch.

Each line on stdin is a job; a fork carries it out, so that everything is imported only once. Points are
counted from 1: before and after each request, and before and after each entry of the journal.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

import posync.applying.undo
import posync.connectors.jira.opening
import posync.connectors.trello.opening  # noqa: F401
from posync.model.plan import read_plan
from posync.service import open_workspace
from posync.state.store import Store


class Points:
    """Counts the points passed, and ends the process at one of them."""

    def __init__(self, deadly: int) -> None:
        self.passed, self.deadly = 0, deadly
        self.mutex = threading.Lock()

    def around(self, owner: type, name: str) -> None:
        """Make a point before and a point after a method."""
        method: Callable[..., Any] = getattr(owner, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            self.one()
            result = method(*args, **kwargs)
            self.one()
            return result

        setattr(owner, name, watched)

    def one(self) -> None:
        with self.mutex:
            self.passed += 1
            if self.passed == self.deadly:
                os.kill(os.getpid(), signal.SIGKILL)


def carry_out(job: dict[str, Any]) -> int:
    """Carry out one job and return how many points it passed."""
    points = Points(job["kill"])
    points.around(requests.Session, "send")
    for name in ("begin", "intend", "settle", "end"):
        points.around(Store, name)
    folder = Path(job["folder"])
    with open_workspace(folder / "posync.yaml") as workspace:
        if job["do"] == "run":
            plan, run = workspace.run()
            assert run is not None, plan.held
            assert run.outcome == "done", run
        else:
            plan = read_plan((folder / "a.plan.json").read_text())
            applied = workspace.apply(plan, approve=plan.checksum)
            assert applied.outcome == "done", applied
        assert workspace.store.unsettled() == ()
    return points.passed


def forked(job: dict[str, Any]) -> dict[str, Any]:
    """Carry out a job in a fork; `passed` is None where it was killed or failed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            answer = {"passed": carry_out(job), "said": ""}
        except BaseException:  # noqa: BLE001  told to the test
            answer = {"passed": None, "said": traceback.format_exc()}
        os.write(writing, json.dumps(answer).encode()[:60000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said) if said else {"passed": None, "said": "killed"}


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(forked(json.loads(line))) + "\n")
        sys.stdout.flush()
