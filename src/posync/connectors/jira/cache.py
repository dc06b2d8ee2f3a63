"""What rarely changes on a site, remembered between runs; a file that another hand or version wrote counts as none."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from posync.connectors.jira.shapes import KEPT, Shape

DAY = 86_400.0


@dataclass
class SiteCache:
    """What rarely changes on a site, in one JSON file; without a folder it lasts as long as the connector."""

    path: Path | None
    held: dict[str, Any] = field(default_factory=dict)
    _writing: Lock = field(default_factory=Lock, repr=False, compare=False)

    @classmethod
    def of(cls, folder: Path | None, base: str, who: str) -> SiteCache:
        """Return the cache of one account on one site; an unreadable file counts as empty."""
        if folder is None:
            return cls(None)
        name = hashlib.sha256(f"{base}\0{who}".encode()).hexdigest()[:16]
        path = folder / f"jira-{name}.json"
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            held = {}
        return cls(path, held if isinstance(held, dict) else {})

    def fresh(self, name: str, like: Shape, now: float, age: float = DAY) -> Any:
        """Return what was kept under `name` less than `age` seconds ago; None where it does not look `like` that."""
        kept: Any = self.held.get(name)
        if not KEPT.fits(kept) or not 0 <= now - kept["at"] < age or not like.fits(kept["value"]):
            return None
        return kept["value"]

    def keep(self, name: str, value: Any, now: float) -> None:
        """Remember a value, from any thread; a folder that cannot be written to costs requests, nothing else."""
        with self._writing:
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
