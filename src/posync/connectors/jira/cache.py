"""What rarely changes on a site, remembered between runs; a file that another hand or version wrote counts as none."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any

from posync.connectors.jira.shapes import KEPT
from posync.connectors.transport.shape import Shape

DAY = 86_400.0
_together = RLock()


@dataclass
class SiteCache:
    """What rarely changes on a site, in one JSON file; without a folder it lasts as long as the connector.

    Trackers of one account on one site share the file, and none takes away what another one keeps in it.
    """

    path: Path | None
    held: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path | None, base: str, who: str) -> SiteCache:
        """Return the cache of one account on one site; an unreadable file counts as empty."""
        if folder is None:
            return cls(None)
        name = hashlib.sha256(f"{base}\0{who}".encode()).hexdigest()[:16]
        path = folder / f"jira-{name}.json"
        return cls(path, _read(path))

    def fresh(self, name: str, like: Shape, now: float, age: float = DAY) -> Any:
        """Return what was kept under `name` less than `age` seconds ago; None where it does not look `like` that."""
        kept: Any = self.held.get(name)
        if not KEPT.fits(kept) or not 0 <= now - kept["at"] < age or not like.fits(kept["value"]):
            return None
        return kept["value"]

    @contextmanager
    def together(self) -> Iterator[None]:
        """Look at what the file holds now, and let nobody else of this process change it meanwhile."""
        with _together:
            if self.path is not None:
                self.held |= _read(self.path)
            yield

    def keep(self, name: str, value: Any, now: float) -> None:
        """Remember a value, from any thread; a folder that cannot be written to costs requests, nothing else."""
        with self.together():
            self.held[name] = {"at": now, "value": value}
            if self.path is not None:
                self._save(self.path)

    def _save(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}.part")
            part.write_text(json.dumps(self.held), encoding="utf-8")
            part.replace(path)
        except OSError:
            self.path = None


def _read(path: Path) -> dict[str, Any]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}
