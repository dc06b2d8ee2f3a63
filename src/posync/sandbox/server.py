"""The sandbox itself: two trackers behind two ports of one server, in a thread of its own."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import stat
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn

from posync.sandbox.front import Front, Lines, line_protocol
from posync.sandbox.house import House
from posync.sandbox.settings import Flavour

HOST = "127.0.0.1"
START_TIMEOUT = 20.0
KEEP_ALIVE = 75
LAST_PORT = 65_534


class Sandbox(House):
    """A house that is served; use it as a context manager, or `start()` and `stop()` it."""

    def __init__(
        self,
        load: Sequence[str | Path] = (),
        flavour: Flavour = "cloud",
        port: int = 0,
        latency_ms: float = 0,
        faults: Sequence[dict[str, Any]] | str | Path | None = None,
        *,
        issues: int = 0,
        cards: int = 0,
    ) -> None:
        super().__init__(load, flavour, latency_ms, faults, issues=issues, cards=cards)
        self._port = port
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Serve in a thread until `stop`; returns when requests are answered."""
        if self._port > LAST_PORT:
            raise ValueError(f"port {self._port}: Trello needs the one after; name {LAST_PORT} at most.")
        with contextlib.ExitStack() as opened:  # closed again where the second port is taken
            ports = (self._port, self._port + 1 if self._port else 0)
            self._sockets = [opened.enter_context(_bound(port)) for port in ports]
            opened.pop_all()
        self.jira_port, self.trello_port = (one.getsockname()[1] for one in self._sockets)
        lines: Lines = {}
        config = uvicorn.Config(
            Front(self, lines),
            http=line_protocol(lines),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,  # the house tells its own time
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=1,
            backlog=2048,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=(self._sockets,), daemon=True, name="sandbox"
        )
        self._thread.start()
        self._wait()
        return self

    def _wait(self) -> None:
        until = time.monotonic() + START_TIMEOUT
        while not self._server.started:
            if time.monotonic() > until or self._thread is None or not self._thread.is_alive():
                raise RuntimeError("the sandbox server did not start")
            time.sleep(0.002)

    def stop(self) -> None:
        """End the server and close its ports."""
        if self._thread is not None:
            self._server.should_exit = True
            self._thread.join(timeout=10)
            self._thread = None
            for one in self._sockets:
                one.close()

    def __enter__(self) -> Self:
        """Start serving."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        self.stop()

    @property
    def jira_url(self) -> str:
        """Return the base URL of Jira; on Data Center it has a context path."""
        return f"http://{HOST}:{self.jira_port}{self.context}"

    @property
    def trello_url(self) -> str:
        """Return the base URL of Trello, without the `/1`."""
        return f"http://{HOST}:{self.trello_port}"


def _bound(port: int) -> socket.socket:
    # With the protocol named, asyncio sends small answers at once; without, each waits 40 ms for an ACK.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
    except OSError:
        listening.close()
        raise
    return listening


def serve(
    load: Sequence[str | Path] = (),
    flavour: Flavour = "cloud",
    port: int = 0,
    latency_ms: float = 0,
    faults: str | Path | None = None,
    *,
    issues: int = 0,
    cards: int = 0,
) -> None:
    """Print one JSON line with both URLs, then serve until SIGTERM, Ctrl-C or the end of a parent's pipe on stdin; raises LoadError for a bad file."""
    sandbox = Sandbox(load, flavour, port, latency_ms, faults, issues=issues, cards=cards)
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    with sandbox, contextlib.suppress(KeyboardInterrupt):
        parent = _has_parent()  # before anybody is told where to find us, and may be done and gone
        sys.stdout.write(json.dumps({"jira": sandbox.jira_url, "trello": sandbox.trello_url}) + "\n")
        sys.stdout.flush()
        if parent:
            threading.Thread(target=_until_closed, args=(ending,), daemon=True).start()
        ending.wait()


def _has_parent() -> bool:
    """Whether stdin is a pipe that somebody holds open: no terminal, no /dev/null, and not at its end already."""
    if sys.stdin is None or not stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        return False
    return not select.select([sys.stdin], [], [], 0)[0]


def _until_closed(ending: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    ending.set()
