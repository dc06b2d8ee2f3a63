"""Answers that wait for each other, so that a test sees what is asked at the same time, however slow the machine is."""

from __future__ import annotations

import re
import threading
import time
from typing import Any

from posync.sandbox.house import Event

PATIENCE = 30.0  # seconds from the first request on; only requests that come one after the other spend them


class Meeting:
    """A callback for `Sandbox.on_request`: answers on these paths are held until so many wait at once."""

    def __init__(self, count: int, path: str = "") -> None:
        self.count, self.path = count, path
        self.met = threading.Event()
        self.came: list[str] = []
        self._until = 0.0

    def __call__(self, event: Event) -> dict[str, Any] | None:
        """Hold an answer until the last one is there."""
        if event.phase != "after" or self.met.is_set() or not re.search(self.path, event.path):
            return None
        self._until = self._until or time.monotonic() + PATIENCE
        if time.monotonic() < self._until:
            self.came.append(event.path)
        if len(self.came) == self.count:
            self.met.set()
        return {"do": "slow", "until": self.met, "seconds": max(0.0, self._until - time.monotonic())}
